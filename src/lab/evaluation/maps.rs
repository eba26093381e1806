//! Where the density levels of a generated image come from, and with them its grain map: what is a
//! drawn map worth?

use crate::dqvae::{DqVae, TokenizerSpec};
use crate::lab::data::{Dataset, Split, image_batch};
use crate::rng::Rng;
use crate::sampler::{BatchSampler, Request};
use crate::{Error, Result};
use burn::tensor::Device;

/// Images in one density pass.
const BATCH: usize = 128;

/// Who says which regions are dense.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum MapSource {
    /// The grain-map model, for the class.
    #[default]
    Model,
    /// The training image of the same class.
    Truth,
    /// Chance: the levels that the model draws, dealt to other regions. As many are fine.
    Random,
    /// A training image of any class.
    Empirical,
}

impl MapSource {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Model, Self::Truth, Self::Random, Self::Empirical];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Truth => "truth",
            Self::Random => "random",
            Self::Empirical => "empirical",
        }
    }
}

/// The density levels of all training images.
#[derive(Debug, Clone)]
pub struct Maps {
    /// By index in the data set; empty where an image is not for training.
    levels: Vec<Vec<u8>>,
    training: Vec<usize>,
}

impl Maps {
    /// Measures the training images.
    pub fn new(data: &Dataset, spec: &TokenizerSpec, model: &DqVae, device: &Device) -> Self {
        let training = data.indices(Split::Train);
        let mut levels = vec![Vec::new(); data.items.len()];
        for chunk in training.chunks(BATCH) {
            let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
            let found = spec.levels(model, image_batch(&images, data.size, device));
            for (i, found) in chunk.iter().zip(found) {
                levels[*i] = found;
            }
        }
        Self { levels, training }
    }

    /// Levels for requests of the classes of the training images `items`.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if an item is no training image; whatever the grain-map model fails
    /// with.
    pub fn levels(
        &self,
        source: MapSource,
        sampler: &BatchSampler,
        requests: &[Request],
        items: &[usize],
    ) -> Result<Vec<Vec<u8>>> {
        let of = |item: &usize| match self.levels.get(*item) {
            Some(levels) if !levels.is_empty() => Ok(levels.clone()),
            _ => Err(Error::BadRequest(format!("image {item} is not for training."))),
        };
        let rng = |request: &Request| Rng::new(request.seed).fork(23);
        match source {
            MapSource::Model => sampler.levels(requests),
            MapSource::Truth => items.iter().map(of).collect(),
            MapSource::Random => {
                let mut levels = sampler.levels(requests)?;
                for (levels, request) in levels.iter_mut().zip(requests) {
                    rng(request).shuffle(levels);
                }
                Ok(levels)
            }
            MapSource::Empirical => requests
                .iter()
                .map(|request| of(&self.training[rng(request).below(self.training.len())]))
                .collect(),
        }
    }
}

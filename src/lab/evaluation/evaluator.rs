//! A model pack beside its data set: draws the classes of given images, and rebuilds images.

use std::path::Path;

use burn::tensor::Device;

use super::extractor::{real, rebuilt};
use super::{BenchOptions, FeatureExtractor};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split};
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::train::Precision;
use crate::model::Model;
use crate::pack::{PackDir, Role};
use crate::rng::Rng;
use crate::sampler::{BatchSampler, Request, SampledImage};
use crate::{Error, Result};

/// Seeds of images are this far apart for two seeds of an evaluation.
const SEEDS: u64 = 1_000_000;

/// Everything that makes or describes images, loaded once.
pub struct Evaluator {
    /// The data set that the model was trained on.
    pub data: Dataset,
    /// Seeds to draw with.
    pub seeds: Vec<u64>,
    /// Where the networks live.
    pub device: Device,
    /// The model with all its networks.
    pub model: Model,
    /// Draws what requests ask for.
    pub sampler: BatchSampler,
    /// What the tokenizer is.
    pub spec: TokenizerSpec,
    /// The tokenizer itself.
    pub tokenizer: DqVae,
    extractor: FeatureExtractor,
    reference: Option<usize>,
}

impl Evaluator {
    /// Loads what `options` name.
    ///
    /// # Errors
    /// Those of reading files; [`Error::BadRequest`] without a seed, for one that is there twice or
    /// too large; [`Error::Data`] if the model was trained on another data set.
    pub fn open(options: &BenchOptions) -> Result<Self> {
        let seeds = options.seeds.clone();
        let twice = |(i, seed): (usize, &u64)| seeds[..i].contains(seed);
        let far = |seed: &u64| *seed > u64::from(u32::MAX);
        if seeds.is_empty() || seeds.iter().any(far) || seeds.iter().enumerate().any(twice) {
            let why = "seeds: one or more different ones of 0..=4294967295.";
            return Err(Error::BadRequest(why.into()));
        }
        let device = options.device.device()?;
        let model = open_all(&options.model, options.precision, &device)?;
        let model = options.networks.replace(model, options.precision, &device)?;
        let (spec, tokenizer) = model.tokenizer()?;
        let data = Dataset::open_at(&options.data, spec.config.image, &Split::ALL)?;
        if data.size != spec.config.image || !data.classes.agrees_with(model.classes()) {
            return Err(Error::Data("the model is of another data set.".into()));
        }
        let extractor = FeatureExtractor::load(&options.features, &device)?;
        let sampler = BatchSampler::new(&model, &device).with_batch(options.batch);
        let reference = options.reference;
        Ok(Self { data, seeds, device, model, sampler, spec, tokenizer, extractor, reference })
    }

    /// From its parts, with one seed.
    #[cfg(test)]
    pub fn of_parts(
        model: Model,
        data: Dataset,
        extractor: FeatureExtractor,
        seed: u64,
    ) -> Result<Self> {
        let device = Device::flex();
        let (spec, tokenizer) = model.tokenizer()?;
        let sampler = BatchSampler::new(&model, &device);
        let (seeds, reference) = (vec![seed], None);
        Ok(Self { data, seeds, device, model, sampler, spec, tokenizer, extractor, reference })
    }

    /// Training images to compare with, as indices into the data set.
    pub fn training(&self) -> Vec<usize> {
        let training = self.data.indices(Split::Train);
        match self.reference {
            Some(count) => Rng::new(11).some(training, count),
            None => training,
        }
    }

    /// Pixels of the images `items` of the data set.
    pub fn real(&self, items: &[usize]) -> Vec<&[u8]> {
        real(&self.data, items)
    }

    /// One request for the classes of each of `items`: as `request`, but for condition and seed.
    pub fn requests(&self, request: &Request, items: &[usize], seed: u64) -> Vec<Request> {
        let one = |(item, seed): (&usize, u64)| Request {
            condition: self.data.condition(*item),
            seed,
            ..request.clone()
        };
        items.iter().zip(seed * SEEDS..).map(one).collect()
    }

    /// One image for the classes of each of `items`, drawn as `request` says.
    ///
    /// # Errors
    /// Those of the samplers.
    pub fn draw(&self, request: &Request, items: &[usize], seed: u64) -> Result<Vec<SampledImage>> {
        self.sampler.images(&self.requests(request, items, seed))
    }

    /// Images as the tokenizer gives them back in these shares, rounded to bytes as
    /// samples are, and the codes of an image, mean.
    ///
    /// # Errors
    /// As [`rebuilt`].
    pub fn rebuild(&self, images: &[&[u8]], shares: Shares) -> Result<(Vec<Vec<u8>>, f64)> {
        let tokenizer = (&self.spec, &self.tokenizer);
        rebuilt(images, self.data.size, tokenizer, shares, &self.device)
    }

    /// EfficientNet-Lite2 features of images of the size of the data set.
    pub fn features(&self, images: &[impl AsRef<[u8]>]) -> FeatureSet {
        self.extractor.features(images, self.data.size)
    }
}

/// The model in the folder `pack` with all the networks that it has; DGiT-NAR in `precision`.
///
/// # Errors
/// Those of reading a pack.
pub fn open_all(pack: &Path, precision: Precision, device: &Device) -> Result<Model> {
    let roles: Vec<Role> =
        PackDir::open(pack)?.manifest().files.iter().map(|file| file.role).collect();
    let model = Model::open(pack, &roles, device)?;
    if !roles.contains(&Role::Nar) {
        return Ok(model);
    }
    let nar = precision.of_module(model.nar()?);
    Ok(model.with_nar(nar))
}

/// The bytes of drawings.
pub fn pictures(drawings: &[SampledImage]) -> Vec<&[u8]> {
    drawings.iter().map(|drawing| drawing.rgb.as_slice()).collect()
}

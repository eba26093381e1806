//! Everything that settings are measured with, loaded once.

use std::collections::BTreeMap;
use std::time::Instant;

use burn::tensor::Device;

use super::scores::{Job, Sample, Scores, score};
use super::{Balance, BenchOptions, MapSource, Maps, Setting, Source};
use crate::data::{Dataset, Split, image_batch};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::metrics::frechet::Reference;
use crate::metrics::generation::FeatureSet;
use crate::metrics::{EfficientNetLite, EfficientNetLiteConfig};
use crate::model::Model;
use crate::pack::Role;
use crate::sampler::{Drawer, Drawing, Request, to_rgb};
use crate::train::precision::compute_view;
use crate::train::tokens::whole_condition;
use crate::{Error, Result};

/// Images that the tokenizer and the feature network are given at once.
const BATCH: usize = 64;

/// Networks, data and references.
pub struct Bench {
    data: Dataset,
    balance: Balance,
    drawer: Drawer,
    spec: TokenizerSpec,
    tokenizer: DqVae,
    maps: Maps,
    features: EfficientNetLite,
    training: Reference,
    device: Device,
    seeds: Vec<u64>,
}

/// Seeds of images are this far apart for two seeds of an evaluation.
const SEEDS: u64 = 1_000_000;

impl Bench {
    /// Loads what `options` name, and takes the features of all training images.
    ///
    /// # Errors
    /// Those of reading files; [`Error::BadRequest`] without a seed, or for one that is too large.
    pub fn open(options: &BenchOptions) -> Result<Self> {
        let seeds = options.seeds.clone();
        if seeds.is_empty() || seeds.iter().any(|seed| *seed > u64::from(u32::MAX)) {
            return Err(Error::BadRequest("seeds: one or more of 0..=4294967295.".into()));
        }
        let device = options.device.device()?;
        let pack = crate::pack::PackDir::open(&options.model)?;
        let roles: Vec<Role> = pack.manifest().files.iter().map(|file| file.role).collect();
        let model = Model::open(&options.model, &roles, &device)?;
        let nar = compute_view(model.nar()?, options.precision);
        let model = model.with_nar(nar);
        let (spec, tokenizer) = model.tokenizer()?;
        let data = Dataset::open(&options.data)?;
        if data.size != spec.config.image || data.classes != *model.classes() {
            return Err(Error::Data("the model is of another data set.".into()));
        }
        let config = EfficientNetLiteConfig::LITE2;
        let features = EfficientNetLite::load(config, &options.features, &device)?;
        let real = real_features(&data, &data.indices(Split::Train), &features, &device);
        Ok(Self {
            balance: Balance::new(&data)?,
            drawer: Drawer::new(&model, &device).with_batch(options.batch),
            maps: Maps::new(&data, &spec, &tokenizer, &device),
            training: real.reference()?,
            data,
            spec,
            tokenizer,
            features,
            device,
            seeds,
        })
    }

    /// Scores of every setting: one a seed. Settings of one seed draw the same classes; where real
    /// images are among them, the others are compared with these, too.
    ///
    /// # Errors
    /// Those of the samplers.
    pub fn measure(
        &self,
        settings: &[Setting],
        samples: usize,
        progress: impl Fn(&Setting, u64),
    ) -> Result<Vec<Vec<Scores>>> {
        let mut drawn: Vec<Vec<Sample>> = vec![Vec::new(); settings.len()];
        let mut same: BTreeMap<u64, Reference> = BTreeMap::new();
        for seed in &self.seeds {
            let items = self.balance.draw(samples, *seed);
            for (setting, drawn) in settings.iter().zip(&mut drawn) {
                progress(setting, *seed);
                let sample = self.sample(&setting.source, &items, *seed)?;
                if setting.source == Source::Real {
                    same.insert(*seed, sample.features.reference()?);
                }
                drawn.push(sample);
            }
        }
        let mut jobs = Vec::new();
        for (setting, drawn) in settings.iter().zip(&drawn) {
            let others = setting.source != Source::Real;
            jobs.extend(drawn.iter().zip(&self.seeds).map(|(sample, seed)| Job {
                sample,
                training: &self.training,
                same: same.get(seed).filter(|_| others),
            }));
        }
        let scores = score(&jobs)?;
        Ok(scores.chunks(self.seeds.len()).map(<[Scores]>::to_vec).collect())
    }

    /// Images of one setting for the classes of the training images `items`.
    fn sample(&self, source: &Source, items: &[usize], seed: u64) -> Result<Sample> {
        match source {
            Source::Real => {
                let features = real_features(&self.data, items, &self.features, &self.device);
                Ok(Sample { features, ..Sample::default() })
            }
            Source::Reconstruction(ratio) => self.rebuild(items, *ratio),
            Source::Generator(request, maps) => {
                let begun = Instant::now();
                let drawings = self.draw(request, *maps, items, seed)?;
                let seconds = begun.elapsed().as_secs_f64();
                let codes: usize = drawings.iter().map(|drawing| drawing.codes).sum();
                let images: Vec<&[u8]> = drawings.iter().map(|d| d.rgb.as_slice()).collect();
                Ok(Sample {
                    features: self.features_of(&images),
                    codes: Some(codes as f64 / items.len().max(1) as f64),
                    per_second: Some(items.len() as f64 / seconds),
                })
            }
        }
    }

    fn draw(
        &self,
        request: &Request,
        maps: MapSource,
        items: &[usize],
        seed: u64,
    ) -> Result<Vec<Drawing>> {
        let requests: Vec<Request> = items
            .iter()
            .zip(seed * SEEDS..)
            .map(|(item, seed)| Request {
                condition: whole_condition(&self.data, *item),
                seed,
                ..request.clone()
            })
            .collect();
        if maps == MapSource::Model {
            return self.drawer.drawings(&requests);
        }
        let levels = self.maps.levels(maps, &self.drawer, &requests, items)?;
        self.drawer.drawings_on(&requests, &levels)
    }

    /// The images `items` as the tokenizer gives them back, rounded to bytes as samples are.
    fn rebuild(&self, items: &[usize], ratio: f32) -> Result<Sample> {
        let (mut sample, mut codes) = (Sample::default(), 0);
        for chunk in items.chunks(BATCH) {
            let images: Vec<&[u8]> = chunk.iter().map(|i| self.data.image(*i)).collect();
            let images = image_batch(&images, self.data.size, &self.device);
            let maps = self.spec.maps(&self.tokenizer, images.clone(), ratio)?;
            codes += maps.iter().map(|map| map.code_length()).sum::<usize>();
            let output = self.tokenizer.decode(self.tokenizer.encode(images, &maps).codes);
            let values: Vec<f32> = output.into_data().iter::<f32>().collect();
            let rebuilt: Vec<Vec<u8>> =
                values.chunks(3 * self.data.size * self.data.size).map(to_rgb).collect();
            let rebuilt: Vec<&[u8]> = rebuilt.iter().map(Vec::as_slice).collect();
            let rebuilt = image_batch(&rebuilt, self.data.size, &self.device);
            sample.features.add(&self.features, rebuilt);
        }
        sample.codes = Some(codes as f64 / items.len().max(1) as f64);
        Ok(sample)
    }

    fn features_of(&self, images: &[&[u8]]) -> FeatureSet {
        let mut features = FeatureSet::default();
        for images in images.chunks(BATCH) {
            features.add(&self.features, image_batch(images, self.data.size, &self.device));
        }
        features
    }
}

/// Features of the images `items` of the data set.
fn real_features(
    data: &Dataset,
    items: &[usize],
    network: &EfficientNetLite,
    device: &Device,
) -> FeatureSet {
    let mut features = FeatureSet::default();
    for chunk in items.chunks(BATCH) {
        let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
        features.add(network, image_batch(&images, data.size, device));
    }
    features
}

//! Everything that settings are measured with, loaded once.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Instant;

use burn::tensor::Device;

use super::extractor::{real, rebuilt};
use super::scores::{Job, Sample, Scores, score};
use super::verdicts::{Accuracy, accuracy};
use super::{
    Balance, BenchOptions, FeatureExtractor, JudgeOptions, MapSource, Maps, Setting, Source,
};
use crate::data::{Dataset, Split};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::metrics::Judge;
use crate::metrics::efficientnet::EMBEDDING;
use crate::metrics::frechet::Reference;
use crate::metrics::generation::FeatureSet;
use crate::metrics::precision_recall::Region;
use crate::model::Model;
use crate::pack::Role;
use crate::rng::Rng;
use crate::sampler::{Drawer, Drawing, Request};
use crate::train::tokens::whole_condition;
use crate::{Error, Result};

/// Networks, data and references.
pub struct Bench {
    data: Dataset,
    balance: Balance,
    drawer: Drawer,
    spec: TokenizerSpec,
    tokenizer: DqVae,
    /// Levels of the training images, measured on first use.
    maps: OnceLock<Maps>,
    extractor: FeatureExtractor,
    judge: Option<Judge>,
    training: Reference,
    region: Region,
    device: Device,
    seeds: Vec<u64>,
}

/// Seeds of images are this far apart for two seeds of an evaluation.
const SEEDS: u64 = 1_000_000;

impl Bench {
    /// Loads what `options` name, and takes the features of all training images.
    ///
    /// # Errors
    /// Those of reading files; [`Error::BadRequest`] without a seed, for one that is there twice or
    /// too large; [`Error::Data`] if the model was trained on another data set.
    pub fn open(options: &BenchOptions, judge: &JudgeOptions) -> Result<Self> {
        let seeds = options.seeds.clone();
        let twice = |(i, seed): (usize, &u64)| seeds[..i].contains(seed);
        let far = |seed: &u64| *seed > u64::from(u32::MAX);
        if seeds.is_empty() || seeds.iter().any(far) || seeds.iter().enumerate().any(twice) {
            let why = "seeds: one or more different ones of 0..=4294967295.";
            return Err(Error::BadRequest(why.into()));
        }
        let device = options.device.device()?;
        let pack = crate::pack::PackDir::open(&options.model)?;
        let roles: Vec<Role> = pack.manifest().files.iter().map(|file| file.role).collect();
        let model = Model::open(&options.model, &roles, &device)?;
        let nar = options.precision.of_module(model.nar()?);
        let model = model.with_nar(nar);
        let (spec, tokenizer) = model.tokenizer()?;
        let data = Dataset::open(&options.data)?;
        if data.size != spec.config.image || data.classes != *model.classes() {
            return Err(Error::Data("the model is of another data set.".into()));
        }
        let extractor = FeatureExtractor::load(&options.features, &device)?;
        let mut training = data.indices(Split::Train);
        if let Some(count) = options.reference {
            Rng::new(11).shuffle(&mut training);
            training.truncate(count);
        }
        let judge = judge.load(&data.classes, &device)?;
        let training_features = extractor.features(&real(&data, &training), data.size);
        Ok(Self {
            balance: Balance::new(&data)?,
            drawer: Drawer::new(&model, &device).with_batch(options.batch),
            maps: OnceLock::new(),
            judge,
            training: training_features.reference()?,
            region: Region::new(training_features.rows().to_vec(), EMBEDDING, &device)?,
            data,
            spec,
            tokenizer,
            extractor,
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
                if let (Source::Real, Some(features)) = (&setting.source, &sample.features) {
                    same.insert(*seed, features.reference()?);
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

    /// What is to be known of the images of one setting for the classes of the training images
    /// `items`.
    fn sample(&self, source: &Source, items: &[usize], seed: u64) -> Result<Sample> {
        match source {
            Source::Real => Ok(self.examine(items, &real(&self.data, items))),
            Source::HeldOut => {
                let items = self.data.indices(Split::TestCells);
                let accuracy = self.accuracy(&items, &real(&self.data, &items));
                Ok(Sample { accuracy, ..Sample::default() })
            }
            Source::Reconstruction(ratio) => {
                let tokenizer = (&self.spec, &self.tokenizer);
                let (images, codes) = rebuilt(&self.data, items, tokenizer, *ratio, &self.device)?;
                Ok(Sample { codes: Some(codes), ..self.examine(items, &images) })
            }
            Source::Generator(request, maps) => {
                let begun = Instant::now();
                let drawings = self.draw(request, *maps, items, seed)?;
                let seconds = begun.elapsed().as_secs_f64();
                let codes: usize = drawings.iter().map(|drawing| drawing.codes).sum();
                let images: Vec<&[u8]> = drawings.iter().map(|d| d.rgb.as_slice()).collect();
                let sample = self.examine(items, &images);
                let made = sample.features.as_ref().map_or(&[][..], FeatureSet::rows);
                let found = self.region.precision_recall(made)?;
                Ok(Sample {
                    precision: Some(found.precision),
                    recall: Some(found.recall),
                    codes: Some(codes as f64 / items.len().max(1) as f64),
                    per_second: Some(items.len() as f64 / seconds),
                    ..sample
                })
            }
        }
    }

    /// Features and accuracy of one image an item.
    fn examine(&self, items: &[usize], images: &[impl AsRef<[u8]>]) -> Sample {
        Sample {
            features: Some(self.extractor.features(images, self.data.size)),
            accuracy: self.accuracy(items, images),
            ..Sample::default()
        }
    }

    fn accuracy(&self, items: &[usize], images: &[impl AsRef<[u8]>]) -> Option<Accuracy> {
        let images: Vec<&[u8]> = images.iter().map(AsRef::as_ref).collect();
        let judge = self.judge.as_ref()?;
        Some(accuracy(judge, &self.data, items, &images, &self.device))
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
        let measure = || Maps::new(&self.data, &self.spec, &self.tokenizer, &self.device);
        let levels = self.maps.get_or_init(measure).levels(maps, &self.drawer, &requests, items)?;
        self.drawer.drawings_on(&requests, &levels)
    }
}

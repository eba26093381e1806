//! Everything that settings are measured with, loaded once.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Instant;

use super::accuracy::{Accuracy, accuracy};
use super::evaluator::pictures;
use super::scores::{Job, Sample, Scores, score};
use super::{
    Balance, BenchOptions, ClassifierOptions, Evaluator, MapSource, Maps, Setting, Source,
};
use crate::Result;
use crate::lab::metrics::Classifier;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::frechet::Reference;
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::metrics::precision_recall::Region;
use crate::lab::train::held_out::unseen;
use crate::sampler::{Request, SampledImage};

/// Networks, data and references.
pub struct Bench {
    evaluator: Evaluator,
    balance: Balance,
    /// Levels of the training images, measured on first use.
    maps: OnceLock<Maps>,
    classifier: Option<Classifier>,
    training: Reference,
    region: Region,
}

impl Bench {
    /// Loads what `options` name, and takes the features of all training images.
    ///
    /// # Errors
    /// Those of [`Evaluator::open`] and of reading the classifier.
    pub fn open(options: &BenchOptions, classifier: &ClassifierOptions) -> Result<Self> {
        let evaluator = Evaluator::open(options)?;
        let classifier = classifier.load(&evaluator.data.classes, &evaluator.device)?;
        let training = evaluator.features(&evaluator.real(&evaluator.training()));
        Ok(Self {
            balance: Balance::new(&evaluator.data)?,
            maps: OnceLock::new(),
            classifier,
            training: training.reference()?,
            region: Region::new(training.rows().to_vec(), EMBEDDING, &evaluator.device)?,
            evaluator,
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
        for seed in &self.evaluator.seeds {
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
            jobs.extend(drawn.iter().zip(&self.evaluator.seeds).map(|(sample, seed)| Job {
                sample,
                training: &self.training,
                same: same.get(seed).filter(|_| others),
            }));
        }
        let scores = score(&jobs)?;
        Ok(scores.chunks(self.evaluator.seeds.len()).map(<[Scores]>::to_vec).collect())
    }

    /// What is to be known of the images of one setting for the classes of the training images
    /// `items`.
    fn sample(&self, source: &Source, items: &[usize], seed: u64) -> Result<Sample> {
        match source {
            Source::Real => Ok(self.examine(items, &self.evaluator.real(items))),
            Source::HeldOut => {
                let data = &self.evaluator.data;
                let items = data.indices(unseen(data));
                let accuracy = self.accuracy(&items, &self.evaluator.real(&items));
                Ok(Sample { accuracy, ..Sample::default() })
            }
            Source::Reconstruction(ratio) => {
                let (images, codes) =
                    self.evaluator.rebuild(&self.evaluator.real(items), *ratio)?;
                Ok(Sample { codes: Some(codes), ..self.examine(items, &images) })
            }
            Source::Generator(request, maps) => {
                let begun = Instant::now();
                let drawings = self.draw(request, *maps, items, seed)?;
                let seconds = begun.elapsed().as_secs_f64();
                let codes: usize = drawings.iter().map(|drawing| drawing.codes).sum();
                let images = pictures(&drawings);
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
            features: Some(self.evaluator.features(images)),
            accuracy: self.accuracy(items, images),
            ..Sample::default()
        }
    }

    fn accuracy(&self, items: &[usize], images: &[impl AsRef<[u8]>]) -> Accuracy {
        let images: Vec<&[u8]> = images.iter().map(AsRef::as_ref).collect();
        let of = |classifier| {
            accuracy(classifier, &self.evaluator.data, items, &images, &self.evaluator.device)
        };
        self.classifier.as_ref().map_or(Vec::new(), of)
    }

    fn draw(
        &self,
        request: &Request,
        maps: MapSource,
        items: &[usize],
        seed: u64,
    ) -> Result<Vec<SampledImage>> {
        let Evaluator { data, spec, tokenizer, sampler, device, .. } = &self.evaluator;
        let requests = self.evaluator.requests(request, items, seed);
        if maps == MapSource::Model {
            return sampler.images(&requests);
        }
        let measure = || Maps::new(data, spec, tokenizer, device);
        let levels = self.maps.get_or_init(measure).levels(maps, sampler, &requests, items)?;
        sampler.sample_on(&requests, &levels)
    }
}

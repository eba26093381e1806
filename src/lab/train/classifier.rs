//! Training of the [classifier](crate::lab::metrics::classifier): perceptrons over frozen features.
//!
//! Features are taken once, of every training image as it is and of a few variants (moved by some
//! pixels, half of them mirrored, [blurred](super::blur)), and standardised. A step mixes two random examples (mixup): with
//! features far wider than there are drawings, the heads would learn the training set by heart.
//!
//! Source of mixup: H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::blur::blur;
use super::{Options, Trainer};
use crate::classes::ClassTable;
use crate::lab::data::parallel::in_parallel;
use crate::lab::data::{Dataset, planes};
use crate::lab::metrics::classifier::{FEATURES, Heads, classified_axes, features};
use crate::lab::metrics::{Classifier, EfficientNetLite};
use crate::rng::Rng;
use crate::{Error, Result};

/// Images that the feature network sees at once.
const BATCH: usize = 64;
/// Largest shift of a variant in pixels, for each 64 pixels of the image.
const SHIFT: usize = 2;
/// Added to a variance before the root.
const EPSILON: f64 = 1e-4;

/// Labelled features.
#[derive(Debug, Clone)]
pub struct Examples {
    /// `[n, features]`.
    features: Tensor<2>,
    /// Classes on the classified axes, one row an image; `None` where it has none.
    labels: Vec<Vec<Option<usize>>>,
}

impl Examples {
    /// Features of the images `indices` (not empty), `variants` times each; the first variant is
    /// the image itself. Progress is told as images done.
    pub fn new(
        network: &EfficientNetLite,
        data: &Dataset,
        indices: &[usize],
        variants: usize,
        seed: u64,
        device: &Device,
        progress: impl Fn(usize),
    ) -> Result<Self> {
        let (size, reach) = (data.size, data.size / 64 * SHIFT);
        let axes = classified_axes(&data.classes);
        let rng = Rng::new(seed).fork(21);
        let (mut all, mut labels) = (Vec::new(), Vec::new());
        for variant in 0..variants.max(1) {
            for chunk in indices.chunks(BATCH) {
                let mut jobs = Vec::with_capacity(chunk.len());
                for i in chunk {
                    jobs.push((*i, rng.fork(labels.len() as u64)));
                    let class = |axis: &usize| data.class(*i, *axis).map(usize::from);
                    labels.push(axes.iter().map(class).collect());
                }
                let moved = in_parallel(&jobs, |(i, rng)| {
                    let (mut rng, mut values) = (rng.clone(), Vec::with_capacity(3 * size * size));
                    if variant == 0 {
                        planes(data.image(*i), size, (0, 0), false, &mut values);
                        return Ok(values);
                    }
                    let mut shift = || rng.below(2 * reach + 1) as i32 - reach as i32;
                    let by = (shift(), shift());
                    planes(data.image(*i), size, by, rng.uniform() < 0.5, &mut values);
                    blur(&mut values, size, &mut rng);
                    Ok(values)
                })?;
                let images = TensorData::new(moved.concat(), [chunk.len(), 3, size, size]);
                all.push(features(network, Tensor::from_data(images, device)));
                progress(labels.len());
            }
        }
        Ok(Self { features: Tensor::cat(all, 0), labels })
    }
}

/// How to train.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// Optimiser steps.
    pub steps: usize,
    /// Examples in a step.
    pub batch: usize,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Seed of weights, batches and mixtures.
    pub seed: u64,
}

impl Recipe {
    /// Trains heads on `examples`, which live on `device` (without autodiff).
    ///
    /// # Errors
    /// [`Error::Diverged`] if the loss leaves the finite numbers, [`Error::BadRequest`] for no
    /// steps or no batch.
    pub fn train(&self, examples: &Examples, table: &ClassTable, device: &Device) -> Result<Heads> {
        if self.steps == 0 || self.batch == 0 {
            return Err(Error::BadRequest("steps and batch must be positive.".into()));
        }
        device.seed(self.seed);
        let x = examples.features.clone(); // [n, features]
        let [count, inputs] = x.dims();
        let mean = x.clone().mean_dim(0); // [1, features]
        let variance = (x.clone() - mean.clone()).square().mean_dim(0);
        let scale = variance.add_scalar(EPSILON).sqrt().recip();
        let x = (x - mean.clone()) * scale.clone();

        let heads = Heads::new(inputs, table, device);
        let mut trainer = Trainer::new(heads, &self.options(), device)?;
        let mut rng = Rng::new(self.seed).fork(22);
        while trainer.step < self.steps {
            let mut pick = || -> Vec<usize> { (0..self.batch).map(|_| rng.below(count)).collect() };
            let (first, second) = (pick(), pick());
            let mixture: Vec<f32> = (0..self.batch).map(|_| rng.uniform()).collect();
            let mixture = Tensor::<1>::from_floats(mixture.as_slice(), device);
            let part = mixture.clone().unsqueeze_dim::<2>(1); // [b, 1]
            let rows = |picked: &[usize]| x.clone().select(0, ints(picked, device));
            let (a, b) = (rows(&first), rows(&second)); // [b, features]
            let mixed = (a - b.clone()) * part + b;
            let mixed = Tensor::from_inner(mixed);
            let mixture: Tensor<1> = Tensor::from_inner(mixture);
            let model = trainer.view();
            let axis = |(axis, logits): (usize, Tensor<2>)| -> Tensor<1> {
                let log_p = log_softmax(logits, 1); // [b, classes]
                // Images without a class on this axis add nothing.
                let of = |picked: &[usize]| -> Tensor<1> {
                    let labels = picked.iter().map(|i| examples.labels[*i][axis]);
                    let known: Vec<f32> =
                        labels.clone().map(|label| f32::from(u8::from(label.is_some()))).collect();
                    let labels: Vec<usize> = labels.map(Option::unwrap_or_default).collect();
                    let labels = Tensor::from_inner(ints(&labels, device));
                    let known: Tensor<1> =
                        Tensor::from_inner(Tensor::from_floats(known.as_slice(), device));
                    log_p.clone().gather(1, labels.unsqueeze_dim::<2>(1)).flatten::<1>(0, 1) * known
                };
                let (a, b) = (of(&first), of(&second)); // [b]
                -((a - b.clone()) * mixture.clone() + b).mean()
            };
            let losses = model.forward(&mixed).into_iter().enumerate().map(axis);
            let Some(loss) = losses.reduce(|a, b| a + b) else {
                return Err(Error::Data("the data set has no class axis to classify.".into()));
            };
            trainer.update(&loss);
            if trainer.step.is_multiple_of(100) {
                let value = loss.inner().into_scalar::<f32>();
                if !value.is_finite() {
                    let why = format!("the classifier's loss is {value}.");
                    return Err(Error::Diverged { step: trainer.step, why });
                }
            }
        }
        Ok(trainer.average().fold(&mean.flatten(0, 1), &scale.flatten(0, 1)))
    }

    fn options(&self) -> Options {
        Options {
            data: Default::default(),
            out: Default::default(),
            steps: self.steps,
            minutes: None,
            batch: self.batch,
            learning_rate: self.learning_rate,
            warm_up: self.steps.div_ceil(20),
            weight_decay: 0.05,
            beta1: 0.9,
            beta2: 0.99,
            ema: 0.99,
            seed: self.seed,
            precision: super::Precision::F32,
            device: crate::lab::backend::Backend::Cpu,
            log_every: 1,
            save_every: 1,
            resume: false,
        }
    }
}

fn ints(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|v| *v as i32).collect();
    Tensor::from_ints(values.as_slice(), device)
}

/// A classifier for the classes of `data`, trained on the images `indices`.
///
/// # Errors
/// As [`Recipe::train`]; [`Error::Data`] without images.
pub fn train(
    network: EfficientNetLite,
    data: &Dataset,
    indices: &[usize],
    variants: usize,
    recipe: &Recipe,
    device: &Device,
    progress: impl Fn(usize),
) -> Result<Classifier> {
    if indices.is_empty() {
        return Err(Error::Data("there are no images to train a classifier on.".into()));
    }
    let examples = Examples::new(&network, data, indices, variants, recipe.seed, device, progress)?;
    debug_assert_eq!(examples.features.dims()[1], FEATURES);
    let heads = recipe.train(&examples, &data.classes, device)?;
    Ok(Classifier::new(network, heads, &data.classes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class};

    #[test]
    fn learns_two_axes_that_features_separate() {
        let device = Device::flex();
        let axis = |id: &str, count: usize| {
            Axis::new(id, (0..count).map(|i| Class::new(i.to_string(), "")).collect())
        };
        let axes = vec![axis("style", 2), axis("category", 3)];
        let table = ClassTable { axes, trained: None };
        // Two features tell the style and three the category, off-centre and at odd scales.
        let mut rng = Rng::new(1);
        let mut make = |count: usize| {
            let (mut values, mut labels) = (Vec::new(), Vec::new());
            for i in 0..count {
                let label = [i % 2, i / 2 % 3];
                values.push(100.0 + 30.0 * label[0] as f32 + 5.0 * rng.normal());
                values.extend(
                    (0..3)
                        .map(|c| 0.01 * f32::from(u8::from(c == label[1])) + 0.002 * rng.normal()),
                );
                labels.push(label.map(Some).to_vec());
            }
            let features = TensorData::new(values, [count, 4]);
            Examples { features: Tensor::from_data(features, &device), labels }
        };
        let (seen, unseen) = (make(300), make(120));
        let recipe = Recipe { steps: 150, batch: 64, learning_rate: 1e-2, seed: 1 };
        let heads = recipe.train(&seen, &table, &device).unwrap();
        let right = |logits: Tensor<2>, axis: usize| {
            let found: Vec<i64> = logits.argmax(1).into_data().iter::<i64>().collect();
            let hits =
                found.iter().zip(&unseen.labels).filter(|(f, l)| Some(**f as usize) == l[axis]);
            hits.count() as f32 / found.len() as f32
        };
        for (axis, logits) in heads.forward(&unseen.features).into_iter().enumerate() {
            assert!(right(logits, axis) > 0.95);
        }
        let nothing = Recipe { steps: 0, ..recipe };
        assert_eq!(nothing.train(&seen, &table, &device).unwrap_err().code(), "bad-request");
    }
}

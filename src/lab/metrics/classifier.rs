//! The classifier: which classes does an image look like?
//!
//! Idea: whether generated images show what was asked for is decided by a classifier that was
//! trained on real training images and nothing else. It stands on frozen EfficientNet-Lite0
//! features: pooled ones, which tell what is shown, and mean and spread of the early taps, which
//! tell how it is drawn (line, gradient, texture). One small perceptron an axis sits on top.
//!
//! Key traits: Lite0 and not Lite2, so that the classifier and the Fréchet distance do not share their
//! blind spots; its accuracy on real held-out images is the ceiling to compare with, since no
//! generator can be expected to be clearer than the originals. Training: `train::classifier`.

use std::path::Path;

use burn::module::Module;
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};

use super::efficientnet::{EMBEDDING, resize};
use super::{EfficientNetLite, EfficientNetLiteConfig};
use crate::classes::ClassTable;
use crate::kernels::layers::Linear;
use crate::pack::{self, Weights};
use crate::{Error, Result};

/// Images that the feature network sees at once.
const BATCH: usize = 64;
/// Channels of Lite0's four taps together.
const TAPPED: usize = 16 + 24 + 40 + 112;
/// Features of an image: the pooled ones, then mean and standard deviation of every tapped channel.
pub const FEATURES: usize = EMBEDDING + 2 * TAPPED;
/// Width of the hidden layer.
const HIDDEN: usize = 384;

/// One hidden layer with ReLU.
#[derive(Module, Debug)]
pub struct Perceptron {
    hidden: Linear,
    out: Linear,
}

impl Perceptron {
    fn new(inputs: usize, outputs: usize, device: &Device) -> Self {
        let std = |inputs: usize| (2.0 / inputs as f64).sqrt();
        Self {
            hidden: Linear::normal(inputs, HIDDEN, true, std(inputs), device),
            out: Linear::normal(HIDDEN, outputs, true, std(HIDDEN), device),
        }
    }

    /// `[batch, inputs]` → logits, `[batch, outputs]`.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.out.forward(relu(self.hidden.forward(x)))
    }
}

/// A perceptron for each class axis that is classified.
#[derive(Module, Debug)]
pub struct Heads {
    heads: Vec<Perceptron>,
}

/// Classes of an axis with a parent that a classifier looks at, at most.
const MOST_CLASSES: usize = 128;

/// The axes of `table` that a classifier looks at: those without a parent, and others of few classes. Many
/// classes are too small to be learned.
pub fn classified_axes(table: &ClassTable) -> Vec<usize> {
    let fits = |axis: &usize| {
        let axis = &table.axes[*axis];
        axis.parent.is_none() || axis.classes.len() <= MOST_CLASSES
    };
    (0..table.axes.len()).filter(fits).collect()
}

impl Heads {
    /// Random weights, for so many `inputs` and the classified axes of `table`.
    pub fn new(inputs: usize, table: &ClassTable, device: &Device) -> Self {
        let head = |axis: usize| Perceptron::new(inputs, table.axes[axis].classes.len(), device);
        Self { heads: classified_axes(table).into_iter().map(head).collect() }
    }

    /// `[batch, inputs]` → logits of the classes of each classified axis, `[batch, classes]`.
    pub fn forward(&self, x: &Tensor<2>) -> Vec<Tensor<2>> {
        self.heads.iter().map(|head| head.forward(x.clone())).collect()
    }

    /// The same heads for inputs before standardising, (x − `mean`) · `scale`, both `[inputs]`.
    pub fn fold(mut self, mean: &Tensor<1>, scale: &Tensor<1>) -> Self {
        for head in &mut self.heads {
            let column = scale.clone().unsqueeze_dim::<2>(1); // [inputs, 1]
            let weight = head.hidden.weight.val() * column; // [inputs, hidden]
            let shift = mean.clone().unsqueeze::<2>().matmul(weight.clone()); // [1, hidden]
            head.hidden.weight = head.hidden.weight.clone().map(|_| weight);
            let shift = shift.flatten::<1>(0, 1);
            head.hidden.bias = head.hidden.bias.take().map(|bias| bias.map(|b| b - shift));
        }
        self
    }
}

/// What an image looks like on one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The likeliest class, as an index into the axis's list.
    pub class: usize,
    /// Probabilities of all classes.
    pub probabilities: Vec<f32>,
}

/// The classifier with its frozen feature network.
#[derive(Debug, Clone)]
pub struct Classifier {
    network: EfficientNetLite,
    heads: Heads,
    axes: Vec<usize>,
}

impl Classifier {
    /// Puts a classifier for the classes of `table` together; `network` is EfficientNet-Lite0.
    pub fn new(network: EfficientNetLite, heads: Heads, table: &ClassTable) -> Self {
        Self { network, heads, axes: classified_axes(table) }
    }

    /// The axes that it judges, as indices into the class table.
    pub fn axes(&self) -> &[usize] {
        &self.axes
    }

    /// Loads the feature network `lite0` and the heads that `varigrain eval classifier` wrote for the
    /// classes of `table`.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read, [`Error::PackDamaged`] if it is another network or
    /// the heads are for other classes.
    pub fn load(heads: &Path, lite0: &Path, table: &ClassTable, device: &Device) -> Result<Self> {
        let network = EfficientNetLite::load(EfficientNetLiteConfig::LITE0, lite0, device)?;
        let bytes = std::fs::read(heads).map_err(Error::io(heads))?;
        let weights = Weights::read(heads.display().to_string(), bytes)?;
        let empty = Heads::new(FEATURES, table, device);
        Ok(Self::new(network, weights.load_into(empty, device)?, table))
    }

    /// Writes the heads.
    ///
    /// # Errors
    /// [`Error::Io`] if that fails.
    pub fn save(&self, path: &Path) -> Result<()> {
        std::fs::write(path, pack::save(&self.heads, false)?).map_err(Error::io(path))
    }

    /// Classifies images, `[batch, 3, size, size]` in -1..=1; values beyond are cut off. Of each image one
    /// prediction for each of [`axes`](Self::axes).
    pub fn classify(&self, images: Tensor<4>) -> Vec<Vec<Prediction>> {
        let mut predictions = vec![Vec::new(); images.dims()[0]];
        for (batch, images) in images.split(BATCH, 0).into_iter().enumerate() {
            let x = features(&self.network, images); // [b, FEATURES]
            for logits in self.heads.forward(&x) {
                let [_, classes] = logits.dims();
                let p: Vec<f32> = softmax(logits, 1).into_data().iter::<f32>().collect();
                for (predictions, p) in
                    predictions[batch * BATCH..].iter_mut().zip(p.chunks(classes))
                {
                    predictions.push(Prediction { class: likeliest(p), probabilities: p.to_vec() });
                }
            }
        }
        predictions
    }
}

/// Index of the largest value; 0 for none.
fn likeliest(p: &[f32]) -> usize {
    (0..p.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])).unwrap_or(0)
}

/// What the heads see of images, `[batch, 3, size, size]` in -1..=1: `[batch, FEATURES]`.
pub fn features(network: &EfficientNetLite, images: Tensor<4>) -> Tensor<2> {
    let images = resize(images.clamp(-1.0, 1.0), EfficientNetLiteConfig::LITE0.side);
    let (taps, pooled) = network.taps_and_embedding(images);
    let mut all = vec![pooled];
    for tap in taps {
        let mean = tap.clone().mean_dims(&[2, 3]); // [b, c, 1, 1]
        let variance = (tap - mean.clone()).square().mean_dims(&[2, 3]); // [b, c, 1, 1]
        all.push(mean.flatten(1, 3));
        all.push(variance.sqrt().flatten(1, 3));
    }
    Tensor::cat(all, 1)
}

#[cfg(test)]
mod tests {
    use super::super::efficientnet::tests::{random_images, tiny_network};
    use super::*;
    use crate::classes::{Axis, Class};
    use crate::rng::Rng;
    use burn::tensor::TensorData;

    /// Two axes that are classified, and one with a parent, which is not.
    fn table(styles: usize, categories: usize) -> ClassTable {
        let axis = |id: &str, count: usize| {
            Axis::new(id, (0..count).map(|i| Class::new(i.to_string(), "")).collect())
        };
        let child = Axis { parent: Some("style".into()), ..axis("concept", 129) };
        ClassTable {
            axes: vec![axis("style", styles), child, axis("category", categories)],
            trained: None,
        }
    }

    fn values(x: Tensor<2>) -> Vec<f32> {
        x.into_data().iter::<f32>().collect()
    }

    #[test]
    fn features_are_pooled_ones_then_statistics_of_the_taps() {
        let device = Device::flex();
        let (network, images) = (tiny_network(&device), random_images(2, 48, 1, &device));
        let found = features(&network, images.clone());
        let sized = resize(images, EfficientNetLiteConfig::LITE0.side);
        let (pooled, taps) = (network.embed(sized.clone()), network.forward_taps(sized, 4));
        let wide: usize = taps.iter().map(|tap| 2 * tap.dims()[1]).sum();
        assert_eq!(found.dims(), [2, EMBEDDING + wide]);
        assert_eq!(values(found.clone().narrow(1, 0, EMBEDDING)), values(pooled));
        // The first tap's first channel, of the second image.
        let [_, channels, height, width] = taps[0].dims();
        let tap: Vec<f32> = taps[0].clone().into_data().iter::<f32>().collect();
        let plane = &tap[channels * height * width..][..height * width];
        let mean = plane.iter().sum::<f32>() / plane.len() as f32;
        let spread = plane.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / plane.len() as f32;
        let row = values(found.narrow(0, 1, 1));
        assert!((row[EMBEDDING] - mean).abs() < 1e-4);
        assert!((row[EMBEDDING + channels] - spread.sqrt()).abs() < 1e-3);
    }

    #[test]
    fn folding_changes_the_input_and_not_the_prediction() {
        let device = Device::flex();
        let mut rng = Rng::new(1);
        let mut noise = |n: usize| (0..n).map(|_| rng.normal()).collect::<Vec<f32>>();
        let x = Tensor::<2>::from_data(TensorData::new(noise(12), [3, 4]), &device);
        let mean = Tensor::<1>::from_floats(noise(4).as_slice(), &device);
        let scale = Tensor::<1>::from_floats([0.5, 2.0, 1.0, 10.0], &device);
        let heads = Heads::new(4, &table(3, 5), &device);
        let standard = (x.clone() - mean.clone().unsqueeze()) * scale.clone().unsqueeze();
        let before = heads.forward(&standard);
        assert_eq!(before.iter().map(|logits| logits.dims()[1]).collect::<Vec<_>>(), [3, 5]);
        let folded = heads.fold(&mean, &scale);
        for (a, b) in before.into_iter().zip(folded.forward(&x)) {
            for (a, b) in values(a).into_iter().zip(values(b)) {
                assert!((a - b).abs() < 1e-4 * (1.0 + a.abs()), "{a} {b}");
            }
        }
    }

    #[test]
    fn heads_come_back_from_a_file_and_not_for_other_classes() {
        let device = Device::flex();
        let (network, images) = (tiny_network(&device), random_images(3, 32, 2, &device));
        let inputs = features(&network, images.clone()).dims()[1];
        let classifier =
            Classifier::new(network, Heads::new(inputs, &table(3, 5), &device), &table(3, 5));
        assert_eq!(classifier.axes(), [0, 2]);
        let predictions = classifier.classify(images);
        assert_eq!(predictions.len(), 3);
        for [style, category] in predictions.iter().map(|v| [&v[0], &v[1]]) {
            assert_eq!([style.probabilities.len(), category.probabilities.len()], [3, 5]);
            assert!((style.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            let best = category.probabilities[category.class];
            assert!(category.probabilities.iter().all(|p| *p <= best));
        }
        let name = format!("varigrain-classifier-{}.safetensors", std::process::id());
        let path = std::env::temp_dir().join(name);
        classifier.save(&path).unwrap();
        let weights = Weights::read("classifier", std::fs::read(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        let other = Heads::new(inputs, &table(4, 5), &device);
        assert_eq!(weights.load_into(other, &device).unwrap_err().code(), "pack-damaged");
        let same = weights.load_into(Heads::new(inputs, &table(3, 5), &device), &device).unwrap();
        let x = Tensor::ones([1, inputs], &device);
        let expected = classifier.heads.forward(&x).into_iter().map(values);
        assert!(same.forward(&x).into_iter().map(values).eq(expected));
    }
}

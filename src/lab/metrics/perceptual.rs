//! Perceptual distance on four taps of EfficientNet-Lite0, in the manner of LPIPS.
//!
//! Idea: compare two images by the features of a network trained on photographs instead of by
//! pixels. At every position of a tap the feature vector is brought to unit length; the squared
//! difference of the two unit vectors (twice one minus their cosine) is averaged over positions and
//! summed over taps.
//!
//! Key traits: LPIPS proper learns a weight for every channel from human judgements; here the
//! weights are uniform, and the network is another one (both ours, for want of those weights).
//! Values do not compare with published LPIPS figures.
//!
//! Source: R. Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual
//! Metric", 2018.

use std::path::Path;

use burn::tensor::{DType, Device, FloatDType, Tensor};

use super::efficientnet::{EfficientNetLite, EfficientNetLiteConfig};
use crate::Result;

/// Taps used: 1/2, 1/4, 1/8 and 1/16 of the side.
const TAPS: usize = 4;
/// Added to the squared length, so that a zero vector stays zero with a finite gradient.
const EPSILON: f64 = 1e-6;

/// The distance, with its frozen network.
#[derive(Debug, Clone)]
pub struct PerceptualLoss {
    network: EfficientNetLite,
}

impl PerceptualLoss {
    /// Loads `efficientnet-lite0.safetensors`, as `varigrain features` writes it.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) if the file cannot be read,
    /// [`Error::PackDamaged`](crate::Error::PackDamaged) if it is not that network.
    pub fn load(path: &Path, device: &Device) -> Result<Self> {
        Ok(Self::new(EfficientNetLite::load(EfficientNetLiteConfig::LITE0, path, device)?))
    }

    /// The distance on the taps of a given network.
    pub fn new(network: EfficientNetLite) -> Self {
        Self { network }
    }

    /// Distance of each image of `a` from its counterpart in `b`: `[batch]`, from 0 (same) to 16.
    ///
    /// Both are RGB in −1..1, in the precision that the network is to compute in, `[batch, 3, height, width]`, of one shape. Gradients flow to both;
    /// detach the one that is the target.
    pub fn distance(&self, a: Tensor<4>, b: Tensor<4>) -> Tensor<1> {
        let batch = a.dims()[0];
        let mut total = Tensor::zeros([batch], (&a.device(), DType::F32));
        let of_a = self.network.forward_taps(a, TAPS);
        let of_b = self.network.forward_taps(b, TAPS);
        for (x, y) in of_a.into_iter().zip(of_b) {
            let squared = (unit(x) - unit(y)).square().sum_dim(1); // [b, 1, h, w]
            total = total + squared.mean_dims(&[2, 3]).reshape([batch]); // [b]
        }
        total
    }

    /// Mean over the batch of the [`distance`](Self::distance), and of the squared difference of the
    /// ImageNet logits: what is made has to be taken for the same thing (M. Weber et al., "MaskBit",
    /// 2024). `[1]` each; `target` gets no gradient.
    pub fn mean_and_logits(&self, image: Tensor<4>, target: Tensor<4>) -> [Tensor<1>; 2] {
        let (of_image, image) = self.network.taps_and_embedding(image);
        let (of_target, target) = self.network.taps_and_embedding(target.detach());
        let mut total = Tensor::zeros([1], (&image.device(), DType::F32));
        for (x, y) in of_image.into_iter().zip(of_target) {
            total = total + (unit(x) - unit(y)).square().sum_dim(1).mean();
        }
        let [image, target] = [image, target].map(|x| self.network.logits(x).cast(FloatDType::F32)); // [b, 1000]
        [total, (image - target).square().mean()]
    }

    /// Mean of [`PerceptualLoss::distance`] over the batch, `[1]`; `target` gets no gradient.
    pub fn mean(&self, image: Tensor<4>, target: Tensor<4>) -> Tensor<1> {
        self.distance(image, target.detach()).mean()
    }
}

/// `x` with its channels brought to unit length at every position: `[b, c, h, w]`.
fn unit(x: Tensor<4>) -> Tensor<4> {
    let x = x.cast(FloatDType::F32);
    let length = x.clone().square().sum_dim(1).add_scalar(EPSILON).sqrt(); // [b, 1, h, w]
    x / length
}

#[cfg(test)]
mod tests {
    use super::super::efficientnet::tests::{random_images, tiny_network};
    use super::*;

    #[test]
    fn zero_for_the_same_image_symmetric_and_growing_with_the_change() {
        let device = Device::flex();
        let loss = PerceptualLoss::new(tiny_network(&device));
        let a = random_images(2, 32, 1, &device);
        let b = random_images(2, 32, 2, &device);
        let values = |x: Tensor<1>| x.into_data().try_to_vec::<f32>().unwrap();
        assert!(values(loss.distance(a.clone(), a.clone())).iter().all(|v| v.abs() < 1e-6));
        let ab = values(loss.distance(a.clone(), b.clone()));
        let ba = values(loss.distance(b.clone(), a.clone()));
        let near = values(loss.distance(a.clone(), a.clone() * 0.9 + b.clone() * 0.1));
        for i in 0..2 {
            assert!((ab[i] - ba[i]).abs() < 1e-5);
            assert!(0.0 < near[i] && near[i] < ab[i] && ab[i] < 16.0, "{near:?} {ab:?}");
        }
        let mean = values(loss.mean(a.clone(), b.clone()));
        assert!((mean[0] - (ab[0] + ab[1]) / 2.0).abs() < 1e-5);
        let [again, logits] = loss.mean_and_logits(a.clone(), b).map(values);
        assert!((again[0] - mean[0]).abs() < 1e-5 && logits[0] > 0.0);
        let [_, none] = loss.mean_and_logits(a.clone(), a).map(values);
        assert!(none[0].abs() < 1e-6);
    }

    #[cfg(feature = "train")]
    #[test]
    fn gradient_reaches_the_image_and_descends() {
        let device = Device::flex().autodiff();
        let loss = PerceptualLoss::new(tiny_network(&device));
        let target = random_images(1, 32, 3, &device);
        let image = random_images(1, 32, 4, &device).require_grad();
        let before = loss.mean(image.clone(), target.clone());
        let gradient = image.grad(&before.backward()).unwrap();
        let length = gradient.clone().square().sum().sqrt().into_scalar::<f32>();
        assert!(length.is_finite() && length > 0.0);
        let step = image.clone().inner() - gradient * (0.05 / length);
        let after = loss.mean(step, target.inner());
        assert!(after.into_scalar::<f32>() < before.into_scalar::<f32>());
    }

    #[cfg(feature = "libtorch")]
    #[allow(deprecated)]
    #[test]
    fn convolutions_that_libtorch_has_whole_give_the_same_gradient() {
        let [expected, found] = [Device::flex(), Device::libtorch()].map(|device| {
            let loss = PerceptualLoss::new(tiny_network(&device));
            let image = Tensor::from_inner(random_images(2, 33, 3, &device)).require_grad();
            let target = Tensor::from_inner(random_images(2, 33, 4, &device));
            let gradient = image.grad(&loss.mean(image.clone(), target).backward()).unwrap();
            gradient.into_data().iter::<f32>().collect::<Vec<_>>()
        });
        let length = |v: Vec<f32>| v.into_iter().map(|x| x * x).sum::<f32>().sqrt();
        let off = length(expected.iter().zip(&found).map(|(a, b)| a - b).collect());
        let of_all = length(expected);
        assert!(of_all > 1e-6 && off < 1e-3 * of_all, "gradients {of_all} differ by {off}");
    }
}

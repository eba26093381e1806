//! The critic: a patch discriminator with spectral normalisation.
//!
//! Idea: instead of one score an image, a small convolutional network says of every patch of 70×70
//! pixels how real it looks. Dividing each weight by its largest singular value keeps the critic from
//! growing arbitrarily steep, so that its gradient stays of use. For the same reason there is no other
//! normalisation: with group norms the critic grew so steep that it told every patch apart, and the
//! decoder learned nothing from it.
//!
//! Sources: P. Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", 2017
//! (patches); T. Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018;
//! J. Lim and J. Ye, "Geometric GAN", 2017 (hinge loss).

use burn::module::{Module, Param};
use burn::tensor::activation::{leaky_relu, relu};
use burn::tensor::{Device, Distribution, FloatDType, Tensor};

use crate::kernels::layers::{constant, random, window_conv};

/// Slope of the activation on its negative side.
const LEAK: f64 = 0.2;
/// Rounds of power iteration at the start; one more follows each step.
const ROUNDS: usize = 8;

/// A 4×4 convolution whose weight is divided by its largest singular value.
#[derive(Module, Debug)]
struct SpectralConv {
    weight: Param<Tensor<4>>, // [to, from, 4, 4]
    bias: Param<Tensor<1>>,
    left: Param<Tensor<1>>,  // [to]
    right: Param<Tensor<1>>, // [from · 16]
    stride: usize,
}

impl SpectralConv {
    fn new(from: usize, to: usize, stride: usize, device: &Device) -> Self {
        let normal = |std| Distribution::Normal(0.0, std);
        let mut layer = Self {
            weight: random([to, from, 4, 4], normal(0.02), device),
            bias: constant([to], 0.0, device),
            left: random([to], normal(1.0), device).set_require_grad(false),
            right: random([from * 16], normal(1.0), device).set_require_grad(false),
            stride,
        };
        for _ in 0..ROUNDS {
            layer = layer.iterate();
        }
        layer
    }

    /// The weight as a matrix, in f32: `[to, from · 16]`.
    fn matrix(&self) -> Tensor<2> {
        let [to, from, high, wide] = self.weight.dims();
        self.weight.val().cast(FloatDType::F32).reshape([to, from * high * wide])
    }

    /// One round of power iteration towards the largest singular value.
    fn iterate(self) -> Self {
        let unit = |x: Tensor<2>| {
            let length = x.clone().square().sum().sqrt() + 1e-12; // [1]
            x.flatten::<1>(0, 1) / length
        };
        let w = self.matrix();
        let right = unit(w.clone().transpose().matmul(self.left.val().unsqueeze_dim(1)));
        let left = unit(w.matmul(right.clone().unsqueeze_dim(1)));
        Self { left: self.left.map(|_| left), right: self.right.map(|_| right), ..self }
    }

    /// `[batch, from, h, w]` → `[batch, to, h/stride, w/stride]`, one less where the stride is 1.
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [left, right] = [&self.left, &self.right].map(|v| v.val().cast(FloatDType::F32));
        let largest = left.unsqueeze::<2>().matmul(self.matrix()).matmul(right.unsqueeze_dim(1));
        let dtype = FloatDType::from(x.dtype());
        let largest = largest.reshape([1, 1, 1, 1]);
        let weight = (self.weight.val().cast(FloatDType::F32) / largest).cast(dtype);
        window_conv(x, weight, self.bias.val(), self.stride, 1)
    }
}

/// The critic.
#[derive(Module, Debug)]
pub struct Critic {
    first: SpectralConv,
    middle: Vec<SpectralConv>,
    last: SpectralConv,
}

impl Critic {
    /// A randomly initialised critic whose first layer has `width` channels; images have at least
    /// 32 pixels a side.
    pub fn new(width: usize, device: &Device) -> Self {
        let layers = [(width, 2 * width, 2), (2 * width, 4 * width, 2), (4 * width, 4 * width, 1)];
        let conv = |(from, to, stride)| SpectralConv::new(from, to, stride, device);
        Self {
            first: conv((3, width, 2)),
            middle: layers.map(conv).into(),
            last: conv((4 * width, 1, 1)),
        }
    }

    /// `[batch, 3, side, side]` → a score a patch, `[batch, 1, side/8 - 2, side/8 - 2]`: above 0
    /// what looks real.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut x = leaky_relu(self.first.forward(images), LEAK);
        for conv in &self.middle {
            x = leaky_relu(conv.forward(x), LEAK);
        }
        self.last.forward(x)
    }

    /// Follows the weights: one round of power iteration each. Without autodiff.
    pub fn iterate(mut self) -> Self {
        self.first = self.first.iterate();
        self.last = self.last.iterate();
        self.middle = self.middle.into_iter().map(SpectralConv::iterate).collect();
        self
    }
}

/// What a critic minimises on its scores of real and of made images: (max(0, 1 − real) + max(0,
/// 1 + made)) / 2 on average. 1 where it cannot tell, 0 where it always can.
pub fn hinge(real: Tensor<4>, made: Tensor<4>) -> Tensor<1> {
    let loss = relu(real.neg().add_scalar(1.0)).mean() + relu(made.add_scalar(1.0)).mean();
    loss / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_singular_value_becomes_one() {
        let device = Device::flex();
        device.seed(2);
        let mut layer = SpectralConv::new(3, 8, 2, &device);
        for _ in 0..50 {
            layer = layer.iterate();
        }
        // By another way: the largest eigenvalue of W Wᵀ by repeated squaring of its trace.
        let w = layer.matrix();
        let mut gram = w.clone().matmul(w.transpose());
        let mut log = 0.0f64;
        for round in 0..12 {
            let trace =
                f64::from((gram.clone() * Tensor::eye(8, &device)).sum().into_scalar::<f32>());
            log += trace.ln() / f64::from(1 << round);
            gram = gram / trace as f32;
            gram = gram.clone().matmul(gram);
        }
        let largest = (log / 2.0).exp() as f32;
        let x = Tensor::random([1, 3, 4, 4], Distribution::Normal(0.0, 1.0), &device);
        let scaled = layer.forward(x.clone());
        let plain = window_conv(x, layer.weight.val(), layer.bias.val(), 2, 1);
        let off = (scaled * largest - plain.clone()).abs().max().into_scalar::<f32>();
        assert!(off < 2e-3 * plain.abs().max().into_scalar::<f32>(), "{off}");
    }

    #[test]
    fn a_score_a_patch_and_a_loss_between_its_ends() {
        let device = Device::flex();
        let critic = Critic::new(8, &device);
        let images = Tensor::random([2, 3, 64, 64], Distribution::Uniform(-1.0, 1.0), &device);
        assert_eq!(critic.forward(images).dims(), [2, 1, 6, 6]);
        let of = |real: f32, made: f32| {
            let full = |v| Tensor::full([1, 1, 2, 2], v, &device);
            hinge(full(real), full(made)).into_scalar::<f32>()
        };
        assert_eq!([of(0.0, 0.0), of(1.5, -2.0), of(-1.0, 1.0)], [1.0, 0.0, 2.0]);
    }
}

//! Normalisation with statistics in f32, whatever precision the activations have.

use burn::module::{Module, Param};
use burn::tensor::activation::{self, silu};
use burn::tensor::{Device, FloatDType, Tensor};
#[cfg(feature = "gpu")]
use burn_cubecl::tensor::CubeTensor;

#[cfg(feature = "gpu")]
use super::gpu::{Kernel, buffer, empty};
#[cfg(feature = "cpu")]
use super::int16;
use super::layers::constant;
#[cfg(feature = "libtorch")]
use super::torch::on_torch;
#[cfg(feature = "cpu")]
use super::tuning::Tuning;

/// What is added to mean squares and variances.
pub(crate) const EPSILON: f32 = 1e-6;

/// Values, four at a time, that a thread of the kernel keeps in registers from the mean to the variance:
/// all of a group of eight channels of 64×64. More than these a processor would put into slow memory.
#[cfg(feature = "gpu")]
const HELD: usize = 32;

/// Group normalisation over `[batch, channels, height, width]` (Wu and He 2018).
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// Scale, `[channels]`.
    pub gamma: Param<Tensor<1>>,
    /// Shift, `[channels]`.
    pub beta: Param<Tensor<1>>,
    pub(super) groups: usize,
}

impl GroupNorm {
    /// Groups of eight channels (one group where there are fewer).
    pub fn new(channels: usize, device: &Device) -> Self {
        Self {
            gamma: constant([channels], 1.0, device),
            beta: constant([channels], 0.0, device),
            groups: (channels / 8).max(1),
        }
    }

    /// Channels that are normalised together.
    #[cfg(feature = "gpu")]
    pub(super) fn group(&self) -> usize {
        self.gamma.dims()[0] / self.groups
    }

    /// Same shape out as in.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        #[cfg(feature = "libtorch")]
        if on_torch(&x) {
            return torch::group_norm(self, x, false);
        }
        let [batch, channels, height, width] = x.dims();
        let dtype = x.dtype();
        let per_group = channels / self.groups * height * width;
        let x = x.cast(FloatDType::F32).reshape([batch, self.groups, per_group]);
        let centred = x.clone() - x.mean_dim(2);
        let variance = centred.clone().square().mean_dim(2); // [batch, groups, 1]
        let x = (centred / (variance + EPSILON).sqrt()).cast(dtype);
        let x = x.reshape([batch, channels, height, width]);
        x * self.gamma.val().reshape([1, channels, 1, 1])
            + self.beta.val().reshape([1, channels, 1, 1])
    }

    /// silu(norm(x)).
    pub fn forward_silu(&self, x: Tensor<4>) -> Tensor<4> {
        #[cfg(feature = "libtorch")]
        if on_torch(&x) {
            return torch::group_norm(self, x, true);
        }
        silu(self.forward(x))
    }
}

/// Root-mean-square normalisation over the last dimension, without parameters: the scale comes
/// from the conditioning (AdaLN) that follows it.
pub fn rms_norm<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if Tuning::now().int16 {
        return int16::rms_norm(x);
    }
    let dtype = x.dtype();
    let x = x.cast(FloatDType::F32);
    let mean_square = x.clone().square().mean_dim(D - 1);
    (x / (mean_square + EPSILON).sqrt()).cast(dtype)
}

/// Softmax along the last dimension.
pub fn softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "cpu")]
    if Tuning::now().int16 {
        return int16::softmax(x);
    }
    activation::softmax(x, D - 1)
}

/// Logarithm of the softmax along the last dimension.
pub fn log_softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "libtorch")]
    if on_torch(&x) {
        return torch::log_softmax(x);
    }
    activation::log_softmax(x, D - 1)
}

/// Scale and shift of every channel, `[batch, channels, 2]`: what [`GroupNorm`] comes down to, for a
/// convolution to apply as it reads.
#[cfg(feature = "gpu")]
pub(super) fn affine(x: &CubeTensor, norm: &GroupNorm) -> CubeTensor {
    let [batch, channels, height, width] = x.meta.shape().dims();
    let (gamma, beta) = (buffer(&norm.gamma.val()), buffer(&norm.beta.val()));
    let out = empty(x, [batch, channels, 2]);
    let share = (channels / norm.groups * height * width / 4).div_ceil(256);
    Kernel::new("norm", include_str!("norm.wgsl"), 256)
        .with_sums()
        .with("CHANNELS", channels)
        .with("GROUPS", norm.groups)
        .with("PIXELS", height * width)
        .with("HELD", share.min(HELD))
        .run(&[x, &gamma, &beta, &out], &[0], [norm.groups, batch, 1]);
    out
}

#[cfg(feature = "libtorch")]
pub(super) mod torch {
    use super::super::torch::{fused, operand};
    use super::*;

    pub fn group_norm(norm: &GroupNorm, x: Tensor<4>, activate: bool) -> Tensor<4> {
        let groups = norm.groups as i64;
        let inputs = [operand(x), operand(norm.gamma.val()), operand(norm.beta.val())];
        fused(inputs, |[x, gamma, beta]| {
            let y = x.group_norm(groups, Some(gamma), Some(beta), f64::from(EPSILON), true);
            if activate { y.silu() } else { y }
        })
    }

    /// [`rms_norm`](super::rms_norm) inside a fused operation.
    pub fn rms(x: &tch::Tensor) -> tch::Tensor {
        let width = x.size()[x.dim() - 1];
        x.rms_norm(width, None::<&tch::Tensor>, f64::from(EPSILON))
    }

    pub fn log_softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
        fused([operand(x)], |[x]| x.log_softmax(-1, None))
    }
}

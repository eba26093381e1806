//! Convolutional building blocks of the tokenizer, after VQGAN (Esser et al. 2021).

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::activation::{silu, softmax};
use burn::tensor::{Device, Tensor};

use super::GroupNorm;

/// 3×3 convolution that keeps height and width.
pub fn conv3x3(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(device)
}

/// 3×3 convolution that halves height and width.
pub fn conv3x3_down(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_stride([2, 2])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init(device)
}

/// 1×1 convolution: a linear map at every position.
pub fn conv1x1(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [1, 1]).init(device)
}

/// x + conv(silu(norm(conv(silu(norm(x)))))), with a 1×1 convolution on the skip path where the
/// number of channels changes.
#[derive(Module, Debug)]
pub struct ResBlock {
    norm1: GroupNorm,
    conv1: Conv2d,
    norm2: GroupNorm,
    conv2: Conv2d,
    skip: Option<Conv2d>,
}

impl ResBlock {
    /// From `from` to `to` channels.
    pub fn new(from: usize, to: usize, device: &Device) -> Self {
        Self {
            norm1: GroupNorm::new(from, device),
            conv1: conv3x3(from, to, device),
            norm2: GroupNorm::new(to, device),
            conv2: conv3x3(to, to, device),
            skip: (from != to).then(|| conv1x1(from, to, device)),
        }
    }

    /// `[batch, from, h, w]` → `[batch, to, h, w]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let h = self.conv1.forward(silu(self.norm1.forward(x.clone())));
        let h = self.conv2.forward(silu(self.norm2.forward(h)));
        match &self.skip {
            Some(skip) => skip.forward(x) + h,
            None => x + h,
        }
    }
}

/// x + out(softmax(q kᵀ / √c) v): single-head self-attention over all positions of a feature map.
#[derive(Module, Debug)]
pub struct AttentionBlock {
    norm: GroupNorm,
    qkv: Conv2d,
    out: Conv2d,
}

impl AttentionBlock {
    /// Over `channels` channels.
    pub fn new(channels: usize, device: &Device) -> Self {
        Self {
            norm: GroupNorm::new(channels, device),
            qkv: conv1x1(channels, 3 * channels, device),
            out: conv1x1(channels, channels, device),
        }
    }

    /// Same shape out as in.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = x.dims();
        let qkv = self.qkv.forward(self.norm.forward(x.clone()));
        let qkv = qkv.reshape([batch, 3 * channels, height * width]); // [batch, 3·c, positions]
        let part = |i: usize| qkv.clone().narrow(1, i * channels, channels);
        let (q, k, v) = (part(0), part(1), part(2));
        let scores = q.transpose().matmul(k) / (channels as f32).sqrt(); // [batch, query, key]
        let h = v.matmul(softmax(scores, 2).transpose()); // [batch, c, query]
        x + self.out.forward(h.reshape([batch, channels, height, width]))
    }
}

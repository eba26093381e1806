//! Convolutional building blocks of the tokenizer, after VQGAN (Esser et al. 2021).

use burn::module::Module;
use burn::tensor::Device;

use crate::kernels::layers::Conv2d;
#[cfg(feature = "libtorch")]
use crate::kernels::torch;
use crate::kernels::{self, FeatureMap, GroupNorm, norm_conv};

/// 3×3 convolution that keeps height and width.
pub fn conv3x3(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2d::new([from, to], 3, 1, device)
}

/// 3×3 convolution that halves height and width.
pub fn conv3x3_down(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2d::new([from, to], 3, 2, device)
}

/// 1×1 convolution: a linear map at every position.
pub fn conv1x1(from: usize, to: usize, device: &Device) -> Conv2d {
    Conv2d::new([from, to], 1, 1, device)
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
    pub fn forward(&self, x: FeatureMap) -> FeatureMap {
        #[cfg(feature = "libtorch")]
        if x.is_wanted_whole() {
            return torch::whole(self, [x.values()], |block, [x]| block.forward(x.into()).values())
                .into();
        }
        let h = norm_conv(x.clone(), &self.norm1, &self.conv1, None);
        let x = match &self.skip {
            Some(skip) => kernels::conv(x, skip, None),
            None => x,
        };
        norm_conv(h, &self.norm2, &self.conv2, Some(x))
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
    pub fn forward(&self, x: FeatureMap) -> FeatureMap {
        #[cfg(feature = "libtorch")]
        if x.is_wanted_whole() {
            return torch::whole(self, [x.values()], |block, [x]| block.forward(x.into()).values())
                .into();
        }
        kernels::map_attention(x, &self.norm, &self.qkv, &self.out)
    }
}

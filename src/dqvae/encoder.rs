//! The hierarchical encoder: one feature map for each granularity, from one pass.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::TokenizerConfig;
use crate::kernels::layers::Conv2d;
use crate::kernels::{FeatureMap, GroupNorm, conv, norm_conv, unshuffle_conv};
use crate::nn::{AttentionBlock, ResBlock, conv1x1, conv3x3, conv3x3_down};

/// Residual blocks at one size, then a strided convolution to the next.
#[derive(Module, Debug)]
struct Stage {
    blocks: Vec<ResBlock>,
    attention: Option<AttentionBlock>,
    down: Option<Conv2d>,
}

/// Turns the features of one granularity into vectors of the code dimension.
#[derive(Module, Debug)]
struct Tail {
    block: ResBlock,
    norm: GroupNorm,
    out: Conv2d,
}

impl Tail {
    fn forward(&self, x: FeatureMap) -> Tensor<4> {
        norm_conv(self.block.forward(x), &self.norm, &self.out, None).values()
    }
}

/// Image → features for each granularity, coarsest first.
///
/// The image enters through a space-to-depth stem (ours: half the size at no loss), then passes
/// convolutional stages that halve the size. The last `granularities` stages are tapped *before*
/// their down-sampling.
#[derive(Module, Debug)]
pub struct Encoder {
    stem: Conv2d,
    stages: Vec<Stage>,
    tails: Vec<Tail>,
}

impl Encoder {
    /// A randomly initialised encoder.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        let (channels, levels) = (&config.channels, config.channels.len());
        let granularities = config.grid.granularities;
        let attentive = config.attention.unwrap_or(granularities);
        let stages = (0..levels)
            .map(|level| Stage {
                blocks: (0..config.blocks)
                    .map(|_| ResBlock::new(channels[level], channels[level], device))
                    .collect(),
                attention: (level + attentive >= levels)
                    .then(|| AttentionBlock::new(channels[level], device)),
                down: (level + 1 < levels)
                    .then(|| conv3x3_down(channels[level], channels[level + 1], device)),
            })
            .collect();
        let tails = (0..granularities)
            .map(|grain| {
                let width = channels[levels - 1 - grain];
                Tail {
                    block: ResBlock::new(width, width, device),
                    norm: GroupNorm::new(width, device),
                    out: conv1x1(width, config.code_dim, device),
                }
            })
            .collect();
        Self { stem: conv3x3(12, channels[0], device), stages, tails }
    }

    /// `[batch, 3, image, image]` in -1..=1 → for each granularity, coarsest first, the vectors
    /// `[batch, code_dim, side, side]` (side: regions, then twice as many, …).
    pub fn forward(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        let mut x = unshuffle_conv(images, &self.stem); // [batch, c₀, image/2, image/2]
        let mut taps = Vec::new();
        for stage in &self.stages {
            x = stage.blocks.iter().fold(x, |x, block| block.forward(x));
            if let Some(attention) = &stage.attention {
                x = attention.forward(x);
            }
            taps.push(x.clone());
            if let Some(down) = &stage.down {
                x = conv(x, down, None);
            }
        }
        taps.into_iter().rev().zip(&self.tails).map(|(x, tail)| tail.forward(x)).collect()
    }
}

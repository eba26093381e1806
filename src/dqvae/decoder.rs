//! The decoder: vectors on the cell grid → image.
//!
//! Since the cells of a coarse region all carry the same vector, positional features (Fourier
//! features and learned rows and columns) break the tie. Where the configuration says so it is told
//! the granularity of each cell, which it would otherwise have to find out from these ties.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Distribution, FloatDType, Tensor};

use super::TokenizerConfig;
use crate::kernels::layers::{Conv2d, random};
use crate::kernels::{FeatureMap, GroupNorm, conv, norm_conv_shuffle, position, upsample_conv};
use crate::nn::{AttentionBlock, ResBlock, conv1x1, conv3x3};

/// Residual blocks at one size, after a convolution from the previous one.
#[derive(Module, Debug)]
struct Stage {
    enter: Option<Conv2d>,
    blocks: Vec<ResBlock>,
}

/// Code vectors → image.
#[derive(Module, Debug)]
pub struct Decoder {
    enter: Conv2d,
    /// From one number a granularity, 1 for that of the cell.
    grains: Option<Conv2d>,
    fourier: Conv2d,
    rows: Param<Tensor<2>>,
    columns: Param<Tensor<2>>,
    middle1: ResBlock,
    attention: AttentionBlock,
    middle2: ResBlock,
    stages: Vec<Stage>,
    norm: GroupNorm,
    out: Conv2d,
}

impl Decoder {
    /// A randomly initialised decoder.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        let (channels, cells) = (&config.decoder_channels, config.grid.cells());
        let (first, last) = (channels[0], channels[channels.len() - 1]);
        let learned = || random([cells, first], Distribution::Normal(0.0, 0.1), device);
        let stages = (0..channels.len())
            .map(|level| Stage {
                enter: (level > 0).then(|| conv3x3(channels[level - 1], channels[level], device)),
                blocks: (0..config.blocks)
                    .map(|_| ResBlock::new(channels[level], channels[level], device))
                    .collect(),
            })
            .collect();
        Self {
            enter: conv3x3(config.code_dim, first, device),
            grains: config.told.then(|| conv1x1(config.grid.granularities, first, device)),
            fourier: conv1x1(2, first, device),
            rows: learned(),
            columns: learned(),
            middle1: ResBlock::new(first, first, device),
            attention: AttentionBlock::new(first, device),
            middle2: ResBlock::new(first, first, device),
            stages,
            norm: GroupNorm::new(last, device),
            out: conv3x3(last, 12, device),
        }
    }

    /// The precision of its parameters.
    pub fn dtype(&self) -> DType {
        self.rows.val().dtype()
    }

    /// Cells along each side of what it reads.
    pub fn cells(&self) -> usize {
        self.rows.dims()[0]
    }

    /// The same weights without the layer that is told granularities.
    pub fn untold(self) -> Self {
        Self { grains: None, ..self }
    }

    /// Granularities that it wants to be told of each cell.
    pub fn told(&self) -> Option<usize> {
        self.grains.as_ref().map(|grains| grains.weight.dims()[1])
    }

    /// `[batch, code_dim, cells, cells]` → `[batch, 3, image, image]`, about -1..=1 (not clamped).
    ///
    /// `grains`: where it [is told](Self::told) them, one map a granularity, 1 at the cells that have
    /// it, `[batch, granularities, cells, cells]`.
    pub fn forward(&self, z: Tensor<4>, grains: Option<Tensor<4>>) -> Tensor<4> {
        self.finish(self.body(z, grains))
    }

    /// All but the last layer: to `[batch, c, image/2, image/2]`.
    pub fn body(&self, z: Tensor<4>, grains: Option<Tensor<4>>) -> FeatureMap {
        let position = position(&self.fourier, self.rows.val(), self.columns.val());
        let x = conv(z.into(), &self.enter, Some(position.into())); // [batch, c₀, cells, cells]
        let x = match (&self.grains, grains) {
            (Some(layer), Some(grains)) => {
                conv(grains.cast(FloatDType::from(self.dtype())).into(), layer, Some(x))
            }
            _ => x,
        };
        let x = self.middle2.forward(self.attention.forward(self.middle1.forward(x)));
        self.stages.iter().fold(x, |x, stage| {
            let x = match &stage.enter {
                Some(enter) => upsample_conv(x, enter),
                None => x,
            };
            stage.blocks.iter().fold(x, |x, block| block.forward(x))
        })
    }

    /// The last layer: what [`body`](Self::body) returns → `[batch, 3, image, image]`.
    pub fn finish(&self, x: FeatureMap) -> Tensor<4> {
        norm_conv_shuffle(x, &self.norm, &self.out)
    }

    /// The weights of the last layer, `[12, c, 3, 3]`.
    pub fn last_weight(&self) -> Tensor<4> {
        self.out.weight.val()
    }
}

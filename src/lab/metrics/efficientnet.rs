//! EfficientNet-Lite0 and -Lite2 as frozen feature extractors.
//!
//! Idea: a stack of inverted residual blocks (1×1 expansion, depthwise convolution, linear 1×1
//! projection), scaled in width and depth by two factors. The Lite family leaves out
//! squeeze-and-excitation and uses ReLU6, so the whole network is convolutions, clamps and sums.
//!
//! Key traits of this version:
//! - batch norm (ε = 10⁻³) is folded into the convolutions when the weights are converted (see
//!   [`checkpoint`](super::checkpoint)), so a layer is one convolution with a bias;
//! - TensorFlow's SAME padding, which for stride 2 depends on the input size and may be lopsided;
//! - weights are constants and not parameters: gradients flow to the input and nowhere else.
//!
//! Source: M. Tan and Q. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
//! Networks", 2019, and the EfficientNet-Lite variants published with it in 2020.

use std::path::Path;

use burn::module::Module;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Device, FloatDType, Tensor};

use super::weights::Weights;
use crate::Result;
use crate::kernels::frozen_conv;

/// Channels of the pooled features that [`EfficientNetLite::embed`] returns.
pub const EMBEDDING: usize = 1280;
/// ImageNet classes of the classifier.
const CLASSES: usize = 1000;
/// Channels after the first convolution; the Lite variants do not scale it.
const STEM: usize = 32;

/// One stage of the baseline: repeats, kernel, stride, expansion, channels, whether its output is
/// a tap (the last features before the next halving).
const STAGES: [(usize, usize, usize, usize, usize, bool); 7] = [
    (1, 3, 1, 1, 16, true),   // /2
    (2, 3, 2, 6, 24, true),   // /4
    (2, 5, 2, 6, 40, true),   // /8
    (3, 3, 2, 6, 80, false),  // /16
    (3, 5, 1, 6, 112, true),  // /16
    (4, 5, 2, 6, 192, false), // /32
    (1, 3, 1, 6, 320, false), // /32
];

/// The factors by which a variant differs from the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EfficientNetLiteConfig {
    /// Factor on the channels of every stage.
    pub width: f64,
    /// Factor on the repeats of every stage but the first and the last.
    pub depth: f64,
    /// Side in pixels of the images that it was trained on.
    pub side: usize,
}

/// Names and extents of one convolution with its batch norm.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Our name, without `.weight` or `.bias`.
    pub name: String,
    /// Name of the convolution in the original checkpoint.
    pub conv: String,
    /// Name of the batch norm in the original checkpoint.
    pub norm: String,
    /// `[out, in / groups, kernel, kernel]`.
    pub shape: [usize; 4],
    stride: usize,
    groups: usize,
    relu6: bool,
}

/// The layers of a block: expansion (absent at factor 1), depthwise, projection.
struct BlockPlan {
    layers: Vec<Layer>,
    skip: bool,
    tap: bool,
}

impl EfficientNetLiteConfig {
    /// Lite0: 4.7 M parameters; used for the perceptual loss.
    pub const LITE0: Self = Self { width: 1.0, depth: 1.0, side: 224 };
    /// Lite2: 6.1 M parameters; used for the Fréchet distance.
    pub const LITE2: Self = Self { width: 1.1, depth: 1.2, side: 260 };

    /// `channels` times the width factor, to the nearest multiple of 8 that loses at most 10 %.
    fn channels(&self, channels: usize) -> usize {
        let scaled = channels as f64 * self.width;
        let rounded = ((scaled as usize + 4) / 8 * 8).max(8);
        if (rounded as f64) < 0.9 * scaled { rounded + 8 } else { rounded }
    }

    fn blocks(&self) -> Vec<BlockPlan> {
        let mut blocks = Vec::new();
        let mut input = STEM;
        for (stage, &(repeats, kernel, stride, expansion, channels, tap)) in
            STAGES.iter().enumerate()
        {
            let outer = stage == 0 || stage + 1 == STAGES.len();
            let scaled = (repeats as f64 * self.depth).ceil() as usize;
            let repeats = if outer { repeats } else { scaled };
            let output = self.channels(channels);
            for i in 0..repeats {
                let stride = if i == 0 { stride } else { 1 };
                let inner = input * expansion;
                let index = blocks.len();
                let mut norms = 0..3; // numbered in the order in which they occur, from 0 or from 1
                if expansion == 1 {
                    norms.next();
                }
                let mut layer = |role: &str, shape, stride, groups, relu6| Layer {
                    name: format!("blocks.{index}.{role}"),
                    conv: format!("_blocks.{index}._{role}_conv"),
                    norm: format!("_blocks.{index}._bn{}", norms.next().unwrap_or_default()),
                    shape,
                    stride,
                    groups,
                    relu6,
                };
                let mut layers = Vec::with_capacity(3);
                if expansion != 1 {
                    layers.push(layer("expand", [inner, input, 1, 1], 1, 1, true));
                }
                layers.push(layer("depthwise", [inner, 1, kernel, kernel], stride, inner, true));
                layers.push(layer("project", [output, inner, 1, 1], 1, 1, false));
                let last = i + 1 == repeats;
                blocks.push(BlockPlan { layers, skip: i > 0, tap: tap && last });
                input = output;
            }
        }
        blocks
    }

    fn stem(&self) -> Layer {
        let [name, conv, norm] = ["stem", "_conv_stem", "_bn0"].map(str::to_owned);
        Layer { name, conv, norm, shape: [STEM, 3, 3, 3], stride: 2, groups: 1, relu6: true }
    }

    fn head(&self) -> Layer {
        let [name, conv, norm] = ["head", "_conv_head", "_bn1"].map(str::to_owned);
        let shape = [EMBEDDING, self.channels(STAGES[6].4), 1, 1];
        Layer { name, conv, norm, shape, stride: 1, groups: 1, relu6: true }
    }

    /// Every convolution of the network, in order.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let blocks = self.blocks().into_iter().flat_map(|block| block.layers);
        std::iter::once(self.stem()).chain(blocks).chain([self.head()]).collect()
    }
}

/// A convolution with SAME padding, a bias and perhaps ReLU6.
#[derive(Module, Debug)]
struct Conv {
    weight: Tensor<4>, // [out, in / groups, k, k]
    bias: Tensor<1>,   // [out]
    stride: usize,
    groups: usize,
    relu6: bool,
}

impl Conv {
    fn new(layer: &Layer, weights: &Weights, device: &Device) -> Result<Self> {
        Ok(Self {
            weight: weights.constant(&format!("{}.weight", layer.name), layer.shape, device)?,
            bias: weights.constant(&format!("{}.bias", layer.name), [layer.shape[0]], device)?,
            stride: layer.stride,
            groups: layer.groups,
            relu6: layer.relu6,
        })
    }

    /// Padding before and after an axis of `size`, so that `ceil(size / stride)` positions remain.
    fn same(size: usize, kernel: usize, stride: usize) -> (usize, usize) {
        let reach = (size.div_ceil(stride).max(1) - 1) * stride + kernel;
        let total = reach.saturating_sub(size);
        (total / 2, total - total / 2)
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let kernel = self.weight.dims()[2];
        let padding = [height, width].map(|size| Self::same(size, kernel, self.stride));
        let dtype = FloatDType::from(x.dtype());
        let (weight, bias) = (self.weight.clone().cast(dtype), self.bias.clone().cast(dtype));
        frozen_conv(x, weight, bias, self.stride, padding, self.groups, self.relu6)
    }
}

/// An inverted residual block.
#[derive(Module, Debug)]
struct Block {
    layers: Vec<Conv>,
    skip: bool,
    tap: bool,
}

impl Block {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let y = self.layers.iter().fold(x.clone(), |y, layer| layer.forward(y)); // [b, out, h, w]
        if self.skip { y + x } else { y }
    }
}

/// EfficientNet-Lite with frozen weights. Images are RGB in −1..1, shape `[batch, 3, height, width]`.
///
/// Any height and width work; features are best near [`EfficientNetLiteConfig::side`], see [`resize`].
/// The input must live on the device (inside or outside of autodiff) given when loading; like every
/// tensor operation, the methods panic on an input that is not three channels deep or is empty.
#[derive(Module, Debug)]
pub struct EfficientNetLite {
    stem: Conv,
    blocks: Vec<Block>,
    head: Conv,
    classifier: Tensor<2>,      // [1280, classes]
    classifier_bias: Tensor<1>, // [classes]
}

impl EfficientNetLite {
    /// Reads the weights that `varigrain features` wrote for `config`.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) if the file cannot be read,
    /// [`Error::PackDamaged`](crate::Error::PackDamaged) if it is not of this variant.
    pub fn load(config: EfficientNetLiteConfig, path: &Path, device: &Device) -> Result<Self> {
        Self::new(config, &Weights::read(path)?, device)
    }

    /// Builds the network from weights on the host.
    ///
    /// # Errors
    /// [`Error::PackDamaged`](crate::Error::PackDamaged) if a weight is missing or has another shape.
    pub fn new(config: EfficientNetLiteConfig, weights: &Weights, device: &Device) -> Result<Self> {
        let conv = |layer: &Layer| Conv::new(layer, weights, device);
        let block = |plan: BlockPlan| {
            let layers = plan.layers.iter().map(conv).collect::<Result<_>>()?;
            Ok(Block { layers, skip: plan.skip, tap: plan.tap })
        };
        let classifier = weights.constant("classifier.weight", [CLASSES, EMBEDDING], device)?;
        Ok(Self {
            stem: conv(&config.stem())?,
            blocks: config.blocks().into_iter().map(block).collect::<Result<_>>()?,
            head: conv(&config.head())?,
            classifier: classifier.transpose(),
            classifier_bias: weights.constant("classifier.bias", [CLASSES], device)?,
        })
    }

    /// From −1..1 to the range of the original, (byte − 127) / 128, and through the stem.
    fn begin(&self, x: Tensor<4>) -> Tensor<4> {
        self.stem.forward(x.mul_scalar(127.5 / 128.0).add_scalar(0.5 / 128.0)) // [b, 32, h/2, w/2]
    }

    /// The first `count` of four taps: features at 1/2, 1/4, 1/8 and 1/16 of the input's side.
    ///
    /// Lite0 has 16, 24, 40 and 112 channels there. Nothing after the last wanted tap is computed.
    pub fn forward_taps(&self, x: Tensor<4>, count: usize) -> Vec<Tensor<4>> {
        let mut taps = Vec::new();
        if count == 0 {
            return taps;
        }
        let mut x = self.begin(x);
        for block in &self.blocks {
            x = block.forward(x);
            if block.tap {
                taps.push(x.clone());
                if taps.len() == count {
                    break;
                }
            }
        }
        taps
    }

    /// Features averaged over positions, `[batch, 1280]`, each in 0..6.
    pub fn embed(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.blocks.iter().fold(self.begin(x), |x, block| block.forward(x)); // [b, c, h/32, w/32]
        self.pool(x)
    }

    /// From the last block's output `[batch, c, h/32, w/32]` to pooled features, `[batch, 1280]`.
    fn pool(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.head.forward(x); // [b, 1280, h/32, w/32]
        x.mean_dims(&[2, 3]).flatten(1, 3) // [b, 1280]
    }

    /// All four taps, as [`forward_taps`](Self::forward_taps), and the pooled features, as
    /// [`embed`](Self::embed), in one pass.
    pub fn taps_and_embedding(&self, x: Tensor<4>) -> (Vec<Tensor<4>>, Tensor<2>) {
        let (mut taps, mut x) = (Vec::new(), self.begin(x));
        for block in &self.blocks {
            x = block.forward(x);
            if block.tap {
                taps.push(x.clone());
            }
        }
        (taps, self.pool(x))
    }

    /// ImageNet logits, `[batch, 1000]`, of an image.
    pub fn classify(&self, x: Tensor<4>) -> Tensor<2> {
        self.logits(self.embed(x))
    }

    /// ImageNet logits, `[batch, 1000]`, from pooled features.
    pub fn logits(&self, features: Tensor<2>) -> Tensor<2> {
        let dtype = FloatDType::from(features.dtype());
        let (weight, bias) = (&self.classifier, &self.classifier_bias);
        features.matmul(weight.clone().cast(dtype)) + bias.clone().cast(dtype).unsqueeze()
    }
}

/// Bilinear resize of `[b, c, h, w]` to `[b, c, side, side]`, pixel centres at half positions.
pub fn resize(x: Tensor<4>, side: usize) -> Tensor<4> {
    let options = InterpolateOptions::new(InterpolateMode::Bilinear)
        .with_align_corners(false)
        .with_output_size([side, side]);
    interpolate(x, options)
}

#[cfg(test)]
#[path = "efficientnet_tests.rs"]
pub(crate) mod tests;

//! The class laid out over the image: a rough idea of what belongs where.
//!
//! ```text
//! s = silu(Σ class vectors) · W        a few channels for every region
//! x_token += s[region] · G[part]       G: one matrix for each part of a region that a code can cover
//! ```
//!
//! Key traits: two small matrices that turn a class vector, which knows nothing of places, into a
//! small image. Ours: through AdaLN a class says the same to every token, and prefix tokens have to
//! be asked, so without it the unknown tokens of an empty image all begin alike.

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};
use serde::{Deserialize, Serialize};

use super::ar::Sequence;
use crate::grain::Grid;
use crate::kernels::layers::{Linear, random};
use crate::kernels::{self, class_rows};

/// Sizes of a [`Sketch`], stored in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SketchConfig {
    /// Regions along each side of the image.
    pub regions: usize,
    /// Numbers for each region.
    pub channels: usize,
}

impl SketchConfig {
    /// Whether a network of `cells` along each side can have it.
    pub fn fits(&self, cells: usize) -> bool {
        (1..=cells).contains(&self.regions) && (1..=64).contains(&self.channels)
    }
}

/// What a class asks for at each place.
#[derive(Module, Debug)]
pub struct Sketch {
    /// width → regions² · channels.
    spread: Linear,
    /// G, `[parts, channels, width]`: first for the whole region, then for its quarters, ….
    parts: Param<Tensor<3>>,
    regions: usize,
}

impl Sketch {
    /// A sketch that says next to nothing yet.
    pub fn new(size: SketchConfig, granularities: usize, width: usize, device: &Device) -> Self {
        let SketchConfig { regions, channels } = size;
        let parts = Grid { regions: 1, granularities }.spots();
        let small = Distribution::Normal(0.0, 0.02);
        let std = 1.0 / (width as f64).sqrt();
        Self {
            spread: Linear::normal(width, regions * regions * channels, true, std, device),
            parts: random([parts, channels, width], small, device),
            regions,
        }
    }

    /// The class vectors `[batch, axes, width]` → `[batch, regions², channels]`.
    pub fn draw(&self, condition: Tensor<3>) -> Tensor<3> {
        class_rows(condition, &self.spread, self.regions * self.regions)
    }

    /// Adds what a drawn sketch says to the tokens behind a prefix; `spots`: where they are, as
    /// numbers of [`Token::spot`](crate::grain::Token::spot), `[lists, tokens]`.
    ///
    /// `x`: `[batch, prefix + tokens, width]`, returned in the same shape.
    pub fn add(&self, x: Tensor<3>, drawn: Tensor<3>, spots: Tensor<2, Int>) -> Tensor<3> {
        kernels::add_sketch(x, drawn, &self.parts.val(), spots)
    }

    /// As [`add`](Self::add), in sampling: for the place of `sequence` that was chosen last.
    pub fn add_next(&self, x: Tensor<3>, drawn: Tensor<3>, sequence: &Sequence) -> Tensor<3> {
        sequence.add_sketch(x, drawn, &self.parts.val())
    }
}

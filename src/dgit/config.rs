//! Sizes of the transformers.

use serde::{Deserialize, Serialize};

use super::SketchConfig;
use crate::grain::Grid;
use crate::{Error, Result};

/// Most values of one table, 1 GiB: more than a browser has at once.
const MOST_VALUES: u64 = 1 << 28;

/// Architecture of a [`MaskedTransformer`](super::MaskedTransformer), stored in the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerConfig {
    /// Number of values a token can take, a multiple of four; one more row of the table is the MASK.
    pub vocabulary: usize,
    /// Width D of the hidden vectors.
    pub width: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Attention heads, each 8, 16, 32 or 64 wide.
    pub heads: usize,
    /// Granularities that tokens can have.
    pub granularities: usize,
    /// Cells along each side of the image: the range of positions.
    pub cells: usize,
    /// Number of classes of each axis, without "any"; none for an unconditional model.
    pub classes: Vec<usize>,
    /// The class laid out over the image, if the network has that (ours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<SketchConfig>,
}

impl TransformerConfig {
    /// The shipped DGiT-NAR: about 7 M parameters.
    pub fn nar(vocabulary: usize, granularities: usize, cells: usize, classes: Vec<usize>) -> Self {
        let (width, layers, heads, sketch) = (256, 8, 4, None);
        Self { vocabulary, width, layers, heads, granularities, cells, classes, sketch }
    }

    /// The shipped grain-map model: under 1 M parameters.
    pub fn grain_map(vocabulary: usize, regions: usize, cells: usize, classes: Vec<usize>) -> Self {
        let sketch = Some(SketchConfig { regions, channels: 4 });
        let (width, layers, heads, granularities) = (128, 4, 2, 1);
        Self { vocabulary, width, layers, heads, granularities, cells, classes, sketch }
    }

    /// Class vectors of an image; see [`slots`](super::slots).
    pub fn slots(&self) -> usize {
        super::slots(&self.classes)
    }

    /// Values of the largest table, classes or sketch; of sizes that are each in range.
    fn largest(&self) -> u64 {
        let classes: usize = self.classes.iter().map(|count| count + 1).sum();
        let sketch = self.sketch.map_or(0, |s| s.regions * s.regions * s.channels);
        self.width as u64 * classes.max(sketch) as u64
    }

    /// Checks the sizes; a manifest may hold anything.
    pub fn validate(&self) -> Result<()> {
        // Multiples of four, and heads of a few sizes: what the WebGPU kernels can do.
        let fits = (4..=65_536).contains(&self.vocabulary)
            && self.vocabulary.is_multiple_of(4)
            && (8..=2048).contains(&self.width)
            && (1..=64).contains(&self.layers)
            && (1..=64).contains(&self.heads)
            && self.width.is_multiple_of(self.heads)
            && [8, 16, 32, 64].contains(&(self.width / self.heads))
            && (1..=Grid::MOST_GRANULARITIES).contains(&self.granularities)
            && (1..=256).contains(&self.cells)
            && self.sketch.is_none_or(|sketch| sketch.fits(self.cells))
            && self.classes.len() <= 16
            && self.classes.iter().all(|n| (1..=65_535).contains(n))
            && self.largest() <= MOST_VALUES;
        if fits {
            Ok(())
        } else {
            Err(Error::damaged("manifest.json", "the transformer sizes do not fit each other."))
        }
    }
}

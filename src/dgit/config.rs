//! Sizes of the transformers.

use serde::{Deserialize, Serialize};

use super::SketchConfig;
use crate::bounds::{AXES, CELLS, CLASSES, CODES, Cost, PASS, VALUES, WEIGHTS};
use crate::grain::Grid;
use crate::{Error, Result};

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

    /// A pass over `tokens` of one image, and its tables. To be asked for sizes that are each in range.
    pub(crate) fn cost(&self, tokens: usize) -> Cost {
        let (width, n) = (self.width, tokens.saturating_add(self.slots() + 1));
        let classes = self.classes.iter().map(|count| count + 1).sum::<usize>().max(1);
        let sketch = self.sketch.map_or(0, |s| s.regions * s.regions * s.channels);
        let block =
            Cost::layer(&[12, width, width], &[n]) + Cost::attention(n, n, width, self.heads);
        block.times(self.layers)
            + Cost::layer(&[self.vocabulary + 1, width], &[n])
            + Cost::values(&[n, self.vocabulary.max(4 * width)])
            + Cost::layer(&[classes, width], &[])
            + Cost::layer(&[sketch, width], &[self.slots()])
            + Cost::layer(&[6, width, width], &[self.slots()])
    }

    /// Checks the sizes; a manifest may hold anything.
    pub fn validate(&self) -> Result<()> {
        // Multiples of four, and heads of a few sizes: what the WebGPU kernels can do.
        let fits = (4..=CODES).contains(&self.vocabulary)
            && self.vocabulary.is_multiple_of(4)
            && (8..=2048).contains(&self.width)
            && (1..=64).contains(&self.layers)
            && (1..=64).contains(&self.heads)
            && self.width.is_multiple_of(self.heads)
            && [8, 16, 32, 64].contains(&(self.width / self.heads))
            && (1..=Grid::MOST_GRANULARITIES).contains(&self.granularities)
            && (1..=CELLS).contains(&self.cells)
            && self.sketch.is_none_or(|sketch| sketch.fits(self.cells))
            && self.classes.len() <= AXES
            && self.classes.iter().all(|n| (1..=CLASSES).contains(n));
        let bad = |why: &str| Err(Error::damaged("manifest.json", why));
        if !fits {
            return bad("the transformer sizes do not fit each other.");
        }
        // For one token at least: how many there are is known where it is used.
        let cost = self.cost(1);
        if cost.weights > WEIGHTS || cost.values > VALUES || cost.multiplications > PASS {
            return bad("a transformer is larger than it may be.");
        }
        Ok(())
    }
}

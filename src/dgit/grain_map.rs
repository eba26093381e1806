//! The grain-map model: which regions of an image of this class are dense.
//!
//! Predicting [`LEVELS`] density levels rather than "fine or coarse" lets the shares be chosen
//! afterwards, and hands the mask schedule its priorities (ours; D²iT of the same group shows that
//! a small separate map model loses almost nothing against the true map, and a random map a lot).

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::{MaskedTransformer, Places, TransformerConfig};
use crate::density::LEVELS;
use crate::grain::{GrainMap, Grid};

/// p(level of a region | known levels, class).
#[derive(Module, Debug)]
pub struct GrainMapModel {
    transformer: MaskedTransformer,
}

impl GrainMapModel {
    /// A randomly initialised model; its vocabulary must be [`LEVELS`].
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        debug_assert_eq!(config.vocabulary, LEVELS);
        Self { transformer: MaskedTransformer::new(config, device) }
    }

    /// Class vectors of an image; see [`slots`](super::slots).
    pub fn slots(&self) -> usize {
        self.transformer.slots()
    }

    /// The index that stands for "not known".
    pub fn mask(&self) -> usize {
        self.transformer.mask()
    }

    /// Places of the regions: one token each, raster order. They serve a whole batch.
    pub fn places(grid: Grid, device: &Device) -> Places {
        let layout = GrainMap::uniform(grid, 0).layout();
        Places::new(&[&layout], grid.region_count(), device)
    }

    /// Levels `[batch or 1, regions²]` → logits `[batch, regions², LEVELS]`.
    pub fn forward(
        &self,
        levels: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> Tensor<3> {
        self.transformer.forward(levels, places, classes)
    }
}

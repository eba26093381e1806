//! What to draw: a style, a category, a concept, each of which may be "any".

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};

use crate::kernels;
use crate::kernels::layers::random;

/// Number of class axes.
pub const AXES: usize = 3;

/// A class prompt by index; `None` means any. "Any" on every axis is the unconditional model, which
/// classifier-free guidance pushes away from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Index of the style.
    pub style: Option<usize>,
    /// Index of the category.
    pub category: Option<usize>,
    /// Index of the concept.
    pub concept: Option<usize>,
}

impl Condition {
    /// Rows of the embedding tables; row 0 is "any".
    pub fn rows(&self) -> [i32; AXES] {
        [self.style, self.category, self.concept].map(|id| id.map_or(0, |id| id as i32 + 1))
    }

    /// Rows of a batch, one after the other.
    pub fn all_rows(batch: &[Condition]) -> Vec<i32> {
        batch.iter().flat_map(Condition::rows).collect()
    }

    /// Rows of a batch, `[batch, AXES]`.
    pub fn tensor(batch: &[Condition], device: &Device) -> Tensor<2, Int> {
        let rows = Self::all_rows(batch);
        Tensor::<1, Int>::from_ints(rows.as_slice(), device).reshape([batch.len(), AXES])
    }
}

/// One table per class axis.
#[derive(Module, Debug)]
pub struct ConditionEmbedding {
    tables: Vec<Param<Tensor<2>>>,
}

impl ConditionEmbedding {
    /// Tables for `classes[axis]` entries and "any".
    pub fn new(classes: [usize; AXES], width: usize, device: &Device) -> Self {
        let table =
            |entries: usize| random([entries + 1, width], Distribution::Normal(0.0, 0.02), device);
        Self { tables: classes.map(table).into() }
    }

    /// `[batch, AXES]` → `[batch, AXES, width]`.
    pub fn forward(&self, rows: Tensor<2, Int>) -> Tensor<3> {
        kernels::condition(&self.tables, rows)
    }
}

//! What to draw: a class of each axis, each of which may be "any".

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};

use crate::kernels;
use crate::kernels::layers::random;

/// A class prompt by index, one entry an axis; `None` means any, and so does an entry that is missing.
/// "Any" on every axis, the default, is the unconditional model, which classifier-free guidance pushes away
/// from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Condition(pub Vec<Option<u16>>);

impl Condition {
    /// The class of an axis.
    pub fn get(&self, axis: usize) -> Option<u16> {
        self.0.get(axis).copied().flatten()
    }

    /// Numbers of the classes in each of `slots` axes, from 1; 0 is "any".
    fn rows(&self, slots: usize) -> impl Iterator<Item = i32> {
        (0..slots).map(|axis| self.get(axis).map_or(0, |class| i32::from(class) + 1))
    }

    /// Rows of a batch, one after the other, for a network of so many [`slots`].
    pub fn all_rows(batch: &[Condition], slots: usize) -> Vec<i32> {
        batch.iter().flat_map(|condition| condition.rows(slots)).collect()
    }

    /// Rows of a batch of which at least one has an entry for each axis, `[batch, slots]`.
    pub fn whole_tensor(batch: &[Condition], device: &Device) -> Tensor<2, Int> {
        let axes = batch.iter().map(|condition| condition.0.len()).max().unwrap_or(0);
        Self::tensor(batch, axes.max(1), device)
    }

    /// Rows of a batch, `[batch, slots]`.
    pub fn tensor(batch: &[Condition], slots: usize, device: &Device) -> Tensor<2, Int> {
        let rows = Self::all_rows(batch, slots);
        Tensor::<1, Int>::from_ints(rows.as_slice(), device).reshape([batch.len(), slots])
    }
}

/// Class vectors of a network whose axes have these numbers of classes: one an axis. A network without
/// axes has one that is always the same.
pub fn slots(classes: &[usize]) -> usize {
    classes.len().max(1)
}

/// One table for all axes: of each, a row for "any" and then its classes.
#[derive(Module, Debug)]
pub struct ConditionEmbedding {
    /// `[Σ (classes + 1), width]`.
    table: Param<Tensor<2>>,
    /// Row of each axis's "any", `[slots]`.
    offsets: Vec<usize>,
}

impl ConditionEmbedding {
    /// A table for axes of `classes[axis]` classes.
    pub fn new(classes: &[usize], width: usize, device: &Device) -> Self {
        let sizes = if classes.is_empty() { &[0] } else { classes };
        let offsets = sizes.iter().scan(0, |next, count| {
            let offset = *next;
            *next += count + 1;
            Some(offset)
        });
        let rows = sizes.iter().map(|count| count + 1).sum();
        Self {
            offsets: offsets.collect(),
            table: random([rows, width], Distribution::Normal(0.0, 0.02), device),
        }
    }

    /// Class vectors of an image.
    pub fn slots(&self) -> usize {
        self.offsets.len()
    }

    /// Classes of each axis, 0 for any, `[batch, slots]` → `[batch, slots, width]`.
    pub fn forward(&self, classes: Tensor<2, Int>) -> Tensor<3> {
        kernels::condition(&self.table.val(), &self.offsets, classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_every_axis_has_a_row_of_its_own() {
        let device = Device::flex();
        let embedding = ConditionEmbedding::new(&[2, 3], 4, &device);
        assert_eq!((embedding.table.dims(), embedding.slots()), ([7, 4], 2));
        let table: Vec<f32> = embedding.table.val().into_data().iter::<f32>().collect();
        let batch = [vec![Some(1), None], vec![None, Some(2)], vec![]].map(Condition);
        let found = embedding.forward(Condition::tensor(&batch, 2, &device));
        let found: Vec<f32> = found.into_data().iter::<f32>().collect();
        let expected = [2, 3, 0, 6, 0, 3].map(|row: usize| &table[4 * row..4 * row + 4]);
        assert_eq!(found, expected.concat());
    }

    #[test]
    fn without_axes_there_is_one_vector() {
        let device = Device::flex();
        let embedding = ConditionEmbedding::new(&[], 4, &device);
        let classes = Condition::tensor(&[Condition::default()], slots(&[]), &device);
        assert_eq!(embedding.forward(classes).dims(), [1, 1, 4]);
    }
}

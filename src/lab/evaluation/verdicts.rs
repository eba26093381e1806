//! How often the judge sees in images what was asked for.

use burn::tensor::Device;

use crate::Result;
use crate::lab::data::{Dataset, image_batch};
use crate::lab::metrics::Judge;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::metrics::neighbours::nearest;

/// Images that are brought to the device at once.
const BATCH: usize = 64;

/// Shares in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Of images whose style is seen.
    pub style: f64,
    /// Of images whose category is seen.
    pub category: f64,
}

/// How often `judge` finds style and category of the items `indices` in `images`: RGB bytes of one
/// image an item, of the size of the data set.
pub fn accuracy(
    judge: &Judge,
    data: &Dataset,
    indices: &[usize],
    images: &[&[u8]],
    device: &Device,
) -> Accuracy {
    let (mut style, mut category) = (0usize, 0usize);
    for (items, images) in indices.chunks(BATCH).zip(images.chunks(BATCH)) {
        let verdicts = judge.judge(image_batch(images, data.size, device));
        for (item, verdict) in items.iter().zip(verdicts) {
            style += usize::from(verdict.style == data.items[*item].style);
            category += usize::from(verdict.category == data.category(*item));
        }
    }
    let share = |right: usize| right as f64 / indices.len() as f64;
    Accuracy { style: share(style), category: share(category) }
}

/// Share (0..=1) of images whose nearest training drawing shows the concept of their item.
///
/// `images` are features of one image for each of `items`; `base` those of the items `training`.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if there is no training drawing.
pub fn concept_accuracy(
    data: &Dataset,
    items: &[usize],
    images: &FeatureSet,
    training: &[usize],
    base: &FeatureSet,
    device: &Device,
) -> Result<f64> {
    let found = nearest(images.rows(), base.rows(), EMBEDDING, 1, false, device)?;
    let concept = |item: usize| data.items[item].concept;
    let right = items.iter().zip(&found);
    let right = right.filter(|(i, found)| concept(**i) == concept(training[found.indices[0]]));
    Ok(right.count() as f64 / items.len() as f64)
}

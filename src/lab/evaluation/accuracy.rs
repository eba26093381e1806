//! How often the classifier sees in images what was asked for.

use burn::tensor::Device;

use crate::Result;
use crate::lab::data::{Dataset, image_batch};
use crate::lab::metrics::Classifier;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::metrics::neighbours::nearest;

/// Images that are brought to the device at once.
const BATCH: usize = 64;

/// On each axis that a classifier knows, by id: the share of images (0..=1) in which it sees the class asked for.
pub type Accuracy = Vec<(String, f64)>;

/// How often `classifier` finds the classes of the items `indices` in `images`: RGB bytes of one
/// image an item, of the size of the data set. Items without a class on an axis do not count there.
pub fn accuracy(
    classifier: &Classifier,
    data: &Dataset,
    indices: &[usize],
    images: &[&[u8]],
    device: &Device,
) -> Accuracy {
    let axes = classifier.axes();
    let mut right = vec![(0usize, 0usize); axes.len()];
    for (items, images) in indices.chunks(BATCH).zip(images.chunks(BATCH)) {
        let predictions = classifier.classify(image_batch(images, data.size, device));
        for (item, prediction) in items.iter().zip(predictions) {
            for ((right, all), (axis, seen)) in right.iter_mut().zip(axes.iter().zip(prediction)) {
                let Some(class) = data.class(*item, *axis) else { continue };
                *right += usize::from(seen.class == usize::from(class));
                *all += 1;
            }
        }
    }
    let named = axes.iter().map(|axis| data.classes.axes[*axis].id.clone());
    named.zip(right).map(|(id, (right, all))| (id, right as f64 / all as f64)).collect()
}

/// Share (0..=1) of images whose nearest training drawing shows the concept of their item.
///
/// `images` are features of one image for each of `items`; `base` those of the items `training`.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if there is no training drawing,
/// [`Error::UnknownAxis`](crate::Error::UnknownAxis) without an axis of concepts.
pub fn concept_accuracy(
    data: &Dataset,
    items: &[usize],
    images: &FeatureSet,
    training: &[usize],
    base: &FeatureSet,
    device: &Device,
) -> Result<f64> {
    let found = nearest(images.rows(), base.rows(), EMBEDDING, 1, false, device)?;
    let axis = data.classes.axis("concept")?;
    let concept = |item: usize| data.class(item, axis);
    let right = items.iter().zip(&found);
    let right = right.filter(|(i, found)| concept(**i) == concept(training[found.indices[0]]));
    Ok(right.count() as f64 / items.len() as f64)
}

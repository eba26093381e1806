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

/// Whether the class on each axis that a classifier knows is seen as asked; `None` where nothing was asked.
pub type Hits = Vec<Option<bool>>;

/// What `classifier` sees as asked in `images`: RGB bytes of one image for each of `items`, of the size of the
/// data set.
pub fn hits(
    classifier: &Classifier,
    data: &Dataset,
    items: &[usize],
    images: &[&[u8]],
    device: &Device,
) -> Vec<Hits> {
    let (axes, mut all) = (classifier.axes(), Vec::with_capacity(items.len()));
    for (items, images) in items.chunks(BATCH).zip(images.chunks(BATCH)) {
        let seen = classifier.classify(image_batch(images, data.size, device));
        for (item, seen) in items.iter().zip(seen) {
            let asked = axes.iter().map(|axis| data.class(*item, *axis));
            let right =
                asked.zip(seen).map(|(asked, seen)| Some(seen.class == usize::from(asked?)));
            all.push(right.collect());
        }
    }
    all
}

/// Share (0..=1) of pictures that are right on all of `axes` (positions in their hits), of those that
/// were asked for something on any of them; `None` without such.
pub fn share_right(hits: &[Hits], axes: &[usize]) -> Option<f64> {
    let of = |one: &Hits| {
        let asked: Vec<bool> = axes.iter().filter_map(|axis| one[*axis]).collect();
        (!asked.is_empty()).then(|| asked.iter().all(|right| *right))
    };
    let asked: Vec<bool> = hits.iter().filter_map(of).collect();
    let right = asked.iter().filter(|right| **right).count();
    (!asked.is_empty()).then(|| right as f64 / asked.len() as f64)
}

/// On each axis that a classifier knows, by id: the share of images (0..=1) in which it sees the class asked for.
pub type Accuracy = Vec<(String, f64)>;

/// How often `classifier` finds the classes of the items `indices` in `images`, as in [`hits`]. Items
/// without a class on an axis do not count there; NaN where there are no others.
pub fn accuracy(
    classifier: &Classifier,
    data: &Dataset,
    indices: &[usize],
    images: &[&[u8]],
    device: &Device,
) -> Accuracy {
    let hits = hits(classifier, data, indices, images, device);
    let of = |(at, axis): (usize, &usize)| {
        let share = share_right(&hits, &[at]).unwrap_or(f64::NAN);
        (data.classes.axes[*axis].id.clone(), share)
    };
    classifier.axes().iter().enumerate().map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combination_is_right_where_every_axis_asked_for_is() {
        let hits: Vec<Hits> = vec![
            vec![Some(true), Some(true), Some(true)],
            vec![Some(true), Some(false), Some(true)],
            vec![None, Some(true), Some(false)],
            vec![None, None, Some(true)],
        ];
        assert_eq!(share_right(&hits, &[0]), Some(1.0));
        assert_eq!(share_right(&hits, &[1]), Some(2.0 / 3.0));
        assert_eq!(share_right(&hits, &[0, 1]), Some(2.0 / 3.0));
        assert_eq!(share_right(&hits, &[0, 1, 2]), Some(0.5));
        assert_eq!(share_right(&hits[3..], &[0, 1]), None);
        assert_eq!(share_right(&[], &[0]), None);
    }
}

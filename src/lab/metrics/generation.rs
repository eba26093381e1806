//! How close generated images come to real ones.

use burn::tensor::Tensor;

use super::efficientnet::{EMBEDDING, resize};
use super::frechet::Reference;
use super::{EfficientNetLite, EfficientNetLiteConfig, frechet_distance};
use crate::Result;

/// Images that the feature network sees at once; its first layers take much memory.
const BATCH: usize = 32;

/// EfficientNet-Lite2 features of a set of images.
#[derive(Debug, Clone, Default)]
pub struct FeatureSet {
    rows: Vec<f32>,
}

impl FeatureSet {
    /// Adds images, `[batch, 3, size, size]` in -1..=1.
    pub fn add(&mut self, network: &EfficientNetLite, images: Tensor<4>) {
        for images in images.clamp(-1.0, 1.0).split(BATCH, 0) {
            let images = resize(images, EfficientNetLiteConfig::LITE2.side);
            self.rows.extend(network.embed(images).into_data().iter::<f32>());
        }
    }

    /// A set of features that are known already, a row of [`EMBEDDING`] values an image.
    #[cfg(test)]
    pub fn from_rows(rows: Vec<f32>) -> Self {
        Self { rows }
    }

    /// All features, a row of [`EMBEDDING`] values an image.
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.rows.len() / EMBEDDING
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The set as one that many others are measured against.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for fewer than two images.
    pub fn reference(&self) -> Result<Reference> {
        Reference::new(&self.rows, EMBEDDING)
    }

    /// FD-lite: Fréchet distance to another set. It depends on how many images both have; no
    /// published FID compares.
    pub fn distance(&self, other: &Self) -> Result<f64> {
        frechet_distance(&self.rows, &other.rows, EMBEDDING)
    }
}

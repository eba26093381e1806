//! Local standard deviation: the plainest measure of "something happens here" (ours).
//!
//! In a small vector-quantisation experiment it found 92–97 % of the gain an oracle allocator
//! could have, against 62–79 % for the entropy: entropy also rises on smooth ramps, which a coarse
//! code describes well, while deviation rises with the contrast that a coarse code loses.

use burn::tensor::Tensor;

use super::{InformationDensity, patch, patches};

/// Standard deviation over the pixels of a region, root mean square over the colour channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Deviation;

impl InformationDensity for Deviation {
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let [batch, _, _, _] = images.dims();
        let x = patches(images, regions); // [batch, regions², 3, pixels]
        let variance = (x.clone() - x.mean_dim(3)).square().mean_dim(3); // [batch, regions², 3, 1]
        variance.mean_dim(2).sqrt().reshape([batch, regions * regions])
    }
}

impl Deviation {
    /// The same for one picture on the host: planes `[3, size, size]` in -1..=1 → `[regions²]`.
    ///
    /// Sums are in f64, so that a flat region has a deviation of exactly 0 whatever its colour.
    pub fn of_planes(planes: &[f32], regions: usize) -> Vec<f32> {
        let variance = |values: Vec<f64>| {
            let count = values.len().max(1) as f64;
            let mean = values.iter().sum::<f64>() / count;
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count
        };
        let of_region = |region| {
            let channels = (0..3).map(|channel| variance(patch(planes, regions, region, channel)));
            (channels.sum::<f64>() / 3.0).sqrt() as f32
        };
        (0..regions * regions).map(of_region).collect()
    }
}

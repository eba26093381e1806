//! Local standard deviation: the plainest measure of "something happens here" (ours).
//!
//! In a small vector-quantisation experiment it found 92–97 % of the gain an oracle allocator
//! could have, against 62–79 % for the entropy: entropy also rises on smooth ramps, which a coarse
//! code describes well, while deviation rises with the contrast that a coarse code loses.

use burn::tensor::Tensor;

use super::{InformationDensity, patches};

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

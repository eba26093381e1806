//! Chance: what an allocator must beat.

use burn::tensor::{Distribution, Tensor};

use super::InformationDensity;

/// Uniform in 0..1, whatever the image; from the generator of the device, which
/// [`Device::seed`](burn::tensor::Device::seed) sets.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomDensity;

impl InformationDensity for RandomDensity {
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let [batch, _, _, _] = images.dims();
        let uniform = Distribution::Uniform(0.0, 1.0);
        Tensor::random([batch, regions * regions], uniform, &images.device())
    }
}

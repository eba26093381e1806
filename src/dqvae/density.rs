//! Density measures that need a tokenizer: coarse-reconstruction error, the gain itself, and the
//! learned router.

use burn::tensor::Tensor;

use super::DqVae;
use crate::density::{InformationDensity, patches};
use crate::grain::{GrainMap, Grid};

/// What a coarse code gets wrong: mean squared error of the all-coarse reconstruction in each
/// region (ours). The closest of the measures to the gain itself, at the price of a decoder pass.
#[derive(Debug)]
pub struct CoarseError<'a> {
    /// The tokenizer that reconstructs.
    pub model: &'a DqVae,
    /// Its grid.
    pub grid: Grid,
}

impl InformationDensity for CoarseError<'_> {
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        region_error(self.model, images, regions, GrainMap::uniform(self.grid, 0))
    }
}

/// What fine codes would get right: by how much the mean squared error of each region falls from the
/// all-coarse to the all-fine reconstruction (ours). An upper bound for the measures that do not
/// look at the gain, but for what neighbouring regions do to each other.
#[derive(Debug)]
pub struct Oracle<'a> {
    /// The tokenizer that reconstructs.
    pub model: &'a DqVae,
    /// Its grid.
    pub grid: Grid,
}

impl InformationDensity for Oracle<'_> {
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let error = |grain| {
            let map = GrainMap::uniform(self.grid, grain);
            region_error(self.model, images.clone(), regions, map)
        };
        error(0) - error(self.grid.finest())
    }
}

/// Mean squared error of each region, `[batch, regions²]`, when all images have the grain map `map`.
fn region_error(model: &DqVae, images: Tensor<4>, regions: usize, map: GrainMap) -> Tensor<2> {
    let [batch, _, _, _] = images.dims();
    let codes = model.encode(images.clone(), &vec![map; batch]).codes;
    let error = (model.decode(codes) - images).square();
    let error = patches(error, regions); // [batch, regions², 3, pixels]
    error.mean_dims(&[2, 3]).reshape([batch, regions * regions])
}

/// The learned router's preference: logit of the finest granularity less that of the coarsest.
#[derive(Debug)]
pub struct RouterDensity<'a> {
    /// A tokenizer that has a router.
    pub model: &'a DqVae,
}

impl InformationDensity for RouterDensity<'_> {
    /// All zeros when the tokenizer has no router.
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let [batch, _, _, _] = images.dims();
        let device = images.device();
        let Some(router) = &self.model.analysis.router else {
            return Tensor::zeros([batch, regions * regions], &device);
        };
        let logits = router.forward(&self.model.analysis.encoder.forward(images));
        let [_, _, granularities] = logits.dims();
        let margin = logits.clone().narrow(2, granularities - 1, 1) - logits.narrow(2, 0, 1);
        margin.reshape([batch, regions * regions])
    }
}

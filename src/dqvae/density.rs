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
    region_squares(model.decode(codes), images, regions)
}

/// Mean squared difference of two batches of images in each region, `[batch, regions²]`.
pub fn region_squares(a: Tensor<4>, b: Tensor<4>, regions: usize) -> Tensor<2> {
    let batch = a.dims()[0];
    let error = patches((a - b).square(), regions); // [batch, regions², 3, pixels]
    error.mean_dims(&[2, 3]).reshape([batch, regions * regions])
}

/// The coarse error as the encoder's head predicts it, without a pass of the decoder (ours).
#[derive(Debug)]
pub struct PredictedError<'a> {
    /// A tokenizer that has such a head.
    pub model: &'a DqVae,
}

impl InformationDensity for PredictedError<'_> {
    /// All zeros when the tokenizer has no head.
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let [batch, _, _, _] = images.dims();
        let device = images.device();
        let Some(head) = &self.model.encoder.error else {
            return Tensor::zeros([batch, regions * regions], &device);
        };
        head.forward(&self.model.encoder.features(images)).exp()
    }
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
        let Some(router) = &self.model.encoder.router else {
            return Tensor::zeros([batch, regions * regions], &device);
        };
        let logits = router.forward(&self.model.encoder.features(images));
        let [_, _, granularities] = logits.dims();
        let margin = logits.clone().narrow(2, granularities - 1, 1) - logits.narrow(2, 0, 1);
        margin.reshape([batch, regions * regions])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dqvae::TokenizerConfig;
    use burn::tensor::{Device, Distribution};

    #[test]
    fn the_oracle_is_what_the_error_of_each_region_falls_by() {
        let (config, device) = (TokenizerConfig::tiny(), Device::flex());
        device.seed(3);
        let model = DqVae::new(&config, &device);
        let images = Tensor::random([2, 3, 32, 32], Distribution::Uniform(-1.0, 1.0), &device);
        let (model, grid) = (&model, config.grid);
        let gain = Oracle { model, grid }.density(images.clone(), grid.regions);
        let coarse = CoarseError { model, grid }.density(images.clone(), grid.regions);
        // By another way: the square error of whole all-fine reconstructions, region by region.
        let fine = model.encode(images.clone(), &vec![GrainMap::uniform(grid, 1); 2]).codes;
        let error = (model.decode(fine) - images).square().mean_dim(1); // [2, 1, 32, 32]
        let error: Vec<f32> = error.into_data().iter::<f32>().collect();
        let values = |x: Tensor<2>| x.into_data().iter::<f32>().collect::<Vec<f32>>();
        for (i, (gain, coarse)) in values(gain).into_iter().zip(values(coarse)).enumerate() {
            let (image, row, column) = (i / 16, i % 16 / 4 * 8, i % 4 * 8); // 8×8 pixels a region
            let pixels = (0..64).map(|p| image * 1024 + (row + p / 8) * 32 + column + p % 8);
            let fine = pixels.map(|pixel| error[pixel]).sum::<f32>() / 64.0;
            assert!((coarse - fine - gain).abs() < 1e-4, "region {i}: {coarse} − {fine} ≠ {gain}");
        }
    }
}

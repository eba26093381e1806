//! From images to grain maps: a density measure, its quantiles, and how many regions may be of which
//! granularity.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{CoarseError, DqVae, Oracle, PredictedError, RouterDensity, TokenizerConfig};
use crate::Result;
use crate::density::{DensityLevels, InformationDensity, Measure};
use crate::grain::{Counts, GrainMap, Shares};

/// How many regions of an image are of which granularity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allocation {
    /// Regions denser than thresholds that these shares of all training regions pass: the length
    /// differs from image to image.
    Shares(Shares),
    /// The densest regions of each image, so many of each granularity: all images have the same length.
    Densest(Counts),
    /// The learned router's own decision; all regions coarse without one.
    Router,
}

/// What a trained tokenizer is besides its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenizerSpec {
    /// Sizes.
    pub config: TokenizerConfig,
    /// Density quantiles of the training images.
    pub density: DensityLevels,
}

impl TokenizerSpec {
    /// Checks the sizes and the quantiles.
    pub fn validate(&self) -> Result<()> {
        self.config.validate()?;
        self.density.validate()
    }

    /// Densities of a batch of images `[batch, 3, image, image]`: one list of regions each.
    pub fn densities(&self, model: &DqVae, images: Tensor<4>) -> Vec<Vec<f32>> {
        let grid = self.config.grid;
        let density = measure(&self.config, model).density(images, grid.regions);
        let density: Vec<f32> = density.into_data().iter::<f32>().collect();
        density.chunks(grid.region_count()).map(<[f32]>::to_vec).collect()
    }

    /// Density levels of a batch of images `[batch, 3, image, image]`: one list of regions each.
    pub fn levels(&self, model: &DqVae, images: Tensor<4>) -> Vec<Vec<u8>> {
        let densities = self.densities(model, images);
        densities.iter().map(|image| self.density.levels(image)).collect()
    }

    /// Grain maps of a batch of images in these shares.
    pub fn maps(&self, model: &DqVae, images: Tensor<4>, shares: Shares) -> Result<Vec<GrainMap>> {
        self.allocate(model, images, Allocation::Shares(shares))
    }

    /// Grain maps of a batch of images. A fixed-length tokenizer has but one map.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if more regions are to be fine than there are,
    /// [`Error::BadRequest`](crate::Error::BadRequest) for numbers of another count of granularities.
    pub fn allocate(
        &self,
        model: &DqVae,
        images: Tensor<4>,
        allocation: Allocation,
    ) -> Result<Vec<GrainMap>> {
        let grid = self.config.grid;
        if let Some(map) = self.config.fixed_map() {
            return Ok(vec![map; images.dims()[0]]);
        }
        let densities = |images| self.densities(model, images);
        match (allocation, &model.encoder.router) {
            (Allocation::Shares(shares), _) => densities(images)
                .iter()
                .map(|image| GrainMap::from_levels(grid, &self.density.levels(image), &shares))
                .collect(),
            (Allocation::Densest(counts), _) => {
                let maps = densities(images);
                maps.iter().map(|image| GrainMap::densest(grid, image, &counts)).collect()
            }
            (Allocation::Router, Some(router)) => {
                router.maps(&model.encoder.features(images), grid)
            }
            (Allocation::Router, None) => Ok(vec![GrainMap::uniform(grid, 0); images.dims()[0]]),
        }
    }
}

impl TokenizerConfig {
    /// The grain map of every image when the length is fixed.
    pub fn fixed_map(&self) -> Option<GrainMap> {
        let grain = |side| if side == self.grid.regions { 0 } else { self.grid.finest() };
        self.fixed.map(|side| GrainMap::uniform(self.grid, grain(side)))
    }

    /// Codes of an image with this grain map.
    pub fn code_length(&self, map: &GrainMap) -> usize {
        self.fixed.map_or_else(|| map.code_length(), |side| side * side)
    }

    /// Bits that it takes to say which regions are of which granularity: none where the length is fixed, log₂ of the
    /// number of maps with these counts where they are, log₂ of the granularities a region otherwise.
    pub fn map_bits(&self, allocation: Allocation) -> f64 {
        let regions = self.grid.region_count();
        match (self.fixed, allocation) {
            (Some(_), _) => 0.0,
            (None, Allocation::Densest(counts)) => counts.map_bits(self.grid),
            (None, _) => regions as f64 * (self.grid.granularities as f64).log2(),
        }
    }
}

/// The measure of `config`; those that need a tokenizer use `model`.
pub fn measure<'a>(config: &TokenizerConfig, model: &'a DqVae) -> Box<dyn InformationDensity + 'a> {
    match config.measure {
        Measure::CoarseError => Box::new(CoarseError { model, grid: config.grid }),
        Measure::PredictedError => Box::new(PredictedError { model }),
        Measure::Router => Box::new(RouterDensity { model }),
        Measure::Oracle => Box::new(Oracle { model, grid: config.grid }),
        of_pixels => of_pixels.of_images(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_the_map() {
        let config = TokenizerConfig::emoji128();
        let bits = |allocation| config.map_bits(allocation);
        let counts = Counts::new(config.grid, &[24]).expect("counts");
        assert_eq!(bits(Allocation::Densest(counts)), counts.map_bits(config.grid));
        assert_eq!(bits(Allocation::Shares(Shares::dual(0.5))), 64.0);
        let fixed = TokenizerConfig { fixed: Some(12), ..config };
        assert_eq!(fixed.map_bits(Allocation::Shares(Shares::dual(0.5))), 0.0);
        assert_eq!(fixed.code_length(&fixed.fixed_map().expect("a map")), 144);
    }
}

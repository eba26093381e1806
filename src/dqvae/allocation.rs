//! From images to grain maps: a density measure, its quantiles, and a fine ratio.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{CoarseError, DqVae, RouterDensity, TokenizerConfig};
use crate::Result;
use crate::density::{DensityLevels, Deviation, Entropy, InformationDensity, Measure};
use crate::grain::GrainMap;

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

    /// Density levels of a batch of images `[batch, 3, image, image]`: one list of regions each.
    pub fn levels(&self, model: &DqVae, images: Tensor<4>) -> Vec<Vec<u8>> {
        let grid = self.config.grid;
        let density = measure(&self.config, model).density(images, grid.regions);
        let density: Vec<f32> = density.into_data().iter::<f32>().collect();
        density.chunks(grid.region_count()).map(|image| self.density.levels(image)).collect()
    }

    /// Grain maps of a batch of images at one fine ratio.
    pub fn maps(&self, model: &DqVae, images: Tensor<4>, ratio: f32) -> Result<Vec<GrainMap>> {
        let levels = self.levels(model, images);
        let map = |levels: &Vec<u8>| GrainMap::from_levels(self.config.grid, levels, &[ratio]);
        levels.iter().map(map).collect()
    }
}

/// The measure of `config`; those that need a tokenizer use `model`.
pub fn measure<'a>(config: &TokenizerConfig, model: &'a DqVae) -> Box<dyn InformationDensity + 'a> {
    match config.measure {
        Measure::Entropy => Box::new(Entropy::default()),
        Measure::Deviation => Box::new(Deviation),
        Measure::CoarseError => Box::new(CoarseError { model, grid: config.grid }),
        Measure::Router => Box::new(RouterDensity { model }),
    }
}

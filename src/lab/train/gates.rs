//! Which regions are fine in a training step, as gates.
//!
//! By default every image gets a random fine ratio of its own, so that one tokenizer serves all of
//! them. For strict comparisons the ratio, or the number of fine regions, can be the same throughout.

use burn::tensor::Tensor;

use crate::density::{DensityLevels, fine_from};
use crate::dqvae::{DqVae, TokenizerSpec, measure};
use crate::grain::{Counts, GrainMap, Grid};
use crate::rng::Rng;
use crate::{Error, Result};

/// How much of a training image is fine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Share {
    /// A random ratio for every image: mostly 0.2 to 0.8, sometimes all coarse or all fine.
    Mixed,
    /// This share of all training regions.
    Ratio(f32),
    /// This many regions of every image.
    Regions(usize),
}

impl Share {
    /// From the options, of which at most one is set.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if both are set, [`Error::OutOfRange`] if a number is off.
    pub fn new(ratio: Option<f32>, regions: Option<usize>, grid: Grid) -> Result<Self> {
        match (ratio, regions) {
            (None, None) => Ok(Self::Mixed),
            (Some(ratio), None) => {
                crate::error::in_range("the fine ratio", f64::from(ratio), 0.0, 1.0)?;
                Ok(Self::Ratio(ratio))
            }
            (None, Some(fine)) => {
                let most = grid.region_count() as f64;
                crate::error::in_range("the number of fine regions", fine as f64, 0.0, most)?;
                Ok(Self::Regions(fine))
            }
            _ => {
                Err(Error::BadRequest("a ratio and a number of regions exclude each other.".into()))
            }
        }
    }

    /// The fine ratio of the next image.
    fn ratio(self, rng: &mut Rng) -> f32 {
        match self {
            Self::Ratio(ratio) => ratio,
            _ => match rng.uniform() {
                u if u < 0.05 => 0.0,
                u if u < 0.15 => 1.0,
                _ => 0.2 + 0.6 * rng.uniform(),
            },
        }
    }
}

/// Gates of a batch of images: 1 at the granularity of each region, `[batch, regions²,
/// granularities]`, without autodiff. `model` is the tokenizer as it is, without autodiff; measures
/// that need one ask it, and take their quantiles from this batch.
pub fn density_gates(
    spec: &TokenizerSpec,
    model: impl FnOnce() -> DqVae,
    images: &Tensor<4>,
    share: Share,
    rng: &mut Rng,
) -> Result<Tensor<3>> {
    let ([batch, _, _, _], config) = (images.dims(), &spec.config);
    let (grid, device) = (config.grid, images.device());
    if let Some(map) = config.fixed_map() {
        return Ok(one_hot(&vec![map; batch], images));
    }
    let model = model();
    let density = measure(config, &model).density(images.clone(), grid.regions); // [batch, regions²]
    let values = |density: Tensor<2>| density.into_data().iter::<f32>().collect::<Vec<f32>>();
    if let Share::Regions(fine) = share {
        let counts = Counts::new(grid, &[fine])?;
        let values = values(density);
        let maps = values.chunks(grid.region_count()).map(|d| GrainMap::densest(grid, d, &counts));
        return Ok(one_hot(&maps.collect::<Result<Vec<_>>>()?, images));
    }
    let levels = match config.measure.needs_model() {
        true => DensityLevels::from_samples(values(density.clone()))?,
        false => spec.density.clone(),
    };

    let steps = grid.granularities - 1;
    let bounds: Vec<Vec<f32>> = (0..batch)
        .map(|_| {
            let ratio = share.ratio(rng);
            // Finer granularities share the ratio between them.
            let bound = |i: usize| fine_from(ratio * (i + 1) as f32 / steps as f32);
            (0..steps).map(|i| levels.threshold(bound(i)).max(-1e30)).collect()
        })
        .collect();
    let at_least: Vec<Tensor<2>> = (0..steps)
        .map(|i| {
            let bound: Vec<f32> = bounds.iter().map(|b| b[i]).collect();
            let bound = Tensor::<1>::from_floats(bound.as_slice(), &device).reshape([batch, 1]);
            density.clone().greater(bound.expand(density.dims())).float()
        })
        .collect(); // [finest, …]: 1 where the region is at least that fine
    let mut gates = vec![at_least[steps - 1].clone().neg().add_scalar(1.0)];
    for i in (0..steps).rev() {
        let finer = i.checked_sub(1).map(|i| at_least[i].clone());
        gates.push(match finer {
            Some(finer) => at_least[i].clone() - finer,
            None => at_least[i].clone(),
        });
    }
    Ok(Tensor::stack(gates, 2))
}

/// The gates of given maps, at least one, on the device of `images`: `[batch, regions², granularities]`.
pub fn one_hot(maps: &[GrainMap], images: &Tensor<4>) -> Tensor<3> {
    let grid = maps[0].grid();
    let gates: Vec<f32> = maps
        .iter()
        .flat_map(GrainMap::grains)
        .flat_map(|grain| (0..=grid.finest()).map(move |g| f32::from(g == *grain)))
        .collect();
    let shape = [maps.len(), grid.region_count(), grid.granularities];
    Tensor::<1>::from_floats(gates.as_slice(), &images.device()).reshape(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::density::Measure;
    use crate::dqvae::TokenizerConfig;
    use burn::tensor::{Device, Distribution};

    /// Number of fine regions of each of eight random images.
    fn fine(config: TokenizerConfig, share: Share) -> Vec<f32> {
        let device = Device::flex();
        device.seed(5);
        let images = Tensor::random([8, 3, 32, 32], Distribution::Uniform(-1.0, 1.0), &device);
        let model = DqVae::new(&config, &device);
        let density = measure(&config, &model).density(images.clone(), config.grid.regions);
        let density = density.into_data().iter::<f32>().collect();
        let density = DensityLevels::from_samples(density).expect("densities");
        let spec = TokenizerSpec { config, density };
        let gates = density_gates(&spec, || model, &images, share, &mut Rng::new(1));
        let gates = gates.expect("gates");
        assert_eq!(gates.dims(), [8, 16, 2]);
        let all = gates.clone().sum_dim(2).into_data().iter::<f32>().collect::<Vec<_>>();
        assert!(all.iter().all(|sum| *sum == 1.0), "one granularity each");
        gates.narrow(2, 1, 1).sum_dim(1).into_data().iter::<f32>().collect()
    }

    fn with(measure: Measure) -> TokenizerConfig {
        TokenizerConfig { measure, ..TokenizerConfig::tiny() }
    }

    #[test]
    fn every_image_has_as_many_fine_regions_as_asked_for() {
        for measure in [Measure::Deviation, Measure::CoarseError, Measure::Oracle, Measure::Random]
        {
            assert_eq!(fine(with(measure), Share::Regions(6)), [6.0; 8], "{measure}");
        }
    }

    #[test]
    fn a_ratio_holds_over_the_images_together() {
        for measure in [Measure::SharpEntropy, Measure::Deviation, Measure::Oracle] {
            let all: f32 = fine(with(measure), Share::Ratio(0.375)).iter().sum();
            assert!((all / 128.0 - 0.375).abs() < 0.02, "{measure}: {all} of 128");
        }
    }

    #[test]
    fn a_fixed_length_has_one_map() {
        let fixed = |side| TokenizerConfig { fixed: Some(side), ..TokenizerConfig::tiny() };
        for (side, regions) in [(4, 0.0), (6, 16.0), (8, 16.0)] {
            assert_eq!(fine(fixed(side), Share::Mixed), [regions; 8]);
        }
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        let grid = Grid::dual(8);
        let code = |ratio, regions| Share::new(ratio, regions, grid).unwrap_err().code();
        assert_eq!(code(Some(0.5), Some(3)), "bad-request");
        assert_eq!(code(Some(1.5), None), "out-of-range");
        assert_eq!(code(None, Some(65)), "out-of-range");
    }
}

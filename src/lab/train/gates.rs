//! Which regions are of which granularity in a training step, as gates.
//!
//! By default every image gets random shares of its own, so that one tokenizer serves all of
//! them. For strict comparisons the shares, or the numbers of regions, can be the same throughout.

use burn::tensor::Tensor;

use crate::density::{DensityLevels, fine_from};
use crate::dqvae::{DqVae, TokenizerSpec, measure};
use crate::grain::{Counts, GrainMap, Grid, Shares};
use crate::rng::Rng;
use crate::{Error, Result};

/// How many regions of a training image are of which granularity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Share {
    /// A random share of finer regions for every image, divided evenly between their granularities: mostly
    /// 0.2 to 0.8, sometimes none or all.
    Mixed,
    /// These shares of all training regions.
    Shares(Shares),
    /// These numbers of regions of every image.
    Counts(Counts),
}

impl Share {
    /// From the options, of which at most one is set: shares, or numbers of regions.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if both are set or there are not as many numbers as finer granularities,
    /// [`Error::OutOfRange`] if a number is off.
    pub fn new(shares: Option<Shares>, counts: &[usize], grid: Grid) -> Result<Self> {
        match (shares, counts) {
            (None, []) => Ok(Self::Mixed),
            (Some(shares), []) => shares.fit(grid).map(|()| Self::Shares(shares)),
            (None, counts) => Ok(Self::Counts(Counts::new(grid, counts)?)),
            _ => Err(Error::BadRequest("shares and numbers of regions exclude each other.".into())),
        }
    }

    /// The shares of the next image.
    fn next(self, grid: Grid, rng: &mut Rng) -> Shares {
        match self {
            Self::Shares(shares) => shares,
            _ => {
                let finer = match rng.uniform() {
                    u if u < 0.05 => 0.0,
                    u if u < 0.15 => 1.0,
                    _ => 0.2 + 0.6 * rng.uniform(),
                };
                Shares::even(grid, finer / f32::from(grid.finest().max(1)))
            }
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
    if let Share::Counts(counts) = share {
        let values = values(density);
        let maps = values.chunks(grid.region_count()).map(|d| GrainMap::densest(grid, d, &counts));
        return Ok(one_hot(&maps.collect::<Result<Vec<_>>>()?, images));
    }
    let levels = match config.measure.needs_model() {
        true => DensityLevels::from_samples(values(density.clone()))?,
        false => spec.density.clone(),
    };

    let shares: Vec<Shares> = (0..batch).map(|_| share.next(grid, rng)).collect();
    // 1 where a region is at least that fine. On the device, which a look at the densities would stop.
    let at_least = |grain: u8| {
        let bound = |shares: &Shares| levels.threshold(fine_from(shares.at_least(grain)));
        let bounds: Vec<f32> = shares.iter().map(|shares| bound(shares).max(-1e30)).collect();
        let bounds = Tensor::<1>::from_floats(bounds.as_slice(), &device).reshape([batch, 1]);
        density.clone().greater(bounds.expand(density.dims())).float()
    };
    let mut gates = vec![];
    let mut rest = density.ones_like();
    for finer in 1..=grid.finest() {
        let finer = at_least(finer);
        gates.push(rest - finer.clone());
        rest = finer;
    }
    gates.push(rest);
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

    fn counts(fine: usize) -> Share {
        Share::new(None, &[fine], TokenizerConfig::tiny().grid).expect("counts")
    }

    fn with(measure: Measure) -> TokenizerConfig {
        TokenizerConfig { measure, ..TokenizerConfig::tiny() }
    }

    #[test]
    fn every_image_has_as_many_fine_regions_as_asked_for() {
        for measure in [Measure::Deviation, Measure::CoarseError, Measure::Oracle, Measure::Random]
        {
            assert_eq!(fine(with(measure), counts(6)), [6.0; 8], "{measure}");
        }
    }

    #[test]
    fn a_ratio_holds_over_the_images_together() {
        for measure in [Measure::SharpEntropy, Measure::Deviation, Measure::Oracle] {
            let all: f32 = fine(with(measure), Share::Shares(Shares::dual(0.375))).iter().sum();
            assert!((all / 128.0 - 0.375).abs() < 0.02, "{measure}: {all} of 128");
        }
    }

    #[test]
    fn three_granularities_have_the_shares_asked_for() {
        let device = Device::flex();
        device.seed(5);
        let config =
            TokenizerConfig { measure: Measure::Deviation, ..TokenizerConfig::tiny_triple() };
        let images = Tensor::random([64, 3, 32, 32], Distribution::Uniform(-1.0, 1.0), &device);
        let model = DqVae::new(&config, &device);
        let density = measure(&config, &model).density(images.clone(), config.grid.regions);
        let density = density.into_data().iter::<f32>().collect();
        let density = DensityLevels::from_samples(density).expect("densities");
        let spec = TokenizerSpec { config, density };
        let shares = Shares::new(&[0.25, 0.5]).expect("shares");
        let asked = Share::new(Some(shares), &[], spec.config.grid).expect("they fit");
        let gates = density_gates(&spec, || model, &images, asked, &mut Rng::new(1));
        let found = gates.expect("gates").mean_dim(0).mean_dim(1);
        let found: Vec<f32> = found.into_data().iter::<f32>().collect();
        for (found, wanted) in found.iter().zip([0.25, 0.25, 0.5]) {
            assert!((found - wanted).abs() < 0.02, "{found:?}");
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
        let code = |shares, counts| Share::new(shares, counts, grid).unwrap_err().code();
        let half = Some(Shares::dual(0.5));
        assert_eq!(code(half, &[3][..]), "bad-request");
        assert_eq!(code(Some(Shares::new(&[0.5, 0.2]).expect("shares")), &[]), "bad-request");
        assert_eq!(code(None, &[3, 4]), "bad-request");
        assert_eq!(code(None, &[65]), "out-of-range");
    }
}

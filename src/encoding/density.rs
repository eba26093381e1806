//! Density of the regions of one picture, by any measure, and their levels.

use super::network::Network;
use super::options::no_router;
use crate::Result;
use crate::density::{DensityLevels, Measure};
use crate::dqvae::TokenizerSpec;
use crate::grain::GrainMap;
use crate::rng::Rng;

/// One value a region. Plain measures look at the planes `[3, size, size]`, the others ask the
/// network.
pub async fn densities(
    measure: Measure,
    planes: &[f32],
    network: &Network<'_>,
    seed: u64,
) -> Result<Vec<f32>> {
    let grid = network.grid();
    Ok(match measure {
        Measure::CoarseError => region_error(planes, network, 0).await?,
        Measure::Oracle => {
            let fine = region_error(planes, network, grid.finest()).await?;
            let coarse = region_error(planes, network, 0).await?;
            coarse.iter().zip(fine).map(|(coarse, fine)| coarse - fine).collect()
        }
        Measure::Random => {
            let mut rng = Rng::new(seed);
            (0..grid.region_count()).map(|_| rng.uniform()).collect()
        }
        Measure::PredictedError => network.predicted_error().await?,
        Measure::Router => return Err(no_router()),
        plain => plain.of_planes(planes, grid.regions),
    })
}

/// Levels by the quantiles of the training pictures where those are of this measure, else by the
/// quantiles of the picture itself.
pub fn levels(spec: &TokenizerSpec, measure: Measure, densities: &[f32]) -> Result<Vec<u8>> {
    match measure == spec.config.measure {
        true => Ok(spec.density.levels(densities)),
        false => Ok(DensityLevels::from_samples(densities.to_vec())?.levels(densities)),
    }
}

/// Mean squared error of each region when all of them have granularity `grain`.
async fn region_error(planes: &[f32], network: &Network<'_>, grain: u8) -> Result<Vec<f32>> {
    let grid = network.grid();
    let picture = network.decoded_in_floats(&GrainMap::uniform(grid, grain)).await?.planes;
    let size = (planes.len() / 3).isqrt();
    let side = size / grid.regions;
    let mut sums = vec![0.0f64; grid.region_count()];
    for (at, (a, b)) in planes.iter().zip(&picture).enumerate() {
        let pixel = at % (size * size);
        let region = pixel / size / side * grid.regions + pixel % size / side;
        sums[region] += f64::from(a - b).powi(2);
    }
    Ok(sums.into_iter().map(|sum| (sum / (3 * side * side) as f64) as f32).collect())
}

//! Drawing the density levels of the regions, and with them the grain map.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::{Request, draw, guide, halton_order, read, schedule::commit_counts, stream};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{Condition, GrainMapModel};
use crate::grain::Grid;
use crate::rng::Rng;
use crate::sampler::Schedule;

/// Passes of the grain-map model. Its 64 tokens need no more.
const STEPS: usize = 8;

/// One level in `0..LEVELS` for each region, drawn from the model for the request's class.
///
/// Halton order, so that which regions become known when is fixed beforehand: the host decides
/// nothing on the way and the device is read once, at the end.
pub async fn draw_levels(
    model: &GrainMapModel,
    grid: Grid,
    request: &Request,
    device: &Device,
) -> Result<Vec<u8>> {
    let mut rng = Rng::new(request.seed).fork(stream::GRAIN_MAP);
    let regions = grid.region_count();
    let rank = region_order(grid, &mut rng);
    let counts = commit_counts(Schedule::Halton, STEPS, regions, 0);

    let guided = request.guidance > 0.0;
    let batch = if guided { 2 } else { 1 };
    let classes = Condition::tensor(&[request.condition, Condition::default()][..batch], device);
    let places = GrainMapModel::places(grid, batch, device);
    let mut levels = Tensor::<1, Int>::full([regions], model.mask() as i64, device);
    let mut before = 0;
    for count in counts {
        let input = levels.clone().unsqueeze::<2>().repeat_dim(0, batch); // [batch, regions²]
        let logits = model.forward(input, &places, classes.clone());
        let weight = request.guidance * before as f32 / regions as f32;
        let uniform: Vec<f32> = (0..regions).map(|_| rng.uniform()).collect();
        let uniform = Tensor::from_floats(uniform.as_slice(), device);
        let (drawn, _) = draw(guide(logits, weight), 1.0, uniform); // [regions²]
        let now: Vec<bool> = rank.iter().map(|r| (before..count).contains(r)).collect();
        let now = Tensor::<1, Bool>::from_bool(now.as_slice(), device);
        levels = levels.mask_where(now, drawn);
        before = count;
    }
    let levels = read(levels.float()).await?;
    Ok(levels.iter().map(|l| (*l as usize).min(LEVELS - 1) as u8).collect())
}

/// Halton rank of every region, with a random offset.
fn region_order(grid: Grid, rng: &mut Rng) -> Vec<usize> {
    let side = grid.regions as f32;
    let centres: Vec<(f32, f32)> = (0..grid.region_count())
        .map(|i| ((i / grid.regions) as f32 + 0.5, (i % grid.regions) as f32 + 0.5))
        .map(|(row, col)| (row / side, col / side))
        .collect();
    halton_order(&centres, (rng.uniform(), rng.uniform()))
}

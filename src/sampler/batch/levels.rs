//! The density levels of many images at once.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::categorical::BatchCategorical;
use super::guided_conditions;
use crate::Result;
use crate::dgit::{Condition, GrainMapModel};
use crate::grain::Grid;
use crate::kernels::read;
use crate::sampler::grain_map::{LevelPlan, STEPS, to_level};
use crate::sampler::{Request, block_on};

/// One level for each region of each request, as [`sample_levels`](crate::sampler::sample_levels) draws
/// them one image at a time.
pub fn sample_level_batch(
    network: &GrainMapModel,
    grid: Grid,
    requests: &[&Request],
    device: &Device,
) -> Result<Vec<Vec<u8>>> {
    let (images, regions) = (requests.len(), grid.region_count());
    let plans: Vec<LevelPlan> = requests.iter().map(|r| LevelPlan::new(grid, r)).collect();
    let upload = |of: fn(&LevelPlan) -> &[f32], width: usize| {
        let values: Vec<f32> = plans.iter().flat_map(|plan| of(plan).iter().copied()).collect();
        Tensor::<3>::from_data(TensorData::new(values, [images, STEPS, width]), device)
    };
    let uniform = upload(|plan| &plan.uniform, regions);
    let keep = upload(|plan| &plan.keep, regions);
    let guidance = upload(|plan| &plan.guidance, 1);
    let temperature: Vec<f32> = requests.iter().map(|r| r.position_temperature).collect();
    let temperature = Tensor::<1>::from_floats(temperature.as_slice(), device).reshape([images, 1]);

    let conditions = guided_conditions(requests);
    let rows = conditions.len();
    let classes = Condition::tensor(&conditions, network.slots(), device);
    let places = GrainMapModel::places(grid, device);
    let mut levels = Tensor::<2, Int>::full([images, regions], network.mask() as i64, device);
    for round in 0..STEPS {
        let of_round = |x: &Tensor<3>| x.clone().narrow(1, round, 1).squeeze_dim::<2>(1);
        let categorical = BatchCategorical {
            uniform: of_round(&uniform),
            guidance: of_round(&guidance),
            temperature: temperature.clone(),
            keep: of_round(&keep),
        };
        let input = levels.clone().repeat_dim(0, rows / images);
        let logits = network.forward(input, &places, classes.clone());
        levels = categorical.sample(logits, levels).0;
    }
    let (levels, _) = block_on(read(&[levels.reshape([images * regions])], &[]))?;
    let levels = levels[0].chunks_exact(regions);
    Ok(levels.map(|image| image.iter().map(|l| to_level(*l)).collect()).collect())
}

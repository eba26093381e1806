//! Sampling the density levels of the regions, and with them the grain map.

use burn::tensor::{Device, Int, Tensor};

use super::{Request, halton_order, schedule::commit_counts, stream};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{Condition, GrainMapModel, Places};
use crate::grain::Grid;
use crate::kernels::{Categorical, Input, Recording, read, view_ints};
use crate::model::Model;
use crate::rng::Rng;
use crate::sampler::Schedule;

/// Passes of the grain-map model. So few regions need no more.
pub(super) const STEPS: usize = crate::bounds::MAP_PASSES;

/// What the host decides for the passes of one map, before the first.
///
/// Halton order: which regions become known when is fixed beforehand, so the host decides nothing
/// on the way and the device is read once, at the end.
#[derive(Debug)]
pub(super) struct LevelPlan {
    /// A random number for each region in each pass, `[STEPS · regions²]`.
    pub uniform: Vec<f32>,
    /// Weight of guidance in each pass, `[STEPS]`.
    pub guidance: Vec<f32>,
    /// 1 where a region keeps its level in a pass, else 0, `[STEPS · regions²]`.
    pub keep: Vec<f32>,
}

impl LevelPlan {
    pub fn new(grid: Grid, request: &Request) -> Self {
        let mut rng = Rng::new(request.seed).fork(stream::GRAIN_MAP);
        let regions = grid.region_count();
        let rank = region_order(grid, &mut rng);
        let mut counts = commit_counts(Schedule::Halton, STEPS, &[regions]);
        counts.resize(STEPS, regions); // fewer regions than passes: the last ones change nothing
        let (mut uniform, mut guidance, mut keep) = (vec![], vec![], vec![]);
        let mut before = 0;
        for count in counts {
            uniform.extend((0..regions).map(|_| rng.uniform()));
            guidance.push(request.guidance_at(before as f32 / regions as f32));
            keep.extend(rank.iter().map(|r| f32::from(!(before..count).contains(r))));
            before = count;
        }
        Self { uniform, guidance, keep }
    }
}

/// One level in `0..LEVELS` for each region, drawn from the model for the request's class.
///
/// All passes are one recording.
pub async fn sample_levels(model: &Model, request: &Request) -> Result<Vec<u8>> {
    let grid = model.grid();
    let regions = grid.region_count();
    let plan = LevelPlan::new(grid, request);
    let temperature = request.position_temperature;
    let parameters: Vec<f32> =
        plan.guidance.iter().flat_map(|weight| [*weight, temperature]).collect();

    let batch = if request.guidance > 0.0 { 2 } else { 1 };
    let key = ("grain-map", regions, batch);
    let (network, slots) = (model.grain_map()?, model.slots());
    let make = || Workspace::new(network.clone(), grid, [batch, slots], model.device());
    let mut workspace = model.workspaces().take(key, make);
    let conditions = [request.condition.clone(), Condition::default()];
    workspace.classes.set(&Condition::all_rows(&conditions[..batch], slots));
    workspace.uniform.set(&plan.uniform);
    workspace.parameters.set(&parameters);
    workspace.keep.set(&plan.keep);
    let levels = workspace.draw(model.device());
    let (levels, _) = read(&[levels], &[]).await?;
    model.workspaces().put(key, workspace);
    Ok(levels[0].iter().map(|l| to_level(*l)).collect())
}

/// A level that fits, whatever a device gave back.
pub(super) fn to_level(value: i32) -> u8 {
    value.clamp(0, LEVELS as i32 - 1) as u8
}

/// Buffers of all passes.
struct Workspace {
    network: GrainMapModel,
    places: Places,
    classes: Input<2, Int>,
    uniform: Input<2>,
    parameters: Input<2>,
    keep: Input<2>,
    /// No level known.
    masks: Tensor<1, Int>,
    recording: Recording<Tensor<1, Int>>,
}

impl Workspace {
    fn new(network: GrainMapModel, grid: Grid, classes: [usize; 2], device: &Device) -> Self {
        let regions = grid.region_count();
        let masks = vec![network.mask() as i64; regions];
        Self {
            network,
            places: GrainMapModel::places(grid, device),
            classes: Input::ints(classes, device),
            uniform: Input::floats([STEPS, regions], device),
            parameters: Input::floats([STEPS, 2], device),
            keep: Input::floats([STEPS, regions], device),
            masks: Tensor::from_ints(masks.as_slice(), device),
            recording: Recording::default(),
        }
    }

    fn draw(&mut self, device: &Device) -> Tensor<1, Int> {
        let (network, places) = (&self.network, &self.places);
        let classes = self.classes.tensor();
        let (uniform, parameters) = (self.uniform.tensor(), self.parameters.tensor());
        let categorical = Categorical { uniform, parameters, keep: self.keep.tensor() };
        let masks = &self.masks;
        let [regions] = masks.dims();
        self.recording.run(device, || {
            (0..STEPS).fold(masks.clone(), |levels, round| {
                let input = view_ints(levels.clone(), [1, regions]);
                let logits = network.forward(input, places, classes.clone());
                categorical.sample(round, logits, levels).0 // [regions²]
            })
        })
    }
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

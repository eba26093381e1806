//! Drawing the density levels of the regions, and with them the grain map.

use burn::tensor::{Device, Int, Tensor};

use super::{Request, halton_order, schedule::commit_counts, stream};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{AXES, Condition, GrainMapModel, Places};
use crate::grain::Grid;
use crate::kernels::{Dice, Input, Recording, read, view_ints};
use crate::model::Model;
use crate::rng::Rng;
use crate::sampler::Schedule;

/// Passes of the grain-map model. Its 64 tokens need no more.
const STEPS: usize = 8;

/// One level in `0..LEVELS` for each region, drawn from the model for the request's class.
///
/// Halton order, so that which regions become known when is fixed beforehand: the host decides
/// nothing on the way, all passes are one recording, and the device is read once, at the end.
pub async fn draw_levels(model: &Model, request: &Request) -> Result<Vec<u8>> {
    let grid = model.grid();
    let mut rng = Rng::new(request.seed).fork(stream::GRAIN_MAP);
    let regions = grid.region_count();
    let rank = region_order(grid, &mut rng);
    let counts = commit_counts(Schedule::Halton, STEPS, regions, 0);
    let (mut uniform, mut knobs, mut keep) = (vec![], vec![], vec![]);
    let mut before = 0;
    for count in counts {
        uniform.extend((0..regions).map(|_| rng.uniform()));
        knobs.extend([request.guidance * before as f32 / regions as f32, 1.0]);
        keep.extend(rank.iter().map(|r| f32::from(!(before..count).contains(r))));
        before = count;
    }

    let batch = if request.guidance > 0.0 { 2 } else { 1 };
    let key = ("grain-map", regions, batch);
    let network = model.grain_map()?;
    let make = || Workspace::new(network.clone(), grid, batch, model.device());
    let mut workspace = model.workspaces().take(key, make);
    let conditions = [request.condition, Condition::default()];
    workspace.classes.set(&Condition::all_rows(&conditions[..batch]));
    workspace.uniform.set(&uniform);
    workspace.knobs.set(&knobs);
    workspace.keep.set(&keep);
    let levels = workspace.draw(model.device());
    let (levels, _) = read(&[levels], &[]).await?;
    model.workspaces().put(key, workspace);
    Ok(levels[0].iter().map(|l| (*l as usize).min(LEVELS - 1) as u8).collect())
}

/// Buffers of all passes.
struct Workspace {
    network: GrainMapModel,
    places: Places,
    classes: Input<2, Int>,
    uniform: Input<2>,
    knobs: Input<2>,
    keep: Input<2>,
    /// No level known.
    masks: Tensor<1, Int>,
    recording: Recording<Tensor<1, Int>>,
}

impl Workspace {
    fn new(network: GrainMapModel, grid: Grid, batch: usize, device: &Device) -> Self {
        let regions = grid.region_count();
        let masks = vec![network.mask() as i64; regions];
        Self {
            network,
            places: GrainMapModel::places(grid, device),
            classes: Input::ints([batch, AXES], device),
            uniform: Input::floats([STEPS, regions], device),
            knobs: Input::floats([STEPS, 2], device),
            keep: Input::floats([STEPS, regions], device),
            masks: Tensor::from_ints(masks.as_slice(), device),
            recording: Recording::default(),
        }
    }

    fn draw(&mut self, device: &Device) -> Tensor<1, Int> {
        let (network, places) = (&self.network, &self.places);
        let classes = self.classes.tensor();
        let (uniform, knobs) = (self.uniform.tensor(), self.knobs.tensor());
        let dice = Dice { uniform, knobs, keep: self.keep.tensor() };
        let masks = &self.masks;
        let [regions] = masks.dims();
        self.recording.run(device, || {
            (0..STEPS).fold(masks.clone(), |levels, round| {
                let input = view_ints(levels.clone(), [1, regions]);
                let logits = network.forward(input, places, classes.clone());
                dice.draw(round, logits, levels).0 // [regions²]
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

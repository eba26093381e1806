//! Losses on held-out cells of the concept × style table, followed while a generator trains.
//!
//! The training loss falls long after a network has begun to learn pairs of concept and style by
//! heart; on pairs it never sees, the loss shows when that begins.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::masking::{Example, MaskedBatch, random_mask};
use super::nar::Codes;
use super::tokens::{Coded, TokenSet, Variants, whole_condition};
use crate::data::{Dataset, Split};
use crate::density::LEVELS;
use crate::dgit::Nar;
use crate::grain::GrainMap;
use crate::rng::Rng;
use crate::{Error, Result};

/// Held-out images whose loss is followed.
const HELD_OUT: usize = 512;
/// Images that are computed at once.
const BATCH: usize = 64;

/// Adds a line to `held-out.csv` of a run folder: the step, then `losses` with their names.
pub fn note(dir: &Path, step: usize, losses: &[(&str, f32)]) -> Result<()> {
    let path = dir.join("held-out.csv");
    let new = !path.exists();
    let mut file =
        OpenOptions::new().create(true).append(true).open(&path).map_err(Error::io(&path))?;
    let line = |first: String, of: &dyn Fn(&(&str, f32)) -> String| {
        std::iter::once(first).chain(losses.iter().map(of)).collect::<Vec<_>>().join(",")
    };
    if new {
        let header = line("step".into(), &|(name, _)| (*name).into());
        writeln!(file, "{header}").map_err(Error::io(&path))?;
    }
    let values = line(step.to_string(), &|(_, value)| value.to_string());
    writeln!(file, "{values}").map_err(Error::io(&path))
}

/// The images whose loss is followed; the same ones every time.
pub fn indices(data: &Dataset) -> Vec<usize> {
    let mut indices = data.indices(Split::TestCells);
    Rng::new(3).shuffle(&mut indices);
    indices.truncate(HELD_OUT);
    indices
}

/// Held-out cells with masks as in training; the same ones every time.
pub fn masked(codes: &Codes, mask: usize, device: &Device) -> Result<Vec<MaskedBatch>> {
    let (data, grid) = (&codes.data, codes.run.config.grid);
    let (indices, as_it_is) = (indices(data), Variants::one(None));
    let truth = TokenSet::encode(data, &indices, &codes.run, &codes.model, as_it_is, 0, device)?;
    let mut rng = Rng::new(0);
    let example = |coded: &Coded| {
        let map = GrainMap::from_levels(grid, &coded.levels, &[coded.ratio])?;
        let layout = map.layout();
        let level = |region: usize| f32::from(coded.levels[region]) / (LEVELS - 1) as f32;
        let density: Vec<f32> = layout.tokens().iter().map(|t| level(t.region)).collect();
        Ok(Example {
            target: layout.pack(&coded.cells),
            mask: random_mask(&density, &mut rng),
            condition: whole_condition(data, coded.item as usize),
            layout,
        })
    };
    let examples = truth.coded.iter().map(example).collect::<Result<Vec<Example>>>()?;
    let batch = |examples: &[Example]| MaskedBatch::new(examples, grid.cells(), mask, device);
    Ok(examples.chunks(BATCH).map(batch).collect())
}

/// Cross-entropy in nats of the masked coarse and fine codes of `batches`; 0 where there are none.
pub fn masked_loss(nar: &Nar, batches: &[MaskedBatch]) -> [f32; 2] {
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    let model = nar.clone().train();
    for batch in batches {
        let (_, coarse, fine) = batch.losses_of(|codes, at, class| model.forward(codes, at, class));
        let is_fine = batch.places.grains.clone().greater_elem(0).float();
        let all = scalar(batch.weight.clone().sum());
        let fines = scalar((batch.weight.clone() * is_fine).sum());
        for (i, (loss, count)) in [(coarse, all - fines), (fine, fines)].into_iter().enumerate() {
            sums[i] += scalar(loss) * count;
            counts[i] += count;
        }
    }
    [0, 1].map(|i| sums[i] / counts[i].max(1.0))
}

fn scalar(x: Tensor<1>) -> f32 {
    x.into_scalar::<f32>()
}

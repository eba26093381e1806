//! Trains the grain-map model on the density levels of the training images.

use std::path::Path;

use burn::tensor::{Device, Tensor};

use super::Trainer;
use super::course::{self, Lesson};
use super::exchange::Seat;
use super::generator::{Codes, GeneratorOptions, save};
use super::held_out;
use super::masking::{MaskedBatch, MaskedExample, random_mask};
use crate::density::LEVELS;
use crate::dgit::{Condition, GrainMapModel, TransformerConfig};
use crate::grain::{GrainMap, TokenLayout};
use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;
use crate::{Error, Result};

/// Trains from `options`, with the usual sizes where they say nothing else.
///
/// # Errors
/// Those of [`course::prepare`] and [`course::train`]; [`Error::BadRequest`] for a tokenizer of a fixed length.
pub fn train(options: &GeneratorOptions) -> Result<()> {
    let (devices, codes) = course::prepare(options)?;
    let grid = codes.run.config.grid;
    if codes.run.config.fixed.is_some() {
        return Err(Error::BadRequest("a code of fixed length has no grain map to learn.".into()));
    }
    let mut sizes =
        TransformerConfig::grain_map(LEVELS, grid.regions, grid.cells(), codes.classes());
    options.resize(&mut sizes, grid.regions)?;
    let start = GrainMapModel::new(&sizes, &devices[0]);
    let start = options.start(start, "grain-map", &devices[0])?;
    let layout = GrainMap::uniform(grid, 0).layout();
    let lesson = GrainMapLesson { options, codes: &codes, sizes, layout };
    course::train(&lesson, options, start, &devices)
}

struct GrainMapLesson<'a> {
    options: &'a GeneratorOptions,
    codes: &'a Codes,
    sizes: TransformerConfig,
    /// A token for each region.
    layout: TokenLayout,
}

/// The levels of an image with some masked. No region comes first here: its density is what is asked for.
fn example(
    layout: &TokenLayout,
    levels: &[u8],
    condition: Condition,
    rng: &mut Rng,
) -> MaskedExample {
    let target: Vec<u16> = levels.iter().map(|level| u16::from(*level)).collect();
    MaskedExample {
        seen: target.clone(),
        target,
        mask: random_mask(&vec![0.0; levels.len()], rng),
        layout: layout.clone(),
        condition,
    }
}

impl Lesson for GrainMapLesson<'_> {
    type Network = GrainMapModel;
    type Batch = MaskedBatch;

    fn data(&self) -> &Dataset {
        &self.codes.data
    }

    fn losses(&self) -> Vec<String> {
        ["loss", "ce"].map(str::to_owned).into()
    }

    fn batches(
        &self,
        size: usize,
        seed: u64,
        device: &Device,
    ) -> impl FnMut() -> Result<MaskedBatch> + Send + 'static {
        let mut source = self.codes.examples(self.options, seed, device);
        let (layout, device) = (self.layout.clone(), device.clone());
        let mut rng = Rng::new(seed).fork(17);
        move || {
            let mut one = || -> Result<MaskedExample> {
                let coded = source.bank.draw(&mut rng)?;
                let plan = &source.plan;
                let condition = plan.labels.random(coded.item as usize, plan.whole, &mut rng);
                Ok(example(&layout, &coded.levels, condition, &mut rng))
            };
            let examples = (0..size).map(|_| one()).collect::<Result<Vec<_>>>()?;
            Ok(MaskedBatch::new(&examples, layout.len(), LEVELS, &device))
        }
    }

    fn step(
        &self,
        trainer: &mut Trainer<GrainMapModel>,
        batch: &MaskedBatch,
        seat: &Seat,
    ) -> Result<Vec<Tensor<1>>> {
        // Regions are tokens of the coarsest granularity.
        let losses = batch.step(trainer, seat, GrainMapModel::forward)?;
        Ok(losses.into_iter().take(2).collect())
    }

    fn followed(&self, split: Split, device: &Device) -> Result<Vec<MaskedBatch>> {
        let Codes { data, run, model, .. } = self.codes;
        let (shares, most) = (self.codes.shares(self.options), self.options.followed);
        let drawn = held_out::followed(data, split, most, (run, model), shares, device)?;
        let mut rng = Rng::new(0);
        let examples: Vec<MaskedExample> = drawn
            .into_iter()
            .map(|drawn| example(&self.layout, &drawn.levels, drawn.condition, &mut rng))
            .collect();
        Ok(held_out::masked(&examples, LEVELS, device))
    }

    fn follow(&self, network: &GrainMapModel, batches: &[MaskedBatch]) -> Vec<(String, f32)> {
        let losses =
            held_out::masked_loss(batches, |levels, at, class| network.forward(levels, at, class));
        losses.first().map(|loss| ("all".to_owned(), *loss)).into_iter().collect()
    }

    fn save(&self, folder: &Path, network: &GrainMapModel) -> Result<()> {
        save(folder, "grain-map", &self.sizes, network)
    }

    /// A map alone is no picture.
    fn sheet(&self, _: &Path, _: GrainMapModel, _: &Device) -> Result<()> {
        Ok(())
    }
}

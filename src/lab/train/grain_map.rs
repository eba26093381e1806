//! Trains the grain-map model on the density levels of the training images.

use std::sync::Arc;

use super::generator::{Codes, GeneratorOptions, save};
use super::masking::{MaskedBatch, MaskedExample, random_mask};
use super::prepared::Prepared;
use super::{Trainer, run};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{GrainMapModel, TransformerConfig};
use crate::grain::GrainMap;
use crate::lab::train::tokens::random_condition;
use crate::rng::Rng;

/// The losses of a step.
pub const LOSSES: &[&str] = &["loss", "ce"];

/// Trains from `options`, with the usual sizes where they say nothing else.
pub fn train(options: &GeneratorOptions) -> Result<()> {
    let common = &options.common;
    common.prepare()?;
    let device = common.device.device()?;
    device.seed(common.seed);
    let codes = Codes::load(options, &device)?;
    let grid = codes.run.config.grid;
    let mut sizes =
        TransformerConfig::grain_map(LEVELS, grid.regions, grid.cells(), codes.classes());
    options.resize(&mut sizes, grid.regions)?;

    let model = options.start(GrainMapModel::new(&sizes, &device), "grain-map", &device)?;
    let trainer = Trainer::new(model, common, &device)?;
    let mask = trainer.model.mask();
    let (data, batch, whole) = (codes.data.clone(), common.batch, options.whole);
    let levels: Vec<(usize, Vec<u8>)> =
        codes.tokens.coded.iter().map(|c| (c.item as usize, c.levels.clone())).collect();
    let layout = GrainMap::uniform(grid, 0).layout();
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let levels = Arc::new(levels);
    let batches = Prepared::spawn(|thread| {
        let (data, levels, device) = (data.clone(), levels.clone(), device.clone());
        let layout = layout.clone();
        let mut rng = Rng::new(seed).fork(17 + 64 * thread);
        move || {
            let examples = (0..batch).map(|_| {
                let (item, levels) = &levels[rng.below(levels.len())];
                // No region comes first here: its density is what is asked for.
                let mask = random_mask(&vec![0.0; levels.len()], &mut rng);
                MaskedExample {
                    target: levels.iter().map(|l| u16::from(*l)).collect(),
                    condition: random_condition(&data, *item, whole, &mut rng),
                    layout: layout.clone(),
                    mask,
                }
            });
            let examples: Vec<MaskedExample> = examples.collect();
            MaskedBatch::new(&examples, layout.len(), mask, &device)
        }
    });
    run::train(
        trainer,
        common,
        LOSSES,
        |trainer| {
            let (loss, ce) = batches.next()?.step(trainer, GrainMapModel::forward);
            // Regions are tokens of the coarsest granularity.
            Ok(std::iter::once(loss).chain(ce.into_iter().take(1)).collect())
        },
        |trainer| save(&common.out, "grain-map", &sizes, &trainer.average()),
    )?;
    Ok(())
}

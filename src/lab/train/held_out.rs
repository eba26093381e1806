//! Losses on whole classes, followed while a generator trains: on held-out cells of the concept × style
//! table, and on drawings of the training set.
//!
//! The training loss falls long after a network has begun to learn pairs of concept and style by
//! heart; on pairs it never sees, the loss shows when that begins. On training drawings it shows what
//! is left to learn once nothing of the class is left out, as in training it often is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;

use super::examples::CodedExample;
use super::masking::{MaskedBatch, MaskedExample};
use super::tokens::{TokenSet, Variants};
use crate::dgit::Nar;
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;
use crate::{Error, Result};

/// Images whose loss is followed, at most.
const FOLLOWED: usize = 512;
/// Images that are computed at once.
const BATCH: usize = 64;

/// Adds a line to `held-out.csv` of a run folder: the step, then `losses` with their names.
pub fn note(dir: &Path, step: usize, losses: &[(impl AsRef<str>, f32)]) -> Result<()> {
    let path = dir.join("held-out.csv");
    let new = !path.exists();
    let mut file =
        OpenOptions::new().create(true).append(true).open(&path).map_err(Error::io(&path))?;
    let line =
        |first: &str, values: Vec<String>| [vec![first.to_string()], values].concat().join(",");
    if new {
        let names = losses.iter().map(|(name, _)| name.as_ref().to_string()).collect();
        writeln!(file, "{}", line("step", names)).map_err(Error::io(&path))?;
    }
    let values = losses.iter().map(|(_, value)| value.to_string()).collect();
    writeln!(file, "{}", line(&step.to_string(), values)).map_err(Error::io(&path))
}

/// Images of `split` as they are, with their whole class and in these shares: those whose loss
/// is followed, the same ones every time.
pub fn followed(
    data: &Arc<Dataset>,
    split: Split,
    (spec, tokenizer): (&TokenizerSpec, &DqVae),
    shares: Shares,
    device: &Device,
) -> Result<Vec<CodedExample>> {
    let mut indices = data.indices(split);
    Rng::new(3).shuffle(&mut indices);
    indices.truncate(FOLLOWED);
    let coded = TokenSet::encode(data, &indices, spec, tokenizer, Variants::ONE, 0, device)?.coded;
    let drawn = coded.iter().map(|coded| {
        let condition = data.condition(coded.item as usize);
        CodedExample::as_it_is(spec.config.grid, coded, shares, condition)
    });
    drawn.collect()
}

/// Images of `split` with masks as in training; the same ones every time.
pub fn masked(
    data: &Arc<Dataset>,
    split: Split,
    (spec, tokenizer): (&TokenizerSpec, &DqVae),
    shares: Shares,
    mask: usize,
    device: &Device,
) -> Result<Vec<MaskedBatch>> {
    let drawn = followed(data, split, (spec, tokenizer), shares, device)?;
    let mut rng = Rng::new(0);
    let examples: Vec<MaskedExample> =
        drawn.iter().map(|d| MaskedExample::new(d, &mut rng)).collect();
    let longest = spec.config.grid.cell_count();
    let batch = |examples: &[MaskedExample]| MaskedBatch::new(examples, longest, mask, device);
    Ok(examples.chunks(BATCH).map(batch).collect())
}

/// Cross-entropy in nats of the masked codes of `batches` for each granularity, the coarsest first; 0 where
/// there are none.
pub fn masked_loss(nar: &Nar, batches: &[MaskedBatch]) -> Vec<f32> {
    let mut sums: Vec<(f32, f32)> = vec![];
    let model = nar.clone().train();
    for batch in batches {
        let (_, losses) = batch.losses_of(|codes, at, class| model.forward(codes, at, class));
        sums.resize(losses.len(), (0.0, 0.0));
        for ((sum, loss), count) in sums.iter_mut().zip(losses).zip(batch.counts()) {
            *sum = (sum.0 + loss.into_scalar::<f32>() * count, sum.1 + count);
        }
    }
    sums.iter().map(|(sum, count)| sum / count.max(1.0)).collect()
}

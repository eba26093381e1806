//! Losses on whole classes, followed while a generator trains: on held-out images, on images of the
//! training set, and on held-out combinations of classes.
//!
//! The training loss falls long after a network has begun to learn pictures by heart; on pictures that
//! it never sees, the loss shows when that begins. On training images it shows what is left to learn
//! once nothing of the class is left out, as in training it often is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor};

use super::examples::CodedExample;
use super::masking::{MaskedBatch, MaskedExample};
use super::tokens::{TokenSet, Variants};
use crate::dgit::{Places, bucket};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;
use crate::{Error, Result};

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

/// Held-out images of a data set: other pictures of the classes that training has, or else other
/// combinations of them.
pub fn unseen(data: &Dataset) -> Split {
    let has = |split: &Split| data.items.iter().any(|item| item.split == *split);
    [Split::HeldOut, Split::TestCells].into_iter().find(has).unwrap_or(Split::TestCells)
}

/// The splits whose losses are followed, with what stands before their names: the first is the one that
/// counts.
pub fn followed_splits(data: &Dataset) -> Vec<(&'static str, Split)> {
    let unseen = unseen(data);
    let mut splits = vec![("", unseen), ("known_", Split::Train)];
    if unseen != Split::TestCells && !data.indices(Split::TestCells).is_empty() {
        splits.push(("combinations_", Split::TestCells));
    }
    splits
}

/// At most `most` images of `split` as they are, with their whole class and in these shares: those
/// whose loss is followed, the same ones every time.
pub fn followed(
    data: &Arc<Dataset>,
    split: Split,
    most: usize,
    (spec, tokenizer): (&TokenizerSpec, &DqVae),
    shares: Shares,
    device: &Device,
) -> Result<Vec<CodedExample>> {
    let indices = Rng::new(3).some(data.indices(split), most);
    let coded = TokenSet::encode(data, &indices, spec, tokenizer, Variants::ONE, 0, device)?.coded;
    let drawn = coded.iter().map(|coded| {
        let condition = data.condition(coded.item as usize);
        CodedExample::as_it_is(spec.config.code_grid(), coded, shares, condition)
    });
    drawn.collect()
}

/// Batches of examples with masks as in training; the same ones every time. `mask`: the index that stands
/// for "not known".
pub fn masked(examples: &[MaskedExample], mask: usize, device: &Device) -> Vec<MaskedBatch> {
    let batch = |examples: &[MaskedExample]| {
        let lengths = examples.iter().map(|e| bucket(e.layout.len(), e.layout.grid()));
        MaskedBatch::new(examples, lengths.max().unwrap_or(1), mask, device)
    };
    examples.chunks(BATCH).map(batch).collect()
}

/// Cross-entropy in nats of the masked values of `batches`: of all, then of each granularity, the coarsest
/// first; 0 where there are none.
pub fn masked_loss(
    batches: &[MaskedBatch],
    forward: impl Fn(Tensor<2, Int>, &Places, Tensor<2, Int>) -> Tensor<3>,
) -> Vec<f32> {
    let mut sums: Vec<(f32, f32)> = vec![];
    for batch in batches {
        let (_, losses) = batch.losses_of(false, &forward);
        sums.resize(losses.len(), (0.0, 0.0));
        for ((sum, loss), count) in sums.iter_mut().zip(losses).zip(batch.counts()) {
            *sum = (sum.0 + loss.into_scalar::<f32>() * count, sum.1 + count);
        }
    }
    let all = sums.iter().fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
    let mean = |(sum, count): (f32, f32)| sum / count.max(1.0);
    std::iter::once(all).chain(sums).map(mean).collect()
}

//! DGiT-AR sampling of many images at once, with nothing painted: for training and evaluation.

use burn::tensor::{Device, Int, Tensor};

use super::{SampledImage, images};
use crate::Result;
use crate::dgit::ar::{SamplingParameters, Sequence, share_rows};
use crate::dgit::{Ar, ArConfig, Condition};
use crate::dqvae::DecoderHalf;
use crate::grain::{Positions, Shares};
use crate::kernels::read;
use crate::sampler::{Request, SequenceParameters, block_on};

/// Entries between two looks at a batch.
const LOOK_EVERY: usize = 16;

/// Sequences of many images at once, with nothing painted: positions and contents of each, START
/// included. For training and evaluation.
pub fn sample_sequences(
    ar: &Ar,
    config: &ArConfig,
    requests: &[Request],
    device: &Device,
) -> Result<Vec<Vec<(usize, u16)>>> {
    let (positions, images) = (config.positions(), requests.len());
    let guided = requests.iter().any(|r| r.guidance > 0.0);
    let rows = images * if guided { 2 } else { 1 };
    let mut sequence =
        Sequence::new(positions, config.transformer.vocabulary, config.end(), images, device);
    let mut caches = ar.caches(rows, sequence.capacity(), device);
    let start: Vec<usize> = requests.iter().map(|r| config.start(&r.shares)).collect();
    sequence.begin(&start);
    let mut conditions: Vec<Condition> = requests.iter().map(|r| r.condition.clone()).collect();
    conditions.resize(rows, Condition::default());
    let shares: Vec<Shares> = requests.iter().cycle().take(rows).map(|r| r.shares).collect();
    let classes = Condition::tensor(&conditions, ar.slots(), device);
    let class = ar.class_vectors(classes, share_rows(&shares, device));
    let mut choices: Vec<SequenceParameters> =
        requests.iter().map(|r| SequenceParameters::new(r, positions)).collect();

    let length = sequence.capacity();
    let mut drawn = Vec::new();
    for now in 0..positions.longest() {
        let next: Vec<[SamplingParameters; 2]> = choices.iter_mut().map(|c| c.next(now)).collect();
        sequence.go_to(now, &next);
        ar.step(&mut sequence, &mut caches, &class);
        // Now and then a look whether all are done.
        if now % LOOK_EVERY == LOOK_EVERY - 1 || now + 1 == positions.longest() {
            let (ints, _) = block_on(read(&[sequence.entries()], &[]))?;
            let images = ints[0].chunks_exact(2 * length);
            drawn = images
                .map(|image| {
                    let (numbers, contents) = image.split_at(length);
                    let entries = numbers.iter().zip(contents).take(now + 2);
                    let entries = entries.map(|(n, c)| (*n as usize, *c as u16));
                    entries.take_while(|(n, _)| *n != positions.done()).collect()
                })
                .collect::<Vec<Vec<_>>>();
            if drawn.iter().all(|entries| entries.len() < now + 2) {
                break;
            }
        }
    }
    Ok(drawn)
}

/// One image a request, all in one batch.
///
/// # Errors
/// [`Error::DeviceLost`](crate::Error::DeviceLost) when the device no longer answers.
pub fn sample_ar(
    ar: &Ar,
    config: &ArConfig,
    decoder: &DecoderHalf,
    requests: &[Request],
    device: &Device,
) -> Result<Vec<SampledImage>> {
    let positions = config.positions();
    let drawn = sample_sequences(ar, config, requests, device)?;
    let cells = drawn.iter().flat_map(|sequence| cells_of(positions, sequence));
    let cells: Vec<i32> = cells.map(i32::from).collect();
    let cells = Tensor::<1, Int>::from_ints(cells.as_slice(), device);
    let cells = cells.reshape([requests.len(), positions.grid().cell_count()]);
    let other = 1 + positions.ends(); // START and every END
    let codes = drawn.iter().map(|sequence| sequence.len().saturating_sub(other));
    images(decoder.decode(cells), &codes.collect::<Vec<_>>())
}

/// The codes of a whole sequence on the cell grid, raster order.
fn cells_of(positions: Positions, sequence: &[(usize, u16)]) -> Vec<u16> {
    let grid = positions.grid();
    let mut cells = vec![0; grid.cell_count()];
    for (number, code) in sequence {
        if let Some(token) = positions.token(*number) {
            token.fill(grid, &mut cells, *code);
        }
    }
    cells
}

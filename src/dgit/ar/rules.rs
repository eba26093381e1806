//! The grammar of a [`Sequence`](super::Sequence), as tables: what [`Positions`] knows of each position,
//! computed once. Formulas pick from tensors, kernels read the same numbers from one buffer.

use burn::tensor::{Device, Int, Tensor};

use crate::grain::{Positions, Rule};

/// Numbers of a position in the buffer that kernels read; rules.wgsl names them.
pub(super) const FIELDS: usize = 8;

/// What is not there.
const NONE: i32 = -1;

/// The rule of a position in a row: stream, region, next part, stream in which it may be chosen, spot, row,
/// column and span. -1 for what it has not, and the span 0 without a square.
fn row(rule: &Rule) -> [i32; FIELDS] {
    let number = |value: Option<usize>| value.map_or(NONE, |value| value as i32);
    let [row, column, span] = rule.token.map_or([0; 3], |t| [t.row, t.col, t.span]);
    [
        i32::from(rule.stream),
        number(rule.region),
        number(rule.next),
        rule.chosen_in.map_or(NONE, i32::from),
        rule.spot as i32,
        row as i32,
        column as i32,
        span as i32,
    ]
}

/// The rules of all positions, row after row: `[positions · FIELDS]`.
pub(super) fn rows(positions: Positions) -> Vec<i32> {
    positions.rules().flat_map(|rule| row(&rule)).collect()
}

/// What the formulas know of each position.
#[derive(Debug)]
pub(super) struct Rules {
    /// The stream that a sequence is in after it, `[positions, 1]`.
    pub stream: Tensor<2, Int>,
    /// Its region; -1 for START and END, and all regions for DONE: `[positions, 1]`.
    pub region: Tensor<2, Int>,
    /// The next code of the same region, or -1: `[positions, 1]`.
    pub next: Tensor<2, Int>,
    /// The stream in which it may be chosen, or -1: `[positions, 1]`.
    pub chosen_in: Tensor<2, Int>,
    /// The number of its square ([`Token::spot`](crate::grain::Token::spot)), or one beyond all:
    /// `[positions, 1]`.
    pub spot: Tensor<2, Int>,
    /// Squared distance in cells from its square to each cell, `[positions, cells²]`.
    pub distance: Tensor<2>,
}

/// Farther away than any cell.
const NOWHERE: f32 = 1e6;

impl Rules {
    pub fn new(positions: Positions, device: &Device) -> Self {
        let (grid, count) = (positions.grid(), positions.count());
        let rows = rows(positions);
        let column = |field: usize| {
            let values: Vec<i32> = rows.chunks(FIELDS).map(|row| row[field]).collect();
            Tensor::<1, Int>::from_ints(values.as_slice(), device).reshape([count, 1])
        };
        let distance = positions.rules().flat_map(|rule| {
            (0..grid.cell_count()).map(move |cell| {
                let (row, col) = (cell / grid.cells(), cell % grid.cells());
                rule.token.map_or(NOWHERE, |t| {
                    let beside = |at: usize, first: usize| {
                        first.saturating_sub(at).max((at + 1).saturating_sub(first + t.span))
                    };
                    (beside(row, t.row).pow(2) + beside(col, t.col).pow(2)) as f32
                })
            })
        });
        let distance: Vec<f32> = distance.collect();
        let distance = Tensor::<1>::from_floats(distance.as_slice(), device);
        Self {
            stream: column(0),
            region: column(1),
            next: column(2),
            chosen_in: column(3),
            spot: column(4),
            distance: distance.reshape([count, grid.cell_count()]),
        }
    }
}

/// `[rows, 1]` at `index`, `[images, entries]` → `[images, entries]`.
pub(super) fn pick(table: &Tensor<2, Int>, index: Tensor<2, Int>) -> Tensor<2, Int> {
    let [images, entries] = index.dims();
    table.clone().select(0, index.reshape([images * entries])).reshape([images, entries])
}

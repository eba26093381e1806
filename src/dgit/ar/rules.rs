//! What the formulas of a [`Sequence`](super::Sequence) know of each position.

use burn::tensor::{Device, Int, Tensor};

use crate::grain::{Place, Positions};

/// What is known of each position, as tables. Kernels compute the same from its number.
#[derive(Debug)]
pub(super) struct Rules {
    /// Its region; -1 for START and END, and all regions for DONE: `[positions, 1]`.
    pub region: Tensor<2, Int>,
    /// The next cell of the same region, or -1: `[positions, 1]`.
    pub next_part: Tensor<2, Int>,
    /// 1 where the coarse stream may go on: `[positions, 1]`.
    pub in_coarse: Tensor<2, Int>,
    /// 0 coarse, 1 fine: `[positions, 1]`.
    pub grain: Tensor<2, Int>,
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
        let grid = positions.grid();
        let all = || (0..positions.count()).map(|number| (number, positions.place(number)));
        let ints = |values: Vec<i32>| {
            let count = values.len();
            Tensor::<1, Int>::from_ints(values.as_slice(), device).reshape([count, 1])
        };
        let region = all().map(|(_, place)| match place {
            Place::Coarse(region) | Place::Fine { region, .. } => region as i32,
            Place::Start | Place::End => -1,
            Place::Done => grid.region_count() as i32,
        });
        let next_part = all().map(|(number, place)| match place {
            Place::Fine { part, .. } if part + 1 < positions.parts() => number as i32 + 1,
            _ => -1,
        });
        let in_coarse = |place| matches!(place, Place::Start | Place::Coarse(_));
        let distance = all().flat_map(|(number, _)| {
            let token = positions.token(number);
            (0..grid.cell_count()).map(move |cell| {
                let (row, col) = (cell / grid.cells(), cell % grid.cells());
                token.map_or(NOWHERE, |t| {
                    let beside = |at: usize, first: usize| {
                        first.saturating_sub(at).max((at + 1).saturating_sub(first + t.span))
                    };
                    (beside(row, t.row).pow(2) + beside(col, t.col).pow(2)) as f32
                })
            })
        });
        let spot = all().map(|(number, _)| positions.spot(number) as i32);
        let distance: Vec<f32> = distance.collect();
        let distance = Tensor::<1>::from_floats(distance.as_slice(), device);
        Self {
            region: ints(region.collect()),
            next_part: ints(next_part.collect()),
            in_coarse: ints(all().map(|(_, place)| i32::from(in_coarse(place))).collect()),
            grain: ints(all().map(|(_, place)| i32::from(granularity(place) > 0)).collect()),
            spot: ints(spot.collect()),
            distance: distance.reshape([positions.count(), grid.cell_count()]),
        }
    }
}

/// Granularity that an entry is embedded with: END belongs to the fine stream, which it opens.
pub fn granularity(place: Place) -> usize {
    usize::from(matches!(place, Place::End | Place::Fine { .. } | Place::Done))
}

/// `[rows, 1]` at `index`, `[images, 1]` → `[images, 1]`.
pub(super) fn pick(table: &Tensor<2, Int>, index: Tensor<2, Int>) -> Tensor<2, Int> {
    let [images, _] = index.dims();
    table.clone().select(0, index.reshape([images]))
}

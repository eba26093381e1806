//! Axial two-dimensional rotary positions (RoPE), exact for mixed granularities.
//!
//! A coarse token sits at the centre of its region, half way between cells. Rotating half of each
//! head by the row and half by the column makes attention depend on the offset between two
//! centres, whatever their granularities. Su et al. 2021; the axial form after EVA-02.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::Places;
use crate::grain::Positions;
use crate::kernels::{self, Angles};

const BASE: f64 = 100.0;

/// Cosines and sines for every position: constants, not learned.
#[derive(Module, Debug)]
pub struct Rope {
    /// `[2·cells + 1, head/4]`.
    cos: Tensor<2>,
    /// `[2·cells + 1, head/4]`.
    sin: Tensor<2>,
}

impl Rope {
    /// For positions up to `2 · cells` half cells and heads of the width `head`.
    pub fn new(cells: usize, head: usize, device: &Device) -> Self {
        let table = |f: fn(f64) -> f32| axis_table(f, cells, head / 4, device);
        Self { cos: table(cos), sin: table(sin) }
    }

    /// Cosines, then sines, of every position of a coarse-to-fine sequence, `[positions, head]`;
    /// START, END and DONE do not rotate.
    pub fn of_positions(positions: Positions, head: usize, device: &Device) -> Tensor<2> {
        let centre = |number| positions.token(number).map_or((0, 0), |token| token.centre());
        Self::turned(positions, centre, head, device)
    }

    /// The same where nothing rotates, for the ablation.
    pub fn still(positions: Positions, head: usize, device: &Device) -> Tensor<2> {
        Self::turned(positions, |_| (0, 0), head, device)
    }

    /// Every position as if it were at `centre`, in half cells.
    fn turned(
        positions: Positions,
        centre: impl Fn(usize) -> (usize, usize),
        head: usize,
        device: &Device,
    ) -> Tensor<2> {
        let values: Vec<f32> =
            (0..positions.count()).flat_map(|number| turn(centre(number), head)).collect();
        Tensor::<1>::from_floats(values.as_slice(), device).reshape([positions.count(), head])
    }

    /// Angles of token lists with `prefix` tokens without a place in front, which do not rotate.
    pub fn angles(&self, places: &Places, prefix: usize) -> Angles {
        let tables = [self.cos.clone(), self.sin.clone()];
        kernels::angles(tables, places.rows.clone(), places.columns.clone(), prefix)
    }
}

/// Cosines, then sines, of a token with this centre in half cells, `[head]`; at (0, 0) nothing rotates.
pub(super) fn turn((row, column): (usize, usize), head: usize) -> Vec<f32> {
    let frequencies = head / 4;
    let angles = move |at| (0..frequencies).map(move |k| angle(at, k, frequencies));
    let both = || angles(row).chain(angles(column));
    both().map(cos).chain(both().map(sin)).collect()
}

/// f(angle) for every position in half cells and every frequency: `[2·cells + 1, frequencies]`.
fn axis_table(f: fn(f64) -> f32, cells: usize, frequencies: usize, device: &Device) -> Tensor<2> {
    let positions = 2 * cells + 1;
    let values: Vec<f32> = (0..positions * frequencies)
        .map(|i| f(angle(i / frequencies, i % frequencies, frequencies)))
        .collect();
    Tensor::<1>::from_floats(values.as_slice(), device).reshape([positions, frequencies])
}

/// Angle number `k` of a position in half cells.
fn angle(position: usize, k: usize, frequencies: usize) -> f64 {
    position as f64 / 2.0 * BASE.powf(-(k as f64) / frequencies as f64)
}

/// Rounded last: the digits behind those of an f32 differ from system to system.
fn cos(angle: f64) -> f32 {
    angle.cos() as f32
}

fn sin(angle: f64) -> f32 {
    angle.sin() as f32
}

//! Floats as whole numbers, laid out for tiles of products.

use burn::tensor::Tensor;

use super::{dot, floats};

/// What the largest input becomes.
pub const INPUT: f32 = 4095.0;
/// What the largest weight of an output becomes where a pack has them as int8.
const INT8: f32 = 127.0;
/// Weights that are as near to whole numbers were some: a float has seven digits.
const WHOLE: f32 = 1e-3;
/// Terms that a sum has at most: 32 bits hold 4,096 products of the largest input by 127.
pub const LONGEST: usize = 4096;

/// Rows and columns of a tile of results.
pub const ROWS: usize = 4;
pub const COLUMNS: usize = 8;

/// The largest absolute value, at least a little. (`f32::max` is a call in wasm, for what is no number.)
pub fn largest(values: impl Iterator<Item = f32>) -> f32 {
    values.map(f32::abs).fold(1e-30, |most, value| if value > most { value } else { most })
}

/// The nearest whole number, of two the even one; for numbers that fit 16 bits. The sum has it as its last bits.
pub fn nearest(value: f32) -> i16 {
    (value + 12_582_912.0).to_bits() as i16
}

/// Sums of products for a tile: `rows` and `columns` have a pair for each of theirs, turn by turn.
#[inline(always)]
pub fn tile(rows: &[i32], columns: &[i32]) -> [[i32; COLUMNS]; ROWS] {
    let mut sums = [[dot::all(0); COLUMNS / 4]; ROWS];
    for (a, b) in rows.chunks_exact(ROWS).zip(columns.chunks_exact(COLUMNS)) {
        let (b, _) = b.as_chunks::<4>();
        let b = [dot::of(b[0]), dot::of(b[1])];
        for (sums, a) in sums.iter_mut().zip(a) {
            let a = dot::all(*a);
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = dot::add(*sum, a, b);
            }
        }
    }
    sums.map(|row| {
        let ([a, b, c, d], [e, f, g, h]) = (dot::numbers(row[0]), dot::numbers(row[1]));
        [a, b, c, d, e, f, g, h]
    })
}

/// The largest whole number of which so many products by the largest input fit 32 bits; of no more bits than an input has.
pub fn room(length: usize) -> f32 {
    (i32::MAX as usize / INPUT as usize / length).min(INPUT as usize) as f32
}

/// The sum of products of every line of `rows` with every one of `columns`: `put(row, column, sums)` takes those of a row with
/// a few columns from one on.
pub fn multiply(rows: &Lines, columns: &Lines, mut put: impl FnMut(usize, usize, &[i32])) {
    for (group, b) in columns.groups() {
        let first = group * COLUMNS;
        let count = COLUMNS.min(columns.steps.len() - first);
        for (block, a) in rows.groups() {
            let sums = tile(a, b);
            let rows = block * ROWS..rows.steps.len().min((block + 1) * ROWS);
            rows.zip(&sums).for_each(|(row, sums)| put(row, first, &sums[..count]));
        }
    }
}

/// Whole numbers, packed for [`tile`]: groups of `lanes` lines side by side, their pairs turn by turn.
#[derive(Debug)]
pub struct Lines {
    pairs: Vec<i32>,
    /// What one of a line's whole numbers is.
    pub steps: Vec<f32>,
    /// Pairs of a line.
    pub turns: usize,
    lanes: usize,
}

impl Lines {
    /// `count` lines of `length` values; `at`: value `k` of a line. The largest of each becomes `most`.
    pub fn new(
        lanes: usize,
        [count, length]: [usize; 2],
        most: f32,
        at: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let step = |line| largest((0..length).map(|k| at(line, k))) / most;
        Self::by_steps(lanes, length, (0..count).map(step).collect(), at)
    }

    /// The same where one of a line's whole numbers is known.
    pub fn by_steps(
        lanes: usize,
        length: usize,
        steps: Vec<f32>,
        at: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let turns = length.div_ceil(2);
        let mut pairs = vec![0; steps.len().div_ceil(lanes) * turns * lanes];
        for (line, step) in steps.iter().enumerate() {
            let inverse = 1.0 / step;
            let whole = |k: usize| if k < length { nearest(at(line, k) * inverse) } else { 0 };
            let group = &mut pairs[line / lanes * turns * lanes..][..turns * lanes];
            for (turn, place) in group.iter_mut().skip(line % lanes).step_by(lanes).enumerate() {
                *place = dot::pair(whole(2 * turn), whole(2 * turn + 1));
            }
        }
        Self { pairs, steps, turns, lanes }
    }

    /// Weights: exactly, if they were int8, and with as many bits as a sum of so many has room for otherwise.
    fn weights(
        lanes: usize,
        [count, length]: [usize; 2],
        at: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let int8 = (0..count).all(|line| {
            let inverse = INT8 / largest((0..length).map(|k| at(line, k)));
            (0..length)
                .map(|k| at(line, k) * inverse)
                .all(|w| (w - f32::from(nearest(w))).abs() < WHOLE)
        });
        Self::new(lanes, [count, length], if int8 { INT8 } else { room(length) }, at)
    }

    /// The inputs of a product, `[rows, inputs]`: those of a tile's rows.
    pub fn of_inputs(x: &[f32], rows: usize) -> Self {
        let inputs = x.len() / rows;
        Self::new(ROWS, [rows, inputs], INPUT, |row, k| x[row * inputs + k])
    }

    /// The weights of a product, `[inputs, outputs]`, for each output those of a tile's columns.
    pub fn of_product(weight: Tensor<2>) -> Self {
        let [inputs, outputs] = weight.dims();
        let weight = floats(weight);
        Self::weights(COLUMNS, [outputs, inputs], |n, k| weight[k * outputs + n])
    }

    /// The same of the first `outputs` rows of `[outputs or more, inputs]`.
    pub fn of_table(table: Tensor<2>, outputs: usize) -> Self {
        let [_, inputs] = table.dims();
        let table = floats(table);
        Self::weights(COLUMNS, [outputs, inputs], |n, k| table[n * inputs + k])
    }

    /// The weights of a convolution, `[to, from, side, side]`, for each output those of a tile's rows. A turn is two
    /// channels at one place of the window.
    pub fn of_convolution(weight: Tensor<4>) -> Self {
        let [to, from, side, _] = weight.dims();
        let (weight, taps) = (floats(weight), side * side);
        let value = |line: usize, k: usize| {
            let (turn, channel) = (k / 2, k / 2 / taps * 2 + k % 2);
            if channel < from { weight[(line * from + channel) * taps + turn % taps] } else { 0.0 }
        };
        Self::weights(ROWS, [to, from.next_multiple_of(2) * taps], value)
    }

    /// Each group's number and pairs, as [`tile`] takes them.
    pub fn groups(&self) -> impl Iterator<Item = (usize, &[i32])> {
        self.pairs.chunks_exact(self.turns * self.lanes).enumerate()
    }

    /// Whether its weights are those of an int8 file.
    #[cfg(test)]
    pub fn is_int8(&self) -> bool {
        let wholes = self.pairs.iter().flat_map(|pair| [*pair as i16, (*pair >> 16) as i16]);
        wholes.map(i16::unsigned_abs).max() == Some(INT8 as u16)
    }
}

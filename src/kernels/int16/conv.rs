//! Convolutions over maps.

use burn::tensor::{Device, Tensor, TensorData};

use super::super::GroupNorm;
use super::super::layers::Conv2d;
use super::super::norm::EPSILON;
use super::activation::silu;
use super::lines::{COLUMNS, INPUT, Lines, ROWS, largest, nearest, tile};
use super::ordered::sum;
use super::{dot, floats};

/// Tiles of a map whose columns are laid out at a time.
const STRIP: usize = 16;

/// A convolution from one pixel to the next, zeros around the map: `[batch, from, h, w]` → `[batch, to, h, w]`.
pub fn conv(x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
    let (sizes, device) = (x.dims(), x.device());
    convolved(floats(x), sizes, conv, &device)
}

/// conv(silu(norm(x))), as [`conv`].
pub fn norm_conv(x: Tensor<4>, norm: &GroupNorm, conv: &Conv2d) -> Tensor<4> {
    let (sizes, device) = (x.dims(), x.device());
    let [_, channels, height, width] = sizes;
    let (mut x, gamma, beta) = (floats(x), floats(norm.gamma.val()), floats(norm.beta.val()));
    let per_group = channels / norm.groups;
    for (group, values) in x.chunks_exact_mut(per_group * height * width).enumerate() {
        let mean = sum(values, |value| value) / values.len() as f32;
        let variance = sum(values, |value| (value - mean) * (value - mean)) / values.len() as f32;
        let inverse = 1.0 / (variance + EPSILON).sqrt();
        for (at, map) in values.chunks_exact_mut(height * width).enumerate() {
            let channel = group % norm.groups * per_group + at;
            let scale = gamma[channel] * inverse;
            let shift = beta[channel] - mean * scale;
            map.iter_mut().for_each(|value| *value = silu(*value * scale + shift));
        }
    }
    convolved(x, sizes, conv, &device)
}

fn convolved(
    x: Vec<f32>,
    [batch, from, height, width]: [usize; 4],
    conv: &Conv2d,
    device: &Device,
) -> Tensor<4> {
    let [to, _, side, _] = conv.weight.dims();
    let rows = conv.packed.pairs.get_or_init(|| Lines::of_convolution(conv.weight.val()));
    let bias = floats(conv.bias.val());
    let mut out = vec![0.0; batch * to * height * width];
    for (image, out) in out.chunks_exact_mut(to * height * width).enumerate() {
        let map = Map::new(&x[image * from * height * width..], [from, height, width], side);
        let offsets = map.offsets(rows.turns);
        let per_line = width.div_ceil(COLUMNS);
        let mut strip = vec![0; STRIP * rows.turns * COLUMNS];
        for first in (0..height * per_line).step_by(STRIP) {
            // Columns of a few tiles, so that rows of weights are read once for them.
            let count = STRIP.min(height * per_line - first);
            let tiles = strip.chunks_exact_mut(rows.turns * COLUMNS).take(count).enumerate();
            for (tile, columns) in tiles {
                let (y, x) = ((first + tile) / per_line, (first + tile) % per_line * COLUMNS);
                let place = y * map.line + x;
                for (to, offset) in columns.chunks_exact_mut(COLUMNS).zip(&offsets) {
                    to.copy_from_slice(&map.pairs[place + offset..][..COLUMNS]);
                }
            }
            for (block, a) in rows.groups() {
                let tiles = strip.chunks_exact(rows.turns * COLUMNS).take(count).enumerate();
                for (at, columns) in tiles {
                    let (y, x) = ((first + at) / per_line, (first + at) % per_line * COLUMNS);
                    let sums = tile(a, columns);
                    for (i, sums) in sums.iter().enumerate().take(to - block * ROWS) {
                        let line = block * ROWS + i;
                        let factor = map.step * rows.steps[line];
                        let out = &mut out[(line * height + y) * width + x..];
                        for (out, sum) in out.iter_mut().zip(sums).take(width - x) {
                            *out = *sum as f32 * factor + bias[line];
                        }
                    }
                }
            }
        }
    }
    Tensor::from_data(TensorData::new(out, [batch, to, height, width]), device)
}

/// A map of whole numbers with zeros around it, two channels in each pair.
struct Map {
    pairs: Vec<i32>,
    step: f32,
    side: usize,
    /// Pairs from a line to the next, and from two channels to the next two.
    line: usize,
    plane: usize,
}

impl Map {
    fn new(x: &[f32], [channels, height, width]: [usize; 3], side: usize) -> Self {
        let x = &x[..channels * height * width];
        let (line, pad) = (width.next_multiple_of(COLUMNS) + side - 1, side / 2);
        let plane = (height + side - 1) * line;
        let step = largest(x.iter().copied()) / INPUT;
        let inverse = 1.0 / step;
        let mut pairs = vec![0; channels.div_ceil(2) * plane];
        for (two, channels) in x.chunks(2 * height * width).enumerate() {
            let (low, high) = channels.split_at(height * width);
            for y in 0..height {
                let to = &mut pairs[two * plane + (y + pad) * line + pad..][..width];
                for (x, to) in to.iter_mut().enumerate() {
                    let at = y * width + x;
                    let other = high.get(at).map_or(0, |value| nearest(value * inverse));
                    *to = dot::pair(nearest(low[at] * inverse), other);
                }
            }
        }
        Self { pairs, step, side, line, plane }
    }

    /// Where each turn of a convolution reads, from the first pixel of its window on.
    fn offsets(&self, turns: usize) -> Vec<usize> {
        let taps = self.side * self.side;
        let place = |turn: usize| {
            let (two, tap) = (turn / taps, turn % taps);
            two * self.plane + tap / self.side * self.line + tap % self.side
        };
        (0..turns).map(place).collect()
    }
}

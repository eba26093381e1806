//! Sums of floats in one order, which is the same on every processor: what is rounded afterwards must not hang on a last
//! digit. No multiplication is fused with an addition, since not every processor can.

use burn::tensor::{Tensor, TensorData};

use super::super::norm::EPSILON;
use super::activation::exp;
use super::floats;

/// Added up eight at a time, in the same order everywhere.
pub fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest: f32 = chunks.remainder().iter().map(|value| of(*value)).sum();
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += of(*value));
    }
    sums.iter().sum::<f32>() + rest
}

/// x · tableᵀ for the first `count` rows of the table: `[batch, rows, width]`, `[count or more, width]` →
/// `[batch, rows, count]`.
pub fn dots(x: Tensor<3>, table: Tensor<2>, count: usize) -> Tensor<3> {
    let ([batch, rows, width], device) = (x.dims(), x.device());
    let (x, table) = (floats(x), floats(table));
    let of = |x: &[f32]| {
        let products = |line: &[f32]| {
            let mut sums = [0.0; 8];
            for (a, b) in x.chunks(8).zip(line.chunks(8)) {
                sums.iter_mut().zip(a).zip(b).for_each(|((sum, a), b)| *sum += a * b);
            }
            sums.iter().sum::<f32>()
        };
        table.chunks_exact(width).take(count).map(products).collect::<Vec<_>>()
    };
    let out: Vec<f32> = x.chunks_exact(width).flat_map(of).collect();
    Tensor::from_data(TensorData::new(out, [batch, rows, count]), &device)
}

/// Of a row: exponentials of what each is less than the largest; returns their sum.
pub fn exponentials(row: &mut [f32]) -> f32 {
    let most = row.iter().fold(f32::MIN, |most, x| if *x > most { *x } else { most });
    row.iter_mut().for_each(|x| *x = exp(*x - most));
    sum(row, |x| x)
}

/// Softmax along the last dimension.
pub fn softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    by_rows(x, |row| {
        let inverse = 1.0 / exponentials(row);
        row.iter_mut().for_each(|x| *x *= inverse);
    })
}

/// x / √(mean of x² + ε) along the last dimension.
pub fn rms_norm<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    by_rows(x, |row| {
        let mean_square = sum(row, |x| x * x) / row.len() as f32;
        let inverse = 1.0 / (mean_square + EPSILON).sqrt();
        row.iter_mut().for_each(|x| *x *= inverse);
    })
}

fn by_rows<const D: usize>(x: Tensor<D>, change: impl Fn(&mut [f32])) -> Tensor<D> {
    let (shape, device) = (x.dims(), x.device());
    let mut values = floats(x);
    values.chunks_exact_mut(shape[D - 1]).for_each(change);
    Tensor::from_data(TensorData::new(values, shape), &device)
}

/// a · b, matrix by matrix: `[batch, rows, inner]` and `[batch, inner, columns]` → `[batch, rows, columns]`.
pub fn matmul(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    let ([batch, rows, inner], [_, _, columns], device) = (a.dims(), b.dims(), a.device());
    let (a, b) = (floats(a), floats(b));
    let mut out = vec![0.0; batch * rows * columns];
    let matrices = a.chunks_exact(rows * inner).zip(b.chunks_exact(inner * columns));
    for ((a, b), out) in matrices.zip(out.chunks_exact_mut(rows * columns)) {
        for (a, out) in a.chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
            for (a, b) in a.iter().zip(b.chunks_exact(columns)) {
                out.iter_mut().zip(b).for_each(|(out, b)| *out += a * b);
            }
        }
    }
    Tensor::from_data(TensorData::new(out, [batch, rows, columns]), &device)
}

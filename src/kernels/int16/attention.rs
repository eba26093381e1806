//! Attention, a few queries at a time: their scores never leave the processor's cache.

use burn::tensor::{Tensor, TensorData};

use super::floats;
use super::lines::{COLUMNS, Lines, ROWS, multiply, room};
use super::ordered::exponentials;

/// Queries at a time.
const QUERIES: usize = 16;
/// What the largest of a head's values becomes in each of its dimensions.
const VALUE: f32 = 2047.0;
/// What the largest weight becomes, at most, and all of a query together: of so much values by [`VALUE`] fit 32 bits.
const WEIGHT: f32 = 32767.0;
const WEIGHTS: f32 = (1 << 20) as f32;

/// softmax(q kᵀ / √head + bias) v.
///
/// `q`: `[batch, heads, queries, head]`; `k`, `v`: `[batch, heads, keys, head]`; `bias`: `[batch or 1, 1, queries or 1,
/// keys]` → `[batch, heads, queries, head]`.
pub fn mix(q: Tensor<4>, k: Tensor<4>, v: Tensor<4>, bias: Option<Tensor<4>>) -> Tensor<4> {
    let (shape, [_, _, keys, _], device) = (q.dims(), k.dims(), q.device());
    let [batch, heads, queries, head] = shape;
    let [images, _, rows, _] = bias.as_ref().map_or([1, 1, 1, keys], |bias| bias.dims());
    let bias = bias.map_or_else(|| vec![0.0; keys], floats);
    let (q, k, v) = (floats(q), floats(k), floats(v));
    let scale = 1.0 / (head as f32).sqrt();
    let (mut out, mut scores) = (vec![0.0; q.len()], vec![0.0; QUERIES * keys]);
    for matrix in 0..batch * heads {
        let image = if images == 1 { 0 } else { matrix / heads };
        let [k, v] = [&k, &v].map(|x| &x[matrix * keys * head..][..keys * head]);
        let k = Lines::new(COLUMNS, [keys, head], room(head), |key, d| k[key * head + d]);
        let v = Lines::new(COLUMNS, [head, keys], VALUE, |d, key| v[key * head + d]);
        for first in (0..queries).step_by(QUERIES) {
            let count = QUERIES.min(queries - first);
            let own = (matrix * queries + first) * head..(matrix * queries + first + count) * head;
            let q = Lines::of_inputs(&q[own.clone()], count);
            multiply(&q, &k, |query, key, sums| {
                let row = if rows == 1 { 0 } else { first + query };
                let bias = &bias[(image * rows + row) * keys + key..];
                let step = q.steps[query] * scale;
                let scores = &mut scores[query * keys + key..];
                for (i, sum) in sums.iter().enumerate() {
                    scores[i] = *sum as f32 * (step * k.steps[key + i]) + bias[i];
                }
            });
            // Largest 1, so that few are rounded to nothing; those of a query are divided by their sum in the end.
            let totals = scores.chunks_exact_mut(keys).take(count).map(exponentials);
            let totals: Vec<f32> = totals.collect();
            let steps = totals.iter().map(|total| 1.0 / WEIGHT.min(WEIGHTS / total)).collect();
            let p = Lines::by_steps(ROWS, keys, steps, |query, key| scores[query * keys + key]);
            let out = &mut out[own];
            multiply(&p, &v, |query, d, sums| {
                let step = p.steps[query] / totals[query];
                let out = &mut out[query * head + d..];
                for (i, sum) in sums.iter().enumerate() {
                    out[i] = *sum as f32 * (step * v.steps[d + i]);
                }
            });
        }
    }
    Tensor::from_data(TensorData::new(out, shape), &device)
}

//! What a code looks at: the weights of attention of one token, which no kernel keeps.
//!
//! The kernels never write the weights down, and a second kernel for a look now and then would not pay. So queries
//! and keys are read, and one row of the weights is worked out here, in plain arithmetic, the same on every backend.

use burn::tensor::Tensor;

use super::rope::turn;
use crate::kernels::EPSILON;

/// What the attention of one block starts from, on its device.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Queries, keys and values, `[batch, prefix + tokens, 3 · width]`.
    pub qkv: Tensor<3>,
    /// Scale of the queries, `[head]`.
    pub scale: Tensor<1>,
}

/// softmax(q kᵀ / √head) of token `query`, mean of the heads: one weight for each token, together 1.
///
/// `qkv`: `[tokens, 3 · width]`, without padding; `scale`: of the queries, `[head]`; `centres`: of every token in half
/// cells, (0, 0) for those in front of the list.
pub fn attention_weights(
    qkv: &[f32],
    scale: &[f32],
    centres: &[(usize, usize)],
    query: usize,
) -> Vec<f32> {
    let (tokens, head) = (centres.len(), scale.len());
    let width = qkv.len() / tokens.max(1) / 3;
    let heads = width / head.max(1);
    let turns: Vec<Vec<f32>> = centres.iter().map(|centre| turn(*centre, head)).collect();
    let normal = |token: usize, part: usize, h: usize| {
        let start = (3 * token + part) * width + h * head;
        normalised(&qkv[start..start + head])
    };
    let mut mean = vec![0.0; tokens];
    for h in 0..heads {
        let q = normal(query, 0, h);
        let q: Vec<f32> = q.iter().zip(scale).map(|(value, scale)| value * scale).collect();
        let q = turned(&q, &turns[query]);
        let score = |token: usize| {
            let k = turned(&normal(token, 1, h), &turns[token]);
            q.iter().zip(&k).map(|(q, k)| q * k).sum::<f32>() / (head as f32).sqrt()
        };
        let scores: Vec<f32> = (0..tokens).map(score).collect();
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let total: f32 = powers.iter().sum();
        for (mean, power) in mean.iter_mut().zip(powers) {
            *mean += power / total / heads as f32;
        }
    }
    mean
}

fn normalised(x: &[f32]) -> Vec<f32> {
    let square = x.iter().map(|value| value * value).sum::<f32>() / x.len() as f32;
    x.iter().map(|value| value / (square + EPSILON).sqrt()).collect()
}

/// Component i goes with i + head/2.
fn turned(x: &[f32], turn: &[f32]) -> Vec<f32> {
    let half = x.len() / 2;
    let (cos, sin) = turn.split_at(half);
    let first = (0..half).map(|i| x[i] * cos[i] - x[half + i] * sin[i]);
    first.chain((0..half).map(|i| x[i] * sin[i] + x[half + i] * cos[i])).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::dgit::{Places, Rope};
    use crate::grain::{GrainMap, Grid};
    use crate::kernels::{attention, flat};
    use crate::rng::Rng;

    /// Where the values of a token are 1 in one place of their own, attention's result is its weights.
    #[test]
    fn weights_are_those_of_attention() {
        let (grid, device, mut rng) = (Grid::dual(2), Device::flex(), Rng::new(3));
        let layout = GrainMap::new(grid, vec![0, 1, 0, 1]).unwrap().layout();
        let (prefix, heads, head) = (2, 2, 16);
        let (padded, tokens) = (12, prefix + layout.len());
        assert!(tokens <= head, "a place for each token");
        let width = heads * head;
        let mut qkv: Vec<f32> = (0..(prefix + padded) * 3 * width).map(|_| rng.normal()).collect();
        for token in 0..prefix + padded {
            for (at, value) in qkv[(3 * token + 2) * width..][..width].iter_mut().enumerate() {
                *value = f32::from(u8::from(at % head == token));
            }
        }
        let scale: Vec<f32> = (0..head).map(|_| rng.normal()).collect();
        let places = Places::new(&[&layout], padded, &device);
        let angles = Rope::new(grid.cells(), head, &device).angles(&places, prefix);
        let tensor = Tensor::<1>::from_floats(qkv.as_slice(), &device);
        let tensor = tensor.reshape([1, prefix + padded, 3 * width]);
        let scales = Tensor::<1>::from_floats(scale.as_slice(), &device);
        let mixed = attention(tensor, scales, &angles, places.padding.clone(), &places.extent);
        let mixed: Vec<f32> = flat(mixed).into_data().iter::<f32>().collect();
        let front = std::iter::repeat_n((0, 0), prefix);
        let centres: Vec<_> = front.chain(layout.tokens().iter().map(|t| t.centre())).collect();
        for query in 0..tokens {
            let found = attention_weights(&qkv[..tokens * 3 * width], &scale, &centres, query);
            assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            for (token, found) in found.iter().enumerate() {
                let of = |h: usize| mixed[query * width + h * head + token];
                let expected = (of(0) + of(1)) / 2.0;
                assert!((found - expected).abs() < 1e-5, "{query} to {token}: {found}, {expected}");
            }
        }
    }
}

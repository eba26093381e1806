//! Where the tokens of a batch are: positions, granularities and padding as tensors.

use burn::tensor::{Device, Int, Tensor};

use crate::grain::TokenLayout;

/// Code lengths are padded to multiples of this, so that a few fixed shapes serve every grain map.
const BUCKET: usize = 24;

/// The padded length for a code of `length` tokens that is at least `shortest` long.
///
/// A dual grid of 8×8 regions has 64 + 3k codes; the buckets are 64, 88, 112, …, 256.
pub fn bucket(length: usize, shortest: usize) -> usize {
    shortest + length.saturating_sub(shortest).div_ceil(BUCKET) * BUCKET
}

/// Places of a batch of token lists, padded to one length.
#[derive(Debug, Clone)]
pub struct Places {
    /// Granularity of each token, `[batch, tokens]`.
    pub grains: Tensor<2, Int>,
    /// Row of its centre in half cells, `[batch, tokens]`.
    pub rows: Tensor<2, Int>,
    /// Column of its centre in half cells, `[batch, tokens]`.
    pub columns: Tensor<2, Int>,
    /// 0 for a token, 1 for padding, `[batch, tokens]`.
    pub padding: Tensor<2>,
}

impl Places {
    /// Pads every layout to `length` tokens; longer ones are cut, so choose it with [`bucket`].
    pub fn new(layouts: &[&TokenLayout], length: usize, device: &Device) -> Self {
        let mut columns = [vec![], vec![], vec![]].map(|mut v: Vec<i64>| {
            v.reserve(layouts.len() * length);
            v
        });
        let mut padding = Vec::with_capacity(layouts.len() * length);
        for layout in layouts {
            for i in 0..length {
                let token = layout.tokens().get(i);
                let (row, column) = token.map_or((0, 0), |t| t.centre());
                columns[0].push(token.map_or(0, |t| t.grain as i64));
                columns[1].push(row as i64);
                columns[2].push(column as i64);
                padding.push(if token.is_some() { 0.0f32 } else { 1.0 });
            }
        }
        let shape = [layouts.len(), length];
        let [grains, rows, columns] =
            columns.map(|v| Tensor::<1, Int>::from_ints(v.as_slice(), device).reshape(shape));
        let padding = Tensor::<1>::from_floats(padding.as_slice(), device).reshape(shape);
        Self { grains, rows, columns, padding }
    }

    /// The same places for `times` copies of the batch, one after the other.
    pub fn repeat(&self, times: usize) -> Self {
        Self {
            grains: self.grains.clone().repeat_dim(0, times),
            rows: self.rows.clone().repeat_dim(0, times),
            columns: self.columns.clone().repeat_dim(0, times),
            padding: self.padding.clone().repeat_dim(0, times),
        }
    }

    /// What attention adds to its scores, `[batch, 1, 1, prefix + tokens]`: 0, or a large negative
    /// number for keys that are padding.
    pub fn attention_bias(&self, prefix: usize) -> Tensor<4> {
        let [batch, tokens] = self.padding.dims();
        let bias = self.padding.clone() * -1e4;
        let front = Tensor::zeros([batch, prefix], &bias.device());
        Tensor::cat(vec![front, bias], 1).reshape([batch, 1, 1, prefix + tokens])
    }
}

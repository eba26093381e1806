//! Products over lists.

use burn::tensor::{Tensor, TensorData};

use super::activation::gelu;
use super::floats;
use super::lines::{Lines, multiply};

/// x · w + b, with [`gelu`] behind it if that is wanted: `[batch, tokens, inputs]` → `[batch, tokens, outputs]`.
pub fn product(
    x: Tensor<3>,
    weights: &Lines,
    bias: Option<Tensor<1>>,
    activate: bool,
) -> Tensor<3> {
    let ([batch, tokens, _], device) = (x.dims(), x.device());
    let (x, bias, outputs) = (floats(x), bias.map(floats), weights.steps.len());
    let rows = Lines::of_inputs(&x, batch * tokens);
    let mut out = vec![0.0; batch * tokens * outputs];
    multiply(&rows, weights, |row, first, sums| {
        let step = rows.steps[row];
        let line = &mut out[row * outputs + first..][..sums.len()];
        for (i, (value, sum)) in line.iter_mut().zip(sums).enumerate() {
            let bias = bias.as_ref().map_or(0.0, |bias| bias[first + i]);
            *value = *sum as f32 * (step * weights.steps[first + i]) + bias;
        }
    });
    if activate {
        out.iter_mut().for_each(|value| *value = gelu(*value));
    }
    Tensor::from_data(TensorData::new(out, [batch, tokens, outputs]), &device)
}

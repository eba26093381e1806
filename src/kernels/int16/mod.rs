//! Products in whole numbers on a processor (ours): for 16-bit numbers two products and their sum are one instruction, for
//! eight of them at a time, in wasm as in every x86-64; of floats it is four products, and their sums are another one.
//!
//! ```text
//! x · w ≈ ⌊x / a⌉ · ⌊w / s⌉ · a · s      a = max |x| / 4095 of each row (or map), s = max |w| / most of each output
//! ```
//!
//! Inputs keep thirteen bits. Weights that a pack stores as int8 are exact (`most` is 127, as it is there); others keep as
//! many bits as their sums leave room for. Sums of whole numbers are exact in any order, and what lies between
//! two products has its sums in one order and its own `exp`: inputs are rounded the same everywhere, so that all processors
//! draw the same. Chosen by [`Tuning::int16`](super::tuning::Tuning), for samplers only: nothing here has a gradient.

mod activation;
mod attention;
mod conv;
mod dot;
mod lines;
mod ordered;
mod product;

pub use attention::mix;
pub use conv::{conv, norm_conv};
pub use lines::Lines;
pub use ordered::{dots, matmul, rms_norm, softmax};
pub use product::product;

use burn::tensor::{Tensor, TensorData};

use super::layers::Linear;
use super::tuning::Tuning;

/// Rows from which on it pays to round a table for them.
const ENOUGH: usize = 16;

/// Whether [`product`] is to make a product of these inputs.
pub fn pays(x: &Tensor<3>) -> bool {
    Tuning::now().int16 && x.dims()[2] <= lines::LONGEST
}

/// Whether [`conv`] is to make a convolution of this map, with a window of `side` by `side`.
pub fn pays_for(x: &Tensor<4>, side: usize) -> bool {
    let inputs = x.dims()[1].next_multiple_of(2) * side * side;
    Tuning::now().int16 && inputs <= lines::LONGEST
}

/// x · w + b with a layer's weights, and [`gelu`](activation::gelu) behind it if that is wanted:
/// `[batch, tokens, inputs]` → `[batch, tokens, outputs]`.
pub fn linear(x: Tensor<3>, linear: &Linear, activate: bool) -> Tensor<3> {
    let weights = linear.packed.pairs.get_or_init(|| Lines::of_product(linear.weight.val()));
    product(x, weights, linear.bias.as_ref().map(|bias| bias.val()), activate)
}

/// x · tableᵀ + b: `[batch, tokens, width]`, `[vocabulary or more, width]`, `[vocabulary]` → `[batch, tokens, vocabulary]`.
pub fn head(x: Tensor<3>, table: Tensor<2>, bias: Tensor<1>) -> Tensor<3> {
    let ([batch, tokens, _], [vocabulary]) = (x.dims(), bias.dims());
    if batch * tokens < ENOUGH {
        return dots(x, table, vocabulary) + bias.reshape([1, 1, -1]);
    }
    product(x, &Lines::of_table(table, vocabulary), Some(bias), false)
}

/// silu(Σ x · w + b) over the second dimension: `[batch, any, inputs]` → `[batch, 1, outputs]`.
pub fn of_sum(x: Tensor<3>, layer: &Linear) -> Tensor<3> {
    let ([batch, _, width], device) = (x.dims(), x.device());
    let rows = floats(x);
    let mut sums = vec![0.0; batch * width];
    for (sums, rows) in sums.chunks_exact_mut(width).zip(rows.chunks_exact(rows.len() / batch)) {
        for row in rows.chunks_exact(width) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        sums.iter_mut().for_each(|sum| *sum = activation::silu(*sum));
    }
    linear(Tensor::from_data(TensorData::new(sums, [batch, 1, width]), &device), layer, false)
}

fn floats<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_to_vec().expect("f32 on a processor")
}

#[cfg(test)]
mod tests;

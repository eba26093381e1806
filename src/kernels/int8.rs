//! Products of int8 by int8 (ours): a quarter of the memory that weights are read from, and four products at a time
//! where a card has an instruction for them (`dot4I8Packed`).
//!
//! ```text
//! x · w ≈ ⌊x / a⌉ · ⌊w / s⌉ · a · s      a = max |x| / 127 of each row, s = max |w| / 127 of each column
//! ```
//!
//! Weights that a file stores as int8 have the same scales there, so theirs are exact. Inputs are rounded, which is why it
//! has to be asked for ([`Tuning::int8`](super::tuning::Tuning)): numbers are others in the third digit.

use std::sync::{Arc, OnceLock};

#[cfg(any(feature = "gpu", test))]
use burn::tensor::Tensor;

#[cfg(any(feature = "gpu", test))]
use super::layers::Linear;

/// The weights of a layer in whole numbers, made when they are first wanted. Those of a clone are the same.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    /// For a graphics processor.
    #[cfg(feature = "gpu")]
    quads: Arc<OnceLock<Tensor<2>>>,
    /// For a processor.
    #[cfg(feature = "cpu")]
    pub(super) pairs: Arc<OnceLock<super::int16::Lines>>,
}

/// Rounds along `axis`: whole numbers from -127 to 127, and what one of them is.
#[cfg(any(feature = "gpu", test))]
fn rounded<const D: usize>(x: Tensor<D>, axis: usize) -> (Tensor<D>, Tensor<D>) {
    let step = x.clone().abs().max_dim(axis).clamp_min(1e-30) / 127.0;
    ((x / step.clone()).round(), step)
}

/// x · w + b with rounded factors: `[batch, tokens, inputs]` → `[batch, tokens, outputs]`.
#[cfg(any(feature = "gpu", test))]
pub fn product(x: Tensor<3>, linear: &Linear) -> Tensor<3> {
    let (x, a) = rounded(x, 2); // [batch, tokens, inputs], [batch, tokens, 1]
    let (w, s) = rounded(linear.weight.val(), 0); // [inputs, outputs], [1, outputs]
    let y = x.matmul(w.unsqueeze()) * a * s.unsqueeze();
    match &linear.bias {
        Some(bias) => y + bias.val().unsqueeze(),
        None => y,
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use burn_cubecl::tensor::CubeTensor;

    use super::super::gpu::{Kernel, buffer, exact, tensor};
    use super::*;

    impl Packed {
        /// Four of a column in each value's bits, and the scales below them: `[inputs / 4 + 1, outputs]`.
        pub fn of(&self, weight: &Tensor<2>) -> CubeTensor {
            buffer(self.quads.get_or_init(|| {
                let [k, n] = weight.dims();
                let w = buffer(weight);
                let out = exact(&w, [k / 4 + 1, n]);
                Kernel::new("int8", include_str!("int8.wgsl"), 64).with("K", k).with("N", n).run(
                    &[&w, &out],
                    &[0],
                    [n.div_ceil(64), 1, 1],
                );
                tensor(out)
            }))
        }
    }
}

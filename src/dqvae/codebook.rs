//! The codebook: nearest-neighbour quantisation on the unit sphere, learned by moving averages.
//!
//! Key traits: low code dimension and l2-normalised codes (keeps every code in reach), assignment
//! by largest inner product, straight-through gradient. How the codes follow the encoder during
//! training is in [`crate::train`].

use crate::kernels::layers::random;
use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, FloatDType, Int, Tensor};

/// K unit vectors of dimension d.
#[derive(Module, Debug)]
pub struct Codebook {
    /// `[codes, code_dim]`, rows of length one. Not trained by gradients.
    pub codes: Param<Tensor<2>>,
}

impl Codebook {
    /// Random unit vectors.
    pub fn new(codes: usize, code_dim: usize, device: &Device) -> Self {
        let codes = random([codes, code_dim], Distribution::Normal(0.0, 1.0), device);
        let codes = match cfg!(feature = "cpu") {
            true => Param::from_tensor(normalise(codes.val(), 1)),
            false => codes,
        };
        Self { codes: codes.set_require_grad(false) }
    }

    /// Index of the nearest code: unit vectors `[batch, positions, code_dim]` →
    /// `[batch, positions]` in `0..codes`.
    pub fn assign(&self, z: Tensor<3>) -> Tensor<2, Int> {
        let [batch, positions, dim] = z.dims();
        let codes = self.codes.val().cast(FloatDType::F32);
        let z = z.cast(FloatDType::F32).reshape([batch * positions, dim]);
        z.matmul(codes.transpose()).argmax(1).reshape([batch, positions])
    }

    /// Vectors of the codes: `[batch, positions]` → `[batch, positions, code_dim]`.
    pub fn look_up(&self, codes: Tensor<2, Int>) -> Tensor<3> {
        let [batch, positions] = codes.dims();
        let flat = codes.reshape([batch * positions]);
        let rows = self.codes.val().select(0, flat); // [batch · positions, code_dim]
        let dim = rows.dims()[1];
        rows.reshape([batch, positions, dim])
    }
}

/// Scales vectors along `dim` to length one.
pub(crate) fn normalise<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    let length = (x.clone().square().sum_dim(dim) + 1e-12).sqrt();
    x / length
}

//! The codebook: nearest-neighbour quantisation, by default on the unit sphere with codes learned by
//! moving averages.
//!
//! Key traits: low code dimension and l2-normalised codes (keeps every code in reach), assignment
//! by largest inner product, straight-through gradient. How the codes follow the encoder during
//! training is in [`crate::lab::train`]. The alternative is a fixed lattice; see [`Quantiser`].

use super::{Quantiser, TokenizerConfig, normalise};
use crate::kernels::layers::{is_unfilled, random};
use crate::kernels::nearest_codes;
use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, FloatDType, Int, Tensor};

/// K vectors of dimension d.
#[derive(Module, Debug)]
pub struct Codebook {
    /// `[codes, code_dim]`: rows of length one, or the points of a lattice. Not trained by gradients.
    pub codes: Param<Tensor<2>>,
    #[module(skip)]
    quantiser: Quantiser,
}

impl Codebook {
    /// Random unit vectors, or the lattice of the configuration.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        let shape = [config.codes, config.code_dim];
        let codes = random(shape, Distribution::Normal(0.0, 1.0), device);
        let codes = match cfg!(feature = "cpu") && !is_unfilled() {
            false => codes,
            true => Param::from_tensor(match config.quantiser.lattice() {
                None => normalise(codes.val(), 1),
                Some(lattice) => {
                    Tensor::<1>::from_floats(lattice.as_slice(), device).reshape(shape)
                }
            }),
        };
        Self { codes: codes.set_require_grad(false), quantiser: config.quantiser.clone() }
    }

    /// Whether the codes follow the encoder in training.
    pub fn is_learned(&self) -> bool {
        self.quantiser.is_learned()
    }

    /// Brings vectors, `[batch, positions, code_dim]`, to where codes lie; in f32.
    pub fn project(&self, h: Tensor<3>) -> Tensor<3> {
        self.quantiser.projection().apply(h.cast(FloatDType::F32))
    }

    /// Index of the nearest code: projected vectors `[batch, positions, code_dim]` →
    /// `[batch, positions]` in `0..codes`.
    pub fn assign(&self, z: Tensor<3>) -> Tensor<2, Int> {
        self.quantiser.projection().assign(z, self.codes.val())
    }

    /// The codes of one image on the cell grid, `[cells²]`. `features`: a map a granularity, coarsest
    /// first; `grains`: granularity of each cell, `[cells²]`.
    pub fn nearest(&self, features: Vec<Tensor<4>>, grains: Tensor<1, Int>) -> Tensor<1, Int> {
        nearest_codes(features, grains, self.codes.val(), &self.quantiser.projection())
    }

    /// Vectors of the codes: `[batch, positions]` → `[batch, positions, code_dim]`.
    pub fn lookup(&self, codes: Tensor<2, Int>) -> Tensor<3> {
        let [batch, positions] = codes.dims();
        let flat = codes.reshape([batch * positions]);
        let rows = self.codes.val().select(0, flat); // [batch · positions, code_dim]
        let dim = rows.dims()[1];
        rows.reshape([batch, positions, dim])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_code_of_a_lattice_is_the_rounded_vector() {
        let device = Device::flex();
        let levels = [8, 5, 4, 3];
        let config = TokenizerConfig::tiny().with_quantiser(Quantiser::Fsq(levels.to_vec()));
        config.validate().expect("the sizes fit");
        let codebook = Codebook::new(&config, &device);
        let h = Tensor::random([2, 100, 4], Distribution::Normal(0.0, 1.5), &device);
        let z = codebook.project(h);
        let found = codebook.lookup(codebook.assign(z.clone()));
        let found: Vec<f32> = found.into_data().iter::<f32>().collect();
        let z: Vec<f32> = z.into_data().iter::<f32>().collect();
        for (found, z) in found.chunks(4).zip(z.chunks(4)) {
            for ((found, z), levels) in found.iter().zip(z).zip(levels) {
                let half = (levels / 2) as f32;
                assert!((found - (z * half).round() / half).abs() < 1e-6, "{found} for {z}");
            }
        }
    }
}

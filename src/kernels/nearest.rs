//! From features to codes: at each cell the vector of one granularity, brought to where codes lie,
//! and the code that is nearest.

use burn::tensor::{FloatDType, Int, Tensor};

#[cfg(feature = "gpu")]
use super::on_gpu;
use super::upsample_nearest;

/// Where codes lie, and how vectors get there.
#[derive(Debug, Clone, PartialEq)]
pub enum Projection {
    /// On the unit sphere; vectors are scaled to length one.
    Sphere,
    /// In a box: tanh(x + shift) · scale − centre.
    Box {
        /// One number a dimension, as the others.
        shift: Vec<f32>,
        /// Half the width of the box, and a little more.
        scale: Vec<f32>,
        /// Where 0 lies after the shift.
        centre: Vec<f32>,
    },
}

impl Projection {
    /// Brings vectors, `[batch, positions, dim]`, to where codes lie. Differentiable.
    pub fn apply(&self, h: Tensor<3>) -> Tensor<3> {
        let Self::Box { shift, scale, centre } = self else { return normalise(h, 2) };
        let device = h.device();
        let row = |values: &[f32]| {
            Tensor::<1>::from_floats(values, &device).reshape([1, 1, values.len()])
        };
        (h + row(shift)).tanh() * row(scale) - row(centre)
    }

    /// Index of the nearest code of each vector: projected vectors `[batch, positions, dim]`, codes
    /// `[codes, dim]` → `[batch, positions]` in `0..codes`.
    pub fn assign(&self, z: Tensor<3>, codes: Tensor<2>) -> Tensor<2, Int> {
        let [batch, positions, dim] = z.dims();
        let codes = codes.cast(FloatDType::F32);
        let z = z.cast(FloatDType::F32).reshape([batch * positions, dim]);
        let nearness = z.matmul(codes.clone().transpose()); // [batch · positions, codes]
        let nearness = match self {
            Self::Sphere => nearness, // all codes are of length one
            // |z − c|² = |z|² − 2 (z·c − |c|²/2)
            Self::Box { .. } => nearness - codes.square().sum_dim(1).transpose() / 2.0,
        };
        nearness.argmax(1).reshape([batch, positions])
    }
}

/// Merges the granularities on the cell grid, *before* quantisation.
///
/// `features`: one map a granularity, coarsest first, `[batch, dim, side, side]` with sides that
/// double up to the cells. `gates`: one a granularity, `[batch, 1, cells, cells]`, exactly one of
/// them 1 at each cell. A coarse vector is repeated into all the cells of its region, which then get
/// the same code.
pub fn merge(features: Vec<Tensor<4>>, gates: &[Tensor<4>]) -> Tensor<4> {
    let finest = features.len() - 1;
    features
        .into_iter()
        .zip(gates)
        .enumerate()
        .map(|(grain, (x, gate))| {
            let gate = gate.clone().cast(FloatDType::from(x.dtype()));
            upsample_nearest(x, 1 << (finest - grain)) * gate
        })
        .reduce(|a, b| a + b)
        .expect("an encoder has at least one granularity") // [batch, dim, cells, cells]
}

/// The codes of one image on the cell grid, `[cells²]`: merged, projected, assigned.
///
/// `features`: as for [`merge`], of one image; `grains`: granularity of each cell, `[cells²]`;
/// `codebook`: `[codes, dim]`.
pub fn nearest_codes(
    features: Vec<Tensor<4>>,
    grains: Tensor<1, Int>,
    codebook: Tensor<2>,
    projection: &Projection,
) -> Tensor<1, Int> {
    #[cfg(feature = "gpu")]
    if on_gpu(&codebook.device()) {
        return gpu::nearest_codes(&features, grains, codebook, projection);
    }
    let ([count], [_, dim]) = (grains.dims(), codebook.dims());
    let cells = count.isqrt();
    let gate = |grain| grains.clone().equal_elem(grain as i64).float();
    let gates: Vec<Tensor<4>> =
        (0..features.len()).map(|grain| gate(grain).reshape([1, 1, cells, cells])).collect();
    let h = merge(features, &gates).cast(FloatDType::F32);
    let z = projection.apply(h.reshape([1, dim, count]).transpose()); // [1, cells², dim]
    projection.assign(z, codebook).reshape([count])
}

/// Scales vectors along `dim` to length one.
pub(crate) fn normalise<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    let length = (x.clone().square().sum_dim(dim) + 1e-12).sqrt();
    x / length
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::Input;
    use super::super::gpu::{Kernel, buffer, empty_ints, int_buffer, int_tensor};
    use super::*;

    /// Granularities that the text has bindings for: with four of them the kernel runs twice.
    const BOUND: usize = 3;

    pub fn nearest_codes(
        features: &[Tensor<4>],
        grains: Tensor<1, Int>,
        codebook: Tensor<2>,
        projection: &Projection,
    ) -> Tensor<1, Int> {
        let ([count], [codes, dim]) = (grains.dims(), codebook.dims());
        let parameters = match projection {
            Projection::Sphere => vec![0.0; 3 * dim],
            Projection::Box { shift, scale, centre } => [&shift[..], scale, centre].concat(),
        };
        let mut input = Input::floats([3, dim], &codebook.device());
        input.set(&parameters);
        let (grains, codebook) = (int_buffer(&grains), buffer(&codebook));
        let parameters = buffer(&input.tensor());
        let out = empty_ints(&codebook, [count]);
        let finest = features.len() - 1;
        for first in (0..=finest).step_by(BOUND) {
            let maps = [0, 1, 2].map(|i| buffer(&features[(first + i).min(finest)]));
            let [a, b, c] = &maps;
            Kernel::new("nearest", include_str!("nearest.wgsl"), 64)
                .with("DIM", dim)
                .with("CODES", codes)
                .with("CELLS", count.isqrt())
                .with("FINEST", finest)
                .with("FIRST", first)
                .with_flag("SPHERE", *projection == Projection::Sphere)
                .run(&[a, b, c, &grains, &codebook, &parameters, &out], &[0], [count, 1, 1]);
        }
        int_tensor(out)
    }
}

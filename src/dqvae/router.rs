//! The learned router: granularity from features, with Gumbel noise and a budget loss.
//!
//! This is how the CVPR 2023 predecessor decides granularity; DQVAE++ replaces it by densities.
//! It is here so that the two can be compared.

use burn::module::Module;
use burn::tensor::activation::{silu, softmax};
use burn::tensor::{Device, Tensor};

use super::TokenizerConfig;
use crate::Result;
use crate::grain::{GrainMap, Grid, Shares};
use crate::kernels::GroupNorm;
use crate::kernels::layers::Linear;

/// Features of all granularities, pooled to the region grid → one logit per granularity.
#[derive(Module, Debug)]
pub struct Router {
    norms: Vec<GroupNorm>,
    hidden: Linear,
    out: Linear,
}

impl Router {
    /// A randomly initialised router.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        let (granularities, dim) = (config.grid.granularities, config.code_dim);
        let width = granularities * dim;
        Self {
            norms: (0..granularities).map(|_| GroupNorm::new(dim, device)).collect(),
            hidden: Linear::new(width, width, device),
            out: Linear::new(width, granularities, device),
        }
    }

    /// `features` as the encoder returns them → logits `[batch, regions², granularities]`.
    pub fn forward(&self, features: &[Tensor<4>]) -> Tensor<3> {
        let [batch, dim, regions, _] = features[0].dims();
        let pooled = features.iter().zip(&self.norms).map(|(x, norm)| {
            let side = x.dims()[2] / regions;
            norm.forward(x.clone())
                .reshape([batch, dim, regions, side, regions, side])
                .mean_dims(&[3, 5])
                .reshape([batch, dim, regions * regions])
        });
        let f = Tensor::cat(pooled.collect(), 1).transpose(); // [batch, regions², granularities·dim]
        self.out.forward(silu(self.hidden.forward(f)))
    }

    /// The decision itself, without noise: for each region the granularity of the largest logit.
    pub fn maps(&self, features: &[Tensor<4>], grid: Grid) -> Result<Vec<GrainMap>> {
        let grains: Vec<i64> = self.forward(features).argmax(2).into_data().iter::<i64>().collect();
        let images = grains.chunks(grid.region_count());
        images
            .map(|image| GrainMap::new(grid, image.iter().map(|grain| *grain as u8).collect()))
            .collect()
    }

    /// Hard one-hot gates with a straight-through gradient: softmax(logits + Gumbel noise) for the
    /// gradient, its argmax for the value. `noise` has the shape of `logits`.
    pub fn gumbel_gates(logits: Tensor<3>, noise: Tensor<3>) -> Tensor<3> {
        let soft = softmax(logits + noise, 2);
        let hard = one_hot_argmax(soft.clone().detach());
        hard - soft.clone().detach() + soft
    }
}

/// 1 at the largest entry of the last dimension, 0 elsewhere.
pub(super) fn one_hot_argmax(x: Tensor<3>) -> Tensor<3> {
    let [_, _, granularities] = x.dims();
    let best = x.argmax(2); // [batch, regions², 1]
    let one_hot = (0..granularities).map(|g| best.clone().equal_scalar(g as i64).float());
    Tensor::cat(one_hot.collect(), 2)
}

/// L = γ Σ (ρ_g − r_g)² over all granularities g, ρ_g the mean gate of g over batch and regions, r_g the
/// wanted share. With two granularities both terms are equal: the predecessor's 2γ(ρ − r)².
///
/// `gates`: `[batch, regions², granularities]`; `shares`: of each granularity finer than the coarsest.
pub fn budget_loss(gates: Tensor<3>, shares: &Shares, gamma: f32) -> Tensor<1> {
    let finer = shares.as_slice();
    let wanted = [&[1.0 - finer.iter().sum::<f32>()], finer].concat();
    let wanted = Tensor::<1>::from_floats(wanted.as_slice(), &gates.device());
    let [batch, regions, granularities] = gates.dims();
    let mean = gates.reshape([batch * regions, granularities]).mean_dim(0);
    (mean.reshape([granularities]) - wanted).square().sum() * gamma
}

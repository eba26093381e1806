//! How far a reconstruction is from its picture: what the decoder minimises beside the critic.

use burn::tensor::Tensor;

use super::Precision;
use super::objective::edge_loss;
use crate::lab::metrics::PerceptualLoss;

/// Weights of the parts, and the network of the perceptual ones.
pub struct PictureLoss<'a> {
    /// Network of the perceptual loss, if there is one.
    pub network: Option<&'a PerceptualLoss>,
    /// Weight of the edges.
    pub edges: f32,
    /// Weight of the features.
    pub perceptual: f32,
    /// Weight of the logits.
    pub logits: f32,
    /// Share of a batch that the network looks at.
    pub part: f32,
    /// Precision of the network.
    pub precision: Precision,
}

/// The parts, `[1]` each.
pub struct PictureLosses {
    /// The weighted sum.
    pub sum: Tensor<1>,
    /// Mean absolute difference.
    pub l1: Tensor<1>,
    /// Difference of the edges; 0 where it has no weight.
    pub edges: Tensor<1>,
    /// Distance of the features; 0 without a network.
    pub perceptual: Tensor<1>,
}

impl PictureLoss<'_> {
    /// Of `made` and `picture`, `[batch, 3, side, side]` in -1..=1, f32, both with autodiff.
    pub fn of(&self, made: Tensor<4>, picture: Tensor<4>) -> PictureLosses {
        let difference = made.clone() - picture.clone();
        let l1 = difference.clone().abs().mean();
        let zero = || l1.clone().zeros_like();
        let edges = if self.edges > 0.0 { edge_loss(difference) } else { zero() };
        let [perceptual, logits] = match self.network {
            Some(network) => {
                let batch = made.dims()[0];
                let some = ((batch as f32 * self.part).ceil() as usize).clamp(1, batch);
                let [made, picture] =
                    [made, picture].map(|x| self.precision.of(x.narrow(0, 0, some)));
                match self.logits > 0.0 {
                    true => network.mean_and_logits(made, picture),
                    false => [network.mean(made, picture), zero()],
                }
            }
            None => [zero(), zero()],
        };
        let sum = l1.clone()
            + edges.clone() * self.edges
            + perceptual.clone() * self.perceptual
            + logits * self.logits;
        PictureLosses { sum, l1, edges, perceptual }
    }
}

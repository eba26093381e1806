//! The objective of the tokenizer: what one training step minimises.

use burn::module::Module;
use burn::tensor::{FloatDType, Tensor};

use super::Trainer;
use super::codebook::CodebookAverage;
use super::gates::{Share, density_gates};
use super::tokenizer_options::TokenizerOptions;
use crate::Result;
use crate::dqvae::{DqVae, Encoded, Router, TokenizerSpec, budget_loss, resample, spread_gates};
use crate::grain::Shares;
use crate::lab::metrics::PerceptualLoss;
use crate::rng::Rng;

/// Steps before the codebook joins.
pub const WITHOUT_CODEBOOK: usize = 300;
/// Weight of the commitment loss.
pub(super) const COMMIT: f32 = 0.25;
/// Idle codes restart until this share of the training.
pub(super) const RESTART_UNTIL: f32 = 0.8;

/// The losses of a step, in the order in which [`Objective::step`] returns them.
pub const LOSSES: &[&str] =
    &["loss", "l1", "edges", "perceptual", "commit", "fine_ratio", "perplexity"];

/// One step of the objective.
pub struct Objective<'a> {
    /// Weights of the losses.
    pub options: &'a TokenizerOptions,
    /// Sizes and densities.
    pub spec: &'a TokenizerSpec,
    /// How many regions of an image are of which granularity.
    pub share: Share,
    /// What a learned router is held to.
    pub budget: Shares,
    /// Network of the perceptual loss.
    pub perceptual: Option<&'a PerceptualLoss>,
}

impl Objective<'_> {
    /// Computes the losses of `images` (`[batch, 3, image, image]`, plain), updates the weights
    /// and lets the codebook follow.
    pub fn step(
        &self,
        trainer: &mut Trainer<DqVae>,
        images: Tensor<4>,
        codebook: &mut Option<CodebookAverage>,
        rng: &mut Rng,
    ) -> Result<Vec<Tensor<1>>> {
        let (view, grid) = (trainer.view(), self.spec.config.grid);
        let precision = trainer.precision();
        let tracked = Tensor::from_inner(images.clone());
        let input = precision.of(tracked.clone());
        let features = view.encoder.features(input);
        let gates = match &view.encoder.router {
            Some(router) => {
                let logits = router.forward(&features).cast(FloatDType::F32);
                Router::gumbel_gates(logits.clone(), gumbel_like(&logits, rng))
            }
            None => {
                let model = || trainer.model.valid();
                Tensor::from_inner(density_gates(self.spec, model, &images, self.share, rng)?)
            }
        }; // [batch, regions², granularities]
        let ratio = gates.clone().narrow(2, grid.granularities - 1, 1).mean();
        let spread = spread_gates(gates.clone(), grid);
        let weights = code_weights(&spread, self.spec.config.code_side()); // [batch, cells²]

        let Encoded { z, codes, quantised } = view.decoder.quantise(features, &spread);
        let straight_through = match codebook {
            Some(_) => z.clone() + (quantised.clone() - z.clone()).detach(),
            None => z.clone(),
        };
        let grains = Some(Tensor::cat(spread.clone(), 1));
        let output = view.decoder.decode_vectors(straight_through, grains).cast(FloatDType::F32);

        let difference = output.clone() - tracked.clone();
        let l1 = difference.clone().abs().mean();
        let edges = edge_loss(difference);
        let perceptual = match self.perceptual {
            Some(network) => {
                // Every other image is enough: this network costs more than the tokenizer.
                let half = output.dims()[0].div_ceil(2);
                let [output, target] =
                    [output, tracked].map(|x| precision.of(x.narrow(0, 0, half)));
                network.mean(output, target)
            }
            None => l1.clone().zeros_like(),
        };
        let error = (z.clone() - quantised).square().sum_dim(2); // [batch, cells², 1]
        let weight = Tensor::from_inner(weights.clone()).unsqueeze_dim::<3>(2);
        let commit = match codebook {
            Some(_) if self.spec.config.quantiser.is_learned() => {
                (error * weight.clone()).sum() / weight.sum()
            }
            _ => l1.clone().zeros_like(),
        };
        let mut loss = l1.clone()
            + edges.clone() * self.options.edges
            + perceptual.clone() * self.options.perceptual
            + commit.clone() * COMMIT;
        if view.encoder.router.is_some() {
            loss = loss + budget_loss(gates, &self.budget, self.options.budget);
        }
        trainer.update(&loss);

        let [batch, cells, dim] = z.dims();
        let vectors = z.detach().inner().reshape([batch * cells, dim]);
        let codes = codes.inner().reshape([batch * cells]);
        let restart = (trainer.step as f32) < RESTART_UNTIL * trainer.steps as f32;
        match codebook {
            Some(average) => {
                average.update(vectors, codes, weights.reshape([batch * cells]), restart);
            }
            None if trainer.step >= WITHOUT_CODEBOOK.min(trainer.steps / 10) => {
                *codebook = Some(CodebookAverage::from_vectors(self.spec.config.codes, vectors));
            }
            None => {}
        }
        let perplexity = match codebook {
            Some(average) => {
                let codes = average.codes();
                let book = &mut trainer.model.decoder.codebook;
                book.codes = book.codes.clone().map(|_| codes);
                average.perplexity()
            }
            None => Tensor::zeros([1], &ratio.device().inner()),
        };
        Ok(vec![loss, l1, edges, perceptual, commit, ratio, Tensor::from_inner(perplexity)])
    }
}

/// Error of the edges at three sizes: mean |∇d| of the difference d, of d at half and at a quarter
/// of the size, and mean |d| of the smaller two (ours; cheap, and drawings live by their edges).
pub(super) fn edge_loss(difference: Tensor<4>) -> Tensor<1> {
    let mut d = difference;
    let mut loss = None;
    for scale in 0..3 {
        let [batch, channels, height, width] = d.dims();
        let down = d.clone().narrow(2, 1, height - 1) - d.clone().narrow(2, 0, height - 1);
        let right = d.clone().narrow(3, 1, width - 1) - d.clone().narrow(3, 0, width - 1);
        let mut error = down.abs().mean() + right.abs().mean();
        if scale > 0 {
            error = error + d.clone().abs().mean();
        }
        loss = Some(match loss {
            Some(sum) => sum + error,
            None => error,
        });
        d = d.reshape([batch, channels, height / 2, 2, width / 2, 2]).mean_dims(&[3, 5]).reshape([
            batch,
            channels,
            height / 2,
            width / 2,
        ]);
    }
    loss.expect("three scales")
}

/// Weight of each cell so that every code counts once: 1 for fine cells, 1/4 for coarse ones, and
/// so on. `[batch, cells²]` on a grid of `side` cells, without autodiff.
pub(super) fn code_weights(gates: &[Tensor<4>], side: usize) -> Tensor<2> {
    let finest = gates.len() - 1;
    let weights = gates.iter().enumerate().map(|(grain, gate)| {
        let share = 0.25f32.powi((finest - grain) as i32);
        gate.clone().detach().inner().cast(FloatDType::F32) * share
    });
    let sum = weights.reduce(|a, b| a + b).expect("there is at least one granularity");
    let sum = resample(sum, side);
    let [batch, _, cells, _] = sum.dims();
    sum.reshape([batch, cells * cells])
}

fn gumbel_like(logits: &Tensor<3>, rng: &mut Rng) -> Tensor<3> {
    let shape = logits.dims();
    let noise: Vec<f32> = (0..shape.iter().product()).map(|_| rng.gumbel()).collect();
    let noise = Tensor::<1>::from_floats(noise.as_slice(), &logits.device()).reshape(shape);
    noise.cast(FloatDType::from(logits.dtype()))
}

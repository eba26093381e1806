//! One training step of a tokenizer with a critic.
//!
//! The losses of the picture are differentiated in the picture first. The tokenizer then gets one
//! gradient to propagate, a sum whose parts can be weighed by their lengths: that of the
//! reconstruction, and that of the critic, stretched to match it.

use burn::module::Module;
use burn::tensor::{Distribution, FloatDType, Int, Tensor};

use super::Trainer;
use super::adversary::Adversary;
use super::codebook::CodebookAverage;
use super::exchange::Seat;
use super::gates::one_hot;
use super::objective::{COMMIT, RESTART_UNTIL, WITHOUT_CODEBOOK, code_weights};
use super::picture_loss::{PictureLoss, PictureLosses};
use super::region_counts::{CountDraw, disturbed, gates_by_rank};
use super::stopwatch::Stopwatch;
use crate::dqvae::{
    Codebook, DecoderHalf, DqVae, EPSILON, Encoded, TokenizerSpec, gates_of, grains_of, measure,
    merge, region_squares, spread_gates,
};
use crate::grain::GrainMap;
use crate::rng::Rng;
use crate::{Error, Result};

/// Weight of the head that predicts errors. Nothing else gets its gradient.
const HEAD: f32 = 0.1;
/// One of so many images of a batch is also made all coarse, for that head to learn from.
const JUDGED: usize = 4;
/// Largest share of the codes of a batch that are replaced.
const REPLACED: f32 = 0.1;

/// The losses of a step, in the order in which [`PictureObjective::step`] returns them.
pub const LOSSES: &[&str] = &[
    "loss",
    "l1",
    "edges",
    "perceptual",
    "commit",
    "perplexity",
    "realism",
    "factor",
    "critic",
    "margin",
    "guess",
];

/// What stays the same from step to step.
pub struct PictureObjective<'a> {
    /// Sizes and densities.
    pub spec: &'a TokenizerSpec,
    /// How many regions have which granularity.
    pub counts: &'a CountDraw,
    /// The losses of the picture.
    pub picture: PictureLoss<'a>,
    /// Share of the steps in which codes are replaced at random.
    pub disturb: f32,
    /// Which part of every batch this is.
    pub seat: &'a Seat,
    /// Times the parts of a step, where that is wanted.
    pub watch: &'a Stopwatch,
}

impl PictureObjective<'_> {
    /// Computes the losses of `images` (`[batch, 3, image, image]`, plain), updates tokenizer and
    /// critic, and lets the codebook follow.
    pub fn step(
        &self,
        trainer: &mut Trainer<DqVae>,
        adversary: &mut Adversary,
        images: Tensor<4>,
        codebook: &mut Option<CodebookAverage>,
        rng: &mut Rng,
    ) -> Result<Vec<Tensor<1>>> {
        let (config, seat, watch) = (&self.spec.config, self.seat, self.watch);
        watch.begin();
        let progress = trainer.step as f32 / trainer.steps as f32;
        let view = trainer.view();
        let input = trainer.precision().of(Tensor::from_inner(images.clone()));
        let features = view.encoder.features(input);
        let gates = self.gates(trainer, &images, rng)?;
        let spread = spread_gates(Tensor::from_inner(gates), config.grid);
        let weights = code_weights(&spread, config.code_side()); // [batch, cells²]

        let of_head = view.encoder.error.as_ref().map(|head| {
            let part = images.dims()[0].div_ceil(JUDGED);
            let features = features.iter().map(|x| x.clone().narrow(0, 0, part).detach());
            let features: Vec<Tensor<4>> = features.collect();
            let wanted = self.coarse_error(&view.decoder, &features, &images);
            let guess = head.forward(&features).cast(FloatDType::F32); // [part, regions²]
            (guess - Tensor::from_inner(wanted)).square().mean()
        });
        watch.lap("encoder");
        let Encoded { z, codes, quantised } = view.decoder.quantise(features, &spread);
        let told = view.decoder.decoder.told();
        let (vectors, grains) = match codebook {
            Some(_) => {
                let (vectors, codes) = match rng.uniform() < self.disturb {
                    true => replace(
                        z.clone(),
                        (&quantised, &codes),
                        &spread,
                        &view.decoder.codebook,
                        rng,
                    ),
                    false => {
                        let vectors = z.clone() + (quantised.clone() - z.clone()).detach();
                        (vectors, codes.clone())
                    }
                };
                (vectors, told.map(|count| grains_of(codes, count)))
            }
            None => (z.clone(), told.map(|_| Tensor::cat(spread.clone(), 1))),
        };
        let hidden = view.decoder.decode_body(vectors, grains).values();
        let output = view.decoder.decoder.finish(hidden.clone().into()).cast(FloatDType::F32);
        watch.lap("decoder");

        // What the picture should change, from here on without the tokenizer's graph.
        let made = output.clone().inner();
        let leaf = Tensor::from_inner(made.clone()).require_grad();
        let losses = self.picture.of(leaf.clone(), Tensor::from_inner(images.clone()));
        let of_picture = leaf.grad(&losses.sum.backward()).ok_or_else(no_gradient)?;
        watch.lap("perceptual loss, with its gradient");
        let zero = || Tensor::<1>::zeros([1], &made.device());
        let weight = adversary.weight(progress);
        let (gradient, realism) = match weight > 0.0 {
            true => {
                let (realism, of_critic) = adversary.gradient(&made, rng);
                let decoder = &view.decoder.decoder;
                adversary.balance(decoder, &hidden.inner(), [&of_picture, &of_critic], seat)?;
                let factor = (adversary.factor() * weight).reshape([1, 1, 1, 1]);
                (of_picture + of_critic * factor, realism)
            }
            false => (of_picture, zero()),
        };
        watch.lap("what the critic says");
        let mut wanted = (output * Tensor::from_inner(gradient)).sum();
        let mut commit = zero();
        if codebook.is_some() && config.quantiser.is_learned() {
            let error = (z.clone() - quantised).square().sum_dim(2); // [batch, cells², 1]
            let weight = Tensor::from_inner(weights.clone()).unsqueeze_dim::<3>(2);
            let loss = (error * weight.clone()).sum() / weight.sum();
            commit = loss.clone().inner();
            wanted = wanted + loss * COMMIT;
        }
        let mut guess = zero();
        if let Some(error) = of_head {
            guess = error.clone().inner();
            wanted = wanted + error * HEAD;
        }
        let gradient = trainer.gradient(&wanted);
        watch.lap("gradient of encoder and decoder");
        trainer.descend_together(gradient, seat)?;
        watch.lap("optimiser");

        let (mut critic, mut margin) = (zero(), zero());
        if adversary.learns(progress) {
            let losses = adversary.step(images, made, (trainer.step, trainer.steps), seat, rng)?;
            (critic, margin) = (losses.loss, losses.margin);
        }
        watch.lap("training of the critic");
        let perplexity = self.follow(trainer, codebook, (z, codes), weights);
        let PictureLosses { sum, l1, edges, perceptual } = losses;
        let [sum, l1, edges, perceptual] = [sum, l1, edges, perceptual].map(|x| x.inner());
        let loss = sum + commit.clone() * COMMIT;
        let factor = adversary.factor();
        let plain = [
            loss, l1, edges, perceptual, commit, perplexity, realism, factor, critic, margin, guess,
        ];
        let (plain, _) = seat.mean(Tensor::cat(plain.into(), 0), 0)?;
        Ok(vec![Tensor::from_inner(plain)])
    }

    /// `[batch, regions², granularities]`, plain.
    fn gates(
        &self,
        trainer: &Trainer<DqVae>,
        images: &Tensor<4>,
        rng: &mut Rng,
    ) -> Result<Tensor<3>> {
        let config = &self.spec.config;
        if let Some(map) = config.fixed_map() {
            return Ok(one_hot(&vec![map; images.dims()[0]], images));
        }
        let model = match config.measure.needs_model() {
            true => trainer.average(),
            false => trainer.model.clone(),
        };
        let density = measure(config, &model).density(images.clone(), config.grid.regions);
        let counts = self.counts.next(config.grid, rng)?;
        Ok(gates_by_rank(disturbed(density, self.seat, rng), &counts))
    }

    /// log(error) of every region of the first of `images` when all of them are coarse, as
    /// [`ErrorHead::forward`](crate::dqvae::ErrorHead::forward) predicts it from their `features`: `[part,
    /// regions²]`, plain.
    fn coarse_error(
        &self,
        decoder: &DecoderHalf,
        features: &[Tensor<4>],
        images: &Tensor<4>,
    ) -> Tensor<2> {
        let (grid, part) = (self.spec.config.grid, features[0].dims()[0]);
        let decoder = decoder.valid();
        let gates = gates_of(&vec![GrainMap::uniform(grid, 0); part], &images.device());
        let features = features.iter().map(|x| x.clone().inner()).collect();
        let made = decoder.decode(decoder.quantise(features, &gates).codes).cast(FloatDType::F32);
        let error = region_squares(made, images.clone().narrow(0, 0, part), grid.regions);
        (error + EPSILON).log()
    }

    /// Lets the codebook follow the vectors of this step; its perplexity, plain.
    fn follow(
        &self,
        trainer: &mut Trainer<DqVae>,
        codebook: &mut Option<CodebookAverage>,
        (z, codes): (Tensor<3>, Tensor<2, Int>),
        weights: Tensor<2>,
    ) -> Tensor<1> {
        let ([batch, cells, dim], device) = (z.dims(), weights.device());
        let vectors = z.detach().inner().reshape([batch * cells, dim]);
        let restart = (trainer.step as f32) < RESTART_UNTIL * trainer.steps as f32;
        match codebook {
            Some(average) => {
                let codes = codes.inner().reshape([batch * cells]);
                average.update(vectors, codes, weights.reshape([batch * cells]), restart);
            }
            None if trainer.step >= WITHOUT_CODEBOOK.min(trainer.steps / 10) => {
                *codebook = Some(CodebookAverage::from_vectors(self.spec.config.codes, vectors));
            }
            None => {}
        }
        let Some(average) = codebook else {
            return Tensor::zeros([1], &device);
        };
        let book = &mut trainer.model.decoder.codebook;
        if book.is_learned() {
            let codes = average.codes();
            book.codes = book.codes.clone().map(|_| codes);
        }
        average.perplexity()
    }
}

/// Straight-through vectors in which some codes are others, drawn at random, and their codes.
/// A generator errs; a decoder that has seen wrong codes takes it less amiss.
///
/// `z`, `quantised`: `[batch, cells², dim]`; `codes`: `[batch, cells²]`; `gates`: one a granularity,
/// `[batch, 1, cells, cells]`.
fn replace(
    z: Tensor<3>,
    (quantised, codes): (&Tensor<3>, &Tensor<2, Int>),
    gates: &[Tensor<4>],
    codebook: &Codebook,
    rng: &mut Rng,
) -> (Tensor<3>, Tensor<2, Int>) {
    let ([batch, length], [count, _]) = (codes.dims(), codebook.codes.dims());
    let (cells, device) = (gates[0].dims()[2], quantised.device());
    // One number a code: the same in all the cells that it covers.
    let uniform = || {
        if length != cells * cells {
            // A fixed length between the grids: every code has a place of its own.
            return Tensor::random([batch, length], Distribution::Uniform(0.0, 1.0), &device);
        }
        let map = |grain| {
            let side = cells >> (gates.len() - 1 - grain);
            Tensor::random([batch, 1, side, side], Distribution::Uniform(0.0, 1.0), &device)
        };
        let merged = merge((0..gates.len()).map(map).collect(), gates);
        merged.detach().reshape([batch, cells * cells])
    };
    let hit = uniform().lower_elem(REPLACED * rng.uniform());
    let other = (uniform() * count as f32).int().clamp(0, count as i64 - 1);
    let codes = codes.clone().mask_where(hit.clone(), other);
    let vectors = codebook.lookup(codes.clone()).detach();
    // No gradient goes to what was replaced.
    let kept = z * hit.bool_not().float().unsqueeze_dim::<3>(2);
    (kept.clone() + (vectors - kept).detach(), codes)
}

fn no_gradient() -> Error {
    Error::Device("no gradient reached the picture.".into())
}

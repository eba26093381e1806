//! The critic in training: when it comes in, how much it weighs, and whether it still plays fair.
//!
//! Its loss is weighed so that at the last layer of the decoder its gradient is as long as that of
//! the reconstruction loss, times an option. It begins to learn shortly before it has a say.
//!
//! A critic that sees any small difference wins, and its gradient then says nothing. So it also
//! minimises how much its scores change under noise: a penalty on its slope that needs no second
//! derivative.
//!
//! Sources: P. Esser et al., "Taming Transformers for High-Resolution Image Synthesis", 2021 (the
//! weight); S. Lin et al., "Diffusion Adversarial Post-Training for One-Step Video Generation", 2025
//! (the penalty, there on real images only).

use burn::tensor::{Device, FloatDType, Tensor};
use serde::Serialize;

use super::critic::{Critic, hinge};
use super::diff_augment::augment;
use super::exchange::Seat;
use super::{Options, Trainer};
use crate::Result;
use crate::dqvae::Decoder;
use crate::kernels::FeatureMap;
use crate::rng::Rng;

/// Steps between two looks at the length of the gradients.
const EVERY: usize = 8;
/// The critic learns for this share of the training before it has a say.
const LEAD: f32 = 0.03;
/// Largest factor by which its gradient is stretched.
const MOST: f32 = 1e3;
/// Standard deviation of the noise under which its scores should not change; colours are in -1..=1.
const NOISE: f32 = 0.1;
/// Steps over which its losses are averaged to judge it.
const WATCHED: usize = 200;

/// Options of the critic.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct AdversaryOptions {
    /// Weight of the critic; 0 leaves it out.
    #[arg(long, default_value_t = 0.5)]
    pub critic: f32,
    /// Share of the training after which it has a say.
    #[arg(long, default_value_t = 0.3)]
    pub critic_from: f32,
    /// Share of the training over which its weight rises.
    #[arg(long, default_value_t = 0.05)]
    pub critic_ramp: f32,
    /// Channels of its first layer.
    #[arg(long, default_value_t = 64)]
    pub critic_width: usize,
    /// Its peak learning rate.
    #[arg(long, default_value_t = 3e-4)]
    pub critic_learning_rate: f64,
    /// Weight of the penalty on the slope of its scores; 0 leaves it out.
    #[arg(long, default_value_t = 5.0)]
    pub critic_smooth: f32,
    /// Colours and places of all that it sees are changed at random, so that few images suffice.
    #[arg(long)]
    pub critic_augment: bool,
}

/// A critic in training.
pub struct Adversary {
    trainer: Trainer<Critic>,
    options: AdversaryOptions,
    factor: Tensor<1>,
    calls: usize,
    watch: Watch,
}

/// What a step of the critic gives: its loss, and by how much its scores of real images are above
/// those of made ones.
pub struct CriticLosses {
    /// The hinge loss, `[1]`.
    pub loss: Tensor<1>,
    /// Mean score of real images less that of made ones, `[1]`.
    pub margin: Tensor<1>,
}

impl Adversary {
    /// Starts from `critic` or, resuming, from its checkpoint in the folder `critic` of the run; with
    /// `common`'s numbers where the critic has none of its own.
    pub fn new(
        critic: Critic,
        options: &AdversaryOptions,
        common: &Options,
        device: &Device,
    ) -> Result<Self> {
        let own = Options {
            out: common.out.join("critic"),
            learning_rate: options.critic_learning_rate,
            beta1: 0.5,
            beta2: 0.9,
            ..common.clone()
        };
        Ok(Self {
            trainer: Trainer::new(critic, &own, device)?,
            options: options.clone(),
            factor: Tensor::zeros([1], device),
            calls: 0,
            watch: Watch::default(),
        })
    }

    /// Its weight at `progress`, 0..=1, of the training.
    pub fn weight(&self, progress: f32) -> f32 {
        let since = (progress - self.options.critic_from) / self.options.critic_ramp.max(1e-6);
        self.options.critic * since.clamp(0.0, 1.0)
    }

    /// Whether it learns at `progress`.
    pub fn learns(&self, progress: f32) -> bool {
        self.options.critic > 0.0 && progress >= self.options.critic_from - LEAD
    }

    /// The length of its gradient is brought to that of the reconstruction loss by this, `[1]`.
    pub fn factor(&self) -> Tensor<1> {
        self.factor.clone()
    }

    /// How real `images` look to it: the loss of the decoder, and its gradient in the images, both
    /// plain. `[batch, 3, side, side]`.
    pub fn gradient(&self, images: &Tensor<4>, rng: &mut Rng) -> (Tensor<1>, Tensor<4>) {
        let leaf = Tensor::from_inner(images.clone()).require_grad();
        let critic = self.trainer.frozen();
        let seen = self.seen(leaf.clone(), rng);
        let score = critic.forward(self.trainer.precision().of(seen));
        let loss = score.cast(FloatDType::F32).mean().neg();
        let gradient = leaf.grad(&loss.backward()).unwrap_or_else(|| images.zeros_like());
        (loss.inner(), gradient)
    }

    /// Now and then looks how long the gradients `reconstruction` and `realism`, in the images, are
    /// at the last layer of `decoder`, which made the images from `hidden`.
    pub fn balance(
        &mut self,
        decoder: &Decoder,
        hidden: &Tensor<4>,
        [reconstruction, realism]: [&Tensor<4>; 2],
        seat: &Seat,
    ) -> Result<()> {
        if self.calls.is_multiple_of(EVERY) {
            let length = |gradient: &Tensor<4>| -> Result<Tensor<1>> {
                let hidden: FeatureMap = Tensor::from_inner(hidden.clone()).into();
                let made = decoder.finish(hidden).cast(FloatDType::F32);
                let product = (made * Tensor::from_inner(gradient.clone())).sum();
                let weight = decoder.last_weight();
                let found = weight.grad(&product.backward());
                let found = found.unwrap_or_else(|| weight.inner().zeros_like());
                let (found, _) = seat.mean(found.cast(FloatDType::F32).flatten(0, 3), 0)?;
                Ok(found.square().sum().sqrt())
            };
            let (wanted, found) = (length(reconstruction)?, length(realism)?);
            self.factor = (wanted / (found + 1e-6)).clamp(0.0, MOST);
        }
        self.calls += 1;
        Ok(())
    }

    /// One step on real and made images, plain. `steps`: those of the whole training.
    pub fn step(
        &mut self,
        real: Tensor<4>,
        made: Tensor<4>,
        (step, steps): (usize, usize),
        seat: &Seat,
        rng: &mut Rng,
    ) -> Result<CriticLosses> {
        // It follows the tokenizer's schedule, wherever it began.
        self.trainer.step = step;
        self.trainer.steps = steps;
        self.trainer.plan(steps);
        let (critic, precision) = (self.trainer.view(), self.trainer.precision());
        let batch = real.dims()[0];
        let [real, made] = [real, made].map(|x| self.seen(Tensor::from_inner(x), rng));
        let both = Tensor::cat(vec![real, made], 0);
        let score_of = |x: Tensor<4>| critic.forward(precision.of(x)).cast(FloatDType::F32);
        let scores = score_of(both.clone());
        let real = scores.clone().narrow(0, 0, batch);
        let made = scores.clone().narrow(0, batch, batch);
        let loss = hinge(real.clone(), made.clone());
        let wanted = match self.options.critic_smooth {
            weight if weight > 0.0 => {
                let change = score_of(both.clone() + noise(&both, rng)) - scores;
                let slope = (change / NOISE).square().mean(); // of all noise: the length of the gradient, squared
                loss.clone() + slope * weight
            }
            _ => loss.clone(),
        };
        self.trainer.update_together(&wanted, seat)?;
        self.trainer.model = self.trainer.current().iterate();
        let margin = (real.mean() - made.mean()).inner();
        let loss = loss.inner();
        if seat.is_first()
            && let Some(said) = self.watch.add(&loss, &margin)
        {
            println!("step {step}  {said}");
        }
        Ok(CriticLosses { loss, margin })
    }

    /// Writes everything that `--resume` needs.
    pub fn checkpoint(&self) -> Result<()> {
        self.trainer.checkpoint()
    }

    fn seen(&self, images: Tensor<4>, rng: &mut Rng) -> Tensor<4> {
        if self.options.critic_augment { augment(images, rng) } else { images }
    }
}

/// Normal noise, the same for all `images` and on all devices: `[1, 3, side, side]`.
fn noise(images: &Tensor<4>, rng: &mut Rng) -> Tensor<4> {
    let [_, channels, high, wide] = images.dims();
    let values: Vec<f32> = (0..channels * high * wide).map(|_| NOISE * rng.normal()).collect();
    Tensor::<1>::from_floats(values.as_slice(), &images.device()).reshape([1, channels, high, wide])
}

/// Tells when the game between critic and decoder is over.
#[derive(Debug, Default)]
struct Watch {
    sums: Option<Tensor<1>>,
    count: usize,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Fair,
    Wins,
    Collapsed,
}

impl Watch {
    /// Takes in a step; says something when the state has changed.
    fn add(&mut self, loss: &Tensor<1>, margin: &Tensor<1>) -> Option<String> {
        let now = Tensor::cat(vec![loss.clone(), margin.clone()], 0);
        self.sums = Some(match self.sums.take() {
            Some(sums) => sums + now,
            None => now,
        });
        self.count += 1;
        if self.count < WATCHED {
            return None;
        }
        let sums: Vec<f32> = self.sums.take()?.into_data().iter::<f32>().collect();
        let count = std::mem::take(&mut self.count) as f32;
        self.warning(sums[0] / count, sums[1] / count)
    }

    fn warning(&mut self, loss: f32, margin: f32) -> Option<String> {
        let state = match (loss, margin) {
            (loss, _) if loss < 0.1 => State::Wins,
            // Also what is no number any more.
            (loss, margin) if !(loss < 0.995 && margin > 0.01) => State::Collapsed,
            _ => State::Fair,
        };
        if std::mem::replace(&mut self.state, state) == state {
            return None;
        }
        let what = match state {
            State::Fair => "the critic and the decoder are even again",
            State::Wins => "the critic wins: it tells almost every patch apart",
            State::Collapsed => "the critic has collapsed: it tells nothing apart",
        };
        Some(format!("{what} (loss {loss:.3}, margin {margin:.3})."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_critic_that_wins_or_collapses_is_named_once() {
        let mut watch = Watch::default();
        let mut says = |loss, margin| watch.warning(loss, margin).unwrap_or_default();
        assert_eq!(says(0.8, 0.4), "");
        assert!(says(0.05, 1.9).contains("wins"));
        assert_eq!(says(0.04, 1.9), "");
        assert!(says(0.7, 0.5).contains("even again"));
        assert!(says(1.0, 0.001).contains("collapsed"));
        assert!(says(0.5, 0.8).contains("even again"));
        assert!(says(f32::NAN, f32::NAN).contains("collapsed"));
    }

    #[test]
    fn losses_are_averaged_before_it_is_judged() {
        let device = Device::flex();
        let mut watch = Watch::default();
        let one = |value| Tensor::<1>::from_floats([value], &device);
        let said: Vec<String> =
            (0..WATCHED).filter_map(|_| watch.add(&one(0.02), &one(2.0))).collect();
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("loss 0.020"), "{said:?}");
    }
}

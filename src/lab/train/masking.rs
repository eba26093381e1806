//! Masks for training, the masked batch, and its loss.
//!
//! A mask in training should look like what a sampler meets. How many tokens are unknown follows
//! the cosine of a uniform number; which ones mixes uniform masks (MaskGIT), masks that tend to
//! keep dense regions, and masks that keep them strictly, so that one network serves every schedule.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::Trainer;
use super::examples::CodedExample;
use super::exchange::Seat;
use super::sequences::on_side;
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{Condition, Places};
use crate::grain::TokenLayout;
use crate::kernels::log_softmax;
use crate::rng::Rng;

const LABEL_SMOOTHING: f32 = 0.1;

/// Which tokens are masked; `density` in 0..=1 for each. At least one is.
pub fn random_mask(density: &[f32], rng: &mut Rng) -> Vec<bool> {
    let tokens = density.len();
    let share = (std::f32::consts::FRAC_PI_2 * rng.uniform()).cos();
    let masked = ((share * tokens as f32).ceil() as usize).clamp(1, tokens);
    let beta = match rng.uniform() {
        u if u < 0.4 => 0.0,
        u if u < 0.8 => rng.uniform(),
        _ => 10.0,
    };
    let mut scored: Vec<(f32, usize)> =
        density.iter().enumerate().map(|(i, d)| (beta * d + rng.uniform(), i)).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0)); // least dense first: those are masked
    let mut mask = vec![false; tokens];
    for (_, token) in &scored[..masked] {
        mask[*token] = true;
    }
    mask
}

/// One example before it becomes part of a tensor.
#[derive(Debug, Clone)]
pub struct MaskedExample {
    /// Places of the tokens.
    pub layout: TokenLayout,
    /// The true values.
    pub target: Vec<u16>,
    /// What the network sees of those that are not masked: the same, or some swapped for others.
    pub seen: Vec<u16>,
    /// Which are masked.
    pub mask: Vec<bool>,
    /// Class prompt.
    pub condition: Condition,
}

impl MaskedExample {
    /// The codes of an example under its grain map, with a random mask. A share `noise` of the codes that
    /// the network sees is random, one of `codes`: in sampling, too, not every code that is there is a
    /// good one.
    pub fn new(drawn: &CodedExample, codes: usize, noise: f32, rng: &mut Rng) -> Self {
        let layout = drawn.map.layout();
        let level = |region: usize| f32::from(drawn.levels[region]) / (LEVELS - 1) as f32;
        let density: Vec<f32> = layout.tokens().iter().map(|t| level(t.region)).collect();
        let target = layout.pack(&drawn.cells);
        let mask = random_mask(&density, rng);
        let swap = |code: &u16| match noise > 0.0 && rng.uniform() < noise {
            true => rng.below(codes) as u16,
            false => *code,
        };
        Self {
            seen: target.iter().map(swap).collect(),
            target,
            mask,
            condition: drawn.condition.clone(),
            layout,
        }
    }
}

/// A batch of examples of one padded length.
pub struct MaskedBatch {
    /// Values with masked ones replaced, `[batch, tokens]`.
    pub input: Tensor<2, Int>,
    /// True values, `[batch, tokens]`.
    pub target: Tensor<2, Int>,
    /// 1 where the loss counts, `[batch, tokens]`.
    pub weight: Tensor<2>,
    /// Places of the tokens.
    pub places: Places,
    /// Rows of the class tables.
    pub classes: Tensor<2, Int>,
    /// Granularities that tokens can have.
    granularities: usize,
}

impl MaskedBatch {
    /// Pads the examples to `length`; `mask` is the index that stands for "not known".
    pub fn new(examples: &[MaskedExample], length: usize, mask: usize, device: &Device) -> Self {
        let size = examples.len() * length;
        let (mut input, mut target) = (Vec::with_capacity(size), Vec::with_capacity(size));
        let mut weight = Vec::with_capacity(size);
        for example in examples {
            for i in 0..length {
                let value = example.target.get(i).copied().unwrap_or(0);
                let masked = example.mask.get(i).copied();
                let seen = example.seen.get(i).filter(|_| masked == Some(false));
                input.push(seen.map_or(mask as i64, |code| i64::from(*code)));
                target.push(i64::from(value));
                weight.push(f32::from(masked == Some(true)));
            }
        }
        let shape = [examples.len(), length];
        let ints = |v: &[i64]| Tensor::<1, Int>::from_ints(v, device).reshape(shape);
        let layouts: Vec<&TokenLayout> = examples.iter().map(|e| &e.layout).collect();
        let conditions: Vec<Condition> = examples.iter().map(|e| e.condition.clone()).collect();
        Self {
            input: ints(&input),
            target: ints(&target),
            weight: Tensor::<1>::from_floats(weight.as_slice(), device).reshape(shape),
            places: Places::new(&layouts, length, device),
            classes: Condition::whole_tensor(&conditions, device),
            granularities: layouts.first().map_or(1, |layout| layout.grid().granularities),
        }
    }

    /// Mean cross-entropy of the masked tokens, with label smoothing for the gradient; then the
    /// plain cross-entropy over the masked tokens of each granularity, the coarsest first, in nats.
    pub fn losses(&self, logits: Tensor<3>) -> (Tensor<1>, Vec<Tensor<1>>) {
        let [batch, tokens, _] = logits.dims();
        let training = logits.device().is_autodiff();
        let log_p = log_softmax(logits);
        let target = on_side(self.target.clone(), training).reshape([batch, tokens, 1]);
        let nll = log_p.clone().gather(2, target).neg().reshape([batch, tokens]);
        let even = log_p.mean_dim(2).neg().reshape([batch, tokens]);
        let weight = on_side(self.weight.clone(), training);
        let smooth = nll.clone() * (1.0 - LABEL_SMOOTHING) + even * LABEL_SMOOTHING;
        let loss = (smooth * weight.clone()).sum() / weight.clone().sum();

        let nll = if training { nll.detach() } else { nll };
        let of = |weight: Tensor<2>| (nll.clone() * weight.clone()).sum() / (weight.sum() + 1e-6);
        let grains =
            (0..self.granularities).map(|grain| of(on_side(self.of_grain(grain), training)));
        (loss, grains.collect())
    }

    /// 1 where the loss of this granularity counts, `[batch, tokens]`.
    fn of_grain(&self, grain: usize) -> Tensor<2> {
        self.places.grains.clone().equal_elem(grain as i64).float() * self.weight.clone()
    }

    /// How many masked tokens there are of each granularity.
    pub fn counts(&self) -> Vec<f32> {
        let count = |grain| self.of_grain(grain).sum().into_scalar::<f32>();
        (0..self.granularities).map(count).collect()
    }

    /// [`losses`](Self::losses) of what `forward` makes of this batch: in training with autodiff, else
    /// without, which takes much less memory.
    pub fn losses_of(
        &self,
        training: bool,
        forward: impl FnOnce(Tensor<2, Int>, &Places, Tensor<2, Int>) -> Tensor<3>,
    ) -> (Tensor<1>, Vec<Tensor<1>>) {
        let places = Places {
            grains: on_side(self.places.grains.clone(), training),
            spots: on_side(self.places.spots.clone(), training),
            rows: on_side(self.places.rows.clone(), training),
            columns: on_side(self.places.columns.clone(), training),
            padding: on_side(self.places.padding.clone(), training),
            extent: self.places.extent.clone(),
        };
        let (input, classes) = (self.input.clone(), self.classes.clone());
        let (input, classes) = (on_side(input, training), on_side(classes, training));
        self.losses(forward(input, &places, classes))
    }

    /// One training step of a masked transformer: forward, losses as in [`losses`](Self::losses),
    /// update together with the other devices.
    ///
    /// # Errors
    /// Those of [`Trainer::update_together`].
    pub fn step<M: Module>(
        &self,
        trainer: &mut Trainer<M>,
        seat: &Seat,
        forward: impl FnOnce(&M, Tensor<2, Int>, &Places, Tensor<2, Int>) -> Tensor<3>,
    ) -> Result<Vec<Tensor<1>>> {
        let view = trainer.view();
        let (loss, grains) =
            self.losses_of(true, |codes, places, classes| forward(&view, codes, places, classes));
        trainer.update_together(&loss, seat)?;
        Ok([vec![loss], grains].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_dense_tokens_more_often() {
        let density: Vec<f32> = (0..64).map(|i| if i < 32 { 1.0 } else { 0.0 }).collect();
        let mut rng = Rng::new(5);
        let (mut dense, mut flat) = (0, 0);
        for _ in 0..500 {
            let mask = random_mask(&density, &mut rng);
            assert!(mask.iter().any(|m| *m));
            dense += mask[..32].iter().filter(|m| **m).count();
            flat += mask[32..].iter().filter(|m| **m).count();
        }
        assert!(flat > dense + dense / 10, "{dense} dense and {flat} flat tokens masked");
    }
}

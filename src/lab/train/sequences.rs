//! Batches of coarse-to-fine sequences, and the losses of DGiT-AR on them.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::Trainer;
use super::contrast::contrast;
use super::dropout::Dropout;
use super::exchange::Seat;
use super::lattice::{OnLattice, whole};
use super::sequence_example::SequenceExample;
use crate::Result;
use crate::dgit::ar::share_rows;
use crate::dgit::{Ar, Condition, Logits, Plainly, Sequences, Through};
use crate::grain::{Place, Positions, Rule, Shares};
use crate::kernels::log_softmax;

/// Weight of the position loss; the positions that follow from others, whose loss is zero, are the other
/// half of it.
const POSITION_WEIGHT: f32 = 0.5;

/// A batch of sequences of one padded length, without autodiff. Those that have a rival come first, and once more, under
/// their rival prompt, at the end, in the same order.
pub struct SequenceBatch {
    /// What the network sees.
    pub input: Sequences,
    /// Rows of the class tables.
    pub classes: Tensor<2, Int>,
    /// The content of each next entry, `[batch, entries]`.
    target: Tensor<2, Int>,
    /// 1 where the next entry is a code of this granularity, `[batch, entries]` each.
    grains: Vec<Tensor<2>>,
    /// 1 where a position is to be chosen, on the map that the image has, `[batch, entries]`.
    choice: Tensor<2>,
    /// The stream of each entry, and its region, -1 for START and END, `[batch, entries]`: what may be
    /// chosen are positions of this stream in later regions, and END.
    stream: Tensor<2, Int>,
    region: Tensor<2, Int>,
    /// The stream in which each position may be chosen, -1 for those that never are, and its region, one
    /// beyond all for END, `[choices]`.
    chosen_in: Tensor<1, Int>,
    choice_region: Tensor<1, Int>,
    /// 1 for positions in regions that no coarser stream has visited, and END, `[batch, choices]`.
    left: Tensor<2, Int>,
    /// Rows at the end that are those at the start under another class.
    twins: usize,
}

/// Mean losses in nats.
pub struct Losses {
    /// What is minimised.
    pub loss: Tensor<1>,
    /// Content, per code.
    pub content: Tensor<1>,
    /// Content, per code of each granularity, the coarsest first.
    pub grains: Vec<Tensor<1>>,
    /// Position, per choice among the legal ones.
    pub position: Tensor<1>,
    /// Between the own class and a rival, per picture that has one; 0 if none has.
    pub contrast: Tensor<1>,
    /// Share of these pictures that are likelier under their own class.
    pub told: Tensor<1>,
}

impl SequenceBatch {
    /// Pads the examples to `length` entries, one less than the longest has.
    pub fn new(
        examples: &[SequenceExample],
        positions: Positions,
        length: usize,
        device: &Device,
    ) -> Self {
        let (mut rows, alone): (Vec<_>, Vec<_>) =
            examples.iter().cloned().partition(|e| e.rival.is_some());
        let twins: Vec<_> = rows.iter().filter_map(SequenceExample::under_rival).collect();
        let paired = twins.len();
        rows.extend(alone);
        rows.extend(twins);
        let examples = rows.as_slice();
        let shape = [examples.len(), length];
        // Beyond the end of a sequence its last entry goes on; nothing there counts.
        let at = |list: &[usize], i: usize| list[i.min(list.len() - 1)];
        let ints = |value: &dyn Fn(&SequenceExample, usize) -> i64| {
            let values: Vec<i64> =
                examples.iter().flat_map(|e| (0..length).map(move |i| value(e, i))).collect();
            Tensor::<1, Int>::from_ints(values.as_slice(), device).reshape(shape)
        };
        let rule = |e: &SequenceExample, i: usize| positions.rule(at(&e.positions, i));
        let next = |e: &SequenceExample, i: usize| match e.positions.get(i + 1) {
            Some(number) => positions.place(*number),
            None => Place::Done,
        };
        let flags = |is: &dyn Fn(&SequenceExample, usize) -> bool| {
            ints(&|e, i| i64::from(is(e, i))).float()
        };
        let finest = positions.grid().finest();
        let is_chosen = |e: &SequenceExample, i: usize| {
            let Rule { stream, next, .. } = rule(e, i);
            stream < finest && next.is_none()
        };
        let conditions: Vec<Condition> = examples.iter().map(|e| e.condition.clone()).collect();
        let shares: Vec<Shares> = examples.iter().map(|e| e.shares).collect();
        // Of one granularity nothing is chosen, but tensors are not empty.
        let choices = positions.choices().max(1);
        let of_choices = |of: &dyn Fn(Rule) -> i64| {
            let values: Vec<i64> = positions.rules().take(choices).map(of).collect();
            Tensor::<1, Int>::from_ints(values.as_slice(), device)
        };
        let beyond = positions.grid().region_count() as i64;
        let left = examples.iter().flat_map(|e| {
            positions.rules().take(choices).map(|rule| match rule.region {
                Some(region) => i64::from(e.grains[region] >= rule.stream),
                None => 1,
            })
        });
        let left: Vec<i64> = left.collect();
        let left = Tensor::<1, Int>::from_ints(left.as_slice(), device);
        Self {
            input: Sequences {
                contents: ints(&|e, i| at(&e.seen, i) as i64),
                positions: ints(&|e, i| at(&e.positions, i) as i64),
                next: ints(&|e, i| at(&e.positions, i + 1) as i64),
                granularities: ints(&|e, i| i64::from(rule(e, i).stream)),
                shares: share_rows(&shares, device),
            },
            classes: Condition::whole_tensor(&conditions, device),
            target: ints(&|e, i| match next(e, i) {
                Place::Code { .. } => e.contents[i + 1] as i64,
                _ => 0,
            }),
            grains: (0..=finest)
                .map(|own| {
                    flags(&|e, i| matches!(next(e, i), Place::Code { grain, .. } if grain == own))
                })
                .collect(),
            choice: flags(&|e, i| e.own_map && i + 1 < e.positions.len() && is_chosen(e, i)),
            stream: ints(&|e, i| i64::from(rule(e, i).stream)),
            region: ints(&|e, i| rule(e, i).region.map_or(-1, |region| region as i64)),
            chosen_in: of_choices(&|rule| rule.chosen_in.map_or(-1, i64::from)),
            choice_region: of_choices(&|rule| rule.region.map_or(beyond, |region| region as i64)),
            left: left.reshape([examples.len(), choices]),
            twins: paired,
        }
    }

    fn losses(&self, logits: Logits, training: bool) -> Losses {
        let [nll, choices] = self.surprise(logits, training);
        let images = self.images();
        let of = |nll: &Tensor<2>, weight: &Tensor<2>| {
            let weight = on_side(weight.clone(), training).narrow(0, 0, images);
            (nll.clone().narrow(0, 0, images) * weight.clone()).sum() / (weight.sum() + 1e-6)
        };
        let content = of(&nll, &self.codes());
        let position = of(&choices, &self.choice);
        let (contrast, told) = self.contrast(&nll, &choices, training);
        let nll = if training { nll.detach() } else { nll };
        Losses {
            loss: content.clone() + position.clone() * POSITION_WEIGHT,
            content,
            grains: self.grains.iter().map(|grain| of(&nll, grain)).collect(),
            position,
            contrast,
            told,
        }
    }

    /// The contrast between the classes of those that have a rival, and the share that is told from it.
    fn contrast(
        &self,
        contents: &Tensor<2>,
        choices: &Tensor<2>,
        training: bool,
    ) -> (Tensor<1>, Tensor<1>) {
        if self.twins == 0 {
            let none = Tensor::zeros([1], &contents.device());
            return (none.clone(), none);
        }
        let [codes, choice] = [self.codes(), self.choice.clone()].map(|x| on_side(x, training));
        let nats = (contents.clone() * codes + choices.clone() * choice).sum_dim(1); // [rows, 1]
        let own = nats.clone().narrow(0, 0, self.twins);
        let rival = nats.narrow(0, self.images(), self.twins);
        let told = own.clone().lower(rival.clone()).float().mean();
        (contrast(own, rival), told)
    }

    /// -log p of the content after each entry and of its position among the legal ones, `[batch, entries]` each; it
    /// counts where there is a code, or a choice.
    fn surprise(&self, (positions, contents): Logits, training: bool) -> [Tensor<2>; 2] {
        let nll = negative_log_likelihood(contents, on_side(self.target.clone(), training));
        let [_, choices] = self.left.dims();
        let illegal = on_side(self.legal(), training).bool_not();
        let logits = positions.narrow(2, 0, choices).mask_fill(illegal, -1e9);
        let target = self.input.next.clone().clamp_max(choices as i64 - 1);
        let target = on_side(target, training);
        [nll, negative_log_likelihood(logits, target)]
    }

    /// Nats of all codes and positions of each row, without autodiff.
    pub fn nats(&self, model: &Ar) -> Vec<f32> {
        let logits = model.forward(&self.input, self.classes.clone(), &Plainly);
        let [contents, positions] = self.surprise(logits, false);
        let nats = contents * self.codes() + positions * self.choice.clone(); // [batch, entries]
        nats.sum_dim(1).into_data().iter::<f32>().collect()
    }

    /// What may be chosen after each entry: positions of its stream in later regions that no coarser
    /// stream has visited, and END, `[batch, entries, choices]`.
    fn legal(&self) -> Tensor<3, Bool> {
        let ([batch, entries], [_, choices]) = (self.region.dims(), self.left.dims());
        let shape = [batch, entries, choices];
        let of_entries = |x: &Tensor<2, Int>| x.clone().unsqueeze_dim::<3>(2).expand(shape);
        let of_choices = |x: &Tensor<1, Int>| x.clone().reshape([1, 1, choices]).expand(shape);
        let in_stream = of_choices(&self.chosen_in).equal(of_entries(&self.stream));
        let later = of_choices(&self.choice_region).greater(of_entries(&self.region));
        let left = self.left.clone().unsqueeze_dim::<3>(1).expand(shape).equal_elem(1);
        in_stream.bool_and(later).bool_and(left)
    }

    /// 1 where the next entry is a code, `[batch, entries]`.
    fn codes(&self) -> Tensor<2> {
        self.grains.iter().skip(1).fold(self.grains[0].clone(), |sum, own| sum + own.clone())
    }

    /// How many codes and how many positions to choose there are, rivals apart.
    pub fn counts(&self) -> [f64; 2] {
        let of = |x: Tensor<2>| x.narrow(0, 0, self.images()).sum().into_scalar::<f32>();
        [self.codes(), self.choice.clone()].map(|x| f64::from(of(x)))
    }

    /// Number of images, each once.
    pub fn images(&self) -> usize {
        self.classes.dims()[0] - self.twins
    }

    /// How many of them have a rival.
    pub fn twins(&self) -> usize {
        self.twins
    }

    /// The losses of a model: in training with autodiff, else without, which takes much less memory.
    pub fn losses_of(&self, model: &Ar, training: bool, through: &impl Through) -> Losses {
        let seen = |x: &Tensor<2, Int>| on_side(x.clone(), training);
        let input = Sequences {
            contents: seen(&self.input.contents),
            positions: seen(&self.input.positions),
            next: seen(&self.input.next),
            granularities: seen(&self.input.granularities),
            shares: on_side(self.input.shares.clone(), training),
        };
        self.losses(model.forward(&input, seen(&self.classes), through), training)
    }

    /// One training step: forward, losses, update together with the other devices. `dropout`: its rate; `contrast`: weight
    /// of that loss.
    ///
    /// # Errors
    /// Those of [`Trainer::update_together`].
    pub fn step(
        &self,
        trainer: &mut Trainer<OnLattice<Ar>>,
        seat: &Seat,
        (dropout, contrast): (f32, f32),
    ) -> Result<Losses> {
        let through = Dropout { rate: dropout, twins: self.twins };
        let mut losses = self.losses_of(&whole(trainer.view()), true, &through);
        if self.twins > 0 {
            losses.loss = losses.loss + losses.contrast.clone() * contrast;
        }
        trainer.update_together(&losses.loss, seat)?;
        Ok(losses)
    }
}

/// -log p(target), `[batch, entries]`, in f32.
fn negative_log_likelihood(logits: Tensor<3>, target: Tensor<2, Int>) -> Tensor<2> {
    let [batch, entries, _] = logits.dims();
    log_softmax(logits).gather(2, target.unsqueeze_dim::<3>(2)).neg().reshape([batch, entries])
}

/// What a network works with has to be on its side: with autodiff in training, else without.
pub(super) fn on_side<const D: usize, K: burn::tensor::kind::Autodiff>(
    x: Tensor<D, K>,
    training: bool,
) -> Tensor<D, K> {
    if training { Tensor::from_inner(x) } else { x }
}

#[cfg(test)]
#[path = "sequences_tests.rs"]
mod tests;

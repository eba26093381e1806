//! Batches of coarse-to-fine sequences, and the losses of DGiT-AR on them.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::Trainer;
use super::examples::CodedExample;
use crate::dgit::ar::granularity;
use crate::dgit::{Ar, ArConfig, Condition, Logits, Sequences};
use crate::grain::{Place, Positions};
use crate::kernels::log_softmax;
use crate::rng::Rng;

/// Weight of the position loss; the fine positions, whose loss is zero, are the other half of it.
const POSITION_WEIGHT: f32 = 0.5;

/// One sequence before it becomes part of a tensor.
#[derive(Debug, Clone)]
pub struct SequenceExample {
    /// Numbers of the positions, from START to the last code.
    pub positions: Vec<usize>,
    /// Contents, as many.
    pub contents: Vec<usize>,
    /// What the network sees of them: the same, or with some codes swapped for others.
    pub seen: Vec<usize>,
    /// Class prompt.
    pub condition: Condition,
    /// Whether there is something to learn about positions: not on another map than the image has.
    pub own_map: bool,
}

impl SequenceExample {
    /// The sequence of an example's grain map and codes. A share `noise` of the codes that
    /// the network sees is random (ours): in sampling, too, not every code before is a good one.
    pub fn new(config: &ArConfig, drawn: &CodedExample, noise: f32, rng: &mut Rng) -> Self {
        let numbering = config.positions();
        let positions = numbering.sequence(&drawn.map);
        let side = numbering.grid().cells();
        let contents: Vec<usize> = (positions.iter())
            .map(|number| match (numbering.token(*number), numbering.place(*number)) {
                (Some(token), _) => usize::from(drawn.cells[token.row * side + token.col]),
                (None, Place::Start) => config.start(drawn.ratio),
                (None, _) => config.end(),
            })
            .collect();
        let codes = config.transformer.vocabulary;
        let swap = |content: &usize| match *content < codes && rng.uniform() < noise {
            true => rng.below(codes),
            false => *content,
        };
        let seen = contents.iter().map(swap).collect();
        Self {
            positions,
            contents,
            seen,
            condition: drawn.condition.clone(),
            own_map: drawn.own_map,
        }
    }
}

/// A batch of sequences of one padded length, without autodiff.
pub struct SequenceBatch {
    /// What the network sees.
    pub input: Sequences,
    /// Rows of the class tables.
    pub classes: Tensor<2, Int>,
    /// The content of each next entry, `[batch, entries]`.
    target: Tensor<2, Int>,
    /// 1 where the next entry is a coarse or a fine code, `[batch, entries]` each.
    coarse: Tensor<2>,
    fine: Tensor<2>,
    /// 1 where a position is to be chosen: in the coarse stream, on the map that the image has.
    choice: Tensor<2>,
    /// The region of each entry, -1 for START: what may be chosen are later ones, and END.
    region: Tensor<2, Int>,
    end: usize,
}

/// Mean losses in nats.
pub struct Losses {
    /// What is minimised.
    pub loss: Tensor<1>,
    /// Content, per code.
    pub content: Tensor<1>,
    /// Content, per coarse code.
    pub coarse: Tensor<1>,
    /// Content, per fine code.
    pub fine: Tensor<1>,
    /// Position, per choice among the legal ones.
    pub position: Tensor<1>,
}

impl SequenceBatch {
    /// Pads the examples to `length` entries, one less than the longest has.
    pub fn new(
        examples: &[SequenceExample],
        positions: Positions,
        length: usize,
        device: &Device,
    ) -> Self {
        let shape = [examples.len(), length];
        // Beyond the end of a sequence its last entry goes on; nothing there counts.
        let at = |list: &[usize], i: usize| list[i.min(list.len() - 1)];
        let ints = |value: &dyn Fn(&SequenceExample, usize) -> i64| {
            let values: Vec<i64> =
                examples.iter().flat_map(|e| (0..length).map(move |i| value(e, i))).collect();
            Tensor::<1, Int>::from_ints(values.as_slice(), device).reshape(shape)
        };
        let place = |e: &SequenceExample, i: usize| positions.place(at(&e.positions, i));
        let next = |e: &SequenceExample, i: usize| match i + 1 < e.positions.len() {
            true => positions.place(e.positions[i + 1]),
            false => Place::Done,
        };
        let flags = |is: &dyn Fn(&SequenceExample, usize) -> bool| {
            ints(&|e, i| i64::from(is(e, i))).float()
        };
        let conditions: Vec<Condition> = examples.iter().map(|e| e.condition.clone()).collect();
        Self {
            input: Sequences {
                contents: ints(&|e, i| at(&e.seen, i) as i64),
                positions: ints(&|e, i| at(&e.positions, i) as i64),
                next: ints(&|e, i| at(&e.positions, i + 1) as i64),
                granularities: ints(&|e, i| granularity(place(e, i)) as i64),
            },
            classes: Condition::whole_tensor(&conditions, device),
            target: ints(&|e, i| match next(e, i) {
                Place::Coarse(_) | Place::Fine { .. } => e.contents[i + 1] as i64,
                _ => 0,
            }),
            coarse: flags(&|e, i| matches!(next(e, i), Place::Coarse(_))),
            fine: flags(&|e, i| matches!(next(e, i), Place::Fine { .. })),
            choice: flags(&|e, i| e.own_map && matches!(next(e, i), Place::Coarse(_) | Place::End)),
            region: ints(&|e, i| match place(e, i) {
                Place::Coarse(region) => region as i64,
                _ => -1,
            }),
            end: positions.end(),
        }
    }

    fn losses(&self, (positions, contents): Logits, training: bool) -> Losses {
        let nll = negative_log_likelihood(contents, on_side(self.target.clone(), training));
        let of = |nll: &Tensor<2>, weight: &Tensor<2>| {
            let weight = on_side(weight.clone(), training);
            (nll.clone() * weight.clone()).sum() / (weight.sum() + 1e-6)
        };
        let (coarse, fine) = (&self.coarse, &self.fine);
        let content = of(&nll, &(coarse.clone() + fine.clone()));
        let illegal = on_side(self.illegal(positions.dims()), training);
        let position = positions.mask_fill(illegal, -1e9);
        let target = self.input.next.clone().clamp_max(self.end as i64);
        let target = on_side(target, training);
        let position = of(&negative_log_likelihood(position, target), &self.choice);
        let nll = if training { nll.detach() } else { nll };
        Losses {
            loss: content.clone() + position.clone() * POSITION_WEIGHT,
            content,
            coarse: of(&nll, coarse),
            fine: of(&nll, fine),
            position,
        }
    }

    /// What may not be chosen: regions that are not later than the entry's, and what is no position
    /// of the coarse stream, `[batch, entries, vocabulary]`.
    fn illegal(&self, shape: [usize; 3]) -> Tensor<3, Bool> {
        let device = self.region.device();
        let numbers = Tensor::<1, Int>::arange(0..shape[2] as i64, &device).reshape([1, 1, -1]);
        let region = self.region.clone().unsqueeze_dim::<3>(2);
        let later = numbers.clone().expand(shape).greater(region.expand(shape));
        let none = numbers.greater_elem(self.end as i64).expand(shape);
        later.bool_not().bool_or(none)
    }

    /// How many codes and how many positions to choose there are.
    pub fn counts(&self) -> [f64; 2] {
        let codes = self.coarse.clone() + self.fine.clone();
        [codes, self.choice.clone()].map(|x| f64::from(x.sum().into_scalar::<f32>()))
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.classes.dims()[0]
    }

    /// The losses of a model: in training with autodiff, else without, which takes much less memory.
    pub fn losses_of(&self, model: &Ar, training: bool) -> Losses {
        let seen = |x: &Tensor<2, Int>| on_side(x.clone(), training);
        let input = Sequences {
            contents: seen(&self.input.contents),
            positions: seen(&self.input.positions),
            next: seen(&self.input.next),
            granularities: seen(&self.input.granularities),
        };
        self.losses(model.forward(&input, seen(&self.classes)), training)
    }

    /// One training step: forward, losses, update.
    pub fn step(&self, trainer: &mut Trainer<Ar>) -> Losses {
        let losses = self.losses_of(&trainer.view(), true);
        trainer.update(&losses.loss);
        losses
    }
}

/// -log p(target), `[batch, entries]`, in f32.
fn negative_log_likelihood(logits: Tensor<3>, target: Tensor<2, Int>) -> Tensor<2> {
    let [batch, entries, _] = logits.dims();
    log_softmax(logits).gather(2, target.unsqueeze_dim::<3>(2)).neg().reshape([batch, entries])
}

/// What a network works with has to be on its side: with autodiff in training, else without.
fn on_side<const D: usize, K: burn::tensor::kind::Autodiff>(
    x: Tensor<D, K>,
    training: bool,
) -> Tensor<D, K> {
    if training { Tensor::from_inner(x) } else { x }
}

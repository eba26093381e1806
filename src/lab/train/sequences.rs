//! Batches of coarse-to-fine sequences, and the losses of DGiT-AR on them.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::Trainer;
use super::dropout::Dropout;
use super::examples::CodedExample;
use super::exchange::Seat;
use super::lattice::{OnLattice, whole};
use crate::Result;
use crate::dgit::ar::share_rows;
use crate::dgit::{Ar, ArConfig, Condition, Logits, Plainly, Sequences, Through};
use crate::grain::{Place, Positions, Rule, Shares};
use crate::kernels::log_softmax;
use crate::rng::Rng;

/// Weight of the position loss; the positions that follow from others, whose loss is zero, are the other
/// half of it.
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
    /// The shares asked for.
    pub shares: Shares,
    /// Granularity of every region.
    grains: Vec<u8>,
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
                (None, Place::Start) => config.start(&drawn.shares),
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
            shares: drawn.shares,
            grains: drawn.map.grains().to_vec(),
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
        }
    }

    fn losses(&self, logits: Logits, training: bool) -> Losses {
        let [nll, choices] = self.surprise(logits, training);
        let of = |nll: &Tensor<2>, weight: &Tensor<2>| {
            let weight = on_side(weight.clone(), training);
            (nll.clone() * weight.clone()).sum() / (weight.sum() + 1e-6)
        };
        let content = of(&nll, &self.codes());
        let position = of(&choices, &self.choice);
        let nll = if training { nll.detach() } else { nll };
        Losses {
            loss: content.clone() + position.clone() * POSITION_WEIGHT,
            content,
            grains: self.grains.iter().map(|grain| of(&nll, grain)).collect(),
            position,
        }
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

    /// Nats of all codes and positions of each image, without autodiff.
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

    /// How many codes and how many positions to choose there are.
    pub fn counts(&self) -> [f64; 2] {
        [self.codes(), self.choice.clone()].map(|x| f64::from(x.sum().into_scalar::<f32>()))
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.classes.dims()[0]
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

    /// One training step: forward, losses, update together with the other devices.
    ///
    /// # Errors
    /// Those of [`Trainer::update_together`].
    pub fn step(
        &self,
        trainer: &mut Trainer<OnLattice<Ar>>,
        seat: &Seat,
        dropout: Dropout,
    ) -> Result<Losses> {
        let losses = self.losses_of(&whole(trainer.view()), true, &dropout);
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
mod tests {
    use super::*;
    use crate::grain::{GrainMap, Grid};

    /// A batch of random maps.
    fn batch(grid: Grid, images: usize) -> (Vec<SequenceExample>, SequenceBatch) {
        let (device, mut rng) = (Device::flex(), Rng::new(9));
        let config = ArConfig::new(12, grid, vec![2]);
        let mut example = || {
            let grains = (0..grid.region_count()).map(|_| rng.below(grid.granularities) as u8);
            let map = GrainMap::new(grid, grains.collect()).expect("a map");
            let drawn = CodedExample {
                shares: Shares::even(grid, 0.3),
                levels: vec![0; grid.region_count()],
                own_map: true,
                cells: map.per_cell().into_iter().map(u16::from).collect(),
                condition: Condition(vec![Some(1)]),
                map,
            };
            SequenceExample::new(&config, &drawn, 0.0, &mut rng)
        };
        let examples: Vec<SequenceExample> = (0..images).map(|_| example()).collect();
        let positions = config.positions();
        let batch = SequenceBatch::new(&examples, positions, positions.longest() - 1, &device);
        (examples, batch)
    }

    /// -log p where all that is legal is as likely, over all choices of these maps; from the order of
    /// regions alone.
    fn expected(grid: Grid, examples: &[SequenceExample]) -> f64 {
        let (mut sum, mut choices) = (0.0, 0.0);
        for example in examples {
            for stream in 0..grid.finest() {
                let left: Vec<u8> =
                    example.grains.iter().copied().filter(|grain| *grain >= stream).collect();
                // One choice in front of each region of the stream, and END.
                let own = left.iter().enumerate().filter(|(_, grain)| **grain == stream);
                let fronts = [0].into_iter().chain(own.map(|(at, _)| at + 1));
                for front in fronts {
                    sum += ((left.len() - front + 1) as f64).ln();
                    choices += 1.0;
                }
            }
        }
        sum / choices
    }

    #[test]
    fn exactly_the_legal_positions_are_chosen_among() {
        for granularities in 2..=4 {
            let grid = Grid { regions: 3, granularities };
            let (examples, batch) = batch(grid, 20);
            let [images, entries] = batch.region.dims();
            let choices = Positions::new(grid).choices().next_multiple_of(4);
            let device = Device::flex();
            let even = |values| Tensor::<3>::zeros([images, entries, values], &device);
            let losses = batch.losses((even(choices), even(12)), false);
            let position = f64::from(losses.position.into_scalar::<f32>());
            let wanted = expected(grid, &examples);
            assert!((position - wanted).abs() < 1e-4, "{position} instead of {wanted}");
            for loss in losses.grains.into_iter().chain([losses.content]) {
                assert!((loss.into_scalar::<f32>() - 12f32.ln()).abs() < 1e-4);
            }
            let codes: usize = examples.iter().map(|e| e.positions.len() - granularities).sum();
            assert_eq!(batch.counts()[0], codes as f64);
        }
    }

    #[test]
    fn nats_of_images_are_their_codes_and_positions() {
        let grid = Grid { regions: 3, granularities: 3 };
        let (examples, batch) = batch(grid, 4);
        let mut config = ArConfig::new(12, grid, vec![2]);
        (config.transformer.width, config.transformer.layers, config.position_layers) = (32, 2, 1);
        let (model, positions) = (Ar::new(&config, &Device::flex()), config.positions());
        let nats = batch.nats(&model);
        let (losses, [codes, choices]) = (batch.losses_of(&model, false, &Plainly), batch.counts());
        let all = f64::from(losses.content.into_scalar::<f32>()) * codes
            + f64::from(losses.position.into_scalar::<f32>()) * choices;
        let sum: f64 = nats.iter().map(|nats| f64::from(*nats)).sum();
        assert!((sum - all).abs() < 1e-3 * all, "{sum} instead of {all}");
        for (example, nats) in examples.iter().zip(&nats) {
            let alone = std::slice::from_ref(example);
            let alone =
                SequenceBatch::new(alone, positions, example.positions.len() - 1, &Device::flex());
            assert!((alone.nats(&model)[0] - nats).abs() < 1e-3 * nats);
        }
    }

    #[test]
    fn of_one_granularity_no_position_is_chosen() {
        let (_, batch) = batch(Grid { regions: 3, granularities: 1 }, 2);
        let even = |values| Tensor::<3>::zeros([2, 9, values], &Device::flex());
        let losses = batch.losses((even(4), even(12)), false);
        assert_eq!(losses.position.into_scalar::<f32>(), 0.0);
        assert_eq!(batch.counts(), [18.0, 0.0]);
    }
}

//! Which codes of lists become known in a pass of DGiT-NAR: those with the largest scores.
//!
//! The device decides, so the next pass can be launched before the host has read what this one drew.

use burn::tensor::{Bool, Int, Tensor, TensorData};

#[cfg(feature = "gpu")]
use super::on_gpu;

/// Below every score: the `bias` of what is no code.
pub const NEVER: f32 = -1e30;

/// What the host adds to a choice. It does not depend on what is drawn.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// Random part of the scores, for the unknown codes of each list in turn, `[lists, length]`.
    pub noise: Tensor<2>,
    /// Part of the scores that is a place's own, `[lists, length]`; [`NEVER`] for padding.
    pub bias: Tensor<2>,
    /// Weight of the log probability in the score, for each list.
    pub confidence: &'a [f32],
    /// How many codes become known, for each list.
    pub counts: &'a [usize],
}

impl Choice<'_> {
    /// Makes the unknown codes known whose score, `confidence` · log p + noise + bias, is among the `counts` largest of
    /// their list; of equals the first ones.
    ///
    /// `codes`: known so far, else `mask`, `[lists, length]`; `drawn` and `log_p`: values of this pass and their log
    /// probabilities, `[lists, length]`. Returns the codes, and 1 where they are known, else 0. A GPU takes one list, and
    /// writes into the memory of `codes` and `known`.
    pub fn commit(
        &self,
        mask: usize,
        [codes, drawn]: [Tensor<2, Int>; 2],
        log_p: Tensor<2>,
        known: Tensor<2>,
    ) -> (Tensor<2, Int>, Tensor<2>) {
        #[cfg(feature = "gpu")]
        if on_gpu(&codes.device()) {
            return gpu::commit(self, mask, [codes, drawn], log_p, known);
        }
        let _ = known;
        let ([lists, length], device) = (codes.dims(), codes.device());
        let places = self.bias.clone().greater_elem(NEVER / 2.0);
        let open = codes.clone().equal_elem(mask as i64).bool_and(places);
        let confidence = TensorData::new(self.confidence.to_vec(), [lists, 1]);
        let confidence = Tensor::<2>::from_data(confidence, &device).expand([lists, length]);
        let score = log_p * confidence + in_turn(self.noise.clone(), &open) + self.bias.clone();
        let counts: Vec<i32> = self.counts.iter().map(|count| *count as i32).collect();
        let counts = Tensor::<1, Int>::from_ints(counts.as_slice(), &device).reshape([lists, 1]);
        let codes = codes.mask_where(best(score, open, counts), drawn);
        let known = codes.clone().not_equal_elem(mask as i64).float();
        (codes, known)
    }
}

/// Deals the values of each row, first to last, to the open places: `[lists, length]` both.
fn in_turn(values: Tensor<2>, open: &Tensor<2, Bool>) -> Tensor<2> {
    let turn = open.clone().int().cumsum(1) - 1; // of an open place: how many come before it
    values.gather(1, turn.clamp_min(0))
}

/// The `count` (`[lists, 1]`) open places of each list with the largest score. Sorting gives the smallest of them;
/// ties go to the first, whatever order a device sorts equals in.
fn best(score: Tensor<2>, open: Tensor<2, Bool>, count: Tensor<2, Int>) -> Tensor<2, Bool> {
    let [lists, length] = score.dims();
    let score = score.mask_fill(open.clone().bool_not(), NEVER);
    let last = (count.clone() - 1).clamp_min(0);
    let threshold = score.clone().sort_descending(1).gather(1, last).expand([lists, length]);
    let above = score.clone().greater(threshold.clone());
    let equal = score.equal(threshold);
    // Of those at the threshold the first, as many as are still wanted.
    let wanted = count - above.clone().int().sum_dim(1); // [lists, 1]
    let turn = equal.clone().int().cumsum(1);
    let first = equal.bool_and(turn.lower_equal(wanted.clone().expand([lists, length])));
    let some = wanted.greater_elem(0).expand([lists, length]);
    above.bool_or(first).bool_and(open).bool_and(some)
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, int_buffer, int_tensor, tensor};
    use super::*;

    pub fn commit(
        choice: &Choice,
        mask: usize,
        codes: [Tensor<2, Int>; 2],
        log_p: Tensor<2>,
        known: Tensor<2>,
    ) -> (Tensor<2, Int>, Tensor<2>) {
        let [lists, length] = known.dims();
        assert_eq!(lists, 1, "one list");
        let [codes, drawn] = codes.map(|codes| int_buffer(&codes));
        let [log_p, known] = [log_p, known].map(|x| buffer(&x));
        let (noise, bias) = (buffer(&choice.noise), buffer(&choice.bias));
        let confidence = choice.confidence[0].to_bits() as usize;
        Kernel::new("commit", include_str!("commit.wgsl"), 256).with("MASK", mask).run(
            &[&codes, &known, &drawn, &log_p, &noise, &bias],
            &[length, choice.counts[0], confidence],
            [1, 1, 1],
        );
        (int_tensor(codes), tensor(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use burn::tensor::Device;

    /// Scores of few values, so that many are equal; some lists have no open token, some commit none.
    #[test]
    fn the_best_are_those_that_fewer_are_ahead_of() {
        let (mut rng, device) = (Rng::new(5), Device::flex());
        for (lists, length) in [(1, 1), (7, 9), (5, 64), (3, 1028)] {
            let scores: Vec<f32> =
                (0..lists * length).map(|_| rng.below(5 + length / 4) as f32 - 3.5).collect();
            let open: Vec<bool> = (0..lists * length).map(|_| rng.below(3) > 0).collect();
            let counts: Vec<usize> = (0..lists)
                .map(|list| {
                    let row = &open[list * length..(list + 1) * length];
                    rng.below(row.iter().filter(|open| **open).count() + 1)
                })
                .collect();
            let floats = |values: Vec<f32>, width| {
                Tensor::<2>::from_data(TensorData::new(values, [lists, width]), &device)
            };
            let chosen = best(
                floats(scores.clone(), length),
                floats(open.iter().map(|open| f32::from(u8::from(*open))).collect(), length)
                    .greater_elem(0.5),
                floats(counts.iter().map(|count| *count as f32).collect(), 1).int(),
            );
            let chosen = chosen.int().into_data().iter::<i64>().collect::<Vec<_>>();
            for (list, count) in counts.iter().enumerate() {
                let at = |token: usize| list * length + token;
                for token in 0..length {
                    let ahead = (0..length).filter(|other| {
                        let (own, other_score) = (scores[at(token)], scores[at(*other)]);
                        let ties = other_score == own && *other < token;
                        open[at(*other)] && (other_score > own || ties)
                    });
                    let expected = open[at(token)] && ahead.count() < *count;
                    assert_eq!(chosen[at(token)] == 1, expected, "token {token} of {length}");
                }
            }
        }
    }
}

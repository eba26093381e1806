//! DGiT-NAR sampling of many images at once, with nothing painted before the end.
//!
//! Everything that depends on a drawn code stays on the device: values, scores, and which codes are
//! committed. What the host adds to a pass (random numbers, guidance, how many codes to commit) does
//! not depend on it, and is one upload; nothing is read before the last pass.
//!
//! A pass commits the tokens whose score is above a threshold, which is the smallest score that it may
//! commit: sorting the scores of an image gives it. Ties go to the first token, as in
//! [`commit`](crate::sampler::commit), whatever order a device sorts equals in.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use super::categorical::BatchCategorical;
use super::guided_conditions;
use crate::dgit::{Condition, Nar, Places};
use crate::sampler::Request;
use crate::sampler::nar_plan::NarPlan;

/// Below every score.
const NEVER: f32 = -1e30;

/// The codes of images of one padded length on the cell grid, `[images, cells²]`.
pub fn sample_codes(nar: &Nar, plans: &mut [NarPlan], device: &Device) -> Tensor<2, Int> {
    let (images, length) = (plans.len(), plans.iter().map(|plan| plan.length).max().unwrap_or(0));
    let requests: Vec<&Request> = plans.iter().map(|plan| &plan.request).collect();
    let conditions = guided_conditions(&requests);
    let times = conditions.len() / images.max(1);
    let layouts: Vec<_> = (0..times).flat_map(|_| plans.iter().map(|plan| &plan.layout)).collect();
    let places = Places::new(&layouts, length, device);
    let classes = Condition::tensor(&conditions, nar.slots(), device);
    let fixed = Fixed::new(plans, length, device);

    let mask = nar.mask() as i64;
    let mut codes = known_from_the_start(plans, length, mask as i32, device); // [images, length]
    let passes = plans.iter().map(|plan| plan.counts.len()).max().unwrap_or(0);
    for index in 0..passes {
        let pass = PassInput::new(plans, index, length, device);
        let unknown = codes.clone().equal_elem(mask); // [images, length], padding included
        let categorical = BatchCategorical {
            uniform: pass.uniform,
            guidance: pass.guidance,
            temperature: fixed.temperature.clone(),
            keep: unknown.clone().bool_not().float(),
        };
        let logits = nar.forward(codes.clone().repeat_dim(0, times), &places, classes.clone());
        let (drawn, log_p) = categorical.sample(logits, codes.clone());
        let open = unknown.bool_and(fixed.tokens.clone());
        let score = log_p * fixed.confidence.clone().expand([images, length])
            + in_turn(pass.noise, &open)
            + fixed.bias.clone();
        let chosen = best(score, open, pass.count);
        codes = codes.mask_where(chosen, drawn);
    }
    let owners = plans.iter().flat_map(|plan| plan.layout.token_of_cell());
    let owners: Vec<i32> = owners.map(|token| token as i32).collect();
    let cells = owners.len() / images.max(1);
    codes.gather(1, Tensor::<1, Int>::from_ints(owners.as_slice(), device).reshape([images, cells]))
}

/// The codes that a request keeps, `mask` everywhere else: `[images, length]`.
fn known_from_the_start(
    plans: &[NarPlan],
    length: usize,
    mask: i32,
    device: &Device,
) -> Tensor<2, Int> {
    let row = |plan: &NarPlan| {
        let codes = plan.kept.iter().map(move |code| code.map_or(mask, i32::from));
        codes.chain(std::iter::repeat(mask)).take(length).collect::<Vec<_>>()
    };
    let codes: Vec<i32> = plans.iter().flat_map(row).collect();
    Tensor::<1, Int>::from_ints(codes.as_slice(), device).reshape([plans.len(), length])
}

/// What is the same in every pass.
struct Fixed {
    /// Where there is a token, and no padding, `[images, length]`.
    tokens: Tensor<2, Bool>,
    /// Temperature, `[images, 1]`.
    temperature: Tensor<2>,
    /// Weight of the log probability in the score, `[images, 1]`.
    confidence: Tensor<2>,
    /// Part of the score that depends on the place, `[images, length]`.
    bias: Tensor<2>,
}

impl Fixed {
    fn new(plans: &[NarPlan], length: usize, device: &Device) -> Self {
        let images = plans.len();
        let mut bias = Vec::with_capacity(images * length);
        for NarPlan { request, candidates, .. } in plans {
            let biases = candidates.iter().map(|c| request.schedule.bias(request.priority, c));
            bias.extend(biases.chain(std::iter::repeat(NEVER)).take(length));
        }
        let bias = Tensor::<2>::from_data(TensorData::new(bias, [images, length]), device);
        let column = |of: fn(&Request) -> f32| {
            let values: Vec<f32> = plans.iter().map(|plan| of(&plan.request)).collect();
            Tensor::<2>::from_data(TensorData::new(values, [images, 1]), device)
        };
        Self {
            tokens: bias.clone().greater_elem(NEVER / 2.0),
            temperature: column(|request| request.temperature),
            confidence: column(|request| request.schedule.confidence()),
            bias,
        }
    }
}

/// The `count` (`[images, 1]`) open tokens of each image with the largest score.
fn best(score: Tensor<2>, open: Tensor<2, Bool>, count: Tensor<2, Int>) -> Tensor<2, Bool> {
    let [images, length] = score.dims();
    let score = score.mask_fill(open.clone().bool_not(), NEVER);
    let last = (count.clone() - 1).clamp_min(0);
    let threshold = score.clone().sort_descending(1).gather(1, last).expand([images, length]);
    let above = score.clone().greater(threshold.clone());
    let equal = score.equal(threshold);
    // Of those at the threshold the first, as many as are still wanted.
    let wanted = count - above.clone().int().sum_dim(1); // [images, 1]
    let turn = equal.clone().int().cumsum(1);
    let first = equal.bool_and(turn.lower_equal(wanted.clone().expand([images, length])));
    let some = wanted.greater_elem(0).expand([images, length]);
    above.bool_or(first).bool_and(open).bool_and(some)
}

/// What the host adds to one pass; one upload.
struct PassInput {
    /// `[images, length]`.
    uniform: Tensor<2>,
    /// Random part of the scores, for the open tokens in turn, `[images, length]`.
    noise: Tensor<2>,
    /// Weight of guidance, `[images, 1]`.
    guidance: Tensor<2>,
    /// Codes to commit, `[images, 1]`.
    count: Tensor<2, Int>,
}

impl PassInput {
    fn new(plans: &mut [NarPlan], index: usize, length: usize, device: &Device) -> Self {
        let width = 2 * length + 2;
        let mut values = Vec::with_capacity(plans.len() * width);
        let images = plans.len();
        for plan in plans {
            let (before, after) = (plan.known_before(index), plan.known_before(index + 1));
            let guidance = plan.guidance(before);
            values.extend(plan.uniforms());
            let open = plan.layout.len() - before;
            values.extend(plan.noises(index, open).chain(std::iter::repeat(0.0)).take(length));
            values.extend([guidance, (after - before) as f32]);
        }
        let values = Tensor::<2>::from_data(TensorData::new(values, [images, width]), device);
        Self {
            uniform: values.clone().narrow(1, 0, length),
            noise: values.clone().narrow(1, length, length),
            guidance: values.clone().narrow(1, 2 * length, 1),
            count: values.narrow(1, 2 * length + 1, 1).int(),
        }
    }
}

/// Deals the values of each row, first to last, to the open places: `[images, length]` both.
fn in_turn(values: Tensor<2>, open: &Tensor<2, Bool>) -> Tensor<2> {
    let turn = open.clone().int().cumsum(1) - 1; // of an open place: how many come before it
    values.gather(1, turn.clamp_min(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Scores of few values, so that many are equal; some lists have no open token, some commit none.
    #[test]
    fn the_best_are_those_that_fewer_are_ahead_of() {
        let (mut rng, device) = (Rng::new(5), Device::flex());
        for (images, length) in [(1, 1), (7, 9), (5, 64), (3, 1028)] {
            let scores: Vec<f32> =
                (0..images * length).map(|_| rng.below(5 + length / 4) as f32 - 3.5).collect();
            let open: Vec<bool> = (0..images * length).map(|_| rng.below(3) > 0).collect();
            let counts: Vec<usize> = (0..images)
                .map(|image| {
                    let row = &open[image * length..(image + 1) * length];
                    rng.below(row.iter().filter(|open| **open).count() + 1)
                })
                .collect();
            let floats = |values: Vec<f32>, width| {
                Tensor::<2>::from_data(TensorData::new(values, [images, width]), &device)
            };
            let chosen = best(
                floats(scores.clone(), length),
                floats(open.iter().map(|open| f32::from(u8::from(*open))).collect(), length)
                    .greater_elem(0.5),
                floats(counts.iter().map(|count| *count as f32).collect(), 1).int(),
            );
            let chosen = chosen.int().into_data().iter::<i64>().collect::<Vec<_>>();
            for (image, count) in counts.iter().enumerate() {
                let at = |token: usize| image * length + token;
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

//! DGiT-NAR sampling of many images at once, with nothing painted before the end.
//!
//! Everything that depends on a drawn code stays on the device: values, scores, and which codes are
//! committed. What the host adds to a pass (random numbers, guidance, how many codes to commit) does
//! not depend on it, and is one upload; nothing is read before the last pass.
//!
//! The commitment of a pass is a comparison of all scores with each other: a token is committed when
//! fewer others than the pass may commit have a larger score. Ties go to the first token, as in
//! [`commit`](crate::sampler::commit), which sorting on a device would not promise.

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
        let chosen = fixed.best(score, open, pass.count);
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
    /// Whether the second token comes before the first, `[1, length, length]`.
    before: Tensor<3, Bool>,
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
        let before: Vec<f32> =
            (0..length * length).map(|i| f32::from(i % length < i / length)).collect();
        let before = Tensor::<3>::from_data(TensorData::new(before, [1, length, length]), device);
        Self {
            tokens: bias.clone().greater_elem(NEVER / 2.0),
            temperature: column(|request| request.temperature),
            confidence: column(|request| request.schedule.confidence()),
            bias,
            before: before.greater_elem(0.5),
        }
    }

    /// The `count` (`[images, 1]`) open tokens of each image with the largest score.
    fn best(&self, score: Tensor<2>, open: Tensor<2, Bool>, count: Tensor<2>) -> Tensor<2, Bool> {
        let [images, length] = score.dims();
        let score = score.mask_fill(open.clone().bool_not(), NEVER);
        let shape = [images, length, length];
        let own = score.clone().reshape([images, length, 1]).expand(shape);
        let other = score.reshape([images, 1, length]).expand(shape);
        let ties = other.clone().equal(own.clone()).bool_and(self.before.clone().expand(shape));
        let better = other.greater(own).bool_or(ties);
        let rank = better.float().sum_dim(2).reshape([images, length]); // those ahead of each
        rank.lower(count.expand([images, length])).bool_and(open)
    }
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
    count: Tensor<2>,
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
            count: values.narrow(1, 2 * length + 1, 1),
        }
    }
}

/// Deals the values of each row, first to last, to the open places: `[images, length]` both.
fn in_turn(values: Tensor<2>, open: &Tensor<2, Bool>) -> Tensor<2> {
    let turn = open.clone().int().cumsum(1) - 1; // of an open place: how many come before it
    values.gather(1, turn.clamp_min(0))
}

//! DGiT-NAR sampling of many images at once, with nothing painted before the end.
//!
//! Everything that depends on a drawn code stays on the device: values, scores, and which codes are
//! committed. What the host adds to a pass (random numbers, guidance, how many codes to commit) does
//! not depend on it; nothing is read before the last pass.
//!
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::categorical::BatchCategorical;
use super::guided_conditions;
use crate::dgit::{Condition, Nar, Places};
use crate::kernels::Choice;
use crate::sampler::Request;
use crate::sampler::nar_plan::{NarPlan, masked};

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

    let codes = plans.iter().flat_map(|plan| masked(&plan.kept, nar.mask(), length));
    let codes = Tensor::<1, Int>::from_ints(&*codes.collect::<Vec<_>>(), device);
    let mut codes = codes.reshape([images, length]);
    let mut known = codes.clone().not_equal_elem(nar.mask() as i64).float();
    let passes = plans.iter().map(|plan| plan.counts.len()).max().unwrap_or(0);
    for index in 0..passes {
        let pass = PassInput::new(plans, index, length, device);
        let categorical = BatchCategorical {
            uniform: pass.uniform,
            guidance: pass.guidance,
            temperature: fixed.temperature.clone(),
            keep: known.clone(),
        };
        let logits = nar.forward(codes.clone().repeat_dim(0, times), &places, classes.clone());
        let (drawn, log_p) = categorical.sample(logits, codes.clone());
        let choice = Choice {
            noise: pass.noise,
            bias: fixed.bias.clone(),
            confidence: &fixed.confidence,
            counts: &pass.counts,
        };
        (codes, known) = choice.commit(nar.mask(), [codes, drawn], log_p, known);
    }
    let owners = plans.iter().flat_map(|plan| plan.layout.token_of_cell());
    let owners: Vec<i32> = owners.map(|token| token as i32).collect();
    let cells = owners.len() / images.max(1);
    codes.gather(1, Tensor::<1, Int>::from_ints(owners.as_slice(), device).reshape([images, cells]))
}

/// What is the same in every pass.
struct Fixed {
    /// Temperature, `[images, 1]`.
    temperature: Tensor<2>,
    /// Weight of the log probability in the score.
    confidence: Vec<f32>,
    /// Part of the score that depends on the place, `[images, length]`.
    bias: Tensor<2>,
}

impl Fixed {
    fn new(plans: &[NarPlan], length: usize, device: &Device) -> Self {
        let images = plans.len();
        let bias = plans.iter().flat_map(|plan| plan.biases(length)).collect();
        let requests = plans.iter().map(|plan| &plan.request);
        let temperature: Vec<f32> = requests.clone().map(|request| request.temperature).collect();
        let tensor = |values: Vec<f32>, width| {
            Tensor::<2>::from_data(TensorData::new(values, [images, width]), device)
        };
        Self {
            temperature: tensor(temperature, 1),
            confidence: requests.map(|request| request.schedule.confidence()).collect(),
            bias: tensor(bias, length),
        }
    }
}

/// What the host adds to one pass.
struct PassInput {
    /// `[images, length]`.
    uniform: Tensor<2>,
    /// Random part of the scores, for the open tokens in turn, `[images, length]`.
    noise: Tensor<2>,
    /// Weight of guidance, `[images, 1]`.
    guidance: Tensor<2>,
    /// Codes to commit.
    counts: Vec<usize>,
}

impl PassInput {
    fn new(plans: &mut [NarPlan], index: usize, length: usize, device: &Device) -> Self {
        let width = 2 * length + 1;
        let (mut values, mut counts) = (Vec::with_capacity(plans.len() * width), vec![]);
        let images = plans.len();
        for plan in plans {
            let (before, after) = (plan.known_before(index), plan.known_before(index + 1));
            let guidance = plan.guidance(before);
            values.extend(plan.uniforms());
            values.extend(plan.noises(index, length));
            values.push(guidance);
            counts.push(after - before);
        }
        let values = Tensor::<2>::from_data(TensorData::new(values, [images, width]), device);
        Self {
            uniform: values.clone().narrow(1, 0, length),
            noise: values.clone().narrow(1, length, length),
            guidance: values.narrow(1, 2 * length, 1),
            counts,
        }
    }
}

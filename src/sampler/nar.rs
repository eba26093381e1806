//! DGiT-NAR sampling: all codes unknown → all known, in a few parallel steps.
//!
//! ```text
//! for t in 1..=T:
//!   l   = (1 + w_t)·logits(class) − w_t·logits(any)      w_t = w · known / N
//!   y_i ~ softmax(l_i / temperature)                     for every unknown i
//!   S_i = log p(y_i) + noise·(1 − t/T)·Gumbel + β·density_i
//!   commit the unknown codes with the largest S; they never change again
//! ```
//!
//! The picture of a step shows known codes and, where none is known yet, what was just drawn: it
//! does not depend on which of them are committed, so codes, confidences and picture come back in
//! one read.

use burn::tensor::{Device, Int, Tensor};

use super::nar_plan::NarPlan;
use super::step::pixels_to_rgb;
use super::{Candidate, Request, Step, commit, sample_levels};
use crate::Result;
use crate::dgit::{Condition, Nar, PlacesInput};
use crate::dqvae::DecoderHalf;
use crate::kernels::{Categorical, Input, Recording, Workspaces, pixels, read, view_ints};
use crate::model::Model;

/// A generation under way. Every call of [`next`](Self::next) makes one step.
#[derive(Debug)]
pub struct NarSampler {
    device: Device,
    plan: NarPlan,
    /// Returned to the model when the sampler goes.
    pass: Option<Pass>,
    workspaces: Workspaces,
    codes: Vec<Option<u16>>,
    /// Step in which each became known, from 1; 0 before, and for those that were known from the
    /// beginning.
    since: Vec<u16>,
    /// Probability with which each was drawn in that step; 0 where `since` is.
    confidence: Vec<f32>,
    index: usize,
}

impl NarSampler {
    /// Draws the grain map and prepares the steps.
    pub async fn start(model: &Model, request: Request) -> Result<Self> {
        request.validate()?;
        let levels = match &request.repaint {
            Some(repaint) => repaint.levels(model.grid()),
            None => sample_levels(model, &request).await?,
        };
        Self::with_levels(model, request, &levels)
    }

    /// Starts from given density levels, one per region, instead of drawing them.
    pub fn with_levels(model: &Model, request: Request, levels: &[u8]) -> Result<Self> {
        let (grid, device) = (model.grid(), model.device());
        request.fits(model)?;
        let plan = NarPlan::new(grid, request, levels)?;
        let NarPlan { length, ref layout, ref request, .. } = plan;
        let cells = grid.cells() * grid.cells();
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let conditions = [request.condition.clone(), Condition::default()];
        let slots = model.slots();
        let (nar, decoder) = (model.nar()?, model.decoder()?);
        let make =
            || Pass::new(nar.clone(), decoder.clone(), [batch, slots, length, cells], device);
        let mut pass = model.workspaces().take((KIND, length, batch), make);
        pass.places.set(&[layout]);
        pass.classes.set(&Condition::all_rows(&conditions[..batch], slots));
        let owner: Vec<i32> = layout.token_of_cell().iter().map(|t| *t as i32).collect();
        pass.owner.set(&owner);
        Ok(Self {
            codes: plan.kept.clone(),
            since: vec![0; layout.len()],
            confidence: vec![0.0; layout.len()],
            workspaces: model.workspaces().clone(),
            device: device.clone(),
            pass: Some(pass),
            index: 0,
            plan,
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        let Some(&known_after) = self.plan.counts.get(self.index) else {
            return Ok(None);
        };
        let known_before = self.codes.iter().flatten().count();
        let weight = self.plan.guidance(known_before);
        let (drawn, log_p, rgb) = self.pass(weight).await?;

        let progress = self.plan.progress(self.index);
        let unknown: Vec<Candidate> = self
            .plan
            .candidates
            .iter()
            .filter(|c| self.codes[c.token].is_none())
            .map(|c| Candidate { log_p: log_p[c.token], ..*c })
            .collect();
        let Request { schedule, priority, noise, .. } = self.plan.request;
        let count = known_after.saturating_sub(known_before);
        let chosen =
            commit(schedule, priority, noise, progress, &unknown, count, &mut self.plan.order);
        for token in chosen {
            self.codes[token] = Some(drawn[token]);
            self.since[token] = self.index as u16 + 1;
            self.confidence[token] = log_p[token].exp();
        }
        let step = self.step(drawn, rgb);
        self.index += 1;
        Ok(Some(step))
    }

    /// One pass of the network: a value and its log probability for every token (known ones keep
    /// theirs), and the picture they make.
    async fn pass(&mut self, weight: f32) -> Result<(Vec<u16>, Vec<f32>, Vec<u8>)> {
        let Some(pass) = &mut self.pass else {
            return Ok(Default::default()); // only while the sampler is being dropped
        };
        let mask = pass.nar.mask() as i32;
        let codes = self.codes.iter().map(|c| c.map_or(mask, i32::from));
        let codes: Vec<i32> = codes.chain(std::iter::repeat(mask)).take(self.plan.length).collect();
        let keep: Vec<f32> = codes.iter().map(|c| f32::from(*c != mask)).collect();
        let uniform: Vec<f32> = self.plan.uniforms().collect();
        pass.codes.set(&codes);
        pass.keep.set(&keep);
        pass.uniform.set(&uniform);
        pass.parameters.set(&[weight, self.plan.request.temperature]);
        let PassOutput { codes, log_p, picture } = pass.run(&self.device);
        let (ints, floats) = read(&[codes, picture], &[log_p]).await?; // the one read of this step
        let codes = ints[0].iter().map(|c| *c as u16).collect();
        Ok((codes, floats[0].clone(), pixels_to_rgb(&ints[1])))
    }

    fn step(&self, drawn: Vec<u16>, rgb: Vec<u8>) -> Step {
        let known: Vec<u8> = self.codes.iter().map(|c| u8::from(c.is_some())).collect();
        Step {
            index: self.index,
            total: self.plan.counts.len(),
            done: self.index + 1 == self.plan.counts.len(),
            size: (rgb.len() / 3).isqrt(),
            rgb,
            grains: self.plan.map.grains().to_vec(),
            undecided: vec![0; self.plan.map.grains().len()],
            known: self.plan.layout.unpack(&known),
            tokens: self.codes.len(),
            codes: self.codes.iter().flatten().count(),
            cells: self.plan.layout.unpack(&drawn),
            order: self.plan.layout.unpack(&self.since),
            confidence: self.plan.layout.unpack(&self.confidence),
        }
    }
}

impl Drop for NarSampler {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            let batch = pass.classes.tensor().dims()[0];
            self.workspaces.put((KIND, self.plan.length, batch), pass);
        }
    }
}

/// Kind of the workspaces of this sampler.
const KIND: &str = "nar";

/// One step on the device: codes → values, confidences, picture; with the buffers for it.
#[derive(Debug)]
struct Pass {
    nar: Nar,
    decoder: DecoderHalf,
    codes: Input<2, Int>,
    places: PlacesInput,
    classes: Input<2, Int>,
    /// Cell → token, for the decoder.
    owner: Input<1, Int>,
    uniform: Input<2>,
    parameters: Input<2>,
    keep: Input<2>,
    recording: Recording<PassOutput>,
}

#[derive(Debug, Clone)]
struct PassOutput {
    codes: Tensor<1, Int>,
    log_p: Tensor<1>,
    /// See [`pixels`].
    picture: Tensor<1, Int>,
}

impl Pass {
    fn new(
        nar: Nar,
        decoder: DecoderHalf,
        [batch, slots, length, cells]: [usize; 4],
        device: &Device,
    ) -> Self {
        Self {
            nar,
            decoder,
            codes: Input::ints([1, length], device),
            places: PlacesInput::new([1, length], device),
            classes: Input::ints([batch, slots], device),
            owner: Input::ints([cells], device),
            uniform: Input::floats([1, length], device),
            parameters: Input::floats([1, 2], device),
            keep: Input::floats([1, length], device),
            recording: Recording::default(),
        }
    }

    fn run(&mut self, device: &Device) -> PassOutput {
        let (uniform, parameters) = (self.uniform.tensor(), self.parameters.tensor());
        let categorical = Categorical { uniform, parameters, keep: self.keep.tensor() };
        let (input, places, owner) =
            (self.codes.tensor(), self.places.tensors(), self.owner.tensor());
        let (nar, decoder, classes) = (&self.nar, &self.decoder, self.classes.tensor());
        let [_, length] = input.dims();
        self.recording.run(device, || {
            let logits = nar.forward(input.clone(), &places, classes.clone());
            let (codes, log_p) = categorical.sample(0, logits, view_ints(input.clone(), [length]));
            let picture = decoder.decode_tokens(codes.clone(), owner.clone());
            PassOutput { codes, log_p, picture: pixels(picture) }
        })
    }
}

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
//! does not depend on which of them are committed. How many are, random numbers and guidance are known
//! beforehand, and the device itself chooses ([`Choice`]). So a GPU is given the next step before anything of this
//! one has been read, and has never to wait for the host:
//!
//! ```text
//! GPU    transformer 1, commit | decoder 1 | transformer 2, commit | decoder 2 | …
//! host   launches step 2       | reads codes and picture 1, launches step 3    | …
//! ```

use burn::tensor::{Device, Int, Tensor};

use super::nar_plan::{NarPlan, masked};
use super::painter::Painter;
use super::step::pixels_to_rgb;
use super::{Request, Screen, Step, Unshown, sample_levels};
use crate::Result;
use crate::dgit::{Condition, Nar, PlacesInput, room};
use crate::kernels::{
    Categorical, Choice, Input, Reading, Recording, Workspaces, on_gpu, view, view_ints,
};
use crate::model::Model;

/// A generation under way. Every call of [`next`](Self::next) makes one step.
#[derive(Debug)]
pub struct NarSampler {
    device: Device,
    plan: NarPlan,
    /// Returned to the model when the sampler goes.
    pass: Option<Pass>,
    /// So is this.
    painter: Option<Painter>,
    workspaces: Workspaces,
    codes: Vec<Option<u16>>,
    /// Step in which each became known, from 1; 0 before, and for those that were known from the
    /// beginning.
    since: Vec<u16>,
    /// Probability with which each was drawn in that step; 0 where `since` is.
    confidence: Vec<f32>,
    /// Steps that were yielded.
    index: usize,
    /// Steps that were launched.
    launched: usize,
    /// Pixels along each side of a picture.
    size: usize,
    /// The step that the device is at already.
    ahead: Option<Coming>,
}

/// What is on its way of a step.
#[derive(Debug)]
struct Coming {
    /// Values drawn, codes after the step, and log probabilities of the values; one per token each.
    drawn: Reading,
    /// See [`pixels`]; none where nobody wants it.
    picture: Option<Tensor<1, Int>>,
    /// The same, where it is read.
    pixels: Option<Reading>,
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
        let NarPlan { ref layout, ref request, .. } = plan;
        let room = room(layout.len(), grid, on_gpu(device));
        let cells = grid.cells() * grid.cells();
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let conditions = [request.condition.clone(), Condition::default()];
        let slots = model.slots();
        let (nar, painter) = (model.nar()?, Painter::take(model)?);
        let make = || Pass::new(nar.clone(), [batch, slots, room, cells], device);
        let mut pass = model.workspaces().take((KIND, room, batch), make);
        pass.places.set(&[layout]);
        pass.classes.set(&Condition::all_rows(&conditions[..batch], slots));
        let owner: Vec<i32> = layout.token_of_cell().iter().map(|t| *t as i32).collect();
        pass.owner.set(&owner);
        let mask = pass.nar.mask();
        let codes: Vec<i32> = masked(&plan.kept, mask, room).collect();
        pass.codes.set(&codes);
        pass.known.set(&codes.iter().map(|c| f32::from(*c != mask as i32)).collect::<Vec<_>>());
        pass.bias.set(&plan.biases(room).collect::<Vec<_>>());
        Ok(Self {
            codes: plan.kept.clone(),
            since: vec![0; layout.len()],
            confidence: vec![0.0; layout.len()],
            workspaces: model.workspaces().clone(),
            device: device.clone(),
            pass: Some(pass),
            painter: Some(painter),
            index: 0,
            launched: 0,
            ahead: None,
            size: model.architecture().tokenizer.image,
            plan,
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        self.next_on(&mut Unshown).await
    }

    /// The next step, its picture shown on `screen`.
    pub async fn next_on(&mut self, screen: &mut dyn Screen) -> Result<Option<Step>> {
        if self.index == self.plan.counts.len() {
            return Ok(None);
        }
        let Some(coming) = self.ahead.take().or_else(|| self.begin(screen)) else {
            return Ok(None); // only while the sampler is being dropped
        };
        // The next step's would take its place.
        if let Some(picture) = &coming.picture {
            screen.show(picture)?;
        }
        // A processor would only come later to this step's end.
        if on_gpu(&self.device) && self.launched < self.plan.counts.len() {
            self.ahead = self.begin(screen);
        }
        let (ints, floats) = coming.drawn.await?;
        let [drawn, codes] = [0, 1].map(|i| ints[i].iter().map(|c| *c as u16).collect::<Vec<_>>());
        self.learn(&codes, &floats[0]);
        let mut step = self.step(drawn);
        self.index += 1;
        if let Some(pixels) = coming.pixels {
            let (ints, _) = pixels.await?;
            step.rgb = pixels_to_rgb(&ints[0]);
        }
        Ok(Some(step))
    }

    /// Notes the codes that became known in this step.
    fn learn(&mut self, codes: &[u16], log_p: &[f32]) {
        let mask = self.pass.as_ref().map(|pass| pass.nar.mask() as u16);
        for (token, code) in codes.iter().enumerate().take(self.codes.len()) {
            if self.codes[token].is_none() && Some(*code) != mask {
                self.codes[token] = Some(*code);
                self.since[token] = self.index as u16 + 1;
                self.confidence[token] = log_p[token].exp();
            }
        }
    }

    /// Launches a step: one pass of the network, a value and its log probability for every token (known ones keep
    /// theirs), which of them become known, and the picture they make; begins to read the ones and, as `screen` wants
    /// it, the other.
    fn begin(&mut self, screen: &dyn Screen) -> Option<Coming> {
        let (pass, plan, index) = (self.pass.as_mut()?, &mut self.plan, self.launched);
        self.launched += 1;
        let (before, after) = (plan.known_before(index), plan.known_before(index + 1));
        let [_, room] = pass.codes.tensor().dims();
        let mut uniform: Vec<f32> = plan.uniforms().collect();
        uniform.resize(room, 0.5);
        let noise: Vec<f32> = plan.noises(index, room).collect();
        pass.uniform.set(&uniform);
        pass.noise.set(&noise);
        pass.parameters.set(&[plan.guidance(before), plan.request.temperature]);
        let drawn = pass.draw(&self.device);
        let known = pass.commit(&drawn, plan.request.schedule.confidence(), after - before);
        let Drawn { codes, log_p } = drawn;
        let drawn = Reading::begin(vec![codes.clone(), known], vec![log_p]);
        let (painter, owner) = (self.painter.as_mut()?, pass.owner.tensor());
        let picture = screen.wants().then(|| painter.paint(codes, owner, &self.device));
        let read = picture.iter().filter(|_| screen.reads());
        let pixels = read.map(|picture| Reading::begin(vec![picture.clone()], vec![])).next();
        Some(Coming { drawn, picture, pixels })
    }

    /// The step that `index` counts, without its picture.
    fn step(&self, drawn: Vec<u16>) -> Step {
        let known: Vec<u8> = self.codes.iter().map(|c| u8::from(c.is_some())).collect();
        Step {
            index: self.index,
            total: self.plan.counts.len(),
            done: self.index + 1 == self.plan.counts.len(),
            size: self.size,
            rgb: Vec::new(),
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
            let room = pass.codes.tensor().dims()[1];
            self.workspaces.put((KIND, room, batch), pass);
        }
        if let Some(painter) = self.painter.take() {
            painter.put(&self.workspaces);
        }
    }
}

/// Kind of the workspaces of this sampler.
const KIND: &str = "nar";

/// One step on the device: codes → values and confidences; with the buffers for it.
#[derive(Debug)]
struct Pass {
    nar: Nar,
    codes: Input<2, Int>,
    places: PlacesInput,
    classes: Input<2, Int>,
    /// Cell → token, for the painter.
    owner: Input<1, Int>,
    uniform: Input<2>,
    parameters: Input<2>,
    /// 1 where a code is known, else 0.
    known: Input<2>,
    noise: Input<2>,
    bias: Input<2>,
    drawing: Recording<Drawn>,
}

#[derive(Debug, Clone)]
struct Drawn {
    codes: Tensor<1, Int>,
    log_p: Tensor<1>,
}

impl Pass {
    fn new(nar: Nar, [batch, slots, length, cells]: [usize; 4], device: &Device) -> Self {
        Self {
            places: PlacesInput::new([1, length], device).within(batch, nar.prefix(), device),
            nar,
            codes: Input::ints([1, length], device),
            classes: Input::ints([batch, slots], device),
            owner: Input::ints([cells], device),
            uniform: Input::floats([1, length], device),
            parameters: Input::floats([1, 2], device),
            known: Input::floats([1, length], device),
            noise: Input::floats([1, length], device),
            bias: Input::floats([1, length], device),
            drawing: Recording::default(),
        }
    }

    fn draw(&mut self, device: &Device) -> Drawn {
        let (uniform, parameters) = (self.uniform.tensor(), self.parameters.tensor());
        let categorical = Categorical { uniform, parameters, keep: self.known.tensor() };
        let (input, places) = (self.codes.tensor(), self.places.tensors());
        let (nar, classes) = (&self.nar, self.classes.tensor());
        let [_, length] = input.dims();
        self.drawing.run(device, || {
            let logits = nar.forward(input.clone(), &places, classes.clone());
            let (codes, log_p) = categorical.sample(0, logits, view_ints(input.clone(), [length]));
            Drawn { codes, log_p }
        })
    }

    /// Makes `count` codes known of what was drawn; returns all of them, the mask where none is.
    fn commit(&mut self, drawn: &Drawn, confidence: f32, count: usize) -> Tensor<1, Int> {
        let (noise, bias) = (self.noise.tensor(), self.bias.tensor());
        let choice = Choice { noise, bias, confidence: &[confidence], counts: &[count] };
        let [_, length] = self.codes.tensor().dims();
        let codes = [self.codes.tensor(), view_ints(drawn.codes.clone(), [1, length])];
        let log_p = view(drawn.log_p.clone(), [1, length]);
        let (codes, known) = choice.commit(self.nar.mask(), codes, log_p, self.known.tensor());
        self.codes.replace(|_| codes.clone());
        self.known.replace(|_| known);
        view_ints(codes, [length])
    }
}

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
//! does not depend on which of them are committed. So a GPU reads codes and confidences while the
//! decoder runs, and has the next step before this one's picture has come across:
//!
//! ```text
//! GPU    transformer 1 | decoder 1     | transformer 2 | decoder 2     | …
//! host                 | codes → commit| picture 1     | codes → commit| picture 2
//! ```

use burn::tensor::{Device, Int, Tensor};

use super::nar_plan::NarPlan;
use super::painter::Painter;
use super::step::pixels_to_rgb;
use super::{Candidate, Request, Screen, Step, Unshown, commit, sample_levels};
use crate::Result;
use crate::dgit::{Condition, Nar, PlacesInput};
use crate::kernels::{Categorical, Input, Reading, Recording, Workspaces, on_gpu, view_ints};
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
    index: usize,
    /// Pixels along each side of a picture.
    size: usize,
    /// The step that the device is at already.
    ahead: Option<Coming>,
}

/// What is on its way of a step.
#[derive(Debug)]
struct Coming {
    /// Values and log probabilities, one per token.
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
        let NarPlan { length, ref layout, ref request, .. } = plan;
        let cells = grid.cells() * grid.cells();
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let conditions = [request.condition.clone(), Condition::default()];
        let slots = model.slots();
        let (nar, painter) = (model.nar()?, Painter::take(model)?);
        let make = || Pass::new(nar.clone(), [batch, slots, length, cells], device);
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
            painter: Some(painter),
            index: 0,
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
        let (ints, floats) = coming.drawn.await?;
        let drawn: Vec<u16> = ints[0].iter().map(|code| *code as u16).collect();
        self.commit(&drawn, &floats[0]);
        let mut step = self.step(drawn);
        self.index += 1;
        // The next step's would take its place.
        if let Some(picture) = &coming.picture {
            screen.show(picture)?;
        }
        // A processor would only come later to this step's end.
        if on_gpu(&self.device) && !step.done {
            self.ahead = self.begin(screen);
        }
        if let Some(pixels) = coming.pixels {
            let (ints, _) = pixels.await?;
            step.rgb = pixels_to_rgb(&ints[0]);
        }
        Ok(Some(step))
    }

    /// Makes the codes known that this step commits, of what was drawn for every token.
    fn commit(&mut self, drawn: &[u16], log_p: &[f32]) {
        let known_before = self.codes.iter().flatten().count();
        let progress = self.plan.progress(self.index);
        let unknown: Vec<Candidate> = self
            .plan
            .candidates
            .iter()
            .filter(|c| self.codes[c.token].is_none())
            .map(|c| Candidate { log_p: log_p[c.token], ..*c })
            .collect();
        let Request { schedule, priority, noise, .. } = self.plan.request;
        let count = self.plan.counts[self.index].saturating_sub(known_before);
        let chosen =
            commit(schedule, priority, noise, progress, &unknown, count, &mut self.plan.order);
        for token in chosen {
            self.codes[token] = Some(drawn[token]);
            self.since[token] = self.index as u16 + 1;
            self.confidence[token] = log_p[token].exp();
        }
    }

    /// Launches one pass of the network, a value and its log probability for every token (known ones keep theirs), and
    /// the picture they make; begins to read the one and, as `screen` wants it, the other.
    fn begin(&mut self, screen: &dyn Screen) -> Option<Coming> {
        let weight = self.plan.guidance(self.codes.iter().flatten().count());
        let pass = self.pass.as_mut()?;
        let mask = pass.nar.mask() as i32;
        let codes = self.codes.iter().map(|c| c.map_or(mask, i32::from));
        let codes: Vec<i32> = codes.chain(std::iter::repeat(mask)).take(self.plan.length).collect();
        let keep: Vec<f32> = codes.iter().map(|c| f32::from(*c != mask)).collect();
        let uniform: Vec<f32> = self.plan.uniforms().collect();
        pass.codes.set(&codes);
        pass.keep.set(&keep);
        pass.uniform.set(&uniform);
        pass.parameters.set(&[weight, self.plan.request.temperature]);
        let Drawn { codes, log_p } = pass.draw(&self.device);
        let drawn = Reading::begin(vec![codes.clone()], vec![log_p]);
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
            self.workspaces.put((KIND, self.plan.length, batch), pass);
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
    keep: Input<2>,
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
            nar,
            codes: Input::ints([1, length], device),
            places: PlacesInput::new([1, length], device),
            classes: Input::ints([batch, slots], device),
            owner: Input::ints([cells], device),
            uniform: Input::floats([1, length], device),
            parameters: Input::floats([1, 2], device),
            keep: Input::floats([1, length], device),
            drawing: Recording::default(),
        }
    }

    fn draw(&mut self, device: &Device) -> Drawn {
        let (uniform, parameters) = (self.uniform.tensor(), self.parameters.tensor());
        let categorical = Categorical { uniform, parameters, keep: self.keep.tensor() };
        let (input, places) = (self.codes.tensor(), self.places.tensors());
        let (nar, classes) = (&self.nar, self.classes.tensor());
        let [_, length] = input.dims();
        self.drawing.run(device, || {
            let logits = nar.forward(input.clone(), &places, classes.clone());
            let (codes, log_p) = categorical.sample(0, logits, view_ints(input.clone(), [length]));
            Drawn { codes, log_p }
        })
    }
}

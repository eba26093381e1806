//! DGiT-AR sampling: one code after the other, the regions of one granularity after those of the coarser one.
//!
//! ```text
//! for every entry:
//!   position ~ regions to come, or END            (the last stream follows from those before it)
//!   content  ~ softmax(l / temperature), top-k, top-p
//!              l = (1 + w_t)·logits(class) − w_t·logits(any)      w_t = w · min(1, t / expected)
//! ```
//!
//! Everything that is drawn stays on the device, so codes follow each other without a read; one read
//! serves a painted step of several codes.

use burn::tensor::{Device, Int, Tensor};

use super::painter::Painter;
use super::step::pixels_to_rgb;
use super::{Request, Screen, SequenceParameters, Step, Unshown};
use crate::Result;
use crate::dgit::ar::{KvCache, Sequence, share_row};
use crate::dgit::{Ar, ArConfig, ClassVectors, Condition};
use crate::grain::{Positions, Shares};
use crate::kernels::{Input, Recording, Workspaces, read};
use crate::model::Model;

/// A generation under way. Every call of [`next`](Self::next) makes one step of several codes.
#[derive(Debug)]
pub struct ArSampler {
    device: Device,
    request: Request,
    positions: Positions,
    /// Returned to the model when the sampler goes.
    pass: Option<Pass>,
    /// So is this.
    painter: Option<Painter>,
    workspaces: Workspaces,
    parameters: SequenceParameters,
    /// Entries that have been worked on.
    passes: usize,
    /// Numbers of the positions so far, START included.
    sequence: Vec<usize>,
    index: usize,
    /// Pixels along each side of a picture.
    size: usize,
}

impl ArSampler {
    /// Prepares the steps.
    pub fn start(model: &Model, request: Request) -> Result<Self> {
        request.validate()?;
        request.fits(model)?;
        let (config, device) = (model.ar_config()?, model.device());
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let (ar, painter) = (model.ar()?, Painter::take(model)?);
        let make = || Pass::new(ar.clone(), config, batch, device);
        let mut pass = model.workspaces().take((KIND, batch, 0), make);
        pass.sequence.begin(&[config.start(&request.shares)]);
        let conditions = [request.condition.clone(), Condition::default()];
        pass.ask(&conditions[..batch], &request.shares, device);
        let positions = config.positions();
        Ok(Self {
            device: device.clone(),
            parameters: SequenceParameters::new(&request, positions),
            positions,
            pass: Some(pass),
            painter: Some(painter),
            workspaces: model.workspaces().clone(),
            passes: 0,
            sequence: vec![positions.start()],
            index: 0,
            size: model.architecture().tokenizer.image,
            request,
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        self.next_on(&mut Unshown).await
    }

    /// The next step, its picture shown on `screen`.
    pub async fn next_on(&mut self, screen: &mut dyn Screen) -> Result<Option<Step>> {
        let left = self.length().saturating_sub(self.passes);
        let Some(pass) = self.pass.as_mut().filter(|_| left > 0) else {
            return Ok(None);
        };
        for _ in 0..self.request.every.min(left) {
            pass.sequence.go_to(self.passes, &[self.parameters.next(self.passes)]);
            pass.code(&self.device);
            self.passes += 1;
        }
        let Looked { entries, chances, cells } = pass.look(&self.device);
        let mut wanted = vec![entries, cells.clone()];
        if let Some(painter) = self.painter.as_mut().filter(|_| screen.wants()) {
            let picture = painter.paint_cells(cells, &self.device);
            screen.show(&picture)?;
            wanted.extend(screen.reads().then_some(picture));
        }
        // The one read of this step.
        let (ints, floats) = read(&wanted, &[chances]).await?;
        let numbers = ints[0].iter().take(self.passes + 1).map(|n| *n as usize);
        self.sequence = numbers.take_while(|n| *n != self.positions.done()).collect();
        let cells = ints[1].iter().map(|code| *code as u16).collect();
        let rgb = ints.get(2).map(|pixels| pixels_to_rgb(pixels)).unwrap_or_default();
        let step = self.step(cells, rgb, &floats[0]);
        self.index += 1;
        Ok(Some(step))
    }

    /// Entries to work on in all, as if all streams but the last ended now: every END and every code.
    fn length(&self) -> usize {
        self.positions.map(&self.sequence).code_length() + self.positions.ends()
    }

    fn step(&self, cells: Vec<u16>, rgb: Vec<u8>, chances: &[f32]) -> Step {
        let map = self.positions.map(&self.sequence);
        let grid = self.positions.grid();
        let mut order = vec![0; grid.cell_count()];
        let mut confidence = vec![0.0; grid.cell_count()];
        let mut codes = 0;
        for (number, chance) in self.sequence.iter().zip(chances) {
            let Some(token) = self.positions.token(*number) else { continue };
            codes += 1;
            token.fill(grid, &mut order, codes);
            token.fill(grid, &mut confidence, *chance);
        }
        let (length, every) = (self.length(), self.request.every);
        let settled = self.positions.settled(&self.sequence);
        let done = length <= self.passes;
        Step {
            index: self.index,
            total: if done { self.index + 1 } else { length.div_ceil(every) },
            done,
            size: self.size,
            rgb,
            known: order.iter().map(|n| u8::from(*n > 0)).collect(),
            grains: map.grains().to_vec(),
            undecided: settled.into_iter().map(|settled| u8::from(!settled)).collect(),
            tokens: map.code_length(),
            codes: codes.into(),
            cells,
            order,
            confidence,
        }
    }
}

impl Drop for ArSampler {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            let batch = pass.classes.tensor().dims()[0];
            self.workspaces.put((KIND, batch, 0), pass);
        }
        if let Some(painter) = self.painter.take() {
            painter.put(&self.workspaces);
        }
    }
}

/// Kind of the workspaces of this sampler.
const KIND: &str = "ar";

/// The device's side: one code, and a picture of what there is.
#[derive(Debug)]
struct Pass {
    ar: Ar,
    sequence: Sequence,
    caches: Vec<KvCache>,
    classes: Input<2, Int>,
    /// The shares asked for, a row for each row of classes.
    shares: Input<2>,
    /// Vectors of both.
    class: ClassVectors,
    prepare: Recording<ClassVectors>,
    code: Recording<()>,
    look: Recording<Looked>,
}

/// What there is so far.
#[derive(Debug, Clone)]
struct Looked {
    /// Positions of all entries, then their contents.
    entries: Tensor<1, Int>,
    /// Probabilities of the contents.
    chances: Tensor<1>,
    /// `[cells²]`.
    cells: Tensor<1, Int>,
}

impl Pass {
    fn new(ar: Ar, config: &ArConfig, batch: usize, device: &Device) -> Self {
        let (positions, codes) = (config.positions(), config.transformer.vocabulary);
        let sequence = Sequence::new(positions, codes, config.end(), 1, device);
        let (classes, mut prepare) =
            (Input::ints([batch, config.transformer.slots()], device), Recording::default());
        let shares = Input::floats([batch, positions.ends().max(1)], device);
        let class = prepare.run(device, || ar.class_vectors(classes.tensor(), shares.tensor()));
        Self {
            caches: ar.caches(batch, sequence.capacity(), device),
            classes,
            shares,
            class,
            prepare,
            code: Recording::default(),
            look: Recording::default(),
            ar,
            sequence,
        }
    }

    /// Sets what is drawn. Recordings leave their results in one place, where `code` finds them.
    fn ask(&mut self, conditions: &[Condition], shares: &Shares, device: &Device) {
        let [_, slots] = self.classes.tensor().dims();
        self.classes.set(&Condition::all_rows(conditions, slots));
        self.shares.set(&share_row(shares).repeat(conditions.len()));
        let (ar, classes, shares) = (&self.ar, self.classes.tensor(), self.shares.tensor());
        self.class = self.prepare.run(device, || ar.class_vectors(classes.clone(), shares.clone()));
    }

    fn code(&mut self, device: &Device) {
        let Self { ar, sequence, caches, class, code, .. } = self;
        code.run(device, || {
            ar.step(sequence, caches, class);
        });
    }

    fn look(&mut self, device: &Device) -> Looked {
        let sequence = &self.sequence;
        self.look.run(device, || Looked {
            entries: sequence.entries(),
            chances: sequence.chances(),
            cells: sequence.cells(),
        })
    }
}

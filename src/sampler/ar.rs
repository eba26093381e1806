//! DGiT-AR sampling: one code after the other, coarse regions first, then the cells of the others.
//!
//! ```text
//! for every entry:
//!   position ~ regions to come, or END            (coarse stream; the fine one follows from it)
//!   content  ~ softmax(l / temperature), top-k, top-p
//!              l = (1 + w_t)·logits(class) − w_t·logits(any)      w_t = w · min(1, t / expected)
//! ```
//!
//! Everything that is drawn stays on the device, so codes follow each other without a read; one read
//! serves a painted step of several codes.

use burn::tensor::{Device, Int, Tensor};

use super::step::to_rgb;
use super::{Request, Step, stream};
use crate::Result;
use crate::dgit::{AXES, Ar, ArConfig, ClassVectors, Condition};
use crate::dqvae::Synthesis;
use crate::grain::Positions;
use crate::kernels::{Choice, Input, KvCache, Recording, Sequence, Workspaces, flat, read};
use crate::model::Model;
use crate::rng::Rng;

/// A generation under way. Every call of [`next`](Self::next) makes one step of several codes.
#[derive(Debug)]
pub struct ArSampler {
    device: Device,
    request: Request,
    positions: Positions,
    /// Returned to the model when the sampler goes.
    pass: Option<Pass>,
    workspaces: Workspaces,
    dice: Dice,
    /// Entries that have been worked on.
    passes: usize,
    /// Numbers of the positions so far, START included.
    sequence: Vec<usize>,
    index: usize,
}

impl ArSampler {
    /// Prepares the steps.
    pub fn start(model: &Model, request: Request) -> Result<Self> {
        request.validate()?;
        let (config, device) = (model.ar_config()?, model.device());
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let (ar, synthesis) = (model.ar()?, model.synthesis()?);
        let make = || Pass::new(ar.clone(), config, synthesis.clone(), batch, device);
        let mut pass = model.workspaces().take((KIND, batch, 0), make);
        pass.sequence.begin(&[config.start(request.fine_ratio)]);
        let conditions = [request.condition, Condition::default()];
        pass.ask(&conditions[..batch], device);
        let positions = config.positions();
        Ok(Self {
            device: device.clone(),
            dice: Dice::new(&request, positions),
            positions,
            pass: Some(pass),
            workspaces: model.workspaces().clone(),
            passes: 0,
            sequence: vec![positions.start()],
            index: 0,
            request,
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        let left = self.length().saturating_sub(self.passes);
        let Some(pass) = self.pass.as_mut().filter(|_| left > 0) else {
            return Ok(None);
        };
        for _ in 0..self.request.every.min(left) {
            pass.sequence.go_to(self.passes, &[self.dice.roll(self.passes)]);
            pass.code(&self.device);
            self.passes += 1;
        }
        let Painted { entries, cells, picture } = pass.paint(&self.device);
        let (ints, floats) = read(&[entries, cells], &[picture]).await?; // the one read of this step
        let numbers = ints[0].iter().take(self.passes + 1).map(|n| *n as usize);
        self.sequence = numbers.take_while(|n| *n != self.positions.done()).collect();
        let cells = ints[1].iter().map(|code| *code as u16).collect();
        let step = self.step(cells, to_rgb(&floats[0]));
        self.index += 1;
        Ok(Some(step))
    }

    /// Entries to work on in all, as if the coarse stream ended now: an END and every code.
    fn length(&self) -> usize {
        self.positions.map(&self.sequence).code_length() + 1
    }

    fn step(&self, cells: Vec<u16>, rgb: Vec<u8>) -> Step {
        let map = self.positions.map(&self.sequence);
        let grid = self.positions.grid();
        let mut order = vec![0; grid.cell_count()];
        let tokens = self.sequence.iter().filter_map(|n| self.positions.token(*n));
        let mut codes = 0;
        for token in tokens {
            codes += 1;
            for row in token.row..token.row + token.span {
                let first = row * grid.cells() + token.col;
                order[first..first + token.span].fill(codes);
            }
        }
        let (done, every) = (self.length() <= self.passes, self.request.every);
        Step {
            index: self.index,
            total: if done { self.index + 1 } else { self.length().div_ceil(every) },
            done,
            size: (rgb.len() / 3).isqrt(),
            rgb,
            known: order.iter().map(|n| u8::from(*n > 0)).collect(),
            grains: map.grains().to_vec(),
            tokens: map.code_length(),
            codes: codes.into(),
            cells,
            order,
        }
    }
}

impl Drop for ArSampler {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            let batch = pass.classes.tensor().dims()[0];
            self.workspaces.put((KIND, batch, 0), pass);
        }
    }
}

/// Kind of the workspaces of this sampler.
const KIND: &str = "ar";

/// Random numbers and settings of one image.
#[derive(Debug)]
pub(crate) struct Dice {
    rng: Rng,
    position: Choice,
    content: Choice,
    guidance: f32,
    /// Codes that the fine ratio lets expect.
    expected: f32,
}

impl Dice {
    /// As `request` says.
    pub fn new(request: &Request, positions: Positions) -> Self {
        let grid = positions.grid();
        let fine = request.fine_ratio * grid.region_count() as f32;
        let choice = |temperature, top_k: Option<usize>, top_p| {
            let top_k = top_k.map_or(f32::MAX, |k| k as f32);
            Choice { uniform: 0.5, guidance: 0.0, temperature, top_k, top_p }
        };
        let r = request;
        Self {
            rng: Rng::new(r.seed).fork(stream::SEQUENCE),
            position: choice(r.position_temperature, r.position_top_k, r.position_top_p),
            content: choice(r.temperature, r.top_k, r.top_p),
            guidance: r.guidance,
            expected: grid.region_count() as f32 + (positions.parts() - 1) as f32 * fine,
        }
    }

    /// How entry `now` chooses the position and the content of the next one. Call it for every entry
    /// in turn.
    pub fn roll(&mut self, now: usize) -> [Choice; 2] {
        let guidance = self.guidance * (now as f32 / self.expected).min(1.0);
        [self.position, self.content].map(|choice| {
            let uniform = self.rng.uniform();
            Choice { uniform, guidance, ..choice }
        })
    }
}

/// The device's side: one code, and a picture of what there is.
#[derive(Debug)]
struct Pass {
    ar: Ar,
    synthesis: Synthesis,
    sequence: Sequence,
    caches: Vec<KvCache>,
    classes: Input<2, Int>,
    /// Their vectors.
    class: ClassVectors,
    /// Every cell has a code of its own, for the decoder.
    owner: Input<1, Int>,
    prepare: Recording<ClassVectors>,
    code: Recording<()>,
    paint: Recording<Painted>,
}

#[derive(Debug, Clone)]
struct Painted {
    /// Positions of all entries, then their contents.
    entries: Tensor<1, Int>,
    /// `[cells²]`.
    cells: Tensor<1, Int>,
    /// `[3 · image²]`.
    picture: Tensor<1>,
}

impl Pass {
    fn new(ar: Ar, config: &ArConfig, synthesis: Synthesis, batch: usize, device: &Device) -> Self {
        let (positions, codes) = (config.positions(), config.transformer.vocabulary);
        let sequence = Sequence::new(positions, codes, config.end(), 1, device);
        let cells = positions.grid().cell_count();
        let mut owner = Input::ints([cells], device);
        owner.set(&(0..cells as i32).collect::<Vec<_>>());
        let (classes, mut prepare) = (Input::ints([batch, AXES], device), Recording::default());
        let class = prepare.run(device, || ar.class_vectors(classes.tensor()));
        Self {
            caches: ar.caches(batch, sequence.room(), device),
            classes,
            class,
            prepare,
            code: Recording::default(),
            paint: Recording::default(),
            ar,
            synthesis,
            sequence,
            owner,
        }
    }

    /// Sets what is drawn. Recordings leave their results in one place, where `code` finds them.
    fn ask(&mut self, conditions: &[Condition], device: &Device) {
        self.classes.set(&Condition::all_rows(conditions));
        let (ar, classes) = (&self.ar, self.classes.tensor());
        self.class = self.prepare.run(device, || ar.class_vectors(classes.clone()));
    }

    fn code(&mut self, device: &Device) {
        let Self { ar, sequence, caches, class, code, .. } = self;
        code.run(device, || {
            ar.step(sequence, caches, class);
        });
    }

    fn paint(&mut self, device: &Device) -> Painted {
        let (sequence, synthesis, owner) = (&self.sequence, &self.synthesis, self.owner.tensor());
        self.paint.run(device, || {
            let cells = sequence.cells();
            let picture = flat(synthesis.decode_tokens(cells.clone(), owner.clone()));
            Painted { entries: sequence.entries(), cells, picture }
        })
    }
}

/// Sequences of many images at once, with nothing painted: positions and contents of each, START
/// included. For training and evaluation.
#[cfg(feature = "cli")]
pub fn draw_sequences(
    ar: &Ar,
    config: &ArConfig,
    requests: &[Request],
    device: &Device,
) -> Result<Vec<Vec<(usize, u16)>>> {
    let (positions, images) = (config.positions(), requests.len());
    let guided = requests.iter().any(|r| r.guidance > 0.0);
    let rows = images * if guided { 2 } else { 1 };
    let mut sequence =
        Sequence::new(positions, config.transformer.vocabulary, config.end(), images, device);
    let mut caches = ar.caches(rows, sequence.room(), device);
    let start: Vec<usize> = requests.iter().map(|r| config.start(r.fine_ratio)).collect();
    sequence.begin(&start);
    let mut conditions: Vec<Condition> = requests.iter().map(|r| r.condition).collect();
    conditions.resize(rows, Condition::default());
    let class = ar.class_vectors(Condition::tensor(&conditions, device));
    let mut dice: Vec<Dice> = requests.iter().map(|r| Dice::new(r, positions)).collect();

    let length = sequence.room();
    let mut drawn = Vec::new();
    for now in 0..positions.longest() {
        let choices: Vec<[Choice; 2]> = dice.iter_mut().map(|dice| dice.roll(now)).collect();
        sequence.go_to(now, &choices);
        ar.step(&mut sequence, &mut caches, &class);
        // Now and then a look whether all are done.
        if now % LOOK_EVERY == LOOK_EVERY - 1 || now + 1 == positions.longest() {
            let (ints, _) = super::block_on(read(&[sequence.entries()], &[]))?;
            let images = ints[0].chunks_exact(2 * length);
            drawn = images
                .map(|image| {
                    let (numbers, contents) = image.split_at(length);
                    let entries = numbers.iter().zip(contents).take(now + 2);
                    let entries = entries.map(|(n, c)| (*n as usize, *c as u16));
                    entries.take_while(|(n, _)| *n != positions.done()).collect()
                })
                .collect::<Vec<Vec<_>>>();
            if drawn.iter().all(|entries| entries.len() < now + 2) {
                break;
            }
        }
    }
    Ok(drawn)
}

/// The codes of a whole sequence on the cell grid, raster order.
#[cfg(feature = "cli")]
pub fn cells_of(positions: Positions, sequence: &[(usize, u16)]) -> Vec<u16> {
    let grid = positions.grid();
    let mut cells = vec![0; grid.cell_count()];
    for (number, code) in sequence {
        let Some(token) = positions.token(*number) else { continue };
        for row in token.row..token.row + token.span {
            let first = row * grid.cells() + token.col;
            cells[first..first + token.span].fill(*code);
        }
    }
    cells
}

/// Entries between two looks at a batch.
#[cfg(feature = "cli")]
const LOOK_EVERY: usize = 16;

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

use super::{Candidate, Request, Step, commit, commit_counts, draw, guide, read, stream};
use super::{draw_levels, halton_order, step::to_rgb};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::{Condition, Nar, Places, bucket};
use crate::dqvae::Synthesis;
use crate::grain::{GrainMap, TokenLayout};
use crate::model::Model;
use crate::rng::Rng;

/// A generation under way. Every call of [`next`](Self::next) makes one step.
#[derive(Debug)]
pub struct NarSampler {
    nar: Nar,
    synthesis: Synthesis,
    device: Device,
    request: Request,
    map: GrainMap,
    layout: TokenLayout,
    /// Tokens after padding; see [`bucket`].
    length: usize,
    places: Places,
    classes: Tensor<2, Int>,
    /// Cell → token, for the decoder.
    owner: Tensor<1, Int>,
    counts: Vec<usize>,
    /// Density and Halton rank of each token; `log_p` is filled in at each step.
    candidates: Vec<Candidate>,
    codes: Vec<Option<u16>>,
    content: Rng,
    order: Rng,
    index: usize,
}

impl NarSampler {
    /// Draws the grain map and prepares the steps.
    pub async fn start(model: &Model, request: Request) -> Result<Self> {
        request.validate()?;
        let (grid, device) = (model.grid(), model.device());
        let levels = draw_levels(model.grain_map()?, grid, &request, device).await?;
        Self::with_levels(model, request, &levels)
    }

    /// Starts from given density levels, one per region, instead of drawing them.
    pub fn with_levels(model: &Model, request: Request, levels: &[u8]) -> Result<Self> {
        let (grid, device) = (model.grid(), model.device());
        let map = GrainMap::from_levels(grid, levels, &[request.fine_ratio])?;
        let layout = map.layout();
        let length = bucket(layout.len(), grid.region_count());
        let batch = if request.guidance > 0.0 { 2 } else { 1 };
        let conditions = [request.condition, Condition::default()];
        let owner: Vec<i64> = layout.token_of_cell().iter().map(|t| *t as i64).collect();
        let root = Rng::new(request.seed);
        let mut order = root.fork(stream::ORDER);
        let candidates = candidates(&layout, grid.finest(), grid.cells(), levels, &mut order);
        let fine = candidates.iter().filter(|c| c.fine).count();
        Ok(Self {
            nar: model.nar()?.clone(),
            synthesis: model.synthesis()?.clone(),
            places: Places::new(&[&layout], length, device).repeat(batch),
            classes: Condition::tensor(&conditions[..batch], device),
            owner: Tensor::from_ints(owner.as_slice(), device),
            counts: commit_counts(request.schedule, request.steps, layout.len(), fine),
            codes: vec![None; layout.len()],
            content: root.fork(stream::CONTENT),
            device: device.clone(),
            index: 0,
            order,
            candidates,
            length,
            request,
            layout,
            map,
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        let Some(&known_after) = self.counts.get(self.index) else {
            return Ok(None);
        };
        let known_before = self.codes.iter().flatten().count();
        let weight = self.request.guidance * known_before as f32 / self.codes.len() as f32;
        let (drawn, log_p, rgb) = self.pass(weight).await?;

        let progress = (self.index + 1) as f32 / self.counts.len() as f32;
        let unknown: Vec<Candidate> = self
            .candidates
            .iter()
            .filter(|c| self.codes[c.token].is_none())
            .map(|c| Candidate { log_p: log_p[c.token], ..*c })
            .collect();
        let Request { schedule, priority, noise, .. } = self.request;
        let count = known_after.saturating_sub(known_before);
        let chosen = commit(schedule, priority, noise, progress, &unknown, count, &mut self.order);
        for token in chosen {
            self.codes[token] = Some(drawn[token]);
        }
        let step = self.step(drawn, rgb);
        self.index += 1;
        Ok(Some(step))
    }

    /// One pass of the network: a value and its log probability for every token (known ones keep
    /// theirs), and the picture they make.
    async fn pass(&mut self, weight: f32) -> Result<(Vec<u16>, Vec<f32>, Vec<u8>)> {
        let (device, mask) = (&self.device, self.nar.mask() as i64);
        let input = self.codes.iter().map(|c| c.map_or(mask, i64::from));
        let input: Vec<i64> = input.chain(std::iter::repeat(mask)).take(self.length).collect();
        let input = Tensor::<1, Int>::from_ints(input.as_slice(), device);
        let uniform: Vec<f32> = (0..self.length).map(|_| self.content.uniform()).collect();
        let uniform = Tensor::from_floats(uniform.as_slice(), device);

        let batch = self.classes.dims()[0];
        let codes = input.clone().unsqueeze::<2>().repeat_dim(0, batch); // [batch, tokens]
        let logits = self.nar.forward(codes, &self.places, self.classes.clone());
        let (drawn, log_p) = draw(guide(logits, weight), self.request.temperature, uniform);
        let is_known = input.clone().not_equal_scalar(mask);
        let codes = drawn.mask_where(is_known, input); // [tokens]

        let cells = codes.clone().select(0, self.owner.clone()).unsqueeze::<2>(); // [1, cells²]
        let picture = self.synthesis.decode(cells); // [1, 3, image, image]
        let pixels = picture.dims().iter().product::<usize>();
        let all = Tensor::cat(vec![codes.float(), log_p, picture.reshape([pixels])], 0);
        let all = read(all).await?; // the one read of this step
        let (codes, rest) = all.split_at(self.length);
        let (log_p, picture) = rest.split_at(self.length);
        Ok((codes.iter().map(|c| *c as u16).collect(), log_p.to_vec(), to_rgb(picture)))
    }

    fn step(&self, drawn: Vec<u16>, rgb: Vec<u8>) -> Step {
        let known: Vec<u8> = self.codes.iter().map(|c| u8::from(c.is_some())).collect();
        Step {
            index: self.index,
            total: self.counts.len(),
            done: self.index + 1 == self.counts.len(),
            size: (rgb.len() / 3).isqrt(),
            rgb,
            grains: self.map.grains().to_vec(),
            known: self.layout.unpack(&known),
            tokens: self.codes.len(),
            codes: self.codes.iter().flatten().count(),
            cells: self.layout.unpack(&drawn),
        }
    }
}

/// What the schedule needs to know about every token, except the confidence.
fn candidates(
    layout: &TokenLayout,
    finest: u8,
    cells: usize,
    levels: &[u8],
    rng: &mut Rng,
) -> Vec<Candidate> {
    let scale = 2.0 * cells as f32;
    let centres: Vec<(f32, f32)> = layout
        .tokens()
        .iter()
        .map(|t| t.centre())
        .map(|(row, col)| (row as f32 / scale, col as f32 / scale))
        .collect();
    let rank = halton_order(&centres, (rng.uniform(), rng.uniform()));
    let tokens = layout.tokens().iter().enumerate();
    tokens
        .map(|(token, t)| Candidate {
            token,
            log_p: 0.0,
            density: f32::from(levels[t.region]) / (LEVELS - 1) as f32,
            fine: t.grain == finest,
            halton: rank[token] as f32 / layout.len() as f32,
        })
        .collect()
}

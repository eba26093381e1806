//! What one image of DGiT-NAR is before its first pass: where its codes are, how many are committed
//! when, and its random numbers. The sampler of one image and that of a batch both follow it.

use super::{Candidate, Request, commit_counts, halton_order, stream};
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::bucket;
use crate::grain::{GrainMap, Grid, TokenLayout};
use crate::kernels::NEVER;
use crate::rng::Rng;

/// An image to come.
#[derive(Debug)]
pub struct NarPlan {
    /// What was asked for.
    pub request: Request,
    /// Granularity of each region.
    pub map: GrainMap,
    /// Its codes.
    pub layout: TokenLayout,
    /// Random numbers of a pass, and tokens of a batch, after padding; see [`bucket`].
    pub length: usize,
    /// The code of each token that is known from the beginning.
    pub kept: Vec<Option<u16>>,
    /// Codes known after each pass.
    pub counts: Vec<usize>,
    /// Density and Halton rank of each token.
    pub candidates: Vec<Candidate>,
    /// Random numbers of the codes.
    pub content: Rng,
    /// Random numbers of the order in which they are committed.
    pub order: Rng,
}

impl NarPlan {
    /// The plan for given density levels, one per region.
    pub fn new(grid: Grid, request: Request, levels: &[u8]) -> Result<Self> {
        request.validate()?;
        let map = match &request.repaint {
            Some(repaint) => repaint.map(grid)?,
            None => GrainMap::from_levels(grid, levels, &request.shares)?,
        };
        let layout = map.layout();
        let kept = match &request.repaint {
            Some(repaint) => repaint.known(&layout),
            None => vec![None; layout.len()],
        };
        let root = Rng::new(request.seed);
        let mut order = root.fork(stream::ORDER);
        let candidates = candidates(&layout, levels, &mut order);
        let mut by_grain = vec![0; grid.granularities];
        let open = layout.tokens().iter().zip(&kept).filter(|(_, code)| code.is_none());
        open.for_each(|(token, _)| by_grain[usize::from(token.grain)] += 1);
        let open: usize = by_grain.iter().sum();
        let counts = commit_counts(request.schedule, request.steps, &by_grain);
        Ok(Self {
            counts: counts.into_iter().map(|count| layout.len() - open + count).collect(),
            kept,
            length: bucket(layout.len(), grid),
            content: root.fork(stream::CONTENT),
            order,
            candidates,
            layout,
            map,
            request,
        })
    }

    /// Weight of guidance in a pass that starts with `known` codes.
    pub fn guidance(&self, known: usize) -> f32 {
        self.request.guidance_at(known as f32 / self.layout.len() as f32)
    }

    /// How far the image is after pass `index`, in (0, 1].
    pub fn progress(&self, index: usize) -> f32 {
        (index + 1) as f32 / self.counts.len() as f32
    }

    /// Codes known before pass `index`; all of them behind the last pass.
    pub fn known_before(&self, index: usize) -> usize {
        match index.checked_sub(1) {
            Some(last) => self.counts.get(last).copied().unwrap_or(self.layout.len()),
            None => self.kept.iter().flatten().count(),
        }
    }

    /// The random part of the scores in pass `index`, for the unknown codes in turn, and zeros up to `length`.
    pub fn noises(&mut self, index: usize, length: usize) -> impl Iterator<Item = f32> {
        let (progress, open) = (self.progress(index), self.layout.len() - self.known_before(index));
        let (Request { schedule, noise, .. }, order) = (&self.request, &mut self.order);
        let drawn = (0..open).map(move |_| schedule.noise(*noise, progress, order));
        drawn.chain(std::iter::repeat(0.0)).take(length)
    }

    /// The part of the scores that is a place's own for each token, and [`NEVER`] up to `length`.
    pub fn biases(&self, length: usize) -> impl Iterator<Item = f32> {
        let Request { schedule, priority, .. } = self.request;
        let biases = self.candidates.iter().map(move |c| schedule.bias(priority, c));
        biases.chain(std::iter::repeat(NEVER)).take(length)
    }

    /// A random number in (0, 1) for every token of a pass, padding included.
    pub fn uniforms(&mut self) -> impl Iterator<Item = f32> {
        (0..self.length).map(|_| self.content.uniform())
    }
}

/// The codes that are known, and `mask` everywhere else up to `length`.
pub fn masked(codes: &[Option<u16>], mask: usize, length: usize) -> impl Iterator<Item = i32> + '_ {
    let mask = mask as i32;
    let codes = codes.iter().map(move |code| code.map_or(mask, i32::from));
    codes.chain(std::iter::repeat(mask)).take(length)
}

/// What the schedule needs to know about every token.
fn candidates(layout: &TokenLayout, levels: &[u8], rng: &mut Rng) -> Vec<Candidate> {
    let scale = 2.0 * layout.grid().cells() as f32;
    let finest = f32::from(layout.grid().finest().max(1));
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
            density: f32::from(levels[t.region]) / (LEVELS - 1) as f32,
            fineness: f32::from(t.grain) / finest,
            halton: rank[token] as f32 / layout.len() as f32,
        })
        .collect()
}

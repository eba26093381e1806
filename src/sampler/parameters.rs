//! How the positions and contents of one sequence are chosen: its random numbers and settings.

use super::{Request, stream};
use crate::dgit::ar::SamplingParameters;
use crate::grain::Positions;
use crate::rng::Rng;

/// Random numbers and settings of one image.
#[derive(Debug)]
pub struct SequenceParameters {
    rng: Rng,
    position: SamplingParameters,
    content: SamplingParameters,
    request: Request,
    /// Codes that the shares let expect.
    expected: f32,
}

impl SequenceParameters {
    /// As `request` says.
    pub fn new(request: &Request, positions: Positions) -> Self {
        let grid = positions.grid();
        let regions = grid.region_count() as f32;
        // Each finer granularity has more codes than the coarsest.
        let more =
            request.shares.as_slice().iter().zip(1..).map(|(share, grain)| {
                (grid.codes_per_region(grain) - 1) as f32 * (share * regions)
            });
        let choice = |temperature, top_k: Option<usize>, top_p| {
            let top_k = top_k.map_or(f32::MAX, |k| k as f32);
            SamplingParameters { uniform: 0.5, guidance: 0.0, temperature, top_k, top_p }
        };
        let r = request;
        Self {
            rng: Rng::new(r.seed).fork(stream::SEQUENCE),
            position: choice(r.position_temperature, r.position_top_k, r.position_top_p),
            content: choice(r.temperature, r.top_k, r.top_p),
            request: r.clone(),
            expected: regions + more.sum::<f32>(),
        }
    }

    /// How entry `now` chooses the position and the content of the next one. Call it for every entry
    /// in turn.
    pub fn next(&mut self, now: usize) -> [SamplingParameters; 2] {
        let guidance = self.request.guidance_at(now as f32 / self.expected);
        [self.position, self.content].map(|choice| {
            let uniform = self.rng.uniform();
            SamplingParameters { uniform, guidance, ..choice }
        })
    }
}

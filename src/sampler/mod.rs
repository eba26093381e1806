//! Samplers: pure functions of (model, request, seed) that yield steps.
//!
//! They know nothing of canvases, clocks or progress bars. A step is read from the device asynchronously (a browser
//! allows nothing else); native callers use [`block_on`].

mod any;
mod ar;
#[cfg(feature = "cli")]
mod batch;
mod decision;
mod grain_map;
mod halton;
pub mod known;
pub mod limits;
mod nar;
mod nar_plan;
mod painter;
mod parameters;
mod prompt;
mod repaint;
mod request;
mod schedule;
mod screen;
mod step;

pub use any::complete;
pub use ar::ArSampler;
#[cfg(feature = "cli")]
pub use batch::{BatchSampler, SampledImage, sample_ar, sample_sequences};
pub use decision::{Decision, Drawing, decision};
pub use grain_map::sample_levels;
pub use halton::halton_order;
pub use nar::NarSampler;
pub use parameters::SequenceParameters;
pub use prompt::Prompt;
pub use repaint::Repaint;
pub use request::{Mode, Request};
pub use schedule::{Candidate, Schedule, commit_counts};
pub use screen::{Screen, Unshown};
pub use step::Step;
pub(crate) use step::to_rgb;
#[cfg(target_arch = "wasm32")]
pub(crate) use step::to_rgba;

use crate::Result;
use crate::model::Model;

/// A generation of either kind. They are large, and one more than the other.
#[derive(Debug)]
pub enum Sampler {
    /// DGiT-NAR.
    Nar(Box<NarSampler>),
    /// DGiT-AR.
    Ar(Box<ArSampler>),
}

impl Sampler {
    /// Prepares the steps, with the generator that the request asks for.
    pub async fn start(model: &Model, request: Request) -> Result<Self> {
        Ok(match request.mode {
            Mode::Nar => Self::Nar(NarSampler::start(model, request).await?.into()),
            Mode::Ar => Self::Ar(ArSampler::start(model, request)?.into()),
        })
    }

    /// The next step, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Step>> {
        self.next_on(&mut Unshown).await
    }

    /// The next step, its picture shown on `screen`.
    pub async fn next_on(&mut self, screen: &mut dyn Screen) -> Result<Option<Step>> {
        match self {
            Self::Nar(sampler) => sampler.next_on(screen).await,
            Self::Ar(sampler) => sampler.next_on(screen).await,
        }
    }
}

/// Runs a sampler's future to its end. On native backends it never waits for anything else.
#[cfg(not(target_arch = "wasm32"))]
pub fn block_on<F: Future>(future: F) -> F::Output {
    pollster::block_on(future)
}

/// Streams of random numbers that one seed gives; see [`Rng::fork`](crate::rng::Rng::fork).
pub(crate) mod stream {
    pub const GRAIN_MAP: u64 = 1;
    pub const CONTENT: u64 = 2;
    pub const ORDER: u64 = 3;
    pub const SEQUENCE: u64 = 4;
    pub const CLASS: u64 = 5;
}

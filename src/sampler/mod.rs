//! Samplers: pure functions of (model, request, seed) that yield steps.
//!
//! They know nothing of canvases, clocks or progress bars. Each step costs one read of the device,
//! which is asynchronous (a browser allows no other); native callers use [`block_on`].

mod grain_map;
mod halton;
mod nar;
mod request;
mod schedule;
mod step;

pub use grain_map::draw_levels;
pub use halton::halton_order;
pub use nar::NarSampler;
pub use request::{Prompt, Request};
pub use schedule::{Candidate, Schedule, commit, commit_counts};
pub use step::Step;
#[cfg(feature = "train")]
pub(crate) use step::to_rgb;

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
}

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

use burn::tensor::{Int, Tensor, activation::softmax};

use crate::{Error, Result};

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

/// Classifier-free guidance: `(1 + w)·conditional − w·unconditional`.
///
/// `logits`: `[2, tokens, vocabulary]`, the conditional first, or `[1, …]` when w is 0 throughout.
pub fn guide(logits: Tensor<3>, weight: f32) -> Tensor<2> {
    let [batch, tokens, vocabulary] = logits.dims();
    let conditional = logits.clone().narrow(0, 0, 1).reshape([tokens, vocabulary]);
    if batch == 1 {
        return conditional;
    }
    let unconditional = logits.narrow(0, 1, 1).reshape([tokens, vocabulary]);
    conditional * (1.0 + weight) - unconditional * weight
}

/// Draws one value per token on the device by inverting the cumulative distribution.
///
/// `logits`: `[tokens, vocabulary]`; `uniform`: one number in (0, 1) per token, drawn by the host
/// so that every backend uses the same. Returns the values `[tokens]` and their log probabilities.
pub fn draw(
    logits: Tensor<2>,
    temperature: f32,
    uniform: Tensor<1>,
) -> (Tensor<1, Int>, Tensor<1>) {
    let [tokens, vocabulary] = logits.dims();
    let p = softmax(logits / temperature, 1);
    let cumulative = p.clone().cumsum(1);
    let total = cumulative.clone().narrow(1, vocabulary - 1, 1);
    let bound = (uniform.reshape([tokens, 1]) * total).expand([tokens, vocabulary]);
    let below = cumulative.lower(bound).int().sum_dim(1); // values whose mass ends below the bound
    let value = below.clamp(0, vocabulary as i64 - 1); // [tokens, 1]
    let log_p = (p.gather(1, value.clone()) + 1e-20).log();
    (value.reshape([tokens]), log_p.reshape([tokens]))
}

/// Reads a tensor from its device.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let data = tensor.into_data_async().await.map_err(|e| Error::DeviceLost(format!("{e:?}")))?;
    data.convert::<f32>().try_to_vec().map_err(|e| Error::Device(format!("{e:?}")))
}

//! A list of launches, recorded once and repeated on new inputs.
//!
//! Setting up a launch (finding the pipeline, allocating its result, binding its buffers) costs a
//! browser more than most of our kernels take. All of it is the same at every step, so it is done
//! once: the runtime keeps the list with every buffer in place, and repeating it is a tight loop. The native
//! program sets up every time: there it costs little, and memory is handed out in another way.

#[cfg(feature = "gpu")]
use burn_cubecl::cubecl::client::Graph;

use burn::tensor::Device;

#[cfg(feature = "gpu")]
use super::{gpu, on_gpu, pipelines, profile};

/// What a computation does, once it has run; `T` is its result.
///
/// On the CPU it simply runs every time.
#[derive(Debug)]
pub struct Recording<T> {
    #[cfg(feature = "gpu")]
    recorded: Option<(Graph, T)>,
    /// Recording has been refused: run every time.
    #[cfg(feature = "gpu")]
    refused: bool,
    #[cfg(not(feature = "gpu"))]
    result: std::marker::PhantomData<T>,
}

impl<T> Default for Recording<T> {
    fn default() -> Self {
        Self {
            #[cfg(feature = "gpu")]
            recorded: None,
            #[cfg(feature = "gpu")]
            refused: false,
            #[cfg(not(feature = "gpu"))]
            result: std::marker::PhantomData,
        }
    }
}

impl<T: Clone> Recording<T> {
    /// The result of `compute`.
    ///
    /// `compute` must launch the same kernels on the same buffers every time: what changes comes
    /// from [`Input`](super::Input)s. It may run more than once for one call, so it must not matter
    /// how often. Its result holds the same buffers every time, too: read it
    /// before the next run.
    pub fn run(&mut self, device: &Device, mut compute: impl FnMut() -> T) -> T {
        #[cfg(feature = "gpu")]
        let plain = self.refused || profile::is_on() || pipelines::only_noted();
        #[cfg(feature = "gpu")]
        if cfg!(target_arch = "wasm32") && on_gpu(device) && !plain {
            if self.recorded.is_none() {
                self.recorded = record(device, &mut compute);
            }
            match &self.recorded {
                Some((graph, result)) if repeat(graph) => return result.clone(),
                _ => self.refused = true,
            }
        }
        let _ = device;
        compute()
    }
}

/// Runs `compute` once for nothing, so that pipelines are compiled and memory is at hand, then
/// records it: while recording, memory may only be used, not asked for, and a recording that finds
/// none left takes the device with it.
///
/// Whoever asks for memory gets any free piece that is large enough, not the one it had before. So
/// what others left free, in other sizes, goes back first, and a few pieces are kept out of the first
/// run for the second.
#[cfg(feature = "gpu")]
fn record<T>(device: &Device, mut compute: impl FnMut() -> T) -> Option<(Graph, T)> {
    let client = gpu::client(device)?;
    client.memory_cleanup().ok()?;
    client.graph_prepare().ok()?;
    gpu::with_spare(&mut compute);
    client.start_capture().ok()?;
    let result = compute();
    let graph = client.stop_capture().ok()?;
    Some((graph, result))
}

#[cfg(feature = "gpu")]
fn repeat(graph: &Graph) -> bool {
    // SAFETY: The graph keeps every page of memory that its launches touch from being reused.
    // There is one thread and one stream, so writes, repetitions and reads happen in order.
    unsafe { graph.replay() }.is_ok()
}

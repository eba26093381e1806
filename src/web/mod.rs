//! The browser binding: a thin shell that turns JavaScript calls into calls of the library.
//!
//! Runs in a worker. Everything that waits for the GPU is asynchronous; errors become `Error`
//! objects with the `code` of [`crate::Error`]. A panic leaves the instance unusable, so the page
//! replaces the whole worker then.

mod bench;
mod canvas;
mod convert;
mod decision;
mod device;
mod encode;
mod engine;
mod list_bench;
#[cfg(feature = "gpu")]
mod race;
mod shown;
#[cfg(feature = "gpu")]
mod surface;
mod tune;

pub use engine::{Engine, Generation};
pub use list_bench::ListBench;

use wasm_bindgen::prelude::*;

unsafe extern "C" {
    /// Runs the static constructors; made by the linker.
    fn __wasm_call_ctors();
}

/// Called once when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
    // Burn's compiler crates register themselves with static constructors. When nobody calls those,
    // the linker takes the module for a *command* and wraps every export, down to the smallest
    // helper, in a call of all constructors: each call between JavaScript and wasm then runs them
    // again, and memory grows. Calling them here, exactly once, is the cure; the build checks that
    // no export is wrapped.
    unsafe { __wasm_call_ctors() }
}

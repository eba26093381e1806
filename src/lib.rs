//! Varigrain: variable-length image coding and generation, in Rust, native and in the browser.

pub mod classes;
pub mod density;
pub mod dgit;
pub mod dqvae;
pub mod error;
pub mod grain;
pub mod model;
pub mod nn;
pub mod pack;
pub mod rng;
pub mod sampler;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod data;
#[cfg(feature = "cli")]
pub mod metrics;
#[cfg(feature = "train")]
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, Result};

//! Varigrain: variable-length image coding and generation, in Rust, native and in the browser.

pub mod density;
pub mod dgit;
pub mod dqvae;
pub mod error;
pub mod grain;
pub mod nn;
pub mod rng;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod data;
#[cfg(feature = "cli")]
pub mod metrics;
pub mod pack;

pub use error::{Error, Result};

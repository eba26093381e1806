//! Varigrain: variable-length image coding and generation, in Rust, native and in the browser.

pub mod classes;
pub mod error;
pub mod rng;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod data;
#[cfg(feature = "cli")]
pub mod metrics;
pub mod pack;

pub use error::{Error, Result};

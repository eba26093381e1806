//! # Varigrain
//!
//! Variable-length image coding (DQVAE++) and generation (DGiT), written once in Rust with Burn:
//! trained natively, run natively or in a browser on WebGPU. It implements the abstract of
//! "information-density-based variable-length image coding and generation" on top of the public
//! code of its predecessor, DQ-VAE (CVPR 2023); modules say where an idea comes from and mark what
//! is ours. It is meant to be read: start at [`grain`], go on in the order below.
//!
//! ## Layout
//!
//! Dependencies point one way, from top to bottom.
//!
//! | module | what it is |
//! |---|---|
//! | [`grain`] | regions and cells, grain maps, the list of codes that follows from a map, coarse-to-fine sequences |
//! | [`density`] | information density of a region, behind one trait; its quantiles |
//! | [`kernels`] | fused operations: plain formulas, and hand-written WebGPU kernels for them |
//! | [`nn`] | small shared parts: residual blocks and attention over feature maps |
//! | [`dqvae`] | **DQVAE++**: encoder, merge, codebook, decoder, learned router and budget loss |
//! | [`dgit`] | **DGiT**: the masked transformer, the grain-map model, DGiT-NAR; DGiT-AR and its two stacked transformers |
//! | [`classes`], [`pack`], [`model`] | class tables, the model pack on disk, a pack in memory |
//! | [`sampler`] | requests, the class that "any" draws, mask schedules, the samplers that yield steps, and a look at one of their decisions |
//! | [`description`] | what a model says of itself to pages: sizes, axes, limits, defaults |
//! | [`encoding`] | a picture of one's own: its densities, its codes, what they make of it; pictures as a few hundred bytes |
//! | `web` | the browser binding (wasm32 only) |
//! | `lab` (feature `cli`) | the laboratory: data, training, metrics, evaluation, command line |
//! | [`error`], [`rng`], [`bounds`] | typed errors with stable codes; the one seeded generator; how much anything from outside may be |
//!
//! Front end: `www/varigrain.js` is the public JavaScript interface, `www/worker.js` runs the wasm
//! module, `www/components/` is the page.
//!
//! ## One to four granularities
//!
//! The shipped model is *dual*: coarse F = 16, fine F = 8. How many granularities there are is data:
//! [`grain::Grid::granularities`] says it, and everything follows, from the encoder's taps to the streams of
//! DGiT-AR. [`dqvae::TokenizerConfig::picture256`] is *triple* (F = 32 / 16 / 8). A request gives one share of
//! the regions for each granularity finer than the coarsest ([`grain::Shares`]); the grammar of a
//! coarse-to-fine sequence is one table, [`grain::Positions::rules`], that formulas and kernels read.

pub mod bounds;
pub mod classes;
pub mod density;
pub mod description;
pub mod dgit;
pub mod dqvae;
pub mod encoding;
pub mod error;
pub mod grain;
pub mod kernels;
pub mod model;
pub mod nn;
pub mod pack;
pub mod rng;
pub mod sampler;

#[cfg(feature = "cli")]
pub mod lab;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, Result};

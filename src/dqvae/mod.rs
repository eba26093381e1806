//! DQVAE++: variable-length image coding.
//!
//! ```text
//! image ─ encoder ─┬─ h_coarse (F = 16) ─┐
//!                  └─ h_fine   (F = 8)  ─┴─ merge by grain map ─ codebook ─ codes ─ decoder ─ image
//! ```
//!
//! After Huang et al., "Towards Accurate Image Coding: Improved Autoregressive Image Generation
//! with Dynamic Vector Quantization" (CVPR 2023), whose public code is the exact source; what is
//! ours is marked so.

mod allocation;
mod codebook;
mod config;
mod cost;
mod decoder;
mod density;
mod encoder;
mod error_head;
mod quantiser;
mod resample;
mod router;
mod tokenizer;

pub use allocation::{Allocation, TokenizerSpec, measure};
pub use codebook::Codebook;
pub use config::TokenizerConfig;
pub use decoder::Decoder;
pub use density::{CoarseError, Oracle, PredictedError, RouterDensity, region_squares};
pub use encoder::Encoder;
pub use error_head::{EPSILON, ErrorHead, predict};
pub use quantiser::Quantiser;
pub use resample::resample;
pub use router::{Router, budget_loss};
pub use tokenizer::{DecoderHalf, DqVae, Encoded, EncoderHalf, gates_of, spread_gates};

pub(crate) use crate::kernels::normalise;
pub use crate::kernels::{grains_of, merge};

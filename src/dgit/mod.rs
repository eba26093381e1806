//! DGiT: generating variable-length codes.
//!
//! One network, [`MaskedTransformer`], in two sizes and roles:
//!
//! * [`GrainMapModel`] draws the density level of every region, and with it the grain map;
//! * [`Nar`] (DGiT-NAR) fills in the codes that the map asks for, denser regions first.
//!
//! And another one of the same [`Block`]s, causal: [`Ar`] (DGiT-AR) writes code after code, coarse
//! regions first, and draws the grain map on the way. It follows the public code of DQ-Transformer.
//!
//! A [`Sketch`] can tell both where in the image a class is drawn; the shipped DGiT-AR has one.
//!
//! Of DGiT-NAR the public material says one sentence: an information-prioritised mask schedule
//! that generates key structural regions of higher information density first. Everything else here
//! is ours, on top of MaskGIT (Chang et al. 2022) and DiT (Peebles and Xie 2023).

pub mod ar;
mod block;
mod condition;
mod config;
mod grain_map;
mod nar;
mod places;
mod rope;
mod seen;
mod sketch;
mod transformer;

pub use ar::{Ar, ArConfig, ClassVectors, Logits, Sequences};
pub use block::{Block, Plainly, Through};
pub use condition::{Condition, ConditionEmbedding, slots};
pub use config::TransformerConfig;
pub use grain_map::GrainMapModel;
pub use nar::Nar;
pub use places::{Places, PlacesInput, bucket, room};
pub use rope::Rope;
pub use seen::{Seen, attention_weights};
pub use sketch::{Sketch, SketchConfig};
pub use transformer::MaskedTransformer;

//! Training: one loop, four models.
//!
//! * [`tokenizer`] trains DQVAE++ on images, [`pictures`] on crops of larger ones, with a critic;
//! * [`encode`](tokens) turns the data set into codes once, and [`examples`] makes examples of them;
//! * [`grain_map`] and [`nar`] train the two masked transformers on codes;
//! * [`ar`] trains DGiT-AR on the same codes in their coarse-to-fine order, and may hold classes against
//!   each other ([`contrast`]).
//!
//! All of them share [`Trainer`]: master weights in f32 (activations in BF16 if asked for), AdamW
//! with warm-up and cosine over all parameters as one vector, clipping by the global norm, moving averages of the weights, losses to
//! CSV, checkpoints to resume from, and a stop with a clear message when the loss leaves the
//! numbers. The CPU backend suffices for tests; LibTorch on a GPU for real runs.

pub mod adversary;
pub mod ar;
pub mod best;
pub mod blur;
pub mod buckets;
pub mod classifier;
pub mod code_bank;
pub mod codebook;
pub mod contrast;
pub mod course;
pub mod critic;
pub mod crops;
mod diff_augment;
pub mod dropout;
pub mod examples;
pub mod exchange;
mod flat;
pub mod gates;
pub mod generator;
pub mod grain_map;
pub mod held_out;
pub mod images;
pub mod labels;
pub mod lattice;
mod log;
pub mod masking;
pub mod nar;
pub mod objective;
pub mod options;
pub mod picture_loss;
pub mod picture_objective;
pub mod picture_options;
pub mod picture_report;
pub mod pictures;
mod prepared;
pub mod region_counts;
pub mod run;
pub mod sequence_example;
pub mod sequences;
pub mod stopwatch;

pub mod tokenizer;
pub mod tokenizer_options;
pub mod tokenizer_run;
pub mod tokens;
#[cfg(all(test, feature = "libtorch"))]
mod torch_tests;
mod trainer;

pub use log::LossLog;
pub use options::{Options, Precision};
pub use trainer::Trainer;

//! The laboratory: what makes and measures a model, apart from the product that uses one.
//!
//! Nothing outside this module imports it.
//!
//! | module | what it is |
//! |---|---|
//! | [`backend`] | where it computes: the processor, a graphics card, LibTorch |
//! | [`data`] | data sets on disk and the programs that make them |
//! | [`metrics`] | PSNR, SSIM, perceptual and Fréchet distance, precision and recall |
//! | [`results`] | how an evaluation reports: tables, JSON that can be joined over seeds, plots |
//! | [`run_folder`] | what a training run leaves on disk |
//! | `train` (feature `train`) | the training loops; LibTorch with feature `libtorch` |
//! | `evaluation` (feature `train`) | class-balanced samples of a generator under many settings, and their scores |
//! | [`cli`] | the command line |

pub mod backend;
pub mod cli;
pub mod data;
#[cfg(feature = "train")]
pub mod evaluation;
pub mod metrics;
pub mod results;
pub mod run_folder;
#[cfg(feature = "train")]
pub mod train;

//! The command line: one file a subcommand, each a thin shell around the library.

use clap::{Parser, Subcommand};

use crate::Result;

pub mod bench;
pub mod data;
pub mod drawings;
pub mod encode;
pub mod eval;
pub mod features;
pub mod kernel_cases;
mod known;
pub mod pack;
pub mod sample;
pub mod tiny_pack;
#[cfg(feature = "train")]
pub mod train;

/// Variable-length image coding and generation.
#[derive(Parser, Debug)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make a data set.
    Data(data::Args),
    /// Train a model.
    #[cfg(feature = "train")]
    Train(train::Args),
    /// Fetch and convert the feature networks of the perceptual loss and of the metrics.
    Features(features::Args),
    /// Measure a model pack.
    Eval(eval::Args),
    /// Time the passes and an image on the CPU.
    Bench(bench::Args),
    /// Export trained networks to a model pack.
    Pack(pack::Args),
    /// Generate images with a model pack.
    Sample(sample::Args),
    /// Encode a picture with a model pack.
    Encode(encode::Args),
    /// Paint a picture from its codes.
    Decode(encode::DecodeArgs),
    /// Encode the drawings of a data set with a model pack, for its page to show.
    Drawings(drawings::Args),
    /// Write a pack with random weights, for tests.
    #[command(hide = true)]
    TinyPack(tiny_pack::Args),
    /// Write what the kernels have to compute, for tests.
    #[command(hide = true)]
    KernelCases(kernel_cases::Args),
}

/// Parses the arguments of the process and runs the subcommand.
pub fn run() -> Result<()> {
    match Cli::parse().command {
        Command::Data(args) => data::run(args),
        #[cfg(feature = "train")]
        Command::Train(args) => train::run(args),
        Command::Features(args) => features::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Pack(args) => pack::run(args),
        Command::Sample(args) => sample::run(args),
        Command::Encode(args) => encode::run(args),
        Command::Decode(args) => encode::decode(args),
        Command::Drawings(args) => drawings::run(args),
        Command::TinyPack(args) => tiny_pack::run(args),
        Command::KernelCases(args) => kernel_cases::run(args),
    }
}

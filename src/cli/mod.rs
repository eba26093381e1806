//! The command line: one file a subcommand, each a thin shell around the library.

use clap::{Parser, Subcommand};

use crate::Result;

pub mod data;
pub mod features;

/// Variable-length image coding and generation.
#[derive(Parser, Debug)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Fetch the emoji sets, join their labels, render them and write the splits.
    Data(data::Args),
    /// Fetch and convert the feature networks of the perceptual loss and of the metrics.
    Features(features::Args),
}

/// Parses the arguments of the process and runs the subcommand.
pub fn run() -> Result<()> {
    match Cli::parse().command {
        Command::Data(args) => data::run(args),
        Command::Features(args) => features::run(args),
    }
}

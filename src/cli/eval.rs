//! `varigrain eval tokenizer | ar | join`: figures, each with the command that made it.

#[cfg(feature = "train")]
mod ar;
mod join;
#[cfg(feature = "train")]
mod tokenizer;

use clap::Subcommand;

use crate::Result;

/// Arguments of `varigrain eval`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Reconstruction: tokenizers, fine ratios and allocators beside each other.
    #[cfg(feature = "train")]
    Tokenizer(tokenizer::Args),
    /// Variants of DGiT-AR: losses of held-out images, distance to real images, time.
    #[cfg(feature = "train")]
    Ar(ar::Args),
    /// Join the results of several runs (seeds) to one table with means and spreads.
    Join(join::Args),
}

/// Measures and prints a table.
pub fn run(args: Args) -> Result<()> {
    match args.what {
        #[cfg(feature = "train")]
        What::Tokenizer(args) => tokenizer::run(&args),
        #[cfg(feature = "train")]
        What::Ar(args) => ar::run(&args),
        What::Join(args) => join::run(&args),
    }
}

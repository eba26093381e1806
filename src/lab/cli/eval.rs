//! `varigrain eval tokenizer | generator | schedules | ar | hearing | classifier | cells | memorisation | samples |
//! speed | int8 | pairs | join`: figures, each with the command that made it.

#[cfg(feature = "train")]
mod ar;
#[cfg(feature = "train")]
mod cells;
#[cfg(feature = "train")]
mod classifier;
#[cfg(feature = "train")]
mod generator;
#[cfg(feature = "train")]
mod hearing;
#[cfg(feature = "train")]
mod int8;
mod join;
#[cfg(feature = "train")]
mod memorisation;
#[cfg(feature = "train")]
mod pairs;
#[cfg(feature = "train")]
mod samples;
#[cfg(feature = "train")]
mod schedules;
#[cfg(feature = "train")]
mod speed;
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
    /// A generator: class-balanced samples against training images and their reconstructions.
    #[cfg(feature = "train")]
    Generator(generator::Args),
    /// One knob of a generator at several values: schedules, steps, guidance and others.
    #[cfg(feature = "train")]
    Schedules(schedules::Args),
    /// Variants of DGiT-AR: losses of held-out images, distance to real images, time.
    #[cfg(feature = "train")]
    Ar(ar::Args),
    /// Which classes DGiT-AR tells from each other in real pictures.
    #[cfg(feature = "train")]
    Hearing(hearing::Args),
    /// Train the classifier that says whether generated images show what was asked for, and test it on real ones.
    #[cfg(feature = "train")]
    Classifier(classifier::Args),
    /// Held-out pairs of concept and style, beside the truth and other styles.
    #[cfg(feature = "train")]
    Cells(cells::Args),
    /// Distances of samples and of held-out drawings to the nearest training drawings.
    #[cfg(feature = "train")]
    Memorisation(memorisation::Args),
    /// A generator on larger pictures: fidelity, attributes, compositions, variety and novelty of samples that
    /// are drawn once.
    #[cfg(feature = "train")]
    Samples(samples::Args),
    /// Images a second: encode, decode, and both generators, alone and in batches.
    #[cfg(feature = "train")]
    Speed(speed::Args),
    /// What int8 weights change in what a pack draws and gives back, file by file.
    #[cfg(feature = "train")]
    Int8(int8::Args),
    /// Pictures that others made, such as an ordinary codec, beside their originals.
    #[cfg(feature = "train")]
    Pairs(pairs::Args),
    /// Join the results of several runs (seeds) to one table with means and spreads.
    Join(join::Args),
}

/// Measures and prints a table.
pub fn run(args: Args) -> Result<()> {
    match args.what {
        #[cfg(feature = "train")]
        What::Tokenizer(args) => tokenizer::run(&args),
        #[cfg(feature = "train")]
        What::Generator(args) => generator::run(&args),
        #[cfg(feature = "train")]
        What::Schedules(args) => schedules::run(&args),
        #[cfg(feature = "train")]
        What::Ar(args) => ar::run(&args),
        #[cfg(feature = "train")]
        What::Hearing(args) => hearing::run(&args),
        #[cfg(feature = "train")]
        What::Classifier(args) => classifier::run(&args),
        #[cfg(feature = "train")]
        What::Cells(args) => cells::run(&args),
        #[cfg(feature = "train")]
        What::Memorisation(args) => memorisation::run(&args),
        #[cfg(feature = "train")]
        What::Samples(args) => samples::run(&args),
        #[cfg(feature = "train")]
        What::Speed(args) => speed::run(&args),
        #[cfg(feature = "train")]
        What::Int8(args) => int8::run(&args),
        #[cfg(feature = "train")]
        What::Pairs(args) => pairs::run(&args),
        What::Join(args) => join::run(&args),
    }
}

/// Tells which setting is being measured.
#[cfg(feature = "train")]
fn say(setting: &crate::lab::evaluation::Setting, seed: u64) {
    let at = setting.at.map_or(String::new(), |at| format!(" {at}"));
    eprintln!("{}{at}, seed {seed}", setting.name);
}

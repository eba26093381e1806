//! `varigrain train tokenizer | pictures | grain-map | nar | ar`.

use clap::Subcommand;

use crate::Result;
use crate::dqvae::TokenizerConfig;
use crate::lab::train::ar::ArOptions;
use crate::lab::train::generator::GeneratorOptions;
use crate::lab::train::nar::NarOptions;
use crate::lab::train::picture_options::PictureOptions;
use crate::lab::train::tokenizer_options::TokenizerOptions;
use crate::lab::train::{ar, grain_map, nar, pictures, tokenizer};

/// Arguments of `varigrain train`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    model: Model,
}

#[derive(Subcommand, Debug)]
enum Model {
    /// DQVAE++: images to variable-length codes and back.
    Tokenizer(TokenizerOptions),
    /// DQVAE++ with more granularities and a critic, on crops of larger pictures.
    Pictures(PictureOptions),
    /// The model that draws density levels from a class.
    GrainMap(GeneratorOptions),
    /// DGiT-NAR: codes from a class and a grain map.
    Nar(NarOptions),
    /// DGiT-AR: positions and codes from a class, coarse to fine.
    Ar(ArOptions),
}

/// Trains one model.
pub fn run(args: Args) -> Result<()> {
    match args.model {
        Model::Tokenizer(options) => {
            let config = options.config(TokenizerConfig::emoji128());
            tokenizer::train(&options, config)
        }
        Model::Pictures(options) => pictures::train(&options, TokenizerConfig::picture256()),
        Model::GrainMap(options) => grain_map::train(&options),
        Model::Nar(options) => nar::train(&options),
        Model::Ar(options) => ar::train(&options),
    }
}

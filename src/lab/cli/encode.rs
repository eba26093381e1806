//! `varigrain encode`: one picture as codes, what they make of it, and how far that is off; `varigrain decode`: the
//! picture of such codes.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::json;

use crate::density::Measure;
use crate::dqvae::Allocation;
use crate::encoding::{Arrangement, CodedPicture, EncodeOptions, EncodedPicture, encode};
use crate::grain::{Counts, GrainMap, Shares};
use crate::lab::data::sheet::{read_png, write_png};
use crate::model::Model;
use crate::pack::Role;
use crate::sampler::block_on;
use crate::{Error, Result};

/// Arguments of `varigrain encode`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The picture, of the model's size: PNG with 8 bits a channel, or bare RGB or RGBA bytes.
    picture: PathBuf,
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Shares of regions at the finer granularities, over the training pictures, as in 0.3,0.3.
    #[arg(long)]
    shares: Option<Shares>,
    /// Exactly so many regions at each instead, as in 19,19.
    #[arg(long, value_delimiter = ',', conflicts_with = "shares")]
    counts: Vec<usize>,
    /// What counts as density; the tokenizer's own measure if left out.
    #[arg(long, value_enum)]
    measure: Option<Measure>,
    /// Spread the fine regions evenly, whatever the picture shows.
    #[arg(long)]
    even: bool,
    /// Where to write what the codes make of it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Where to write the grain map and the codes, a few hundred bytes.
    #[arg(long)]
    code: Option<PathBuf>,
    /// Where to write all results, as JSON.
    #[arg(long)]
    golden: Option<PathBuf>,
}

/// Encodes, and says in one line what came of it.
pub fn run(args: Args) -> Result<()> {
    let model = Model::open(&args.model, &[Role::Encoder, Role::Decoder], &Device::flex())?;
    let default = EncodeOptions::defaults(&model)?;
    let options = EncodeOptions {
        allocation: match (args.shares, args.counts.as_slice()) {
            (Some(shares), _) => Allocation::Shares(shares),
            (None, []) => default.allocation,
            (None, counts) => Allocation::Densest(Counts::new(model.grid(), counts)?),
        },
        measure: args.measure.or(default.measure),
        arrangement: if args.even { Arrangement::Even } else { Arrangement::Density },
        seed: 0,
    };
    let coded = block_on(encode(&model, &pixels(&args.picture)?, &options))?;
    let (codes, bits) = (coded.codes, coded.code_bits + coded.map_bits);
    println!("{codes} codes, {bits:.0} bits, {:.2} dB", coded.psnr);
    if let Some(path) = &args.out {
        write_png(path, coded.size, coded.size, &coded.rgb)?;
    }
    if let Some(path) = &args.code {
        let map = GrainMap::new(model.grid(), coded.grains.clone())?;
        let bytes = CodedPicture { map, cells: coded.cells.clone() }.to_bytes(&model)?;
        println!("{} bytes", bytes.len());
        std::fs::write(path, bytes).map_err(Error::io(path))?;
    }
    if let Some(path) = &args.golden {
        std::fs::write(path, as_json(&coded).to_string()).map_err(Error::io(path))?;
    }
    Ok(())
}

/// Arguments of `varigrain decode`.
#[derive(clap::Args, Debug)]
pub struct DecodeArgs {
    /// What `varigrain encode --code` wrote.
    code: PathBuf,
    /// The model pack that it is of.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Where to write the picture, a PNG.
    #[arg(long)]
    out: PathBuf,
}

/// Paints the picture.
pub fn decode(args: DecodeArgs) -> Result<()> {
    let model = Model::open(&args.model, &[Role::Decoder], &Device::flex())?;
    let bytes = std::fs::read(&args.code).map_err(Error::io(&args.code))?;
    let coded = CodedPicture::from_bytes(&bytes, &model)?;
    let size = model.tokenizer_spec().config.image;
    write_png(&args.out, size, size, &block_on(coded.picture(&model))?)?;
    println!("{} codes, {} bytes", coded.map.code_length(), bytes.len());
    Ok(())
}

/// The bytes of a picture; their number is checked by those who know the size.
fn pixels(path: &Path) -> Result<Vec<u8>> {
    let is_png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    if !is_png {
        return std::fs::read(path).map_err(Error::io(path));
    }
    match read_png(path)? {
        (width, height, rgb) if width == height => Ok(rgb),
        (width, height, _) => Err(Error::BadImage(format!("{width} × {height} is no square."))),
    }
}

fn as_json(coded: &EncodedPicture) -> serde_json::Value {
    json!({
        "density": coded.density, "levels": coded.levels, "grains": coded.grains,
        "cells": coded.cells, "codes": coded.codes, "codeBits": coded.code_bits,
        "mapBits": coded.map_bits, "rgb": coded.rgb, "error": coded.error, "psnr": coded.psnr,
    })
}

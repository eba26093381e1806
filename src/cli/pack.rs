//! `varigrain pack`: trained networks → the model pack that pages load.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde::de::DeserializeOwned;

use crate::data::Dataset;
use crate::dgit::{GrainMapModel, Nar, TransformerConfig};
use crate::dqvae::{Analysis, Synthesis, TokenizerSpec};
use crate::model::Architecture;
use crate::pack::{FORMAT, Manifest, Role, Weights, save, write_pack};
use crate::{Error, Result};

/// Arguments of `varigrain pack`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder that `varigrain data` wrote, for the class tables.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// Run folder of the tokenizer.
    #[arg(long)]
    tokenizer: PathBuf,
    /// Run folder of the grain-map model.
    #[arg(long)]
    grain_map: PathBuf,
    /// Run folder of DGiT-NAR.
    #[arg(long)]
    nar: PathBuf,
    /// Folder of the pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    out: PathBuf,
    /// Version of the pack.
    #[arg(long, default_value = "1")]
    version: String,
}

const LICENCES: [&str; 4] = [
    "Weights and code: MIT OR Apache-2.0",
    "Drawings learned from: Noto Emoji, Noto Emoji (blobs), FxEmoji: Apache-2.0",
    "Drawings learned from: Fluent Emoji: MIT",
    "Drawings learned from: Twemoji, EmojiOne (v2): CC-BY-4.0",
];

const CREDITS: [&str; 7] = [
    "Noto Emoji by Google",
    "FxEmoji by Mozilla",
    "Fluent Emoji by Microsoft",
    "Twemoji by Twitter and contributors, CC-BY-4.0",
    "EmojiOne 2 by EmojiOne, CC-BY-4.0",
    "Packaged as SVG by Iconify; labels by unicode-emoji-json and unicode-emoji",
    "Method after Huang et al., Dynamic Vector Quantization (CVPR 2023), and its journal extension",
];

/// Writes the pack and prints its files.
pub fn run(args: Args) -> Result<()> {
    let device = Device::flex();
    let tokenizer: TokenizerSpec = json(&args.tokenizer.join("tokenizer.json"))?;
    let grain_map: TransformerConfig = json(&args.grain_map.join("grain-map.json"))?;
    let nar: TransformerConfig = json(&args.nar.join("nar.json"))?;
    let sizes = Architecture {
        tokenizer: tokenizer.config,
        density: tokenizer.density,
        grain_map,
        nar,
        ar: None,
    };
    sizes.validate()?;
    let weights = |dir: &Path, name: &str| {
        let path = dir.join(name);
        Weights::read(name, std::fs::read(&path).map_err(Error::io(&path))?)
    };
    let encoder = weights(&args.tokenizer, "analysis.safetensors")?
        .load_into(Analysis::new(&sizes.tokenizer, &device), &device)?;
    let decoder = weights(&args.tokenizer, "synthesis.safetensors")?
        .load_into(Synthesis::new(&sizes.tokenizer, &device), &device)?;
    let grain_map = weights(&args.grain_map, "grain-map.safetensors")?
        .load_into(GrainMapModel::new(&sizes.grain_map, &device), &device)?;
    let nar =
        weights(&args.nar, "nar.safetensors")?.load_into(Nar::new(&sizes.nar, &device), &device)?;
    let files = vec![
        (Role::Decoder, "decoder.safetensors".to_string(), save(&decoder, true)?),
        (Role::GrainMap, "grain-map.safetensors".to_string(), save(&grain_map, true)?),
        (Role::Nar, "nar.safetensors".to_string(), save(&nar, true)?),
        (Role::Encoder, "encoder.safetensors".to_string(), save(&encoder, true)?),
    ];

    let name = args.out.file_name().map_or("model".into(), |n| n.to_string_lossy().into_owned());
    let value = |v: serde_json::Result<serde_json::Value>| {
        v.map_err(|e| Error::Data(format!("the manifest cannot be written: {e}")))
    };
    let manifest = Manifest {
        format: FORMAT,
        name,
        version: args.version,
        architecture: value(serde_json::to_value(&sizes))?,
        classes: value(serde_json::to_value(&Dataset::open(&args.data)?.classes))?,
        files: vec![],
        licences: LICENCES.map(String::from).into(),
        credits: CREDITS.map(String::from).into(),
    };
    std::fs::create_dir_all(&args.out).map_err(Error::io(&args.out))?;
    let manifest = write_pack(&args.out, manifest, files)?;
    for file in &manifest.files {
        println!("{:10} {:9} bytes  {}", file.role, file.bytes, file.name);
    }
    Ok(())
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    serde_json::from_slice(&bytes)
        .map_err(|e| Error::Data(format!("{} is damaged: {e}", path.display())))
}

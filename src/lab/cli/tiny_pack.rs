//! `varigrain tiny-pack`: a pack with random weights, small enough for tests on a slow GPU.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::Value;

use crate::classes::{Category, ClassTable, Concept, Style};
use crate::density::{DensityLevels, LEVELS};
use crate::dgit::{Ar, ArConfig, GrainMapModel, Nar, SketchConfig, TransformerConfig};
use crate::dqvae::{Analysis, Quantiser, Synthesis, TokenizerConfig};
use crate::model::Architecture;
use crate::pack::{FORMAT, Manifest, Role, save, write_pack};
use crate::{Error, Result};

/// Arguments of `varigrain tiny-pack`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder of the pack.
    #[arg(long)]
    out: PathBuf,
    /// vq, fsq, or fsq with its levels, such as fsq:8,8,4,4.
    #[arg(long, default_value = "vq")]
    quantiser: Quantiser,
}

/// Writes the pack. Same grid and image size as the shipped model, a few thousand parameters.
pub fn run(args: Args) -> Result<()> {
    write(&args.out, args.quantiser)
}

/// The same as a function.
pub fn write(out: &Path, quantiser: Quantiser) -> Result<()> {
    let device = Device::flex();
    device.seed(1);
    let classes = classes();
    let counts = [classes.styles.len(), classes.categories.len(), classes.concepts.len()];
    let tokenizer = TokenizerConfig {
        channels: vec![8; 4],
        decoder_channels: vec![8; 3],
        blocks: 1,
        codes: 64,
        code_dim: 8,
        ..TokenizerConfig::emoji128()
    }
    .with_quantiser(quantiser);
    let (regions, cells) = (tokenizer.grid.regions, tokenizer.grid.cells());
    let small = |config| TransformerConfig { width: 32, layers: 1, heads: 2, ..config };
    let sizes = Architecture {
        density: DensityLevels::from_samples((0..1000).map(|i| i as f32 / 1000.0).collect())?,
        grain_map: small(TransformerConfig::grain_map(LEVELS, regions, cells, counts)),
        // With everything that a network can have.
        nar: TransformerConfig {
            sketch: Some(SketchConfig { regions, channels: 6 }),
            ..small(TransformerConfig::nar(tokenizer.codes, 2, cells, counts))
        },
        ar: Some(tiny_ar(tokenizer.codes, cells, counts)),
        tokenizer,
    };
    sizes.validate()?;
    let file = |role: Role, bytes| (role, format!("{role}.safetensors"), bytes);
    let files = vec![
        file(Role::Decoder, save(&Synthesis::new(&sizes.tokenizer, &device), true)?),
        file(Role::GrainMap, save(&GrainMapModel::new(&sizes.grain_map, &device), true)?),
        file(Role::Nar, save(&Nar::new(&sizes.nar, &device), true)?),
        file(
            Role::Ar,
            save(&Ar::new(&tiny_ar(sizes.tokenizer.codes, cells, counts), &device), true)?,
        ),
        file(Role::Encoder, save(&Analysis::new(&sizes.tokenizer, &device), true)?),
    ];
    let value = |v: serde_json::Result<Value>| {
        v.map_err(|e| Error::Data(format!("the manifest cannot be written: {e}")))
    };
    let manifest = Manifest {
        format: FORMAT,
        name: "tiny".into(),
        version: "1".into(),
        architecture: value(serde_json::to_value(&sizes))?,
        classes: value(serde_json::to_value(&classes))?,
        files: vec![],
        licences: vec!["Random weights: MIT OR Apache-2.0".into()],
        credits: vec![],
    };
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    write_pack(out, manifest, files)?;
    Ok(())
}

fn tiny_ar(codes: usize, cells: usize, classes: [usize; 3]) -> ArConfig {
    let whole = ArConfig::new(codes, cells, classes);
    let transformer =
        TransformerConfig { width: 32, layers: 2, heads: 2, ..whole.transformer.clone() };
    ArConfig { transformer, position_layers: 1, ..whole }
}

fn classes() -> ClassTable {
    let pair = |(id, name): (&str, &str)| (id.to_string(), name.to_string());
    let styles = [("noto", "Noto"), ("twemoji", "Twemoji")].map(pair);
    let categories = [("animal-mammal", "Mammals"), ("food-fruit", "Fruit")].map(pair);
    let concepts = [
        ("cat-face", "🐱", 0, vec![0, 1]),
        ("dog-face", "🐶", 0, vec![1]),
        ("red-apple", "🍎", 1, vec![0, 1]),
    ];
    ClassTable {
        styles: styles.map(|(id, name)| Style { id, name }).into(),
        categories: categories.map(|(id, name)| Category { id, name }).into(),
        concepts: concepts
            .map(|(id, emoji, category, styles)| Concept {
                id: id.into(),
                name: id.replace('-', " "),
                emoji: emoji.into(),
                category,
                styles,
            })
            .into(),
    }
}

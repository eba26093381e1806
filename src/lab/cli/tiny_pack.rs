//! `varigrain tiny-pack`: a pack with random weights, small enough for tests on a slow GPU.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::Value;

use super::known;
use crate::classes::{Axis, Class, ClassTable, Trained};
use crate::density::{DensityLevels, LEVELS};
use crate::dgit::{Ar, ArConfig, GrainMapModel, Nar, SketchConfig, TransformerConfig};
use crate::dqvae::{DecoderHalf, EncoderHalf, Quantiser, TokenizerConfig};
use crate::grain::Grid;
use crate::model::Architecture;
use crate::pack::{FORMAT, Manifest, Role, save, write_pack};
use crate::{Error, Result};

/// Arguments of `varigrain tiny-pack`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder of the pack.
    #[arg(long)]
    out: PathBuf,
    /// What is in it.
    #[command(flatten)]
    sizes: TinyPack,
}

/// What a tiny pack holds.
#[derive(clap::Args, Debug, Clone)]
pub struct TinyPack {
    /// Class axes, 0 to 3: none, then concept, category and style.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub axes: u8,
    /// Pixels along each side of a picture: 64, 128, 256 or 512.
    #[arg(long, default_value_t = 128)]
    pub image: usize,
    /// Regions along each side, 4 or 8; 8 if nothing is said, but 4 of four granularities.
    #[arg(long)]
    pub regions: Option<usize>,
    /// Granularities, 1 to 4.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub granularities: u8,
    /// vq, fsq, or fsq with its levels, such as fsq:8,8,4,4.
    #[arg(long, default_value = "vq")]
    pub quantiser: Quantiser,
    /// Tells the decoder the granularity of each cell.
    #[arg(long)]
    pub told: bool,
}

impl Default for TinyPack {
    fn default() -> Self {
        let quantiser = Quantiser::Vq;
        Self { axes: 3, image: 128, regions: None, granularities: 2, quantiser, told: false }
    }
}

/// Writes the pack. Same grid as emoji-128, a few thousand parameters.
pub fn run(args: Args) -> Result<()> {
    write(&args.out, &args.sizes)
}

/// The same as a function.
pub fn write(out: &Path, sizes: &TinyPack) -> Result<()> {
    let TinyPack { axes, image, regions, granularities, ref quantiser, told } = *sizes;
    if ![64, 128, 256, 512].contains(&image) {
        return Err(Error::BadRequest(format!(
            "a tiny pack cannot have {image} pixels; use 64, 128, 256 or 512."
        )));
    }
    let regions = regions.unwrap_or(if granularities < 4 { 8 } else { 4 });
    if ![4, 8].contains(&regions) {
        return Err(Error::BadRequest(format!(
            "a tiny pack cannot have {regions} regions a side; use 4 or 8."
        )));
    }
    let device = Device::flex();
    device.seed(1);
    let grid = Grid { regions, granularities: granularities.into() };
    if image < 2 * grid.cells() {
        return Err(Error::BadRequest(format!(
            "{} cells need a picture of at least {} pixels.",
            grid.cells(),
            2 * grid.cells()
        )));
    }
    // From half the image to the regions, and to the cells.
    let halvings = |side: usize| (image / side).ilog2() as usize;
    let classes = classes(axes);
    let counts = classes.counts();
    let tokenizer = TokenizerConfig {
        image,
        grid,
        channels: vec![8; halvings(grid.regions)],
        decoder_channels: vec![8; halvings(grid.cells())],
        blocks: 1,
        codes: 64,
        code_dim: 8,
        told,
        ..TokenizerConfig::emoji128()
    }
    .with_quantiser(quantiser.clone());
    let (regions, cells) = (tokenizer.grid.regions, tokenizer.grid.cells());
    let small = |config| TransformerConfig { width: 32, layers: 1, heads: 2, ..config };
    let sizes = Architecture {
        density: DensityLevels::from_samples((0..1000).map(|i| i as f32 / 1000.0).collect())?,
        grain_map: Some(small(TransformerConfig::grain_map(
            LEVELS,
            regions,
            cells,
            counts.clone(),
        ))),
        // With everything that a network can have.
        nar: Some(TransformerConfig {
            sketch: Some(SketchConfig { regions, channels: 6 }),
            ..small(TransformerConfig::nar(
                tokenizer.codes,
                grid.granularities,
                cells,
                counts.clone(),
            ))
        }),
        ar: Some(tiny_ar(tokenizer.codes, grid, counts)),
        tokenizer,
    };
    sizes.validate()?;
    let mut files = Vec::new();
    let mut file = |role: Role, bytes| files.push((role, format!("{role}.safetensors"), bytes));
    file(Role::Decoder, save(&DecoderHalf::new(&sizes.tokenizer, &device), true)?);
    if let Some(config) = &sizes.grain_map {
        file(Role::GrainMap, save(&GrainMapModel::new(config, &device), true)?);
    }
    if let Some(config) = &sizes.nar {
        file(Role::Nar, save(&Nar::new(config, &device), true)?);
    }
    if let Some(config) = &sizes.ar {
        file(Role::Ar, save(&Ar::new(config, &device), true)?);
    }
    file(Role::Encoder, save(&EncoderHalf::new(&sizes.tokenizer, &device), true)?);
    let value = |v: serde_json::Result<Value>| {
        v.map_err(|e| Error::Data(format!("the manifest cannot be written: {e}")))
    };
    let manifest = Manifest {
        format: FORMAT,
        name: "tiny".into(),
        version: "1".into(),
        architecture: value(serde_json::to_value(&sizes))?,
        classes: value(serde_json::to_value(&classes))?,
        defaults: Default::default(),
        known: Default::default(),
        files: vec![],
        licences: vec!["Random weights: MIT OR Apache-2.0".into()],
        credits: vec![],
    };
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    write_pack(out, manifest, files)?;
    known::work_out(out)
}

fn tiny_ar(codes: usize, grid: Grid, classes: Vec<usize>) -> ArConfig {
    let whole = ArConfig::new(codes, grid, classes);
    let transformer =
        TransformerConfig { width: 32, layers: 2, heads: 2, ..whole.transformer.clone() };
    ArConfig { transformer, position_layers: 1, ..whole }
}

/// The last `axes` of concept, category and style, in the order of the shipped table.
fn classes(axes: u8) -> ClassTable {
    let class = |(id, name): (&str, &str)| Class::new(id, name);
    let concept = |(id, glyph, parent): (&str, &str, &str)| Class {
        glyph: Some(glyph.into()),
        parent: (axes > 1).then(|| parent.into()),
        ..Class::new(id, id.replace('-', " "))
    };
    let style = Axis::new("style", [("noto", "Noto"), ("twemoji", "Twemoji")].map(class).into());
    let category = Axis::new(
        "category",
        [("animal-mammal", "Mammals"), ("food-fruit", "Fruit")].map(class).into(),
    );
    let concepts = [
        ("cat-face", "🐱", "animal-mammal"),
        ("dog-face", "🐶", "animal-mammal"),
        ("red-apple", "🍎", "food-fruit"),
    ];
    let concept = Axis {
        parent: (axes > 1).then(|| "category".into()),
        ..Axis::new("concept", concepts.map(concept).into())
    };
    let all = [style, category, concept];
    let pairs = [[0, 0], [0, 1], [1, 1], [2, 0], [2, 1]].map(Vec::from);
    ClassTable {
        axes: all.into_iter().skip(3 - usize::from(axes)).collect(),
        trained: (axes == 3).then(|| Trained::new(&["concept", "style"], pairs.into_iter())),
    }
}

//! `varigrain eval tokenizer | ar | join`: figures, each with the command that made it.

#[cfg(feature = "train")]
mod ar;
mod join;

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Subcommand;

use crate::Result;
use crate::data::{Dataset, Split};
use crate::metrics::reconstruction::{Reconstruction, evaluate};
use crate::metrics::{EfficientNetLite, EfficientNetLiteConfig};
use crate::model::Model;
use crate::pack::Role;

/// Arguments of `varigrain eval`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Reconstruction of held-out concepts at several fine ratios.
    Tokenizer(Tokenizer),
    /// Variants of DGiT-AR: losses of held-out images, distance to real images, time.
    #[cfg(feature = "train")]
    Ar(ar::Args),
    /// Join the results of several runs (seeds) to one table with means and spreads.
    Join(join::Args),
}

/// Arguments of `varigrain eval tokenizer`.
#[derive(clap::Args, Debug)]
struct Tokenizer {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// EfficientNet-Lite2 weights that `varigrain features` wrote; without them no FD-lite.
    #[arg(long)]
    features: Option<PathBuf>,
    /// Fine ratios.
    #[arg(long, value_delimiter = ',', default_value = "0.25,0.5,1")]
    ratios: Vec<f32>,
    /// Also write the figures as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Measures and prints a table.
pub fn run(args: Args) -> Result<()> {
    match args.what {
        What::Tokenizer(args) => tokenizer(&args),
        #[cfg(feature = "train")]
        What::Ar(args) => ar::run(&args),
        What::Join(args) => join::run(&args),
    }
}

fn tokenizer(args: &Tokenizer) -> Result<()> {
    let device = Device::flex();
    let model = Model::open(&args.model, &[Role::Encoder, Role::Decoder], &device)?;
    let (spec, network) = model.tokenizer()?;
    let data = Dataset::open(&args.data)?;
    let indices = data.indices(Split::TestConcepts);
    let lite2 = |path| EfficientNetLite::load(EfficientNetLiteConfig::LITE2, path, &device);
    let features = args.features.as_deref().map(lite2).transpose()?;

    println!("{} images of held-out concepts", indices.len());
    println!("    r    codes     bits   PSNR dB    SSIM   FD-lite   codes used");
    let mut rows: Vec<Reconstruction> = Vec::new();
    for ratio in &args.ratios {
        crate::error::in_range("ratio", f64::from(*ratio), 0.0, 1.0)?;
        let row = evaluate(&data, &indices, &spec, &network, *ratio, features.as_ref(), &device)?;
        let fd = row.fd_lite.map_or("–".into(), |fd| format!("{fd:.2}"));
        println!(
            "{:5.2} {:8.1} {:8.0} {:9.2} {:7.4} {fd:>9} {:10.1} %",
            row.ratio,
            row.codes,
            row.bits,
            row.psnr,
            row.ssim,
            100.0 * row.codebook_use
        );
        rows.push(row);
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_vec_pretty(&rows).unwrap_or_default();
        std::fs::write(path, text).map_err(crate::Error::io(path))?;
    }
    Ok(())
}

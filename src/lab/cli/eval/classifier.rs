//! `varigrain eval classifier`: trains the classifier that says whether images show what was asked for.

use std::path::PathBuf;

use crate::Result;
use crate::lab::data::{Dataset, Split};
use crate::lab::evaluation::accuracy::accuracy;
use crate::lab::metrics::{EfficientNetLite, EfficientNetLiteConfig};
use crate::lab::results::{Column, Form, Plot, Results};
use crate::lab::train::classifier::{Recipe, train};
use crate::lab::train::options::Backend;
use crate::rng::Rng;

/// Arguments of `varigrain eval classifier`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// EfficientNet-Lite0 weights that `varigrain features` wrote.
    #[arg(long)]
    features: PathBuf,
    /// File for the classifier.
    #[arg(long, default_value = "classifier.safetensors")]
    classifier: PathBuf,
    /// Training images; all if left out.
    #[arg(long)]
    limit: Option<usize>,
    /// Times that features of an image are taken, each moved and mirrored in another way.
    #[arg(long, default_value_t = 6)]
    variants: usize,
    /// Optimiser steps.
    #[arg(long, default_value_t = 3000)]
    steps: usize,
    /// Examples in a step.
    #[arg(long, default_value_t = 256)]
    batch: usize,
    /// Peak learning rate.
    #[arg(long, default_value_t = 1e-3)]
    learning_rate: f64,
    /// Seed of weights and batches.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Folder for the table as JSON and its plot.
    #[arg(long, default_value = "docs/results")]
    out: PathBuf,
}

/// Trains, writes the classifier, and says how often it is right.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    let data = Dataset::open(&args.data)?;
    let config = EfficientNetLiteConfig::LITE0;
    let network = EfficientNetLite::load(config, &args.features, &device)?;
    let mut training = data.indices(Split::Train);
    Rng::new(11).shuffle(&mut training);
    training.truncate(args.limit.unwrap_or(usize::MAX));
    let recipe = Recipe {
        steps: args.steps,
        batch: args.batch,
        learning_rate: args.learning_rate,
        seed: args.seed,
    };
    let all = training.len() * args.variants.max(1);
    let progress = |done: usize| eprint!("\rfeatures of {done} of {all} images");
    let classifier = train(network, &data, &training, args.variants, &recipe, &device, progress)?;
    eprintln!();
    classifier.save(&args.classifier)?;

    let axes: Vec<&str> =
        classifier.axes().iter().map(|axis| data.classes.axes[*axis].id.as_str()).collect();
    let mut columns = vec![Column::key("real images", "", 0), Column::key("images", "", 0)];
    columns.extend(axes.iter().map(|axis| Column::measure(axis, "%", 1)));
    let mut results = Results::new("How often the classifier is right on real images", columns);
    for (name, indices) in [
        ("training", training.as_slice()),
        ("held-out cells", &data.indices(Split::TestCells)),
        ("held-out concepts", &data.indices(Split::TestConcepts)),
    ] {
        let images: Vec<&[u8]> = indices.iter().map(|i| data.image(*i)).collect();
        let share = accuracy(&classifier, &data, indices, &images, &device);
        let mut row = vec![name.into(), indices.len().into()];
        row.extend(share.into_iter().map(|(_, share)| (100.0 * share).into()));
        results.row(row)?;
    }
    results.note(
        "Trained on real training images only, over frozen EfficientNet-Lite0 features."
            .to_string(),
    );
    let plot = Plot::new(Form::Bars, "real images", &axes);
    results.plot(plot.y_label("right (%)"));
    results.write(&args.out, "classifier")
}

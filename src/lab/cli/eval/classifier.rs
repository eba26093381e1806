//! `varigrain eval classifier`: trains the classifier that says whether images show what was asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::Result;
use crate::lab::backend::Backend;
use crate::lab::data::dataset::{side, splits};
use crate::lab::data::{Dataset, Split};
use crate::lab::evaluation::accuracy::accuracy;
use crate::lab::metrics::{EfficientNetLite, EfficientNetLiteConfig};
use crate::lab::results::{Column, Form, Plot, Results};
use crate::lab::train::classifier::{Recipe, train};
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
    /// Side in pixels at which larger pictures are looked at.
    #[arg(long, default_value_t = 256)]
    size: usize,
    /// Training images, chosen by chance; all if left out.
    #[arg(long)]
    limit: Option<usize>,
    /// Images of every split that it is tested on, chosen by chance but for those of training; all if left
    /// out.
    #[arg(long)]
    test_limit: Option<usize>,
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
    /// Name of the table in --out.
    #[arg(long, default_value = "classifier")]
    name: String,
}

/// Trains, writes the classifier, and says how often it is right.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    let chosen = chosen(&splits(&args.data)?, args);
    let size = side(&args.data)?.unwrap_or(args.size);
    let data = Dataset::open_some_at(&args.data, size, |i, _| chosen.contains(&i))?;
    let config = EfficientNetLiteConfig::LITE0;
    let network = EfficientNetLite::load(config, &args.features, &device)?;
    // Equal images are all there.
    let all_there = data.items.len() > chosen.len();
    let of = |split: Split| -> Vec<usize> {
        data.indices(split).into_iter().filter(|i| !all_there || chosen.contains(i)).collect()
    };
    let training = of(Split::Train);
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
    for split in Split::ALL {
        let mut indices = of(split);
        indices.truncate(args.test_limit.unwrap_or(usize::MAX));
        if indices.is_empty() {
            continue;
        }
        let name = match split {
            Split::Train => "training",
            Split::TestCells => "held-out combinations",
            Split::TestConcepts => "held-out concepts",
            Split::HeldOut => "held-out pictures",
        };
        let images: Vec<&[u8]> = indices.iter().map(|i| data.image(*i)).collect();
        let share = accuracy(&classifier, &data, &indices, &images, &device);
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
    results.write(&args.out, &args.name)
}

/// Numbers of the images that are looked at, chosen by chance.
fn chosen(splits: &[Split], args: &Args) -> BTreeSet<usize> {
    let of = |split: Split| {
        let limit = if split == Split::Train { args.limit } else { args.test_limit };
        Rng::new(11).some(
            (0..splits.len()).filter(|i| splits[*i] == split).collect(),
            limit.unwrap_or(usize::MAX),
        )
    };
    Split::ALL.into_iter().flat_map(of).collect()
}

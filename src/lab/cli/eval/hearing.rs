//! `varigrain eval hearing`: which classes DGiT-AR tells from each other in real pictures.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Result;
use crate::lab::backend::Backend;
use crate::lab::data::dataset::splits;
use crate::lab::data::{Dataset, Split};
use crate::lab::evaluation::hearing::hear;
use crate::lab::results::{Column, Results};
use crate::lab::run_folder;
use crate::lab::train::held_out::followed;
use crate::rng::Rng;
use crate::sampler::{Mode, Request};

/// Arguments of `varigrain eval hearing`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Run folder of DGiT-AR.
    #[arg(long)]
    ar: PathBuf,
    /// Folder of the tokenizer, or of a model pack.
    #[arg(long)]
    tokenizer: PathBuf,
    /// Folder that `varigrain data` wrote.
    #[arg(long)]
    data: PathBuf,
    /// Held-out pictures, at most.
    #[arg(long, default_value_t = 500)]
    pictures: usize,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Folder for the table as JSON.
    #[arg(long, default_value = "docs/results")]
    out: PathBuf,
    /// Name of the table in --out.
    #[arg(long, default_value = "hearing")]
    name: String,
}

/// Measures and prints a table.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    let (spec, tokenizer) = run_folder::tokenizer(&args.tokenizer, &device)?;
    let (config, ar) = run_folder::ar(&args.ar, &device)?;
    let all = splits(&args.data)?;
    let held = (0..all.len()).filter(|i| all[*i] == Split::HeldOut).collect();
    let chosen: BTreeSet<usize> = Rng::new(17).some(held, args.pictures).into_iter().collect();
    let data = Dataset::open_some_at(&args.data, spec.config.image, |i, _| chosen.contains(&i))?;
    let data = Arc::new(data);
    let shares = Request::on(spec.config.code_grid(), Mode::Ar).shares;
    let tokenizer = (&spec, &tokenizer);
    let pictures = followed(&data, Split::HeldOut, args.pictures, tokenizer, shares, &device)?;

    let columns = vec![
        Column::key("axis", "", 0),
        Column::key("classes", "", 0),
        Column::measure("told from the others", "%", 1),
        Column::measure("worth", "nats", 2),
        Column::key("pictures", "", 0),
    ];
    let mut results = Results::new("What DGiT-AR hears of a prompt", columns);
    for (number, axis) in data.classes.axes.iter().enumerate() {
        let classes = axis.classes.len();
        let heard = hear((&ar, &config), &pictures, (number, classes), &device);
        let right = 100.0 * heard.right;
        let row = vec![
            axis.id.as_str().into(),
            classes.into(),
            right.into(),
            heard.worth.into(),
            heard.pictures.into(),
        ];
        results.row(row)?;
    }
    results.note(format!(
        "Held-out pictures with all their classes but one, which takes each of its axis in turn, in shares {shares}: \
         how often the true one makes codes and positions likeliest, and by how many nats a picture it does so against any."
    ));
    results.write(&args.out, &args.name)
}

//! `varigrain eval speed`: native images a second.

use std::path::PathBuf;

use crate::lab::backend::Backend;
use crate::lab::data::Dataset;
use crate::lab::evaluation::evaluator::open_all;
use crate::lab::evaluation::speed::{Task, Track};
use crate::lab::results::{Cell, Column, Form, Plot, Results};
use crate::lab::train::Precision;
use crate::{Error, Result};

/// Arguments of `varigrain eval speed`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// Images at once.
    #[arg(long, value_delimiter = ',', default_value = "1,16,256")]
    batches: Vec<usize>,
    /// NAR: passes of the network.
    #[arg(long, value_delimiter = ',', default_value = "8,12")]
    steps: Vec<usize>,
    /// Timed runs of each task.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Precision of the activations of DGiT-NAR; everything else is in F32.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    precision: Precision,
    /// What the device is, for the notes.
    #[arg(long)]
    device_name: Option<String>,
    /// Folder for the table as JSON and its plot.
    #[arg(long, default_value = "docs/results")]
    out: PathBuf,
    /// Name of the table in --out.
    #[arg(long, default_value = "speed")]
    name: String,
}

/// Times, prints and writes.
pub fn run(args: &Args) -> Result<()> {
    if args.runs == 0 {
        return Err(Error::BadRequest("there must be a run to time.".into()));
    }
    let device = args.device.device()?;
    let model = open_all(&args.model, args.precision, &device)?;
    let tasks = Task::of(&model, &args.steps);
    let track = Track::new(model, Dataset::open(&args.data)?, 1)?;
    let columns = vec![
        Column::key("task", "", 0),
        Column::key("images at once", "", 0),
        Column::measure("speed", "images/s", 2),
        Column::measure("time", "ms/image", 2),
    ];
    let mut results = Results::new("Native speed", columns);
    for task in &tasks {
        for batch in &args.batches {
            eprintln!("{}, {batch} at once", task.name());
            let seconds = track.time(task, *batch, args.runs)?;
            let each: Vec<f64> = seconds.iter().map(|s| s / *batch as f64).collect();
            let values =
                |of: fn(&f64) -> f64| Cell::from(&each.iter().map(of).collect::<Vec<_>>()[..]);
            let (speed, time) = (values(|s| 1.0 / s), values(|s| 1e3 * s));
            results.row(vec![task.name().into(), (*batch).into(), speed, time])?;
        }
    }
    if let Some(name) = &args.device_name {
        results.note(format!("On {name}."));
    }
    results.note(
        "From pixels or requests on the host to results on the host; ± over runs, the first of \
         which is left out.",
    );
    let plot = Plot::new(Form::Lines, "images at once", &["speed"]).by(&["task"]);
    results.plot(plot.log(true, true));
    results.write(&args.out, &args.name)
}

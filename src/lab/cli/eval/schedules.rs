//! `varigrain eval schedules`: one knob of a generator at several values.

use crate::lab::evaluation::sweep::Sweep;
use crate::lab::evaluation::{Bench, ClassifierOptions, GeneratorOptions, report};
use crate::{Error, Result};

/// Arguments of `varigrain eval schedules`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorOptions,
    #[command(flatten)]
    classifier: ClassifierOptions,
    /// Samples a setting and seed.
    #[arg(long, default_value_t = 1000)]
    samples: usize,
    /// What is varied; several have a table each.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "schedules")]
    sweep: Vec<Sweep>,
    /// Values of the knob instead of the usual ones, for a single sweep; the βs of confidence for
    /// schedules.
    #[arg(long, value_delimiter = ',')]
    values: Vec<f32>,
    /// Put in front of the names of tables in --out.
    #[arg(long, default_value = "")]
    prefix: String,
}

/// Measures, prints the tables and writes them.
pub fn run(args: &Args) -> Result<()> {
    let base = args.generator.request()?;
    let bad = |why: &str| Err(Error::BadRequest(why.into()));
    if !args.values.is_empty() && args.sweep.len() != 1 {
        return bad("--values goes with one --sweep.");
    }
    if args.sweep.iter().any(|sweep| !sweep.fits(&base)) {
        return bad("DGiT-AR has no such knob: --sweep guidance, temperature or ratio.");
    }
    let settings = args.sweep.iter().map(|sweep| {
        let values = if args.values.is_empty() { sweep.values() } else { &args.values };
        sweep.settings(&base, values)
    });
    let settings: Vec<_> = settings.collect();
    settings.iter().flatten().try_for_each(|setting| setting.validate())?;
    let bench = Bench::open(&args.generator.bench, &args.classifier)?;
    for (sweep, settings) in args.sweep.iter().zip(&settings) {
        let scores = bench.measure(settings, args.samples, super::say)?;
        let title = format!("{}: {}", args.generator.sampler.title(), sweep.name());
        let mut results = report::sweep(&title, *sweep, settings, &scores)?;
        results.note(format!("{} samples a row and seed.", args.samples));
        results.write(&args.generator.bench.out, &format!("{}{}", args.prefix, sweep.name()))?;
    }
    Ok(())
}

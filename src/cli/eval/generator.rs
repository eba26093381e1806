//! `varigrain eval generator`: how close class-balanced samples come to the training images.

use crate::evaluation::{Bench, BenchOptions, MapSource, SamplerOptions, Setting, Source, report};
use crate::results::mean_and_spread;
use crate::sampler::Mode;
use crate::{Error, Result};

/// Arguments of `varigrain eval generator`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    bench: BenchOptions,
    #[command(flatten)]
    sampler: SamplerOptions,
    /// Samples a seed.
    #[arg(long, default_value_t = 5000)]
    samples: usize,
    /// NAR: where the grain map of an image comes from.
    #[arg(long, value_enum, default_value_t = MapSource::Model)]
    maps: MapSource,
    /// Name of the table in --out; NAR and AR have their own if left out.
    #[arg(long)]
    name: Option<String>,
}

/// Measures, prints the table and writes it.
pub fn run(args: &Args) -> Result<()> {
    let request = args.sampler.request();
    request.validate()?;
    let (title, name) = match request.mode {
        Mode::Nar => ("DGiT-NAR", "generator-nar"),
        Mode::Ar => ("DGiT-AR", "generator-ar"),
    };
    if request.mode == Mode::Ar && args.maps != MapSource::Model {
        return Err(Error::BadRequest("DGiT-AR draws its maps itself: --maps model.".into()));
    }
    let rebuilt = Source::Reconstruction(request.fine_ratio);
    let settings = [
        Setting::new("training images", None, Source::Real),
        Setting::new("their reconstructions", None, rebuilt),
        Setting::new("held-out images", None, Source::HeldOut),
        Setting::new(title, None, Source::Generator(request.into(), args.maps)),
    ];
    let bench = Bench::open(&args.bench)?;
    let scores = bench.measure(&settings, args.samples, super::say)?;
    let mut results = report::table(&format!("Samples of {title}"), None, &settings, &scores)?;
    results.note(format!(
        "{} images a row and seed, of classes drawn evenly: style, then subgroup, then concept.",
        args.samples
    ));
    for (of, name) in report::DISTANCES {
        let ratios = scores[3].iter().zip(&scores[1]);
        let ratios: Vec<f64> = ratios.filter_map(|(a, b)| Some(of(a)? / of(b)?)).collect();
        if let (Some(mean), _) = mean_and_spread(&ratios) {
            results.note(format!("{name}: {mean:.2} times that of the reconstructions."));
        }
    }
    results.write(&args.bench.out, args.name.as_deref().unwrap_or(name))
}

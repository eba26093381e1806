//! `varigrain eval generator`: how close class-balanced samples come to the training images.

use crate::lab::evaluation::{
    Bench, ClassifierOptions, GeneratorOptions, MapSource, Setting, Source, TableName, report,
};
use crate::lab::results::{Form, Plot};
use crate::sampler::Mode;
use crate::{Error, Result};

/// Arguments of `varigrain eval generator`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorOptions,
    #[command(flatten)]
    classifier: ClassifierOptions,
    /// Samples a seed.
    #[arg(long, default_value_t = 5000)]
    samples: usize,
    /// NAR: where the grain map of an image comes from.
    #[arg(long, value_enum, default_value_t = MapSource::Model)]
    maps: MapSource,
    #[command(flatten)]
    name: TableName,
}

/// Measures, prints the table and writes it.
pub fn run(args: &Args) -> Result<()> {
    let request = args.generator.request()?;
    let title = args.generator.sampler.title();
    let name = args.name.of("generator", &args.generator.sampler);
    if request.mode == Mode::Ar && args.maps != MapSource::Model {
        return Err(Error::BadRequest("DGiT-AR draws its maps itself: --maps model.".into()));
    }
    let rebuilt = Source::Reconstruction(request.shares);
    let mut settings = vec![
        Setting::new("training images", None, Source::Real),
        Setting::new("their reconstructions", None, rebuilt),
        Setting::new(title, None, Source::Generator(request.into(), args.maps)),
    ];
    if args.classifier.classifier.is_some() {
        settings.push(Setting::new("held-out images", None, Source::HeldOut));
    }
    let bench = Bench::open(&args.generator.bench, &args.classifier)?;
    let scores = bench.measure(&settings, args.samples, super::say)?;
    let mut results = report::table(&format!("Samples of {title}"), None, &settings, &scores)?;
    results.note(format!(
        "{} images a row and seed, of classes drawn evenly, axis after axis.",
        args.samples
    ));
    for (name, ratio) in report::ratios(&scores[2], &scores[1], &report::DISTANCES) {
        results.note(format!("{name}: {ratio:.2} times that of the reconstructions."));
    }
    if let Some(held_out) = scores.get(3) {
        for (axis, ratio) in report::accuracy_ratios(&scores[2], held_out) {
            let share = 100.0 * ratio;
            results.note(format!("{axis} accuracy: {share:.1} % of that on real held-out images."));
        }
    }
    results.plot(Plot::new(Form::Bars, report::SETTING, &[report::FD]));
    results.write(&args.generator.bench.out, &name)
}

//! `varigrain eval cells`: held-out (concept, style) pairs, beside the truth and other styles.

use crate::lab::evaluation::cells::held_out;
use crate::lab::evaluation::cells_report::CellReport;
use crate::lab::evaluation::{ClassifierOptions, Evaluator, GeneratorOptions, TableName};
use crate::lab::metrics::PerceptualLoss;
use crate::rng::Rng;
use crate::{Error, Result};

/// Arguments of `varigrain eval cells`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorOptions,
    #[command(flatten)]
    classifier: ClassifierOptions,
    /// Cells, chosen by chance; all if left out.
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    name: TableName,
}

/// Samples, measures, prints and writes.
pub fn run(args: &Args) -> Result<()> {
    let request = args.generator.request()?;
    let lite0 = args.classifier.lite0.as_deref().ok_or_else(|| {
        Error::BadRequest("the perceptual distance needs EfficientNet-Lite0: --lite0 FILE.".into())
    })?;
    let title = args.generator.sampler.title();
    let name = args.name.of("cells", &args.generator.sampler);
    let out = &args.generator.bench.out;
    let evaluator = Evaluator::open(&args.generator.bench)?;
    let classifier = args.classifier.load(&evaluator.data.classes, &evaluator.device)?;
    let perceptual = PerceptualLoss::load(lite0, &evaluator.device)?;
    let cells = Rng::new(12).some(held_out(&evaluator.data, 1)?, args.limit.unwrap_or(usize::MAX));

    let report = CellReport::new(&evaluator, &cells, title, &request)?;
    report.distances(&perceptual)?.write(out, &name)?;
    let nearest = report.nearest(&perceptual);
    report.classified(classifier.as_ref(), &nearest)?.write(out, &format!("{name}-classifier"))?;
    report.sheet(&nearest)?.save(out.join(format!("{name}.png")))
}

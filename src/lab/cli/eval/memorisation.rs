//! `varigrain eval memorisation`: are samples nearer to training drawings than others can be?

use crate::Result;
use crate::lab::evaluation::memorisation::Space;
use crate::lab::evaluation::memorisation_report::MemorisationReport;
use crate::lab::evaluation::{Balance, Evaluator, GeneratorOptions, TableName};

/// Arguments of `varigrain eval memorisation`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorOptions,
    /// Samples of training classes a seed.
    #[arg(long, default_value_t = 2000)]
    samples: usize,
    /// Held-out drawings of each kind, at most.
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    name: TableName,
}

/// Samples, measures, prints and writes.
pub fn run(args: &Args) -> Result<()> {
    let request = args.generator.request()?;
    let title = args.generator.sampler.title();
    let name = args.name.of("memorisation", &args.generator.sampler);
    let out = &args.generator.bench.out;
    let evaluator = Evaluator::open(&args.generator.bench)?;
    let balance = Balance::new(&evaluator.data)?;
    let known: Vec<Vec<usize>> =
        evaluator.seeds.iter().map(|seed| balance.draw(args.samples, *seed)).collect();
    let limit = args.limit.unwrap_or(usize::MAX);
    let report = MemorisationReport::new(&evaluator, title, &request, &known, limit)?;
    let mut found = Vec::new();
    for space in Space::ALL {
        let matches = report.matches(space)?;
        report.histogram(space, &matches)?.save(out, &format!("{name}-{}", space.name()))?;
        if space == Space::Features {
            for (what, sheet) in report.sheets(&matches)? {
                sheet.save(out.join(format!("{name}-{what}.png")))?;
            }
        }
        found.push((space, matches));
    }
    report.table(&found)?.write(out, &name)
}

//! `varigrain eval samples`: samples of a generator on larger pictures, drawn once and looked at in every way.

use crate::lab::evaluation::samples::settings::{self, Tries};
use crate::lab::evaluation::samples::{
    Amounts, Gallery, Pictures, attributes, fidelity, novelty, variety,
};
use crate::lab::evaluation::{ClassifierOptions, Evaluator, GeneratorOptions, TableName};
use crate::{Error, Result};

/// Arguments of `varigrain eval samples`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorOptions,
    #[command(flatten)]
    classifier: ClassifierOptions,
    /// Samples of the classes of training pictures.
    #[arg(long, default_value_t = 5000)]
    samples: usize,
    /// Samples of held-out combinations, at most.
    #[arg(long, default_value_t = 2000)]
    combinations: usize,
    /// Prompts of which eight pictures are drawn.
    #[arg(long, default_value_t = 64)]
    prompts: usize,
    /// Samples whose nearest training pictures are looked for, at most.
    #[arg(long, default_value_t = 2000)]
    novelty: usize,
    #[command(flatten)]
    tries: Tries,
    #[command(flatten)]
    name: TableName,
}

/// Samples, measures, prints and writes; one seed, `varigrain eval join` puts several together.
pub fn run(args: &Args) -> Result<()> {
    let (bench, sampler) = (&args.generator.bench, &args.generator.sampler);
    let evaluator = Evaluator::open(bench)?;
    if evaluator.seeds.len() != 1 {
        return Err(Error::BadRequest(
            "one seed at a time: --seeds 1. `varigrain eval join` puts several together.".into(),
        ));
    }
    let request = args.generator.request_on(&evaluator.model)?;
    let settings = serde_json::Value::from(request.settings());
    eprintln!("{}: {settings}", sampler.title());
    let classifier = args.classifier.load(&evaluator.data.classes, &evaluator.device)?;
    let amounts = Amounts {
        samples: args.samples,
        combinations: args.combinations,
        prompts: args.prompts,
        novelty: args.novelty,
    };
    let (out, name) = (&bench.out, args.name.of("samples", sampler));
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    // Each table is written as soon as it is there: time may run out.
    let training = Pictures::real(&evaluator, evaluator.training());
    let requests = args.tries.requests(&request);
    let (title, tried) = (sampler.title(), args.tries.tried);
    let (request, table) = settings::best(&evaluator, &training, title, requests, tried)?;
    if let Some(table) = table {
        table.write(out, &format!("{name}-settings"))?;
    }
    let gallery = Gallery::new(&evaluator, classifier, (title, request), amounts, training)?;
    gallery.sheet(8, 192)?.save(out.join(format!("{name}-sheet.png")))?;
    fidelity::table(&gallery)?.write(out, &format!("{name}-fidelity"))?;
    if let Some(table) = attributes::table(&gallery)? {
        table.write(out, &format!("{name}-attributes"))?;
    }
    if args.prompts > 0 {
        let (table, sheet) = variety::table(&gallery)?;
        table.write(out, &format!("{name}-variety"))?;
        sheet.save(out.join(format!("{name}-variety.png")))?;
    }
    if args.novelty > 0 {
        let (table, sheets) = novelty::table(&gallery)?;
        table.write(out, &format!("{name}-novelty"))?;
        for (what, sheet) in sheets {
            sheet.save(out.join(format!("{name}-{what}.png")))?;
        }
    }
    Ok(())
}

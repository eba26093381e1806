//! Trains DGiT-NAR on the codes of a tokenizer.

use burn::tensor::Device;

use super::buckets::Buckets;
use super::examples::ExampleSource;
use super::generator::{Codes, GeneratorOptions, save};
use super::held_out;
use super::masking::{MaskedBatch, MaskedExample};
use super::prepared::Prepared;
use super::tokens::{TokenSet, Variants};
use super::{Trainer, run};
use crate::density::LEVELS;
use crate::dgit::{Nar, TransformerConfig};
use crate::lab::data::Split;
use crate::model::{Architecture, Model};
use crate::pack::{FORMAT, Manifest};
use crate::rng::Rng;
use crate::sampler::{BatchSampler, Mode, Request, SampledImage};
use crate::{Error, Result};

/// Trains from `options`, with the usual sizes where they say nothing else.
pub fn train(options: &GeneratorOptions) -> Result<()> {
    let common = &options.common;
    common.prepare()?;
    let device = common.device.device()?;
    device.seed(common.seed);
    let codes = Codes::load(options, &device)?;
    let (config, grid) = (&codes.run.config, codes.run.config.grid);
    let mut sizes =
        TransformerConfig::nar(config.codes, grid.granularities, grid.cells(), codes.classes());
    options.resize(&mut sizes, grid.regions)?;

    let model = options.start(Nar::new(&sizes, &device), "nar", &device)?;
    let trainer = Trainer::new(model, common, &device)?;
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let mask = trainer.model.mask();
    let batches = batches(codes.examples(options), common.batch, mask, seed, &device);
    let (tokenizer, shares) = ((&codes.run, &codes.model), codes.shares(options));
    let followed = |split| held_out::masked(&codes.data, split, tokenizer, shares, mask, &device);
    let (unseen, known) = (followed(Split::TestCells)?, followed(Split::Train)?);
    let names: Vec<String> = grid.names().iter().map(|name| format!("ce_{name}")).collect();
    let names: Vec<&str> =
        std::iter::once("loss").chain(names.iter().map(String::as_str)).collect();
    run::train(
        trainer,
        common,
        &names,
        |trainer| {
            let (loss, grains) = batches.next()??.step(trainer, Nar::forward);
            Ok([vec![loss], grains].concat())
        },
        |trainer| {
            save(&common.out, "nar", &sizes, &trainer.average())?;
            let named = [("", &unseen), ("known_", &known)].map(|(prefix, batches)| {
                let losses = held_out::masked_loss(&trainer.average(), batches);
                let names = grid.names().iter().map(move |name| format!("{prefix}{name}"));
                names.zip(losses).collect::<Vec<_>>()
            });
            held_out::note(&common.out, trainer.step, &named.concat())?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            codes.sample_sheet(&sheet, |indices| {
                draw(&codes, indices, &sizes, trainer.average(), &device)
            })
        },
    )?;
    Ok(())
}

fn batches(
    source: ExampleSource,
    batch: usize,
    mask: usize,
    seed: u64,
    device: &Device,
) -> Prepared<Result<MaskedBatch>> {
    Prepared::spawn(|thread| {
        let (source, device) = (source.clone(), device.clone());
        let mut rng = Rng::new(seed).fork(13 + 64 * thread);
        let mut buckets = Buckets::new(batch);
        move || {
            let (length, examples) = buckets.next(|| {
                let drawn = source.next(&mut rng)?;
                Ok((drawn.map.clone(), MaskedExample::new(&drawn, &mut rng)))
            })?;
            Ok(MaskedBatch::new(&examples, length, mask, &device))
        }
    })
}

/// A model in memory out of parts that are still in training.
pub fn assemble(codes: &Codes, nar: &TransformerConfig, device: &Device) -> Result<Model> {
    let (run, classes) = (&codes.run, codes.classes());
    let grid = run.config.grid;
    let grain_map = TransformerConfig::grain_map(LEVELS, grid.regions, grid.cells(), classes);
    let architecture = Architecture {
        tokenizer: run.config.clone(),
        density: run.density.clone(),
        grain_map: Some(grain_map),
        nar: Some(nar.clone()),
        ar: None,
    };
    let json = |e: serde_json::Error| Error::Data(format!("the sizes cannot be written: {e}"));
    let manifest = Manifest {
        format: FORMAT,
        name: "in-training".into(),
        version: "0".into(),
        architecture: serde_json::to_value(architecture).map_err(json)?,
        classes: serde_json::to_value(&codes.data.classes).map_err(json)?,
        defaults: Default::default(),
        files: vec![],
        licences: vec![],
        credits: vec![],
    };
    let model = Model::new(manifest, device.clone())?;
    Ok(model.with_decoder(codes.model.decoder.clone()))
}

/// What the model makes of the class and the true density levels of these images.
fn draw(
    codes: &Codes,
    indices: &[usize],
    sizes: &TransformerConfig,
    nar: Nar,
    device: &Device,
) -> Result<Vec<SampledImage>> {
    let model = assemble(codes, sizes, device)?.with_nar(nar);
    let (data, one) = (&codes.data, Variants::ONE);
    let truth = TokenSet::encode(data, indices, &codes.run, &codes.model, one, 0, device)?;
    let request = |(item, seed): (&usize, u64)| {
        let condition = data.condition(*item);
        Request { condition, seed, ..Request::on(model.grid(), Mode::Nar) }
    };
    let requests: Vec<Request> = indices.iter().zip(0..).map(request).collect();
    let levels: Vec<Vec<u8>> = truth.coded.into_iter().map(|coded| coded.levels).collect();
    BatchSampler::new(&model, device).sample_on(&requests, &levels)
}

//! Trains DGiT-AR on the codes of a tokenizer.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use serde::Serialize;

use super::buckets::Buckets;
use super::examples::ExampleSource;
use super::generator::{Codes, GeneratorOptions, save};
use super::held_out;
use super::prepared::Prepared;
use super::sequences::{SequenceBatch, SequenceExample};
use super::{Trainer, run as training};
use crate::Result;
use crate::dgit::{Ar, ArConfig};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split};
use crate::lab::run_folder::{json, weights};
use crate::rng::Rng;
use crate::sampler::{Mode, Request, sample_ar};

/// Options of `varigrain train ar`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct ArOptions {
    /// Options of every generator.
    #[command(flatten)]
    pub generator: GeneratorOptions,
    /// Share of the codes seen that are swapped for random ones, 0..1.
    #[arg(long, default_value_t = 0.1)]
    pub noise: f32,
    /// Ablation: one position table for all granularities.
    #[arg(long)]
    pub shared_positions: bool,
    /// Ablation: no embedding of the granularity.
    #[arg(long)]
    pub no_granularity: bool,
}

/// Trains from `options`, with the usual sizes where they say nothing else.
pub fn train(options: &ArOptions) -> Result<()> {
    let common = &options.generator.common;
    common.prepare()?;
    let device = common.device.device()?;
    device.seed(common.seed);
    let codes = Codes::load(&options.generator, &device)?;
    let config = config(options, &codes)?;

    let model = options.generator.start(Ar::new(&config, &device), "ar", &device)?;
    let trainer = Trainer::new(model, common, &device)?;
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let source = codes.examples(&options.generator);
    let batches = batches(source, &config, common.batch, options.noise, seed, &device);
    let shares = codes.shares(&options.generator);
    let Codes { data, run, model, .. } = &codes;
    let followed = |split| followed(data, split, (run, model), &config, shares, &device);
    let (unseen, known) = (followed(Split::TestCells)?, followed(Split::Train)?);
    training::train(
        trainer,
        common,
        &[&["loss", "content"], run.config.grid.names(), &["position"]].concat(),
        |trainer| {
            let l = batches.next()??.step(trainer);
            Ok([vec![l.loss, l.content], l.grains, vec![l.position]].concat())
        },
        |trainer| {
            save(&common.out, "ar", &config, &trainer.average())?;
            let [unseen, known] = [&unseen, &known].map(|b| loss(&trainer.average(), b));
            let named = [
                ("content", unseen.content),
                ("position", unseen.position),
                ("known_content", known.content),
                ("known_position", known.position),
            ];
            held_out::note(&common.out, trainer.step, &named)?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            codes.sample_sheet(&sheet, |indices| {
                let request = |(item, seed): (&usize, u64)| {
                    let condition = data.condition(*item);
                    Request { condition, seed, shares, ..Request::on(run.config.grid, Mode::Ar) }
                };
                let requests: Vec<Request> = indices.iter().zip(0..).map(request).collect();
                sample_ar(&trainer.average(), &config, &model.decoder, &requests, &device)
            })
        },
    )?;
    Ok(())
}

/// Reads what a run has written.
pub fn load(folder: &Path, device: &Device) -> Result<(ArConfig, Ar)> {
    let config: ArConfig = json(&folder.join("ar.json"))?;
    config.validate()?;
    let weights = weights(folder, "ar.safetensors")?;
    let model = weights.load_into(Ar::new(&config, device), device)?;
    Ok((config, model))
}

fn config(options: &ArOptions, codes: &Codes) -> Result<ArConfig> {
    let tokenizer = &codes.run.config;
    let mut config = ArConfig::new(tokenizer.codes, tokenizer.grid, codes.classes());
    options.generator.resize(&mut config.transformer, tokenizer.grid.regions)?;
    config.position_layers = config.position_layers.min(config.transformer.layers - 1);
    config.shared_positions = options.shared_positions;
    config.granularity_embedding = !options.no_granularity;
    config.validate()?;
    Ok(config)
}

fn batches(
    source: ExampleSource,
    config: &ArConfig,
    batch: usize,
    noise: f32,
    seed: u64,
    device: &Device,
) -> Prepared<Result<SequenceBatch>> {
    Prepared::spawn(|thread| {
        let (source, config, device) = (source.clone(), config.clone(), device.clone());
        let mut rng = Rng::new(seed).fork(23 + 64 * thread);
        let mut buckets = Buckets::new(batch);
        move || {
            let (length, examples) = buckets.next(|| {
                let drawn = source.next(&mut rng)?;
                Ok((drawn.map.clone(), SequenceExample::new(&config, &drawn, noise, &mut rng)))
            })?;
            // START and every END beside the codes, less the last entry, which has no next.
            let positions = config.positions();
            Ok(SequenceBatch::new(&examples, positions, length + positions.ends(), &device))
        }
    })
}

/// Images of `split`, with their whole class: those of [`held_out::followed`].
pub fn followed(
    data: &Arc<Dataset>,
    split: Split,
    (spec, tokenizer): (&TokenizerSpec, &DqVae),
    config: &ArConfig,
    shares: Shares,
    device: &Device,
) -> Result<Vec<SequenceBatch>> {
    let drawn = held_out::followed(data, split, (spec, tokenizer), shares, device)?;
    let mut rng = Rng::new(0);
    let examples: Vec<SequenceExample> =
        drawn.iter().map(|drawn| SequenceExample::new(config, drawn, 0.0, &mut rng)).collect();
    let longest = config.positions().longest() - 1;
    let batches = examples.chunks(64);
    Ok(batches.map(|e| SequenceBatch::new(e, config.positions(), longest, device)).collect())
}

/// Losses of images with their whole class, in nats.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeldOutLoss {
    /// Per code.
    pub content: f32,
    /// Per position to choose.
    pub position: f32,
    /// Of all codes and positions of an image.
    pub per_image: f64,
}

/// Mean losses over all codes, positions and images of `batches`.
pub fn loss(model: &Ar, batches: &[SequenceBatch]) -> HeldOutLoss {
    let (mut content, mut codes, mut position, mut choices, mut images) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for batch in batches {
        let losses = batch.losses_of(model, false);
        let [c, p] = batch.counts();
        content += f64::from(losses.content.into_scalar::<f32>()) * c;
        position += f64::from(losses.position.into_scalar::<f32>()) * p;
        (codes, choices, images) = (codes + c, choices + p, images + batch.images() as f64);
    }
    HeldOutLoss {
        content: (content / codes) as f32,
        position: (position / choices) as f32,
        per_image: (content + position) / images,
    }
}

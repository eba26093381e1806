//! Trains DGiT-AR on the codes of a tokenizer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use serde::Serialize;

use super::Trainer;
use super::buckets::Buckets;
use super::contrast::{ContrastOptions, Rivals};
use super::course::{self, Lesson};
use super::examples::CodedExample;
use super::exchange::Seat;
use super::generator::{Codes, GeneratorOptions, save};
use super::held_out;
use super::lattice::{OnLattice, whole};
use super::sequence_example::SequenceExample;
use super::sequences::SequenceBatch;
use crate::Result;
use crate::dgit::{Ar, ArConfig, Nar, Plainly, TransformerConfig};
use crate::error::in_range;
use crate::lab::data::{Dataset, Split};
use crate::lab::run_folder;
use crate::rng::Rng;
use crate::sampler::{Mode, Request, sample_ar};

/// Images whose losses are computed at once.
const FOLLOWED_AT_ONCE: usize = 64;

/// Share of the codes seen that are usually swapped.
const NOISE: f32 = 0.1;

/// Options of `varigrain train ar`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct ArOptions {
    /// Options of every generator.
    #[command(flatten)]
    pub generator: GeneratorOptions,
    /// Share of the codes seen that are swapped for random ones, 0..1.
    #[arg(long, default_value_t = NOISE)]
    pub noise: f32,
    /// Ablation: one position table for all granularities.
    #[arg(long)]
    pub shared_positions: bool,
    /// Ablation: no embedding of the granularity.
    #[arg(long)]
    pub no_granularity: bool,
    /// Ablation: no rotary angles; positions are known from the table alone.
    #[arg(long)]
    pub no_rotary: bool,
    /// Run folder or model pack whose DGiT-NAR, of the same sizes and codes, lends its tables and blocks to
    /// the start.
    #[arg(long, conflicts_with = "init")]
    pub init_nar: Option<PathBuf>,
    /// Classes held against each other.
    #[command(flatten)]
    pub contrast: ContrastOptions,
}

impl ArOptions {
    /// Of the whole model, without any ablation.
    pub fn whole(generator: GeneratorOptions) -> Self {
        let [shared_positions, no_granularity, no_rotary] = [false; 3];
        let contrast = ContrastOptions::default();
        let init_nar = None;
        Self {
            generator,
            noise: NOISE,
            shared_positions,
            no_granularity,
            no_rotary,
            init_nar,
            contrast,
        }
    }
}

/// Trains from `options`, with the usual sizes where they say nothing else.
///
/// # Errors
/// Those of [`course::prepare`] and [`course::train`].
pub fn train(options: &ArOptions) -> Result<()> {
    let generator = &options.generator;
    in_range("noise", f64::from(options.noise), 0.0, 1.0)?;
    let (devices, codes) = course::prepare(generator)?;
    let config = config(options, &codes)?;
    let start = start(options, &config, &devices[0])?;
    let lattice = codes.lattice(generator, config.transformer.width, &devices[0])?;
    let rivals = options.contrast.rivals(&codes.labels, codes.training().into_iter())?;
    let lesson = ArLesson { options, codes: &codes, config, rivals: rivals.map(Arc::new) };
    course::train(&lesson, generator, (start, lattice), &devices)
}

/// What training starts from.
fn start(options: &ArOptions, config: &ArConfig, device: &Device) -> Result<Ar> {
    let fresh = Ar::new(config, device);
    let Some(folder) = &options.init_nar else {
        return options.generator.start(fresh, "ar", device);
    };
    // A sketch is each network's own.
    let sizes = TransformerConfig { sketch: None, ..config.transformer.clone() };
    let nar = run_folder::weights(folder, "nar.safetensors")?;
    Ok(fresh.from_masked(nar.load_into(Nar::new(&sizes, device), device)?))
}

struct ArLesson<'a> {
    options: &'a ArOptions,
    codes: &'a Codes,
    config: ArConfig,
    rivals: Option<Arc<Rivals>>,
}

impl Lesson for ArLesson<'_> {
    type Network = OnLattice<Ar>;
    type Batch = SequenceBatch;

    fn data(&self) -> &Dataset {
        &self.codes.data
    }

    fn losses(&self) -> Vec<String> {
        let grains = self.codes.run.config.code_grid().names();
        let contrast: &[&str] = if self.rivals.is_some() { &["contrast", "told"] } else { &[] };
        let names = [&["loss", "content"], grains, &["position"], contrast].concat();
        names.into_iter().map(str::to_owned).collect()
    }

    fn batches(
        &self,
        size: usize,
        seed: u64,
        device: &Device,
    ) -> impl FnMut() -> Result<SequenceBatch> + Send + 'static {
        let mut source = self.codes.examples(&self.options.generator, seed, device);
        source.plan.rivals.clone_from(&self.rivals);
        let (config, noise) = (self.config.clone(), self.options.noise);
        let device = device.clone();
        let tokens = self.options.generator.tokens;
        let mut rng = Rng::new(seed).fork(23);
        let mut buckets = Buckets::new(size, tokens);
        move || {
            let (length, examples) = buckets.next(|| {
                let drawn = source.next(&mut rng)?;
                let example = SequenceExample::new(&config, &drawn, noise, &mut rng);
                Ok((drawn.map, example))
            })?;
            // START and every END beside the codes, less the last entry, which has no next.
            let positions = config.positions();
            Ok(SequenceBatch::new(&examples, positions, length + positions.ends(), &device))
        }
    }

    fn step(
        &self,
        trainer: &mut Trainer<OnLattice<Ar>>,
        batch: &SequenceBatch,
        seat: &Seat,
    ) -> Result<Vec<Tensor<1>>> {
        let ArOptions { generator, contrast, .. } = self.options;
        let l = batch.step(trainer, seat, (generator.dropout, contrast.contrast_weight))?;
        let contrast = if self.rivals.is_some() { vec![l.contrast, l.told] } else { vec![] };
        Ok([vec![l.loss, l.content], l.grains, vec![l.position], contrast].concat())
    }

    fn followed(&self, split: Split, device: &Device) -> Result<Vec<SequenceBatch>> {
        let Codes { data, run, model, .. } = self.codes;
        let options = &self.options.generator;
        let (shares, most) = (self.codes.shares(options), options.followed);
        let mut drawn = held_out::followed(data, split, most, (run, model), shares, device)?;
        if let Some(rivals) = &self.rivals {
            let mut rng = Rng::new(0);
            for example in &mut drawn {
                let whole = example.condition.clone();
                example.rival = rivals.rival(&whole, &mut example.condition, &mut rng);
            }
        }
        Ok(batches(&self.config, &drawn, device).collect())
    }

    fn follow(&self, network: &OnLattice<Ar>, batches: &[SequenceBatch]) -> Vec<(String, f32)> {
        let found = loss(&whole(network.clone()), batches);
        let likelihood = [
            ("image", found.per_image as f32),
            ("content", found.content),
            ("position", found.position),
        ];
        let contrast = [("contrast", found.contrast), ("told", found.told)];
        let contrast = if self.rivals.is_some() { &contrast[..] } else { &[] };
        let named = likelihood.iter().chain(contrast);
        named.map(|(name, loss)| ((*name).to_owned(), *loss)).collect()
    }

    fn save(&self, folder: &Path, network: &OnLattice<Ar>) -> Result<()> {
        save(folder, "ar", &self.config, &whole(network.clone()))
    }

    fn sheet(&self, path: &Path, network: OnLattice<Ar>, device: &Device) -> Result<()> {
        let Codes { data, run, model, .. } = self.codes;
        let shares = self.codes.shares(&self.options.generator);
        let network = whole(network);
        self.codes.sample_sheet(path, |indices| {
            let request = |(item, seed): (&usize, u64)| {
                let condition = data.condition(*item);
                Request { condition, seed, shares, ..Request::on(run.config.code_grid(), Mode::Ar) }
            };
            let requests: Vec<Request> = indices.iter().zip(0..).map(request).collect();
            sample_ar(&network, &self.config, &model.decoder, &requests, device)
        })
    }
}

fn config(options: &ArOptions, codes: &Codes) -> Result<ArConfig> {
    let (tokenizer, grid) = (&codes.run.config, codes.run.config.code_grid());
    let mut config = ArConfig::new(tokenizer.codes, grid, codes.classes());
    options.generator.resize(&mut config.transformer, grid.regions)?;
    config.position_layers = config.position_layers.min(config.transformer.layers - 1);
    config.shared_positions = options.shared_positions;
    config.granularity_embedding = !options.no_granularity;
    config.rotary = !options.no_rotary;
    config.validate()?;
    Ok(config)
}

/// Batches of examples as they are, without noise, to look at their loss.
pub fn batches<'a>(
    config: &'a ArConfig,
    drawn: &'a [CodedExample],
    device: &'a Device,
) -> impl Iterator<Item = SequenceBatch> + 'a {
    drawn.chunks(FOLLOWED_AT_ONCE).map(move |drawn| {
        let mut rng = Rng::new(0);
        let examples: Vec<SequenceExample> =
            drawn.iter().map(|drawn| SequenceExample::new(config, drawn, 0.0, &mut rng)).collect();
        let longest = examples.iter().map(|e| e.positions.len()).max().unwrap_or(2);
        SequenceBatch::new(&examples, config.positions(), longest - 1, device)
    })
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
    /// Between the own class and a rival, per image that has one.
    pub contrast: f32,
    /// Share of these that are likelier under their own class, 0..=1.
    pub told: f32,
}

/// Mean losses over all codes, positions and images of `batches`.
pub fn loss(model: &Ar, batches: &[SequenceBatch]) -> HeldOutLoss {
    let (mut content, mut codes, mut position, mut choices, mut images) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut contrast, mut told, mut twins) = (0.0, 0.0, 0.0);
    for batch in batches {
        let losses = batch.losses_of(model, false, &Plainly);
        let [c, p] = batch.counts();
        content += f64::from(losses.content.into_scalar::<f32>()) * c;
        position += f64::from(losses.position.into_scalar::<f32>()) * p;
        (codes, choices, images) = (codes + c, choices + p, images + batch.images() as f64);
        let of = batch.twins() as f64;
        contrast += f64::from(losses.contrast.into_scalar::<f32>()) * of;
        told += f64::from(losses.told.into_scalar::<f32>()) * of;
        twins += of;
    }
    // On a grid of one granularity there is no position to choose.
    let mean = |sum: f64, count: f64| (sum / count.max(1.0)) as f32;
    HeldOutLoss {
        content: mean(content, codes),
        position: mean(position, choices),
        per_image: (content + position) / images,
        contrast: mean(contrast, twins),
        told: mean(told, twins),
    }
}

//! Trains DQVAE++ on crops of larger pictures, with a critic.
//!
//! All images of a batch have the same numbers of regions of each granularity; the numbers change
//! from batch to batch. The critic comes in after a part of the training.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::Serialize;

use super::adversary::Adversary;
use super::codebook::CodebookAverage;
use super::critic::Critic;
use super::crops::{CropBatches, CropPlan};
use super::exchange::{Seat, together};
use super::objective::WITHOUT_CODEBOOK;
use super::picture_loss::PictureLoss;
use super::picture_objective::{LOSSES, PictureObjective};
use super::picture_options::PictureOptions;
use super::picture_report::{HeldOut, PictureReport};
use super::region_counts::CountDraw;
use super::stopwatch::{Part, Stopwatch};
use super::tokenizer_run::save;
use super::{Options, Trainer, held_out, run};
use crate::density::{DensityLevels, Deviation, InformationDensity};
use crate::dqvae::{DqVae, ErrorHead, TokenizerConfig, TokenizerSpec};
use crate::grain::Counts;
use crate::lab::data::{Dataset, Originals, Split, centres, dataset};
use crate::lab::metrics::PerceptualLoss;
use crate::lab::run_folder;
use crate::rng::Rng;
use crate::{Error, Result};

/// Threads that cut crops, at most.
const THREADS: usize = 12;
/// Steps that `--time-parts` leaves out: a GPU chooses its kernels in them.
const UNTIMED: usize = 50;
/// Training pictures that give the quantiles of the density.
const QUANTILE_IMAGES: usize = 1024;
/// Images for one density pass.
const DENSITY_BATCH: usize = 64;

/// Trains from `options`; the sizes come from `config`, or from the tokenizer that training starts from.
///
/// # Errors
/// [`Error::BadRequest`] for options that do not fit each other, [`Error::Data`] for a folder without
/// pictures, [`Error::Diverged`] when the loss leaves the numbers.
pub fn train(options: &PictureOptions, config: TokenizerConfig) -> Result<()> {
    let (common, begun) = (&options.common, Instant::now());
    common.prepare()?;
    let devices = options.devices()?;
    let earlier = options.from.as_deref().map(|dir| run_folder::tokenizer(dir, &devices[0]));
    let earlier = earlier.transpose()?;
    let config = options.config(earlier.as_ref().map_or(config, |(spec, _)| spec.config.clone()));
    config.validate()?;
    let counts =
        CountDraw { target: Counts::new(config.grid, &options.counts)?, mixed: options.mixed };
    let data = Arc::new(match dataset::side(&common.data)? {
        Some(_) => Originals::of_images(&Dataset::open(&common.data)?),
        None => Originals::open_limited(&common.data, options.limit)?,
    });
    let indices = data.indices(Split::Train);
    if indices.is_empty() {
        return Err(Error::Data("there are no pictures to train on.".into()));
    }
    println!("{} pictures in {:.0} s", data.items.len(), begun.elapsed().as_secs_f64());
    devices[0].seed(common.seed);
    let (spec, model) = match earlier {
        Some(earlier) => going_on(earlier, options, config, &devices[0])?,
        None => {
            let density = quantiles(&data, &indices, &config, &devices[0])?;
            let model = DqVae::new(&config, &devices[0]);
            (TokenizerSpec { config, density }, model)
        }
    };
    let critic = Critic::new(options.adversary.critic_width, &devices[0]);
    let run = Run { options, spec, counts, data, indices, start: (model, critic), begun };

    together(&devices, |device, seat| {
        let first = seat.is_first();
        let worker = Worker::new(&run, seat, device)?;
        if first { worker.lead() } else { worker.follow() }
    })
}

/// What all devices of a training share.
struct Run<'a> {
    options: &'a PictureOptions,
    spec: TokenizerSpec,
    counts: CountDraw,
    data: Arc<Originals>,
    indices: Vec<usize>,
    /// What all devices start from.
    start: (DqVae, Critic),
    begun: Instant,
}

/// One device of a training.
struct Worker<'a> {
    run: &'a Run<'a>,
    seat: Seat,
    device: &'a Device,
    trainer: Trainer<DqVae>,
    adversary: Adversary,
    network: Option<PerceptualLoss>,
    batches: CropBatches,
}

impl<'a> Worker<'a> {
    /// Starts from the common weights or from the checkpoint.
    fn new(run: &'a Run, seat: Seat, device: &'a Device) -> Result<Self> {
        let (options, config) = (run.options, &run.spec.config);
        let common = &options.common;
        device.seed(common.seed);
        let network = options.features.as_deref().map(|path| PerceptualLoss::load(path, device));
        let (model, critic) = run.start.clone();
        let (model, critic) = (model.to_device(device), critic.to_device(device));
        let trainer = Trainer::new(model, common, device)?;
        let plan = CropPlan {
            indices: run.indices.clone(),
            batch: common.batch,
            size: config.image,
            threads: THREADS,
            from: trainer.step,
            seed: common.seed,
        };
        let batches = CropBatches::new(run.data.clone(), &plan, &seat, device);
        Ok(Self {
            run,
            device,
            adversary: Adversary::new(critic, &options.adversary, common, device)?,
            network: network.transpose()?,
            batches,
            trainer,
            seat,
        })
    }

    /// Trains along with the first device.
    fn follow(self) -> Result<()> {
        let Self { run, seat, trainer, mut adversary, network, batches, .. } = self;
        let watch = Stopwatch::default();
        let mut step = stepper(run, (&seat, &watch), network.as_ref(), &batches, &trainer);
        run::follow(trainer, |trainer| step(trainer, &mut adversary))
    }

    /// Trains, logs, saves, and measures the result.
    fn lead(self) -> Result<()> {
        let Self { run, seat, device, trainer, adversary, network, batches } = self;
        let (common, spec) = (&run.options.common, &run.spec);
        let (network, target) = (network.as_ref(), &run.counts.target);
        let held = HeldOut::new(&run.data, spec.config.image, device)?;
        let first = trainer.step;
        let watch = match run.options.time_parts {
            true => Stopwatch::on(device),
            false => Stopwatch::default(),
        };
        let mut step = stepper(run, (&seat, &watch), network, &batches, &trainer);
        let adversary = RefCell::new(adversary);
        let trained = run::train(
            trainer,
            common,
            LOSSES,
            |trainer| {
                let losses = step(trainer, &mut adversary.borrow_mut())?;
                if trainer.step == first + UNTIMED {
                    watch.reset();
                }
                if trainer.step.is_multiple_of(run.options.follow_every) {
                    let found = held.follow((spec, &trainer.average()), target, network)?;
                    note(common, trainer.step, &found)?;
                }
                Ok(losses)
            },
            |trainer| {
                let model = trainer.average();
                save(&common.out, spec, &model)?;
                adversary.borrow().checkpoint()?;
                let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
                held.sheet((spec, &model), target, &sheet)
            },
        )?;
        let model = trained.average();
        let reports = rates(target, &spec.config)?
            .iter()
            .map(|counts| held.measure((spec, &model), counts, network))
            .collect::<Result<Vec<_>>>()?;
        reports.iter().for_each(|report| println!("held-out {report}"));
        let outcome = Outcome {
            options: run.options,
            config: &spec.config,
            steps: trained.step - first,
            seconds: run.begun.elapsed().as_secs_f64(),
            parts: watch.parts(),
            held_out: reports,
        };
        let path = common.out.join("report.json");
        let text = serde_json::to_vec_pretty(&outcome).unwrap_or_default();
        std::fs::write(&path, text).map_err(Error::io(&path))
    }
}

/// What makes one step after the other.
fn stepper<'a>(
    run: &'a Run<'a>,
    (seat, watch): (&'a Seat, &'a Stopwatch),
    network: Option<&'a PerceptualLoss>,
    batches: &'a CropBatches,
    trainer: &Trainer<DqVae>,
) -> impl FnMut(&mut Trainer<DqVae>, &mut Adversary) -> Result<Vec<Tensor<1>>> + use<'a> {
    let (options, spec) = (run.options, &run.spec);
    let objective = PictureObjective {
        spec,
        counts: &run.counts,
        picture: PictureLoss {
            network,
            edges: options.edges,
            perceptual: options.perceptual,
            logits: options.logits,
            part: options.perceptual_part,
            precision: options.common.precision,
        },
        disturb: options.disturb,
        seat,
        watch,
    };
    let mut codebook = (trainer.step > WITHOUT_CODEBOOK || !spec.config.quantiser.is_learned())
        .then(|| CodebookAverage::new(&trainer.model.decoder.codebook));
    let seed = options.common.seed.wrapping_add(trainer.step as u64);
    let mut rng = Rng::new(seed).fork(7);
    move |trainer, adversary| {
        objective.step(trainer, adversary, batches.next()?.images, &mut codebook, &mut rng)
    }
}

/// What is written at the end.
#[derive(Serialize)]
struct Outcome<'a> {
    options: &'a PictureOptions,
    config: &'a TokenizerConfig,
    steps: usize,
    seconds: f64,
    /// Where the time of the steps went, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    held_out: Vec<PictureReport>,
}

/// What is measured at the end: the counts of the training, then rates from all coarse to all fine, unless
/// the length is fixed.
fn rates(target: &Counts, config: &TokenizerConfig) -> Result<Vec<Counts>> {
    if config.fixed.is_some() {
        return Ok(vec![*target]);
    }
    let (grid, regions) = (config.grid, config.grid.region_count());
    let same = |count| vec![count; target.as_slice().len()];
    let mut finest = same(0);
    if let Some(last) = finest.last_mut() {
        *last = regions;
    }
    let others = [same(0), same(regions / 8), same(regions * 2 / 5), finest];
    let others = others.iter().map(|counts| Counts::new(grid, counts));
    [Ok(*target)].into_iter().chain(others).collect()
}

fn note(common: &Options, step: usize, found: &PictureReport) -> Result<()> {
    println!(
        "step {step}  held-out l1 {:.4}  perceptual {:.4}  PSNR {:.2} dB  perplexity {:.0}",
        found.l1,
        found.perceptual.unwrap_or_default(),
        found.psnr,
        found.perplexity
    );
    let losses = [
        ("l1", found.l1 as f32),
        ("perceptual", found.perceptual.unwrap_or_default() as f32),
        ("psnr", found.psnr as f32),
        ("perplexity", found.perplexity as f32),
    ];
    held_out::note(&common.out, step, &losses)
}

/// The tokenizer that the training starts from; what shall not change is marked as not trained.
fn going_on(
    (mut spec, mut model): (TokenizerSpec, DqVae),
    options: &PictureOptions,
    config: TokenizerConfig,
    device: &Device,
) -> Result<(TokenizerSpec, DqVae)> {
    if config.predicts && !spec.config.predicts {
        spec.config.predicts = true;
        model.encoder.error = Some(ErrorHead::new(&config, device));
    }
    // A code of fixed length starts from the same networks; its length is all that differs.
    let length = TokenizerConfig { fixed: config.fixed, told: config.told, ..spec.config.clone() };
    if config.fixed.is_some() && !options.decoder_only && length == config {
        model.decoder = model.decoder.with_length(&config);
        spec.config = config.clone();
    }
    if spec.config != config {
        return Err(Error::BadRequest(
            "the tokenizer of --from has another quantiser or fixed length than this training."
                .into(),
        ));
    }
    if options.decoder_only {
        model.encoder.encoder = model.encoder.encoder.no_grad();
        model.decoder.codebook = model.decoder.codebook.no_grad();
    }
    Ok((spec, model))
}

/// Quantiles of the deviation over some of the training pictures.
fn quantiles(
    data: &Originals,
    indices: &[usize],
    config: &TokenizerConfig,
    device: &Device,
) -> Result<DensityLevels> {
    let step = indices.len().div_ceil(QUANTILE_IMAGES).max(1);
    let some: Vec<usize> = indices.iter().copied().step_by(step).collect();
    let mut all = Vec::new();
    for chunk in some.chunks(DENSITY_BATCH) {
        let images = centres(data, chunk, config.image, device)?;
        all.extend(Deviation.density(images, config.grid.regions).into_data().iter::<f32>());
    }
    DensityLevels::from_samples(all)
}

//! Trains DQVAE++.
//!
//! Each image of a batch gets a fine ratio of its own, so that one tokenizer serves all of them.
//! The codebook joins after a short time without quantisation and starts from encoder vectors.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, FloatDType, Tensor};
use serde::{Deserialize, Serialize};

use super::codebook::CodebookAverage;
use super::images::{Augment, ImageBatches, image_batch};
use super::precision::compute_input;
use super::{Options, Trainer, run};
use crate::data::{Dataset, Sheet, Split};
use crate::density::{
    DensityLevels, Deviation, Entropy, InformationDensity, LEVELS, Measure, fine_from,
};
use crate::dqvae::{
    Analysis, CoarseError, DqVae, Encoded, Router, RouterDensity, Synthesis, TokenizerConfig,
    budget_loss, spread_gates,
};
use crate::grain::{GrainMap, Grid};
use crate::metrics::PerceptualLoss;
use crate::pack::{self, Weights};
use crate::rng::Rng;
use crate::sampler::to_rgb;
use crate::{Error, Result};

/// Steps before the codebook joins.
const WITHOUT_CODEBOOK: usize = 300;
/// Weight of the commitment loss.
const COMMIT: f32 = 0.25;
/// Idle codes restart until this share of the training.
const RESTART_UNTIL: f32 = 0.8;
/// Images for one density pass.
const DENSITY_BATCH: usize = 128;

/// Options of `varigrain train tokenizer`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct TokenizerOptions {
    /// Options of every training run.
    #[command(flatten)]
    pub common: Options,
    /// What decides the granularity.
    #[arg(long, value_enum, default_value_t = Measure::Deviation)]
    pub measure: Measure,
    /// Weight of the edge loss.
    #[arg(long, default_value_t = 1.0)]
    pub edges: f32,
    /// EfficientNet-Lite0 weights for the perceptual loss; without them it is left out.
    #[arg(long)]
    pub features: Option<PathBuf>,
    /// Weight of the perceptual loss.
    #[arg(long, default_value_t = 0.1)]
    pub perceptual: f32,
    /// Learned router only: wanted share of fine regions.
    #[arg(long, default_value_t = 0.5)]
    pub router_ratio: f32,
    /// Learned router only: weight γ of the budget loss.
    #[arg(long, default_value_t = 10.0)]
    pub budget: f32,
}

/// A trained tokenizer as its run folder holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenizerRun {
    /// Sizes.
    pub config: TokenizerConfig,
    /// Density quantiles of the training images.
    pub density: DensityLevels,
}

/// The losses of a step, in the order of [`LOSSES`].
pub const LOSSES: &[&str] =
    &["loss", "l1", "edges", "perceptual", "commit", "fine_ratio", "perplexity"];

/// Trains from `options`; the sizes come from `config`.
pub fn train(options: &TokenizerOptions, config: TokenizerConfig) -> Result<()> {
    let common = &options.common;
    common.prepare()?;
    config.validate()?;
    let device = common.device.device()?;
    device.seed(common.seed);
    let data = Arc::new(Dataset::open(&common.data)?);
    if data.size != config.image {
        return Err(Error::Data(format!(
            "the images are {} pixels wide, the tokenizer wants {}. Run `varigrain data --size {}`.",
            data.size, config.image, config.image
        )));
    }
    let indices = data.indices(Split::Train);
    let density = fixed_density(&data, &indices, &config, &device)?;
    let perceptual = options.features.as_deref().map(|path| PerceptualLoss::load(path, &device));
    let perceptual = perceptual.transpose()?;

    let trainer = Trainer::new(DqVae::new(&config, &device), common, &device)?;
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let augment = Augment { shift: config.image / 16, mirror: true };
    let batches = ImageBatches::new(data.clone(), indices.clone(), common.batch, augment, seed);
    let mut codebook = (trainer.step > WITHOUT_CODEBOOK)
        .then(|| CodebookAverage::new(&trainer.model.synthesis.codebook));
    let mut rng = Rng::new(seed).fork(7);
    let run = TokenizerRun { config: config.clone(), density };

    let trainer = run::train(
        trainer,
        common,
        LOSSES,
        |trainer| {
            let images = batches
                .next(&device)
                .ok_or_else(|| Error::Data("the image thread has stopped.".into()))?;
            let objective = Objective { options, run: &run, perceptual: perceptual.as_ref() };
            objective.step(trainer, images, &mut codebook, &mut rng)
        },
        |trainer| {
            let model = shipped(trainer);
            save(&common.out, &run, &model)?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            sample_sheet(&data, &run, &model, &device, &sheet)
        },
    )?;
    // Measures that depend on the model get their quantiles from the finished one.
    if matches!(config.measure, Measure::CoarseError | Measure::Router) {
        let model = shipped(&trainer);
        let density =
            quantiles(&data, &indices, &device, &*measure(&run.config, &model), config.grid)?;
        save(&common.out, &TokenizerRun { config, density }, &model)?;
    }
    Ok(())
}

/// One step of the objective.
struct Objective<'a> {
    options: &'a TokenizerOptions,
    run: &'a TokenizerRun,
    perceptual: Option<&'a PerceptualLoss>,
}

impl Objective<'_> {
    fn step(
        &self,
        trainer: &mut Trainer<DqVae>,
        images: Tensor<4>,
        codebook: &mut Option<CodebookAverage>,
        rng: &mut Rng,
    ) -> Result<Vec<Tensor<1>>> {
        let (view, grid) = (trainer.view(), self.run.config.grid);
        let tracked = Tensor::from_inner(images.clone());
        let input = compute_input(tracked.clone(), trainer.precision());
        let features = view.analysis.encoder.forward(input);
        let gates = match &view.analysis.router {
            Some(router) => {
                let logits = router.forward(&features);
                Router::gumbel_gates(logits.clone(), gumbel_like(&logits, rng))
            }
            None => self.density_gates(&images, rng),
        }; // [batch, regions², granularities]
        let ratio = gates.clone().narrow(2, grid.granularities - 1, 1).mean();
        let spread = spread_gates(gates.clone(), grid);
        let weights = code_weights(&spread); // [batch, cells²]

        let Encoded { z, codes, quantised } = view.synthesis.quantise(features, &spread);
        let straight_through = match codebook {
            Some(_) => z.clone() + (quantised.clone() - z.clone()).detach(),
            None => z.clone(),
        };
        let output = view.synthesis.decode_vectors(straight_through).cast(FloatDType::F32);

        let difference = output.clone() - tracked.clone();
        let l1 = difference.clone().abs().mean();
        let edges = edge_loss(difference);
        let perceptual = match self.perceptual {
            Some(network) => network.mean(output, tracked),
            None => l1.clone().zeros_like(),
        };
        let error = (z.clone() - quantised).square().sum_dim(2); // [batch, cells², 1]
        let weight = Tensor::from_inner(weights.clone()).unsqueeze_dim::<3>(2);
        let commit = match codebook {
            Some(_) => (error * weight.clone()).sum() / weight.sum(),
            None => l1.clone().zeros_like(),
        };
        let mut loss = l1.clone()
            + edges.clone() * self.options.edges
            + perceptual.clone() * self.options.perceptual
            + commit.clone() * COMMIT;
        if view.analysis.router.is_some() {
            loss = loss + budget_loss(gates, self.options.router_ratio, self.options.budget);
        }
        trainer.update(&loss);

        let [batch, cells, dim] = z.dims();
        let vectors = z.detach().inner().reshape([batch * cells, dim]);
        let codes = codes.inner().reshape([batch * cells]);
        let restart = (trainer.step as f32) < RESTART_UNTIL * trainer.steps as f32;
        match codebook {
            Some(average) => {
                average.update(vectors, codes, weights.reshape([batch * cells]), restart);
            }
            None if trainer.step >= WITHOUT_CODEBOOK.min(trainer.steps / 10) => {
                *codebook = Some(CodebookAverage::from_vectors(self.run.config.codes, vectors));
            }
            None => {}
        }
        let perplexity = match codebook {
            Some(average) => {
                let codes = Tensor::from_inner(average.codes());
                let book = &mut trainer.model.synthesis.codebook;
                book.codes = book.codes.clone().map(|_| codes);
                average.perplexity()
            }
            None => Tensor::zeros([1], &ratio.device().inner()),
        };
        Ok(vec![loss, l1, edges, perceptual, commit, ratio, Tensor::from_inner(perplexity)])
    }

    /// Gates from fixed densities, with a random fine ratio for every image: mostly 0.2 to 0.8,
    /// sometimes all coarse or all fine.
    fn density_gates(&self, images: &Tensor<4>, rng: &mut Rng) -> Tensor<3> {
        let [batch, _, _, _] = images.dims();
        let (config, device) = (&self.run.config, images.device());
        let density = match config.measure {
            Measure::Entropy => Entropy::default().density(images.clone(), config.grid.regions),
            _ => Deviation.density(images.clone(), config.grid.regions),
        }; // [batch, regions²]
        let steps = config.grid.granularities - 1;
        let bounds: Vec<Vec<f32>> = (0..batch)
            .map(|_| {
                let u = rng.uniform();
                let ratio = match u {
                    u if u < 0.05 => 0.0,
                    u if u < 0.15 => 1.0,
                    _ => 0.2 + 0.6 * rng.uniform(),
                };
                // Finer granularities share the ratio between them.
                let bound = |i: usize| fine_from(ratio * (i + 1) as f32 / steps as f32);
                (0..steps).map(|i| self.run.density.threshold(bound(i)).max(-1e30)).collect()
            })
            .collect();
        let at_least: Vec<Tensor<2>> = (0..steps)
            .map(|i| {
                let bound: Vec<f32> = bounds.iter().map(|b| b[i]).collect();
                let bound = Tensor::<1>::from_floats(bound.as_slice(), &device).reshape([batch, 1]);
                density.clone().greater(bound.expand(density.dims())).float()
            })
            .collect(); // [finest, …]: 1 where the region is at least that fine
        let mut gates = vec![at_least[steps - 1].clone().neg().add_scalar(1.0)];
        for i in (0..steps).rev() {
            let finer = i.checked_sub(1).map(|i| at_least[i].clone());
            gates.push(match finer {
                Some(finer) => at_least[i].clone() - finer,
                None => at_least[i].clone(),
            });
        }
        Tensor::from_inner(Tensor::stack(gates, 2))
    }
}

/// Error of the edges at three sizes: mean |∇d| of the difference d, of d at half and at a quarter
/// of the size, and mean |d| of the smaller two (ours; cheap, and drawings live by their edges).
fn edge_loss(difference: Tensor<4>) -> Tensor<1> {
    let mut d = difference;
    let mut loss = None;
    for scale in 0..3 {
        let [batch, channels, height, width] = d.dims();
        let down = d.clone().narrow(2, 1, height - 1) - d.clone().narrow(2, 0, height - 1);
        let right = d.clone().narrow(3, 1, width - 1) - d.clone().narrow(3, 0, width - 1);
        let mut error = down.abs().mean() + right.abs().mean();
        if scale > 0 {
            error = error + d.clone().abs().mean();
        }
        loss = Some(match loss {
            Some(sum) => sum + error,
            None => error,
        });
        d = d.reshape([batch, channels, height / 2, 2, width / 2, 2]).mean_dims(&[3, 5]).reshape([
            batch,
            channels,
            height / 2,
            width / 2,
        ]);
    }
    loss.expect("three scales")
}

/// Weight of each cell so that every code counts once: 1 for fine cells, 1/4 for coarse ones, and
/// so on. `[batch, cells²]`, without autodiff.
fn code_weights(gates: &[Tensor<4>]) -> Tensor<2> {
    let finest = gates.len() - 1;
    let weights = gates.iter().enumerate().map(|(grain, gate)| {
        let share = 0.25f32.powi((finest - grain) as i32);
        gate.clone().detach().inner().cast(FloatDType::F32) * share
    });
    let sum = weights.reduce(|a, b| a + b).expect("there is at least one granularity");
    let [batch, _, cells, _] = sum.dims();
    sum.reshape([batch, cells * cells])
}

fn gumbel_like(logits: &Tensor<3>, rng: &mut Rng) -> Tensor<3> {
    let shape = logits.dims();
    let noise: Vec<f32> = (0..shape.iter().product()).map(|_| rng.gumbel()).collect();
    let noise = Tensor::<1>::from_floats(noise.as_slice(), &logits.device()).reshape(shape);
    noise.cast(FloatDType::from(logits.dtype()))
}

/// The averaged weights with the current codebook, which is an average already.
fn shipped(trainer: &Trainer<DqVae>) -> DqVae {
    let mut model = trainer.average.clone();
    model.synthesis.codebook = trainer.model.synthesis.codebook.valid();
    model
}

/// The measure of `config`; those that need a tokenizer use `model`.
pub fn measure<'a>(config: &TokenizerConfig, model: &'a DqVae) -> Box<dyn InformationDensity + 'a> {
    match config.measure {
        Measure::Entropy => Box::new(Entropy::default()),
        Measure::Deviation => Box::new(Deviation),
        Measure::CoarseError => Box::new(CoarseError { model, grid: config.grid }),
        Measure::Router => Box::new(RouterDensity { model }),
    }
}

/// Quantiles for the measures that need no model; the others train on the deviation.
fn fixed_density(
    data: &Dataset,
    indices: &[usize],
    config: &TokenizerConfig,
    device: &Device,
) -> Result<DensityLevels> {
    match config.measure {
        Measure::Entropy => quantiles(data, indices, device, &Entropy::default(), config.grid),
        _ => quantiles(data, indices, device, &Deviation, config.grid),
    }
}

fn quantiles(
    data: &Dataset,
    indices: &[usize],
    device: &Device,
    measure: &dyn InformationDensity,
    grid: Grid,
) -> Result<DensityLevels> {
    let mut all = Vec::new();
    for chunk in indices.chunks(DENSITY_BATCH) {
        let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
        let density = measure.density(image_batch(&images, data.size, device), grid.regions);
        all.extend(density.into_data().iter::<f32>());
    }
    DensityLevels::from_samples(all)
}

/// Writes a tokenizer to its run folder.
pub fn save(dir: &Path, run: &TokenizerRun, model: &DqVae) -> Result<()> {
    let put = |name: &str, bytes: Vec<u8>| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).map_err(Error::io(&path))
    };
    put("tokenizer.json", serde_json::to_vec_pretty(run).unwrap_or_default())?;
    put("analysis.safetensors", pack::save(&model.analysis, false)?)?;
    put("synthesis.safetensors", pack::save(&model.synthesis, false)?)
}

/// Reads what [`save`] wrote.
pub fn load(dir: &Path, device: &Device) -> Result<(TokenizerRun, DqVae)> {
    let get = |name: &str| {
        let path = dir.join(name);
        std::fs::read(&path).map_err(Error::io(&path))
    };
    let run: TokenizerRun = serde_json::from_slice(&get("tokenizer.json")?)
        .map_err(|e| Error::Data(format!("tokenizer.json is damaged: {e}")))?;
    run.config.validate()?;
    run.density.validate()?;
    let weights = |name: &str| Weights::read(name, get(name)?);
    let analysis =
        weights("analysis.safetensors")?.load_into(Analysis::new(&run.config, device), device)?;
    let synthesis =
        weights("synthesis.safetensors")?.load_into(Synthesis::new(&run.config, device), device)?;
    Ok((run, DqVae { analysis, synthesis }))
}

/// Grain maps of a batch of images at one fine ratio.
pub fn maps_of(
    run: &TokenizerRun,
    model: &DqVae,
    images: Tensor<4>,
    ratio: f32,
) -> Result<Vec<GrainMap>> {
    let grid = run.config.grid;
    let densities = measure(&run.config, model).density(images, grid.regions);
    let densities: Vec<f32> = densities.into_data().iter::<f32>().collect();
    densities
        .chunks(grid.region_count())
        .map(|image| GrainMap::from_levels(grid, &run.density.levels(image), &[ratio]))
        .collect()
}

/// Held-out images, a row each: original, then reconstructions at r = 0.25, 0.5 and 1.
fn sample_sheet(
    data: &Dataset,
    run: &TokenizerRun,
    model: &DqVae,
    device: &Device,
    path: &Path,
) -> Result<()> {
    let mut indices = data.indices(Split::TestConcepts);
    Rng::new(LEVELS as u64).shuffle(&mut indices);
    indices.truncate(24);
    if indices.is_empty() {
        return Ok(());
    }
    let mut sheet = Sheet::new(8, data.size, 4);
    let images: Vec<&[u8]> = indices.iter().map(|i| data.image(*i)).collect();
    let batch = image_batch(&images, data.size, device);
    let mut columns: Vec<Vec<Vec<u8>>> = vec![images.iter().map(|i| i.to_vec()).collect()];
    for ratio in [0.25, 0.5, 1.0] {
        let maps = maps_of(run, model, batch.clone(), ratio)?;
        let output = model.decode(model.encode(batch.clone(), &maps).codes);
        let values: Vec<f32> = output.into_data().iter::<f32>().collect();
        columns.push(values.chunks(3 * data.size * data.size).map(to_rgb).collect());
    }
    for row in 0..indices.len() {
        for column in &columns {
            sheet.add(&column[row], data.size)?;
        }
    }
    sheet.save(path)
}

//! Trains DQVAE++.
//!
//! Each image of a batch gets a fine ratio of its own, so that one tokenizer serves all of them.
//! The codebook joins after a short time without quantisation and starts from encoder vectors.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::codebook::CodebookAverage;
use super::images::{Augment, ImageBatches};
use super::objective::{LOSSES, Objective, WITHOUT_CODEBOOK};
use super::tokenizer_run::{fixed_density, quantiles, sample_sheet, save};
use super::{Options, Trainer, run};
use crate::data::{Dataset, Split};
use crate::density::Measure;
use crate::dqvae::{DqVae, TokenizerConfig, TokenizerSpec, measure};
use crate::metrics::PerceptualLoss;
use crate::rng::Rng;
use crate::{Error, Result};

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
    let batches =
        ImageBatches::new(data.clone(), indices.clone(), common.batch, augment, seed, &device);
    let mut codebook = (trainer.step > WITHOUT_CODEBOOK)
        .then(|| CodebookAverage::new(&trainer.model.synthesis.codebook));
    let mut rng = Rng::new(seed).fork(7);
    let spec = TokenizerSpec { config: config.clone(), density };

    let trainer = run::train(
        trainer,
        common,
        LOSSES,
        |trainer| {
            let images = batches.next()?;
            let objective = Objective { options, spec: &spec, perceptual: perceptual.as_ref() };
            objective.step(trainer, images, &mut codebook, &mut rng)
        },
        |trainer| {
            let model = trainer.average();
            save(&common.out, &spec, &model)?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            sample_sheet(&data, &spec, &model, &device, &sheet)
        },
    )?;
    // Measures that depend on the model get their quantiles from the finished one.
    if matches!(config.measure, Measure::CoarseError | Measure::Router) {
        let model = trainer.average();
        let density =
            quantiles(&data, &indices, &device, &*measure(&spec.config, &model), config.grid)?;
        save(&common.out, &TokenizerSpec { config, density }, &model)?;
    }
    Ok(())
}

//! Trains DQVAE++.
//!
//! Each image of a batch gets shares of its own, so that one tokenizer serves all of them; baselines with
//! the same shares, the same numbers of regions or one fixed grid are options.
//! A learned codebook joins after a short time without quantisation and starts from encoder vectors;
//! a lattice is there from the first step.

use std::sync::Arc;

use burn::tensor::Device;

use super::codebook::CodebookAverage;
use super::gates::Share;
use super::images::{Augment, ImageBatches};
use super::objective::{LOSSES, Objective, WITHOUT_CODEBOOK};
use super::tokenizer_options::TokenizerOptions;
use super::tokenizer_run::{fixed_density, quantiles_with, sample_sheet, save};
use super::{Trainer, run};
use crate::density::Measure;
use crate::dqvae::{DqVae, TokenizerConfig, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split};
use crate::lab::metrics::PerceptualLoss;
use crate::lab::run_folder;
use crate::rng::Rng;
use crate::{Error, Result};

/// Trains from `options`; the sizes come from `config`, or from the tokenizer that the options start from.
///
/// # Errors
/// [`Error::BadRequest`] for options that do not fit each other, [`Error::Data`] for images of another size, those
/// of [`run_folder::tokenizer`] for what the options start from.
pub fn train(options: &TokenizerOptions, config: TokenizerConfig) -> Result<()> {
    let common = &options.common;
    common.prepare()?;
    let device = common.device.device()?;
    let start =
        options.from.as_deref().map(|dir| run_folder::tokenizer(dir, &device)).transpose()?;
    let (config, start) = match start {
        Some((spec, model)) => (spec.config, Some(model)),
        None => (config, None),
    };
    config.validate()?;
    let share = Share::new(options.train_shares, &options.fine_regions, config.grid)?;
    let finer = f32::from(config.grid.finest().max(1));
    let budget = options.router_shares.unwrap_or(Shares::even(config.grid, 0.5 / finer));
    budget.fit(config.grid)?;
    if config.measure == Measure::Router && share != Share::Mixed {
        return Err(Error::BadRequest(
            "a router decides by itself what is fine; hold it to --router-shares.".into(),
        ));
    }
    device.seed(common.seed);
    let data = Arc::new(Dataset::open(&common.data)?);
    if data.size != config.image {
        return Err(Error::Data(format!(
            "the images are {} pixels wide, the tokenizer wants {}. Run `varigrain data emoji --size {}`.",
            data.size, config.image, config.image
        )));
    }
    let indices = data.indices(Split::Train);
    let density = fixed_density(&data, &indices, &config, &device)?;
    let perceptual = options.features.as_deref().map(|path| PerceptualLoss::load(path, &device));
    let perceptual = perceptual.transpose()?;

    let model = start.unwrap_or_else(|| DqVae::new(&config, &device));
    let trainer = Trainer::new(model, common, &device)?;
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let augment = Augment { shift: config.image / 16, mirror: true };
    let batches = ImageBatches::new(data.clone(), indices, common.batch, augment, seed, &device);
    let mut codebook = (trainer.step > WITHOUT_CODEBOOK || !config.quantiser.is_learned())
        .then(|| CodebookAverage::new(&trainer.model.decoder.codebook));
    let mut rng = Rng::new(seed).fork(7);
    let spec = TokenizerSpec { config: config.clone(), density };

    run::train(
        trainer,
        common,
        LOSSES,
        |trainer| {
            let images = batches.next()?;
            let perceptual = perceptual.as_ref();
            let objective = Objective { options, spec: &spec, share, budget, perceptual };
            objective.step(trainer, images, &mut codebook, &mut rng)
        },
        |trainer| {
            let model = trainer.average();
            let spec = current(&spec, &model, &data, &device)?;
            save(&common.out, &spec, &model)?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            sample_sheet(&data, &spec, &model, &device, &sheet)
        },
    )?;
    Ok(())
}

/// `spec` with the quantiles of `model` as it is, where the measure depends on the model.
fn current(
    spec: &TokenizerSpec,
    model: &DqVae,
    data: &Dataset,
    device: &Device,
) -> Result<TokenizerSpec> {
    let config = spec.config.clone();
    let density = match config.measure.needs_model() {
        false => spec.density.clone(),
        true => quantiles_with(model, &config, data, device)?,
    };
    Ok(TokenizerSpec { config, density })
}

//! The run folder of a tokenizer: its files, its density quantiles, its sample sheet.

use std::path::Path;

use burn::tensor::Device;

use crate::density::{DensityLevels, InformationDensity, LEVELS, Measure};
use crate::dqvae::{DqVae, TokenizerConfig, TokenizerSpec, measure};
use crate::grain::{Grid, Shares};
use crate::lab::data::{Dataset, Sheet, Split, image_batch};
use crate::pack;
use crate::rng::Rng;
use crate::sampler::to_rgb;
use crate::{Error, Result};

/// Images for one density pass.
const DENSITY_BATCH: usize = 128;
/// Training images that give the quantiles of a measure that is not known beforehand.
const QUANTILE_IMAGES: usize = 2048;

/// Quantiles for the measures that need no model. The others find theirs in training; until then
/// those of the deviation stand in.
pub fn fixed_density(
    data: &Dataset,
    indices: &[usize],
    config: &TokenizerConfig,
    device: &Device,
) -> Result<DensityLevels> {
    quantiles(data, indices, device, &*config.measure.of_images(), config.grid)
}

/// Quantiles of `measure` over the images `indices`.
pub fn quantiles(
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

/// Quantiles of the measure of `config` over some of the training images; `model` may have a say.
pub fn quantiles_with(
    model: &DqVae,
    config: &TokenizerConfig,
    data: &Dataset,
    device: &Device,
) -> Result<DensityLevels> {
    let indices = data.indices(Split::Train);
    let step = indices.len().div_ceil(QUANTILE_IMAGES).max(1);
    let some: Vec<usize> = indices.into_iter().step_by(step).collect();
    quantiles(data, &some, device, &*measure(config, model), config.grid)
}

/// A tokenizer with another measure deciding, and its quantiles over some of the training images of
/// `data`. Without those the old quantiles stay, which only
/// [`Allocation::Densest`](crate::dqvae::Allocation::Densest) does not look at.
///
/// # Errors
/// [`Error::BadRequest`] if that is the learned router and the tokenizer has none.
pub fn with_measure(
    run: &TokenizerSpec,
    model: &DqVae,
    other: Measure,
    data: Option<&Dataset>,
    device: &Device,
) -> Result<TokenizerSpec> {
    if other == run.config.measure {
        return Ok(run.clone());
    }
    if other == Measure::Router && model.encoder.router.is_none() {
        return Err(Error::BadRequest("a tokenizer that has no router cannot ask it.".into()));
    }
    if other == Measure::PredictedError && model.encoder.error.is_none() {
        return Err(Error::BadRequest(
            "a tokenizer without the head for it cannot predict errors.".into(),
        ));
    }
    let config = TokenizerConfig { measure: other, ..run.config.clone() };
    let Some(data) = data else {
        return Ok(TokenizerSpec { config, density: run.density.clone() });
    };
    let density = quantiles_with(model, &config, data, device)?;
    Ok(TokenizerSpec { config, density })
}

/// Writes a tokenizer to its run folder.
pub fn save(dir: &Path, run: &TokenizerSpec, model: &DqVae) -> Result<()> {
    let put = |name: &str, bytes: Vec<u8>| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).map_err(Error::io(&path))
    };
    put("tokenizer.json", serde_json::to_vec_pretty(run).unwrap_or_default())?;
    put("encoder.safetensors", pack::save(&model.encoder, false)?)?;
    put("decoder.safetensors", pack::save(&model.decoder, false)?)
}

/// Held-out images, a row each: original, then reconstructions at r = 0.25, 0.5 and 1.
pub fn sample_sheet(
    data: &Dataset,
    run: &TokenizerSpec,
    model: &DqVae,
    device: &Device,
    path: &Path,
) -> Result<()> {
    let indices = Rng::new(LEVELS as u64).some(data.indices(Split::TestConcepts), 24);
    if indices.is_empty() {
        return Ok(());
    }
    let mut sheet = Sheet::new(8, data.size, 4);
    let images: Vec<&[u8]> = indices.iter().map(|i| data.image(*i)).collect();
    let batch = image_batch(&images, data.size, device);
    let mut columns: Vec<Vec<Vec<u8>>> = vec![images.iter().map(|i| i.to_vec()).collect()];
    for ratio in [0.25, 0.5, 1.0] {
        let maps = run.maps(model, batch.clone(), Shares::even(run.config.grid, ratio))?;
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

/// One image each of some classes of the last axis among `indices`, original beside reconstruction at r = 0.5, at twice
/// the size: four pairs a row.
pub fn comparison_sheet(
    data: &Dataset,
    mut indices: Vec<usize>,
    concepts: usize,
    (run, model): &(TokenizerSpec, DqVae),
    device: &Device,
    path: &Path,
) -> Result<()> {
    Rng::new(LEVELS as u64).shuffle(&mut indices);
    let mut seen = std::collections::BTreeSet::new();
    indices.retain(|i| seen.insert(data.items[*i].classes.last().copied()));
    indices.truncate(concepts);
    let mut sheet = Sheet::new(8, 2 * data.size, 8);
    for chunk in indices.chunks(DENSITY_BATCH) {
        let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
        let batch = image_batch(&images, data.size, device);
        let maps = run.maps(model, batch.clone(), Shares::even(run.config.grid, 0.5))?;
        let output = model.decode(model.encode(batch, &maps).codes);
        let values: Vec<f32> = output.into_data().iter::<f32>().collect();
        for (image, values) in images.iter().zip(values.chunks(3 * data.size * data.size)) {
            sheet.add(image, data.size)?;
            sheet.add(&to_rgb(values), data.size)?;
        }
    }
    sheet.save(path)
}

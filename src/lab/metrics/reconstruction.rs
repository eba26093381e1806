//! How well a tokenizer gives images back, and at what price in codes and bits.

use burn::tensor::{Device, Tensor};

use super::busy_regions::{BusyRegions, region_errors};
use super::code_use::CodeUse;
use super::frechet::Reference;
use super::generation::FeatureSet;
use super::{EfficientNetLite, PerceptualLoss, psnr, ssim};
use crate::Result;
use crate::dqvae::{Allocation, DqVae, TokenizerSpec};
use crate::lab::data::{Dataset, image_batch};

/// Images that pass the tokenizer at once.
const BATCH: usize = 128;
/// Regions along each side of an image in which the error of busy ones is taken, whatever grid the
/// tokenizer has.
const REGIONS: usize = 8;

/// Means over the images of one evaluation.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reconstruction {
    /// Number of images.
    pub images: usize,
    /// Share of the regions that are fine.
    pub fine: f64,
    /// Codes per image.
    pub codes: f64,
    /// Bits per image: codes · log₂ K, and what it takes to say which regions are fine.
    pub bits: f64,
    /// Peak signal-to-noise ratio in dB, mean over the images.
    pub psnr: f64,
    /// Structural similarity, mean over the images.
    pub ssim: f64,
    /// Distance on EfficientNet-Lite0 taps in the manner of LPIPS, mean over the images, if that
    /// network was given.
    pub perceptual: Option<f64>,
    /// Fréchet distance between originals and reconstructions in EfficientNet-Lite2 features, if
    /// that network was given. Depends on the number of images; no published FID compares.
    pub fd_lite: Option<f64>,
    /// Mean absolute error, of values in 0..=1, in the quarter of all regions with the highest
    /// entropy.
    pub busy_error: f64,
    /// Share of the codebook that occurs in these images.
    pub codebook_use: f64,
    /// Perplexity of the codes over these images.
    pub perplexity: f64,
}

/// Images that tokenizers have to give back, with what is the same for all of them.
pub struct Originals<'a> {
    data: &'a Dataset,
    indices: &'a [usize],
    /// Network of the Fréchet distance, and what it says of the originals.
    features: Option<(&'a EfficientNetLite, Reference)>,
    perceptual: Option<&'a PerceptualLoss>,
    /// 1 for each busy region, a list an image.
    busy: Vec<Vec<f32>>,
    device: &'a Device,
}

impl<'a> Originals<'a> {
    /// The images `indices` of `data`.
    pub fn new(data: &'a Dataset, indices: &'a [usize], device: &'a Device) -> Self {
        let mut busy = BusyRegions::new(REGIONS);
        for chunk in indices.chunks(BATCH) {
            busy.add(batch(data, chunk, device));
        }
        Self { data, indices, features: None, perceptual: None, busy: busy.marks(), device }
    }

    /// With the network of the Fréchet distance.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for fewer than two images.
    pub fn with_features(self, network: &'a EfficientNetLite) -> Result<Self> {
        let mut real = FeatureSet::default();
        for chunk in self.indices.chunks(BATCH) {
            real.add(network, batch(self.data, chunk, self.device));
        }
        Ok(Self { features: Some((network, real.reference()?)), ..self })
    }

    /// With the network of the perceptual distance.
    pub fn with_perceptual(self, network: &'a PerceptualLoss) -> Self {
        Self { perceptual: Some(network), ..self }
    }

    /// Encodes and decodes all images and compares.
    ///
    /// # Errors
    /// Those of [`TokenizerSpec::allocate`], or [`Error::Data`](crate::Error::Data) if a distance
    /// cannot be computed (fewer than two images, values that are not finite).
    pub fn compare(
        &self,
        spec: &TokenizerSpec,
        model: &DqVae,
        allocation: Allocation,
    ) -> Result<Reconstruction> {
        let config = &spec.config;
        let (mut psnrs, mut ssims, mut distances) = (vec![], vec![], vec![]);
        let (mut codes, mut fine, mut error) = (0, 0.0, 0.0);
        let (mut made, mut code_use) = (FeatureSet::default(), CodeUse::new(config.codes));
        for (chunk, busy) in self.indices.chunks(BATCH).zip(self.busy.chunks(BATCH)) {
            let images = batch(self.data, chunk, self.device);
            let maps = spec.allocate(model, images.clone(), allocation)?;
            let encoded = model.encode(images.clone(), &maps).codes; // [batch, cells²]
            let [_, cells] = encoded.dims();
            let output = model.decode(encoded.clone()).clamp(-1.0, 1.0);

            let encoded: Vec<usize> =
                encoded.into_data().iter::<i64>().map(|code| code as usize).collect();
            for (map, cells) in maps.iter().zip(encoded.chunks(cells)) {
                codes += code_use.add(map, cells);
                fine += f64::from(map.finest_share());
            }
            let errors = region_errors(images.clone(), output.clone(), REGIONS);
            let errors = errors.into_data();
            let marked = errors.iter::<f32>().zip(busy.iter().flatten());
            error += marked.map(|(e, mark)| f64::from(e * mark)).sum::<f64>();
            if let Some((network, _)) = &self.features {
                made.add(network, output.clone());
            }
            if let Some(network) = self.perceptual {
                let distance = network.distance(images.clone(), output.clone());
                distances.extend(distance.into_data().iter::<f32>().map(f64::from));
            }
            for pair in similarities(unit(images), unit(output), self.data.size) {
                let (psnr, ssim) = pair?;
                psnrs.push(psnr);
                ssims.push(ssim);
            }
        }
        let images = self.indices.len();
        let per_image = codes as f64 / images.max(1) as f64;
        let marked = self.busy.iter().flatten().map(|mark| f64::from(*mark)).sum::<f64>();
        let fd_lite = match &self.features {
            Some((_, real)) => Some(real.distance(made.rows())?),
            None => None,
        };
        Ok(Reconstruction {
            images,
            fine: fine / images.max(1) as f64,
            codes: per_image,
            bits: per_image * (config.codes as f64).log2() + config.map_bits(allocation),
            psnr: mean(&psnrs),
            ssim: mean(&ssims),
            perceptual: self.perceptual.map(|_| mean(&distances)),
            fd_lite,
            busy_error: error / marked.max(1.0) / 2.0, // images are in -1..=1
            codebook_use: code_use.used(),
            perplexity: code_use.perplexity(),
        })
    }
}

/// Several images of a data set.
fn batch(data: &Dataset, indices: &[usize], device: &Device) -> Tensor<4> {
    let images: Vec<&[u8]> = indices.iter().map(|i| data.image(*i)).collect();
    image_batch(&images, data.size, device)
}

/// From -1..=1 to 0..=1, on the host.
fn unit(x: Tensor<4>) -> Vec<f32> {
    x.into_data().iter::<f32>().map(|v| (v + 1.0) / 2.0).collect()
}

/// PSNR and SSIM of pairs of images, shared between the processors.
fn similarities(a: Vec<f32>, b: Vec<f32>, size: usize) -> Vec<Result<(f64, f64)>> {
    let values = 3 * size * size;
    let of_pair = |(a, b): (&[f32], &[f32])| Ok((psnr(a, b)?, ssim(a, b, size, size)?));
    let of_part = |a: &[f32], b: &[f32]| -> Vec<Result<(f64, f64)>> {
        a.chunks(values).zip(b.chunks(values)).map(of_pair).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = (a.len() / values).div_ceil(threads).max(1) * values;
    std::thread::scope(|scope| {
        let parts = a.chunks(part).zip(b.chunks(part));
        let running: Vec<_> = parts.map(|(a, b)| scope.spawn(move || of_part(a, b))).collect();
        let joined = running
            .into_iter()
            .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.flatten().collect()
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_keep_their_order_whoever_compares_them() {
        let (size, count) = (12, 7);
        let values = 3 * size * size;
        let a = vec![0.5; count * values];
        let b: Vec<f32> = (0..count * values).map(|i| 0.5 + 0.01 * (i / values) as f32).collect();
        let psnrs: Vec<f64> =
            similarities(a, b, size).into_iter().map(|pair| pair.expect("images").0).collect();
        assert_eq!(psnrs.len(), count);
        for (i, found) in psnrs.iter().enumerate().skip(1) {
            assert!((found + 20.0 * (0.01 * i as f64).log10()).abs() < 1e-3, "{psnrs:?}");
        }
    }
}

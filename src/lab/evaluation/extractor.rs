//! Features of images, real or made.

use burn::tensor::Device;

use crate::Result;
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::data::{Dataset, image_batch};
use crate::lab::metrics::generation::FeatureSet;
use crate::lab::metrics::{EfficientNetLite, EfficientNetLiteConfig};
use crate::sampler::to_rgb;

/// Images that the tokenizer and the feature network are given at once.
const BATCH: usize = 64;

/// EfficientNet-Lite2, and where it lives.
#[derive(Debug)]
pub struct FeatureExtractor {
    network: EfficientNetLite,
    device: Device,
}

impl FeatureExtractor {
    /// Loads weights that `varigrain features` wrote.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn load(path: &std::path::Path, device: &Device) -> Result<Self> {
        let network = EfficientNetLite::load(EfficientNetLiteConfig::LITE2, path, device)?;
        Ok(Self { network, device: device.clone() })
    }

    /// A small network with random weights.
    #[cfg(test)]
    pub fn tiny(device: &Device) -> Self {
        let network = crate::lab::metrics::efficientnet::tests::tiny_network(device);
        Self { network, device: device.clone() }
    }

    /// Features of images of `size · size · 3` RGB bytes.
    pub fn features(&self, images: &[impl AsRef<[u8]>], size: usize) -> FeatureSet {
        let mut features = FeatureSet::default();
        for chunk in images.chunks(BATCH) {
            let images: Vec<&[u8]> = chunk.iter().map(AsRef::as_ref).collect();
            features.add(&self.network, image_batch(&images, size, &self.device));
        }
        features
    }
}

/// The images `items` of a data set as they are, RGB bytes.
pub fn real<'a>(data: &'a Dataset, items: &[usize]) -> Vec<&'a [u8]> {
    items.iter().map(|item| data.image(*item)).collect()
}

/// Images of `size · size · 3` RGB bytes as the tokenizer gives them back in these shares, and the
/// codes of an image, mean.
///
/// # Errors
/// [`Error::BadRequest`](crate::Error::BadRequest) if levels do not fit the grid.
pub fn rebuilt(
    originals: &[&[u8]],
    size: usize,
    (spec, tokenizer): (&TokenizerSpec, &DqVae),
    shares: Shares,
    device: &Device,
) -> Result<(Vec<Vec<u8>>, f64)> {
    let (mut images, mut codes) = (Vec::with_capacity(originals.len()), 0);
    for chunk in originals.chunks(BATCH) {
        let originals = image_batch(chunk, size, device);
        let maps = spec.maps(tokenizer, originals.clone(), shares)?;
        codes += maps.iter().map(|map| spec.config.code_length(map)).sum::<usize>();
        let output = tokenizer.decode(tokenizer.encode(originals, &maps).codes);
        let values: Vec<f32> = output.into_data().iter::<f32>().collect();
        images.extend(values.chunks(3 * size * size).map(to_rgb));
    }
    Ok((images, codes as f64 / originals.len().max(1) as f64))
}

//! Features of real, rebuilt and generated images.

use burn::tensor::{Device, Tensor};

use crate::Result;
use crate::data::{Dataset, image_batch};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::metrics::generation::FeatureSet;
use crate::metrics::{EfficientNetLite, EfficientNetLiteConfig};

/// Images that the tokenizer and the feature network are given at once.
const BATCH: usize = 64;

/// EfficientNet-Lite2, and where it lives.
#[derive(Debug)]
pub struct FeatureExtractor {
    /// The network.
    pub network: EfficientNetLite,
    /// Its device.
    pub device: Device,
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

    /// Features of the images `items` of a data set.
    pub fn real(&self, data: &Dataset, items: &[usize]) -> FeatureSet {
        self.each(items, |chunk, features| {
            let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
            features.add(&self.network, image_batch(&images, data.size, &self.device));
        })
    }

    /// Features of images of `size · size · 3` RGB bytes.
    pub fn of(&self, images: &[&[u8]], size: usize) -> FeatureSet {
        self.each(images, |chunk, features| {
            features.add(&self.network, image_batch(chunk, size, &self.device));
        })
    }

    /// Features of the images `items` as the tokenizer gives them back at a fine ratio, and the
    /// codes of an image, mean.
    ///
    /// # Errors
    /// [`Error::BadRequest`](crate::Error::BadRequest) if levels do not fit the grid.
    pub fn rebuilt(
        &self,
        data: &Dataset,
        items: &[usize],
        (spec, tokenizer): (&TokenizerSpec, &DqVae),
        ratio: f32,
    ) -> Result<(FeatureSet, f64)> {
        let (mut features, mut codes) = (FeatureSet::default(), 0);
        for chunk in items.chunks(BATCH) {
            let images: Vec<&[u8]> = chunk.iter().map(|i| data.image(*i)).collect();
            let images = image_batch(&images, data.size, &self.device);
            let maps = spec.maps(tokenizer, images.clone(), ratio)?;
            codes += maps.iter().map(|map| map.code_length()).sum::<usize>();
            let output = tokenizer.decode(tokenizer.encode(images, &maps).codes);
            features.add(&self.network, rounded(output));
        }
        Ok((features, codes as f64 / items.len().max(1) as f64))
    }

    fn each<T>(&self, all: &[T], mut add: impl FnMut(&[T], &mut FeatureSet)) -> FeatureSet {
        let mut features = FeatureSet::default();
        all.chunks(BATCH).for_each(|chunk| add(chunk, &mut features));
        features
    }
}

/// Pixels in -1..=1 at the nearest value that a byte has, as everybody sees them.
pub fn rounded(pixels: Tensor<4>) -> Tensor<4> {
    ((pixels.clamp(-1.0, 1.0) + 1.0) * 127.5).round() / 127.5 - 1.0
}

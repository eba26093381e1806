//! How well a tokenizer of pictures does on those that it has not seen, while it trains and at the end.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use serde::Serialize;

use crate::dqvae::{Allocation, DqVae, TokenizerSpec};
use crate::grain::{Counts, GrainMap};
use crate::lab::data::{Originals, Sheet, Split, centres};
use crate::lab::metrics::PerceptualLoss;
use crate::lab::metrics::code_use::CodeUse;
use crate::lab::metrics::psnr::CEILING;
use crate::rng::Rng;
use crate::sampler::to_rgb;
use crate::{Error, Result};

/// Images that are computed at once.
const BATCH: usize = 32;
/// Images followed in training; measured at the end, at most; pairs on a sheet.
const FOLLOWED: usize = 64;
const MEASURED: usize = 1024;
const SHOWN: usize = 24;

/// Central squares of pictures that training does not see.
pub struct HeldOut {
    data: Arc<Originals>,
    indices: Vec<usize>,
    followed: Vec<Tensor<4>>,
    device: Device,
}

/// Means over pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PictureReport {
    /// Regions of the finer granularities, coarse to fine.
    pub counts: Vec<usize>,
    /// Pictures.
    pub images: usize,
    /// Codes of each.
    pub codes: f64,
    /// Mean absolute difference; colours are in -1..=1.
    pub l1: f64,
    /// In dB.
    pub psnr: f64,
    /// Distance of the features, where there is a network.
    pub perceptual: Option<f64>,
    /// Share of the codes that occur.
    pub codebook_use: f64,
    /// exp of the entropy of the codes.
    pub perplexity: f64,
}

impl std::fmt::Display for PictureReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { counts, codes, psnr, l1, perplexity, .. } = self;
        write!(f, "{counts:?}: {codes:.0} codes, PSNR {psnr:.2} dB, l1 {l1:.4}, ")?;
        if let Some(perceptual) = self.perceptual {
            write!(f, "perceptual {perceptual:.4}, ")?;
        }
        write!(f, "{:.1} % of the codes, perplexity {perplexity:.0}", 100.0 * self.codebook_use)
    }
}

impl HeldOut {
    /// Some of the pictures that are not for training, the same ones every time.
    ///
    /// # Errors
    /// [`Error::Data`] if there are none.
    pub fn new(data: &Arc<Originals>, size: usize, device: &Device) -> Result<Self> {
        let mut indices: Vec<usize> =
            (0..data.items.len()).filter(|i| data.items[*i].split != Split::Train).collect();
        if indices.is_empty() {
            return Err(Error::Data("no pictures are held out.".into()));
        }
        Rng::new(5).shuffle(&mut indices);
        indices.truncate(MEASURED);
        let some = &indices[..indices.len().min(FOLLOWED)];
        let followed = some.chunks(BATCH).map(|i| centres(data, i, size, device));
        let followed = followed.collect::<Result<Vec<_>>>()?;
        Ok(Self { data: data.clone(), indices, followed, device: device.clone() })
    }

    /// Measures the pictures that are followed.
    pub fn follow(
        &self,
        (spec, model): (&TokenizerSpec, &DqVae),
        counts: &Counts,
        network: Option<&PerceptualLoss>,
    ) -> Result<PictureReport> {
        report((spec, model), self.followed.iter().cloned().map(Ok), counts, network)
    }

    /// Measures all of them.
    pub fn measure(
        &self,
        (spec, model): (&TokenizerSpec, &DqVae),
        counts: &Counts,
        network: Option<&PerceptualLoss>,
    ) -> Result<PictureReport> {
        let size = spec.config.image;
        let batches = self.indices.chunks(BATCH);
        let batches = batches.map(|some| centres(&self.data, some, size, &self.device));
        report((spec, model), batches, counts, network)
    }

    /// Pairs of original and reconstruction, four a row.
    pub fn sheet(
        &self,
        (spec, model): (&TokenizerSpec, &DqVae),
        counts: &Counts,
        path: &Path,
    ) -> Result<()> {
        let size = spec.config.image;
        let mut sheet = Sheet::new(8, size, 4);
        let some = &self.indices[..self.indices.len().min(SHOWN)];
        for chunk in some.chunks(BATCH) {
            let images = centres(&self.data, chunk, size, &self.device)?;
            let (_, made) = reconstruct((spec, model), images.clone(), counts)?;
            let [images, made] = [images, made].map(|x| {
                let values: Vec<f32> = x.into_data().iter::<f32>().collect();
                values.chunks(3 * size * size).map(to_rgb).collect::<Vec<_>>()
            });
            for (image, made) in images.iter().zip(&made) {
                sheet.add(image, size)?;
                sheet.add(made, size)?;
            }
        }
        sheet.save(path)
    }
}

/// Maps with their codes on the cell grid, and the pictures that come back, in -1..=1.
type Reconstructed = (Vec<(GrainMap, Vec<usize>)>, Tensor<4>);

fn reconstruct(
    (spec, model): (&TokenizerSpec, &DqVae),
    images: Tensor<4>,
    counts: &Counts,
) -> Result<Reconstructed> {
    let maps = spec.allocate(model, images.clone(), Allocation::Densest(*counts))?;
    let codes = model.encode(images, &maps).codes; // [batch, cells²]
    let made = model.decode(codes.clone()).clamp(-1.0, 1.0);
    let cells = codes.dims()[1];
    let codes: Vec<usize> = codes.into_data().iter::<i64>().map(|code| code as usize).collect();
    let codes = codes.chunks(cells).map(<[usize]>::to_vec);
    Ok((maps.into_iter().zip(codes).collect(), made))
}

fn report(
    (spec, model): (&TokenizerSpec, &DqVae),
    batches: impl Iterator<Item = Result<Tensor<4>>>,
    counts: &Counts,
    network: Option<&PerceptualLoss>,
) -> Result<PictureReport> {
    let mut code_use = CodeUse::new(spec.config.codes);
    let (mut images, mut codes, mut l1, mut psnr, mut perceptual) = (0, 0, 0.0, 0.0, 0.0);
    for batch in batches {
        let batch = batch?;
        let (coded, made) = reconstruct((spec, model), batch.clone(), counts)?;
        images += coded.len();
        codes += coded.iter().map(|(map, cells)| code_use.add(map, cells)).sum::<usize>();
        let difference = made.clone() - batch.clone();
        let of_each = |x: Tensor<4>| -> Vec<f64> {
            x.mean_dims(&[1, 2, 3]).into_data().iter::<f32>().map(f64::from).collect()
        };
        l1 += of_each(difference.clone().abs()).iter().sum::<f64>();
        let square = of_each(difference.square() / 4.0); // of 0..=1
        psnr += square.iter().map(|e| (-10.0 * e.log10()).min(CEILING)).sum::<f64>();
        if let Some(network) = network {
            let distance = network.distance(made, batch).into_data();
            perceptual += distance.iter::<f32>().map(f64::from).sum::<f64>();
        }
    }
    let mean = |sum: f64| sum / images.max(1) as f64;
    Ok(PictureReport {
        counts: counts.as_slice().to_vec(),
        images,
        codes: mean(codes as f64),
        l1: mean(l1),
        psnr: mean(psnr),
        perceptual: network.map(|_| mean(perceptual)),
        codebook_use: code_use.used(),
        perplexity: code_use.perplexity(),
    })
}

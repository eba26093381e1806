//! SampledImage many images at once, with nothing painted on the way: for evaluations.
//!
//! Same schedules, guidance and random numbers as the samplers of one image, of which this shares
//! the plans. The same request gives the same image, up to rounding: a backend may add in another
//! order when it multiplies larger matrices, and a random number that falls right on a boundary
//! then picks the neighbouring code.

mod ar;
mod categorical;
mod levels;
mod nar;

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};

pub use ar::{sample_ar, sample_sequences};

use super::nar_plan::NarPlan;
use super::step::to_rgb;
use super::{Mode, Request, block_on};
use crate::dgit::{Condition, TransformerConfig};
use crate::kernels::{flat, on_gpu, read};
use crate::model::Model;
use crate::{Error, Result};

/// Images in one batch, at most: with guidance the networks see twice as many.
const BATCH: usize = 256;

/// Values of the largest tensor of a pass, at most, where a batch has more than one image: a gigabyte. What a
/// backend without fused attention makes grows with the square of the length.
const VALUES: u64 = 1 << 28;

/// A finished image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledImage {
    /// `size · size · 3` bytes, RGB, raster order.
    pub rgb: Vec<u8>,
    /// Length of its code.
    pub codes: usize,
}

/// Draws images for any mix of requests, in batches of one kind.
///
/// Weights in BF16 make the passes of DGiT-NAR faster where the device has them: hand over a model
/// whose [`Nar`](crate::dgit::Nar) is cast. DGiT-AR keeps its memory in F32 and takes no others.
#[derive(Debug)]
pub struct BatchSampler {
    model: Model,
    device: Device,
    batch: usize,
}

/// What the images of one batch have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Nar { length: usize, guided: bool },
    Ar { guided: bool },
}

impl BatchSampler {
    /// A sampler for the networks that `model` has loaded; `device` is where they live.
    pub fn new(model: &Model, device: &Device) -> Self {
        Self { model: model.clone(), device: device.clone(), batch: BATCH }
    }

    /// The same with at most this many images at once (at least 1).
    pub fn with_batch(self, batch: usize) -> Self {
        Self { batch: batch.max(1), ..self }
    }

    /// RGB bytes of one image a request.
    ///
    /// # Errors
    /// [`Error::BadRequest`] and [`Error::OutOfRange`] for a request that is out of range or does not fit
    /// the model, and on a device that runs the [`kernels`](crate::kernels), which are for one picture; [`Error::PackMissing`] for a network that is not loaded.
    pub fn sample(&self, requests: &[Request]) -> Result<Vec<Vec<u8>>> {
        Ok(self.images(requests)?.into_iter().map(|image| image.rgb).collect())
    }

    /// One image a request, with the length of its code.
    ///
    /// # Errors
    /// As [`sample`](Self::sample).
    pub fn images(&self, requests: &[Request]) -> Result<Vec<SampledImage>> {
        self.check(requests)?;
        let is_nar = |i: &usize| requests[*i].mode == Mode::Nar;
        let (nar, ar): (Vec<usize>, Vec<usize>) = (0..requests.len()).partition(is_nar);
        let levels = self.levels(&pick(requests, &nar))?;
        let mut drawn = self.batches(requests, nar.into_iter().zip(&levels).collect(), ar)?;
        drawn.sort_by_key(|(i, _)| *i);
        Ok(drawn.into_iter().map(|(_, image)| image).collect())
    }

    /// The same for NAR requests whose density levels are given, one list of regions a request.
    ///
    /// # Errors
    /// As [`sample`](Self::sample); also [`Error::BadRequest`] for AR requests, which draw their own
    /// map, and for levels that do not fit.
    pub fn sample_on(&self, requests: &[Request], levels: &[Vec<u8>]) -> Result<Vec<SampledImage>> {
        self.check(requests)?;
        if requests.len() != levels.len() || requests.iter().any(|r| r.mode == Mode::Ar) {
            return Err(Error::BadRequest(
                "levels are given for NAR requests only, and for each of them.".into(),
            ));
        }
        let mut drawn = self.batches(requests, levels.iter().enumerate().collect(), vec![])?;
        drawn.sort_by_key(|(i, _)| *i);
        Ok(drawn.into_iter().map(|(_, image)| image).collect())
    }

    fn check(&self, requests: &[Request]) -> Result<()> {
        if on_gpu(&self.device) {
            return Err(Error::BadRequest("a graphics card draws one picture at a time.".into()));
        }
        requests.iter().try_for_each(|request| {
            request.validate()?;
            request.fits(&self.model)
        })
    }

    /// Density levels of the regions, one list a request: drawn by the grain-map model, or those of the
    /// picture of which a part is drawn again.
    ///
    /// # Errors
    /// As [`sample`](Self::sample).
    pub fn levels(&self, requests: &[Request]) -> Result<Vec<Vec<u8>>> {
        let grid = self.model.grid();
        let given = |request: &Request| request.repaint.as_ref().map(|r| r.levels(grid));
        let mut levels: Vec<Vec<u8>> =
            requests.iter().map(|request| given(request).unwrap_or_default()).collect();
        let to_draw = (0..requests.len()).filter(|i| requests[*i].repaint.is_none());
        let is_guided = |i: &usize| requests[*i].guidance > 0.0;
        let (guided, plain): (Vec<usize>, Vec<usize>) = to_draw.partition(is_guided);
        let tokens = grid.region_count();
        if grid.granularities == 1 && self.model.architecture().grain_map.is_none() {
            // There is one map.
            return Ok(vec![vec![0; tokens]; requests.len()]);
        }
        for (indices, guided) in [(guided, true), (plain, false)] {
            let batch = self.at_once(self.model.architecture().grain_map.as_ref(), tokens, guided);
            for chunk in indices.chunks(batch) {
                let chosen: Vec<&Request> = chunk.iter().map(|i| &requests[*i]).collect();
                let network = self.model.grain_map()?;
                let drawn = levels::sample_level_batch(network, grid, &chosen, &self.device)?;
                for (i, drawn) in chunk.iter().zip(drawn) {
                    levels[*i] = drawn;
                }
            }
        }
        Ok(levels)
    }

    /// Draws the requests `nar` on their levels, and the requests `ar`.
    fn batches(
        &self,
        requests: &[Request],
        nar: Vec<(usize, &Vec<u8>)>,
        ar: Vec<usize>,
    ) -> Result<Vec<(usize, SampledImage)>> {
        let grid = self.model.grid();
        let mut kinds: BTreeMap<Kind, Vec<(usize, Option<NarPlan>)>> = BTreeMap::new();
        for (i, levels) in nar {
            let plan = NarPlan::new(grid, requests[i].clone(), levels)?;
            let kind = Kind::Nar { length: plan.length, guided: requests[i].guidance > 0.0 };
            kinds.entry(kind).or_default().push((i, Some(plan)));
        }
        for i in ar {
            let kind = Kind::Ar { guided: requests[i].guidance > 0.0 };
            kinds.entry(kind).or_default().push((i, None));
        }
        let mut drawn = Vec::with_capacity(requests.len());
        for (kind, mut images) in kinds {
            let most = match kind {
                Kind::Nar { length, guided } => {
                    self.at_once(self.model.architecture().nar.as_ref(), length, guided)
                }
                Kind::Ar { .. } => self.batch,
            };
            for batch in images.chunks_mut(most) {
                let indices: Vec<usize> = batch.iter().map(|(i, _)| *i).collect();
                let plans = batch.iter_mut().filter_map(|(_, plan)| plan.take());
                let mut plans: Vec<NarPlan> = plans.collect();
                let images = if plans.is_empty() {
                    self.ar_batch(&pick(requests, &indices))?
                } else {
                    self.nar_batch(&mut plans)?
                };
                drawn.extend(indices.into_iter().zip(images));
            }
        }
        Ok(drawn)
    }

    /// Images in one batch of a masked transformer whose lists have so many tokens.
    fn at_once(&self, sizes: Option<&TransformerConfig>, tokens: usize, guided: bool) -> usize {
        let values = sizes.map_or(1, |sizes| sizes.cost(tokens).values);
        within(VALUES, values.saturating_mul(if guided { 2 } else { 1 })).min(self.batch)
    }

    fn nar_batch(&self, plans: &mut [NarPlan]) -> Result<Vec<SampledImage>> {
        let cells = nar::sample_codes(self.model.nar()?, plans, &self.device);
        let codes: Vec<usize> = plans.iter().map(|plan| plan.layout.len()).collect();
        images(self.model.decoder()?.decode(cells), &codes)
    }

    fn ar_batch(&self, requests: &[Request]) -> Result<Vec<SampledImage>> {
        let (ar, config) = (self.model.ar()?, self.model.ar_config()?);
        let decoder = self.model.decoder()?;
        sample_ar(ar, config, decoder, requests, &self.device)
    }
}

/// How many of `each` fit into `all`, at least 1.
fn within(all: u64, each: u64) -> usize {
    usize::try_from(all / each.max(1)).unwrap_or(usize::MAX).max(1)
}

/// Reads `[images, 3, image, image]`.
fn images(pictures: Tensor<4>, codes: &[usize]) -> Result<Vec<SampledImage>> {
    let [_, channels, height, width] = pictures.dims();
    let (_, values) = block_on(read(&[], &[flat(pictures)]))?;
    let images = values[0].chunks_exact(channels * height * width).zip(codes);
    Ok(images.map(|(image, codes)| SampledImage { rgb: to_rgb(image), codes: *codes }).collect())
}

/// The requests at `indices`.
fn pick(requests: &[Request], indices: &[usize]) -> Vec<Request> {
    indices.iter().map(|i| requests[*i].clone()).collect()
}

/// Conditions of a batch; where any of it is guided, "any" follows for each.
fn guided_conditions(requests: &[&Request]) -> Vec<Condition> {
    let guided = requests.iter().any(|r| r.guidance > 0.0);
    let mut conditions: Vec<Condition> = requests.iter().map(|r| r.condition.clone()).collect();
    conditions.resize(requests.len() * if guided { 2 } else { 1 }, Condition::default());
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of 256 tokens are drawn as many at once as ever; of 1,024 fewer, so that memory does not grow with
    /// the square of the length.
    #[test]
    fn a_batch_of_long_lists_has_fewer_images() {
        let sizes = TransformerConfig::nar(1024, 3, 32, vec![2, 8, 600]);
        let at_once = |tokens: usize| within(VALUES, 2 * sizes.cost(tokens).values).min(BATCH);
        assert_eq!([64, 256].map(at_once), [BATCH; 2]);
        let long = at_once(1024);
        assert!((2..BATCH / 8).contains(&long), "{long} images");
        let scores = sizes.heads as u64 * 1024 * 1024;
        assert!(2 * long as u64 * scores <= VALUES, "{long} images");
        assert_eq!(within(VALUES, u64::MAX), 1, "one can always be drawn");
        assert_eq!(within(VALUES, 0), VALUES as usize);
    }
}

//! Where training has its codes from: a file of images encoded beforehand, or crops that are encoded
//! while it goes on.
//!
//! Every crop, mirror and scale of a picture has other codes, so of larger pictures none is encoded
//! twice. Encoding takes about as long as a training step on the codes does. A [`CodeBank`] therefore
//! keeps the codes of thousands of crops and replaces the oldest as new ones come: with a fresh share of
//! a quarter, each is seen four times on average, far apart, under other maps, masks and prompts.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;

use super::crops::{CropBatches, CropPlan};
use super::exchange::Seat;
use super::prepared::Prepared;
use super::tokens::{CodedImage, TokenSet, encode};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::lab::data::Originals;
use crate::rng::Rng;
use crate::{Error, Result};

/// Crops encoded at once, at most.
const BATCH: usize = 32;
/// Threads that cut crops for one bank.
const THREADS: usize = 3;
/// Codes that a bank keeps: 50 MB of them with 32×32 cells and three granularities.
const CAPACITY: usize = 8_192;
/// As long as a bank has fewer, all that it gives is new.
const FIRST: usize = 256;

/// Where codes come from, for all threads and devices of a training.
#[derive(Debug, Clone)]
pub enum CodeSource {
    /// Images encoded beforehand.
    Stored(Arc<TokenSet>),
    /// Crops of larger pictures, encoded as they are needed.
    Fresh(Arc<FreshCodes>),
}

/// Larger pictures and the tokenizer that encodes crops of them.
#[derive(Debug)]
pub struct FreshCodes {
    /// The pictures.
    pub data: Arc<Originals>,
    /// Those to train on; not empty.
    pub indices: Vec<usize>,
    /// What the tokenizer is.
    pub spec: TokenizerSpec,
    /// The tokenizer, which does not change.
    pub model: DqVae,
    /// Share of the examples whose codes are new, above 0 and up to 1.
    pub share: f32,
    /// Examples in a batch; no more crops than that are encoded at once.
    pub batch: usize,
}

impl CodeSource {
    /// A bank for one thread on `device`; another `seed` gives another stream.
    pub fn bank(&self, seed: u64, device: &Device) -> CodeBank {
        match self {
            Self::Stored(tokens) => CodeBank::Stored(tokens.clone()),
            Self::Fresh(fresh) => {
                let stream = fresh.stream(seed, device);
                CodeBank::Rolling(Rolling::new(stream, fresh.share, CAPACITY))
            }
        }
    }
}

impl FreshCodes {
    /// Coded crops without end. Every picture comes once before any comes twice.
    fn stream(&self, seed: u64, device: &Device) -> Prepared<Result<Vec<CodedImage>>> {
        let plan = CropPlan {
            indices: self.indices.clone(),
            batch: BATCH.min(self.batch),
            size: self.spec.config.image,
            threads: THREADS,
            from: 0,
            seed,
        };
        let alone = Seat::around(std::slice::from_ref(device)).remove(0);
        // One thread, which waits for the device while the training goes on.
        Prepared::spawn_on(1, |_| {
            let crops = CropBatches::new(self.data.clone(), &plan, &alone, device);
            let (spec, model) = (self.spec.clone(), self.model.clone().to_device(device));
            move || {
                let crops = crops.next()?;
                Ok(encode(&spec, &model, &crops.pictures, crops.images))
            }
        })
    }
}

/// The codes that one thread draws from.
pub enum CodeBank {
    /// All that there are.
    Stored(Arc<TokenSet>),
    /// Those of the last crops.
    Rolling(Rolling),
}

impl CodeBank {
    /// The codes of the next example.
    ///
    /// # Errors
    /// [`Error::Data`] if there are none, or if the thread that encodes has stopped.
    pub fn draw(&mut self, rng: &mut Rng) -> Result<CodedImage> {
        match self {
            Self::Stored(_) => self.any(rng).cloned(),
            Self::Rolling(rolling) => rolling.draw(rng),
        }
    }

    /// The codes of any image that is there.
    ///
    /// # Errors
    /// [`Error::Data`] if there are none.
    pub fn any(&self, rng: &mut Rng) -> Result<&CodedImage> {
        let coded = match self {
            Self::Stored(tokens) => &tokens.coded,
            Self::Rolling(rolling) => &rolling.kept,
        };
        if coded.is_empty() {
            return Err(Error::Data("there are no images to train on.".into()));
        }
        Ok(&coded[rng.below(coded.len())])
    }
}

/// The codes of the last crops, of which each is drawn several times.
pub struct Rolling {
    stream: Prepared<Result<Vec<CodedImage>>>,
    waiting: Vec<CodedImage>,
    kept: Vec<CodedImage>,
    /// Which of them is the oldest, once all places are taken.
    oldest: usize,
    capacity: usize,
    share: f32,
    /// New codes that are due.
    due: f32,
}

impl Rolling {
    fn new(stream: Prepared<Result<Vec<CodedImage>>>, share: f32, capacity: usize) -> Self {
        Self { stream, waiting: vec![], kept: vec![], oldest: 0, capacity, share, due: 0.0 }
    }

    fn draw(&mut self, rng: &mut Rng) -> Result<CodedImage> {
        self.due += self.share;
        if self.due < 1.0 && self.kept.len() >= FIRST.min(self.capacity) {
            return Ok(self.kept[rng.below(self.kept.len())].clone());
        }
        self.due = (self.due - 1.0).max(0.0);
        if self.waiting.is_empty() {
            self.waiting = self.stream.next()??;
        }
        let new = self.waiting.pop();
        let new = new.ok_or_else(|| Error::Data("there are no images to train on.".into()))?;
        match self.kept.len() < self.capacity {
            true => self.kept.push(new.clone()),
            false => {
                self.kept[self.oldest] = new.clone();
                self.oldest = (self.oldest + 1) % self.capacity;
            }
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A bank of images that are numbered as they come, ten at a time.
    fn bank(share: f32, capacity: usize) -> Rolling {
        let stream = Prepared::spawn_on(1, |_| {
            let mut next = 0;
            move || {
                let numbers = next..next + 10;
                next += 10;
                let coded = |item| CodedImage { item, levels: vec![], codes: vec![] };
                Ok(numbers.rev().map(coded).collect())
            }
        });
        Rolling::new(stream, share, capacity)
    }

    #[test]
    fn of_a_rolling_bank_the_share_is_new_and_every_image_is_seen_about_as_often() {
        let (mut bank, mut rng) = (bank(0.25, 400), Rng::new(8));
        let drawn: Vec<u32> = (0..8000).map(|_| bank.draw(&mut rng).unwrap().item).collect();
        let mut newest = 0;
        let mut fresh = 0;
        for item in &drawn[FIRST..] {
            fresh += usize::from(*item > newest);
            newest = newest.max(*item);
        }
        assert!(fresh.abs_diff((8000 - FIRST) / 4) < 5, "{fresh}");
        assert!(bank.kept.iter().all(|coded| coded.item + 400 > newest), "the oldest has gone");
        let mut counts = BTreeMap::new();
        drawn.iter().for_each(|item| *counts.entry(*item).or_insert(0) += 1);
        // Of those that have come and gone again: 4 each, and one in a hundred has 12 or more.
        let middle: Vec<i32> = (400..1200).map(|item| counts[&item]).collect();
        let mean = middle.iter().sum::<i32>() as f32 / middle.len() as f32;
        assert!((mean - 4.0).abs() < 0.3, "{mean}");
        assert!(middle.iter().all(|count| (1..=16).contains(count)), "{middle:?}");
    }

    #[test]
    fn with_a_share_of_one_nothing_is_seen_twice_and_an_empty_bank_is_an_error() {
        let (mut bank, mut rng) = (bank(1.0, 50), Rng::new(8));
        let drawn: Vec<u32> = (0..200).map(|_| bank.draw(&mut rng).unwrap().item).collect();
        assert_eq!(drawn, (0..200).collect::<Vec<_>>());
        let mut empty = CodeBank::Stored(Arc::new(TokenSet::default()));
        assert_eq!(empty.draw(&mut rng).unwrap_err().code(), "data");
    }
}

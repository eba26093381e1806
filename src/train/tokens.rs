//! The data set as codes: every training image encoded once, in several variants.
//!
//! A variant moves the image by a few pixels and picks a fine ratio, so that the generators see
//! different codes for one drawing (augmentation) and learn every length of code.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::data::{Dataset, planes};
use crate::dgit::{Condition, bucket};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::{GrainMap, Grid};
use crate::rng::Rng;
use crate::{Error, Result};

const BATCH: usize = 128;

/// How an image becomes several.
#[derive(Debug, Clone, Copy)]
pub struct Variants {
    /// How many.
    pub count: usize,
    /// Fine ratio of all, instead of a mix.
    pub ratio: Option<f32>,
    /// Largest shift in pixels, in each direction.
    pub shift: usize,
}

impl Variants {
    /// Images as they are.
    pub fn one(ratio: Option<f32>) -> Self {
        Self { count: 1, ratio, shift: 0 }
    }
}

/// One encoded variant of one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded {
    /// Index of the image in the data set.
    pub item: u32,
    /// Fine ratio it was encoded with.
    pub ratio: f32,
    /// Density level of every region.
    pub levels: Vec<u8>,
    /// Codes on the cell grid.
    pub cells: Vec<u16>,
}

/// All encoded variants of some images.
#[derive(Debug, Clone, Default)]
pub struct TokenSet {
    /// In the order of the images, variant by variant.
    pub coded: Vec<Coded>,
}

impl TokenSet {
    /// Encodes variants of the images `indices`. The first one is the image itself at r = 0.5; the
    /// others are shifted and take r = 0.5 half of the time, else 0 to 1.
    pub fn encode(
        data: &Arc<Dataset>,
        indices: &[usize],
        run: &TokenizerSpec,
        model: &DqVae,
        variants: Variants,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let (size, grid) = (data.size, run.config.grid);
        let Variants { count, ratio, shift: reach } = variants;
        let mut rng = Rng::new(seed).fork(11);
        let mut coded = Vec::with_capacity(indices.len() * count);
        for variant in 0..count {
            for chunk in indices.chunks(BATCH) {
                let mut values = Vec::with_capacity(chunk.len() * 3 * size * size);
                let mut ratios = Vec::new();
                for item in chunk {
                    let mut shift = || rng.below(2 * reach + 1) as i32 - reach as i32;
                    let by = if variant == 0 { (0, 0) } else { (shift(), shift()) };
                    planes(data.image(*item), size, by, false, &mut values);
                    let half = variant == 0 || rng.uniform() < 0.5;
                    let mixed = if half { 0.5 } else { rng.uniform() };
                    ratios.push(ratio.unwrap_or(mixed));
                }
                let images = TensorData::new(values, [chunk.len(), 3, size, size]);
                let images = Tensor::<4>::from_data(images, device);
                let levels = run.levels(model, images.clone());
                let maps: Vec<GrainMap> = levels
                    .iter()
                    .zip(&ratios)
                    .map(|(levels, ratio)| GrainMap::from_levels(grid, levels, &[*ratio]))
                    .collect::<Result<_>>()?;
                let codes = model.encode(images, &maps).codes;
                let codes: Vec<u16> =
                    codes.into_data().iter::<i64>().map(|code| code as u16).collect();
                let cells = codes.chunks(grid.cell_count());
                for (((item, ratio), levels), cells) in
                    chunk.iter().zip(ratios).zip(levels).zip(cells)
                {
                    let cells = cells.to_vec();
                    coded.push(Coded { item: *item as u32, ratio, levels, cells });
                }
            }
        }
        Ok(Self { coded })
    }

    /// The variants sorted into lengths of code; see [`bucket`]. A batch of one length pads little.
    pub fn by_length(&self, grid: Grid) -> Result<Vec<(usize, Vec<Coded>)>> {
        let mut lengths: BTreeMap<usize, Vec<Coded>> = BTreeMap::new();
        for coded in &self.coded {
            let map = GrainMap::from_levels(grid, &coded.levels, &[coded.ratio])?;
            let length = bucket(map.code_length(), grid.region_count());
            lengths.entry(length).or_default().push(coded.clone());
        }
        Ok(lengths.into_iter().collect())
    }

    /// Writes the set to a file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut bytes = Vec::new();
        for c in &self.coded {
            bytes.extend(c.item.to_le_bytes());
            bytes.extend(c.ratio.to_le_bytes());
            bytes.extend(&c.levels);
            bytes.extend(c.cells.iter().flat_map(|c| c.to_le_bytes()));
        }
        std::fs::write(path, bytes).map_err(Error::io(path))
    }

    /// Reads what [`save`](Self::save) wrote, for the grid of `run`.
    pub fn load(path: &Path, run: &TokenizerSpec) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let (regions, cells) = (run.config.grid.region_count(), run.config.grid.cell_count());
        let record = 8 + regions + 2 * cells;
        if bytes.is_empty() || bytes.len() % record != 0 {
            return Err(Error::Data(format!(
                "{} is not a token file of this tokenizer. Remove it and run again.",
                path.display()
            )));
        }
        let word = |b: &[u8]| [b[0], b[1], b[2], b[3]];
        let coded = bytes.chunks_exact(record).map(|b| Coded {
            item: u32::from_le_bytes(word(b)),
            ratio: f32::from_le_bytes(word(&b[4..])),
            levels: b[8..8 + regions].to_vec(),
            cells: b[8 + regions..]
                .chunks_exact(2)
                .map(|c| u16::from_le_bytes([c[0], c[1]]))
                .collect(),
        });
        Ok(Self { coded: coded.collect() })
    }
}

/// The class of an image with some axes dropped to "any", as prompts leave them out.
///
/// One in ten loses everything (the unconditional model that guidance needs); of the rest, one in
/// four loses its concept (half of these the category too) and one in six its style.
pub fn random_condition(data: &Dataset, item: usize, rng: &mut Rng) -> Condition {
    if rng.uniform() < 0.1 {
        return Condition::default();
    }
    let concept = (rng.uniform() >= 0.25).then(|| data.items[item].concept);
    let category = (concept.is_some() || rng.uniform() < 0.5).then(|| data.category(item));
    let style = (rng.uniform() >= 1.0 / 6.0).then(|| data.items[item].style);
    Condition { style, category, concept }
}

/// The class of an image, all axes of it.
pub fn whole_condition(data: &Dataset, item: usize) -> Condition {
    Condition {
        style: Some(data.items[item].style),
        category: Some(data.category(item)),
        concept: Some(data.items[item].concept),
    }
}

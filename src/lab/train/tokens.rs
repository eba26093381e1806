//! The data set as codes: every training image encoded once, in all granularities.
//!
//! The code of a region depends on its granularity, not on those of other regions. With the codes of
//! every region in every granularity at hand, training can lay any grain map over an image and has
//! its codes at once (see [`examples`](super::examples)).

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::dqvae::{DqVae, TokenizerSpec, gates_of};
use crate::grain::GrainMap;
use crate::lab::data::{Dataset, planes};
use crate::rng::Rng;
use crate::{Error, Result};

const BATCH: usize = 128;

/// How an image becomes several.
#[derive(Debug, Clone, Copy)]
pub struct Variants {
    /// How many.
    pub count: usize,
    /// Largest shift in pixels, in each direction. The first variant is not moved.
    pub shift: usize,
}

impl Variants {
    /// Images as they are.
    pub const ONE: Self = Self { count: 1, shift: 0 };
}

/// One encoded variant of one image.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedImage {
    /// Index of the image in the data set.
    pub item: u32,
    /// Density level of every region.
    pub levels: Vec<u8>,
    /// Codes on the cell grid if all regions had one granularity, for each granularity, the coarsest
    /// first: `[granularities · cells²]`.
    pub codes: Vec<u16>,
}

impl CodedImage {
    /// The codes on the cell grid under any grain map.
    pub fn cells(&self, map: &GrainMap) -> Vec<u16> {
        let cells = map.grid().cell_count();
        let grains = map.per_cell().into_iter().enumerate();
        grains.map(|(i, grain)| self.codes[usize::from(grain) * cells + i]).collect()
    }
}

/// The codes of images `[batch, 3, size, size]`, one of each of `items`.
pub fn encode(
    run: &TokenizerSpec,
    model: &DqVae,
    items: &[usize],
    images: Tensor<4>,
) -> Vec<CodedImage> {
    let (own, grid, device) = (run.config.grid, run.config.code_grid(), images.device());
    let levels = match run.config.fixed_map() {
        // Nobody asks where a code of fixed length is dense.
        Some(_) => vec![vec![0; grid.region_count()]; items.len()],
        None => run.levels(model, images.clone()),
    };
    let features = model.encoder.features(images);
    let of_grain = |grain: u8| -> Vec<u16> {
        let map = run.config.fixed_map().unwrap_or_else(|| GrainMap::uniform(own, grain));
        let maps = vec![map; items.len()];
        let gates = gates_of(&maps, &device);
        let codes = model.decoder.quantise(features.clone(), &gates).codes;
        codes.into_data().iter::<i64>().map(|code| code as u16).collect()
    };
    let grains: Vec<Vec<u16>> = (0..=grid.finest()).map(of_grain).collect();
    let cells = grid.cell_count();
    let coded = |(i, (item, levels)): (usize, (&usize, Vec<u8>))| {
        let codes = grains.iter().flat_map(|codes| &codes[i * cells..][..cells]);
        CodedImage { item: *item as u32, levels, codes: codes.copied().collect() }
    };
    items.iter().zip(levels).enumerate().map(coded).collect()
}

/// All encoded variants of some images.
#[derive(Debug, Clone, Default)]
pub struct TokenSet {
    /// In the order of the images, variant by variant.
    pub coded: Vec<CodedImage>,
}

impl TokenSet {
    /// Encodes variants of the images `indices`.
    pub fn encode(
        data: &Arc<Dataset>,
        indices: &[usize],
        run: &TokenizerSpec,
        model: &DqVae,
        variants: Variants,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let size = data.size;
        let reach = variants.shift;
        let mut rng = Rng::new(seed).fork(11);
        let mut coded = Vec::with_capacity(indices.len() * variants.count);
        for variant in 0..variants.count {
            for chunk in indices.chunks(BATCH) {
                let mut values = Vec::with_capacity(chunk.len() * 3 * size * size);
                for item in chunk {
                    let mut shift = || rng.below(2 * reach + 1) as i32 - reach as i32;
                    let by = if variant == 0 { (0, 0) } else { (shift(), shift()) };
                    planes(data.image(*item), size, by, false, &mut values);
                }
                let images = TensorData::new(values, [chunk.len(), 3, size, size]);
                let images = Tensor::<4>::from_data(images, device);
                coded.extend(encode(run, model, chunk, images));
            }
        }
        Ok(Self { coded })
    }

    /// Writes the set to a file.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut bytes = Vec::new();
        for c in &self.coded {
            bytes.extend(c.item.to_le_bytes());
            bytes.extend(&c.levels);
            bytes.extend(c.codes.iter().flat_map(|c| c.to_le_bytes()));
        }
        std::fs::write(path, bytes).map_err(Error::io(path))
    }

    /// Reads what [`save`](Self::save) wrote, for the grid of `run`.
    pub fn load(path: &Path, run: &TokenizerSpec) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let grid = run.config.code_grid();
        let regions = grid.region_count();
        let record = 4 + regions + 2 * grid.granularities * grid.cell_count();
        if bytes.is_empty() || bytes.len() % record != 0 {
            return Err(Error::Data(format!(
                "{} is not a token file of this tokenizer. Remove it and run again.",
                path.display()
            )));
        }
        let coded = bytes.chunks_exact(record).map(|b| CodedImage {
            item: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            levels: b[4..4 + regions].to_vec(),
            codes: b[4 + regions..]
                .chunks_exact(2)
                .map(|c| u16::from_le_bytes([c[0], c[1]]))
                .collect(),
        });
        Ok(Self { coded: coded.collect() })
    }
}

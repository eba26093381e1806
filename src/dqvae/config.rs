//! Sizes of the tokenizer.

use serde::{Deserialize, Serialize};

use super::Quantiser;
use crate::bounds::{CELLS, CODES, PASS, PIXELS, VALUES, WEIGHTS};
use crate::density::Measure;
use crate::grain::Grid;
use crate::{Error, Result};

/// Architecture of a [`DqVae`](super::DqVae), stored in the manifest of a model pack.
///
/// One more granularity takes one more entry in `channels` and half the regions along each side: encoder,
/// merge, codebook and layouts follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenizerConfig {
    /// Pixels along each side of the image.
    pub image: usize,
    /// Regions and cells.
    pub grid: Grid,
    /// Encoder channels from half the image size downwards, halving at each entry; the last
    /// entry is the region grid.
    pub channels: Vec<usize>,
    /// Decoder channels from the cell grid upwards, doubling the size at each entry; the last
    /// is at half the image size.
    pub decoder_channels: Vec<usize>,
    /// Residual blocks at each size, encoder and decoder.
    pub blocks: usize,
    /// Number of codes K.
    pub codes: usize,
    /// Dimension of a code.
    pub code_dim: usize,
    /// How the grain map is decided.
    pub measure: Measure,
    /// How vectors become codes.
    #[serde(default, skip_serializing_if = "Quantiser::is_learned")]
    pub quantiser: Quantiser,
    /// Fixed-length baseline: every image has n × n codes, whatever its densities. From `regions`
    /// (all coarse) to `cells` (all fine); between them the fine features are resampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<usize>,
    /// How many of the last sizes of the encoder have attention; none given: one a granularity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<usize>,
    /// Whether the decoder is told the granularity of each cell beside its vector.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
    /// Whether the encoder has a head that predicts the error of coarse codes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub predicts: bool,
}

/// Most sizes that an encoder or decoder goes through, each half the one before.
const MOST_SIZES: usize = 12;

impl TokenizerConfig {
    /// The shipped size: 128×128, F = 16 / 8, about 5 M parameters.
    pub fn emoji128() -> Self {
        Self {
            image: 128,
            grid: Grid::dual(8),
            channels: vec![32, 64, 128, 192],
            decoder_channels: vec![128, 64, 32],
            blocks: 2,
            codes: 1024,
            code_dim: 16,
            measure: Measure::Deviation,
            quantiser: Quantiser::Vq,
            fixed: None,
            attention: None,
            told: false,
            predicts: false,
        }
    }

    /// 256×256, F = 32 / 16 / 8, a lattice of 4,096 codes; about 15 M parameters, half of them in
    /// the decoder.
    pub fn picture256() -> Self {
        Self {
            image: 256,
            grid: Grid { regions: 8, granularities: 3 },
            channels: vec![64, 128, 192, 192, 160],
            decoder_channels: vec![256, 192, 128],
            blocks: 2,
            codes: 4096,
            code_dim: 4,
            measure: Measure::Deviation,
            quantiser: Quantiser::Fsq(vec![8; 4]),
            fixed: None,
            // Attention over the 32×32 cells costs more than it gives there.
            attention: Some(2),
            told: true,
            predicts: false,
        }
    }

    /// [`tiny`](Self::tiny) with three granularities and the options of
    /// [`picture256`](Self::picture256): 2×2 regions of 16 pixels.
    pub fn tiny_triple() -> Self {
        Self {
            grid: Grid { regions: 2, granularities: 3 },
            channels: vec![8, 8, 16, 16],
            codes: 64,
            code_dim: 3,
            quantiser: Quantiser::Fsq(vec![4; 3]),
            attention: Some(2),
            told: true,
            ..Self::tiny()
        }
    }

    /// A few thousand parameters, for tests: 32×32 pixels, 4×4 regions of 8 pixels.
    pub fn tiny() -> Self {
        Self {
            image: 32,
            grid: Grid::dual(4),
            channels: vec![8, 8, 16],
            decoder_channels: vec![16, 8],
            blocks: 1,
            codes: 32,
            code_dim: 8,
            measure: Measure::Deviation,
            quantiser: Quantiser::Vq,
            fixed: None,
            attention: None,
            told: false,
            predicts: false,
        }
    }

    /// The same sizes with another quantiser; a lattice brings number and dimension of the codes.
    pub fn with_quantiser(self, quantiser: Quantiser) -> Self {
        let (codes, code_dim) = quantiser.lattice_size().unwrap_or((self.codes, self.code_dim));
        Self { quantiser, codes, code_dim, ..self }
    }

    /// The measures that an encoder of these sizes can be asked for.
    pub fn measures(&self) -> impl Iterator<Item = Measure> + use<> {
        let predicts = self.predicts;
        let known = move |measure: &Measure| predicts || *measure != Measure::PredictedError;
        Measure::OFFERED.into_iter().filter(known)
    }

    /// Codes along each side of the grid on which vectors are quantised: the cells, where a coarse
    /// vector stands in all the cells of its region; fewer for a fixed length between the grids.
    pub fn code_side(&self) -> usize {
        let cells = self.grid.cells();
        self.fixed.filter(|side| *side != self.grid.regions).unwrap_or(cells)
    }

    /// Grid of the codes, which generators draw on: that of the tokenizer, or one of a single granularity
    /// where the length is fixed between regions and cells.
    pub fn code_grid(&self) -> Grid {
        match self.code_side() {
            side if side == self.grid.cells() => self.grid,
            side => Grid { regions: side, granularities: 1 },
        }
    }

    /// Checks that the sizes fit each other; a manifest may hold anything.
    pub fn validate(&self) -> Result<()> {
        let bad = |why: &str| {
            Err(Error::damaged("manifest.json", format!("the tokenizer sizes do not fit: {why}.")))
        };
        let (levels, grid) = (self.channels.len(), self.grid);
        if !grid.is_valid() {
            return bad("granularities or regions");
        }
        // Before they are powers of two: a product of what a manifest says may not overflow.
        if levels > MOST_SIZES
            || self.decoder_channels.len() > MOST_SIZES
            || self.image > PIXELS
            || grid.cells() > CELLS
        {
            return bad("more sizes or pixels than there can be");
        }
        if levels < grid.granularities || self.image != grid.regions << levels {
            return bad("the image size is not regions × 2^(encoder sizes)");
        }
        if self.image != grid.cells() << self.decoder_channels.len() {
            return bad("the image size is not cells × 2^(decoder sizes)");
        }
        let channels = self.channels.iter().chain(&self.decoder_channels);
        if channels.clone().any(|c| !(1..=1024).contains(c) || *c % 8 != 0) {
            return bad("channels must be multiples of 8 up to 1024");
        }
        // The largest maps are at half the image, and at the end of the decoder.
        let largest = |channels: &[usize]| channels.iter().max().map_or(0, |c| *c as u64);
        let side = (self.image / 2) as u64;
        if side * side * largest(&self.channels).max(largest(&self.decoder_channels)) > VALUES {
            return bad("channels times pixels are too many");
        }
        if self.attention.is_some_and(|sizes| sizes > levels) {
            return bad("more sizes with attention than there are");
        }
        if !(1..=8).contains(&self.blocks) || !(1..=256).contains(&self.code_dim) {
            return bad("blocks or code dimension");
        }
        if !(2..=CODES).contains(&self.codes) {
            return bad("codes");
        }
        if self.measure == Measure::PredictedError && !self.predicts {
            return bad("the measure is a prediction that nothing makes");
        }
        if let Quantiser::Fsq(levels) = &self.quantiser {
            let size = self.quantiser.lattice_size();
            let levels_fit = levels.iter().all(|l| (2..=256).contains(l));
            if !levels_fit || size != Some((self.codes, self.code_dim)) {
                return bad("levels of the lattice");
            }
        }
        if self.fixed.is_some_and(|side| !(grid.regions..=grid.cells()).contains(&side)) {
            return bad("the fixed length is not between regions and cells");
        }
        let costs = [self.encoder_cost(), self.decoder_cost()];
        if costs.iter().any(|cost| cost.values > VALUES || cost.weights > WEIGHTS) {
            return bad("an operation or a network would need more memory than it may have");
        }
        if costs.iter().any(|cost| cost.multiplications > PASS) {
            return bad("a picture would take more work than it may");
        }
        Ok(())
    }
}

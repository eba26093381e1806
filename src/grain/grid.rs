//! The two grids of a variable-length code: coarse *regions*, cut into fine *cells*.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How an image is divided.
///
/// A region is one position of the coarsest feature map, a cell one of the finest. With two
/// granularities (dual, F = 16 / 8) a region holds 2×2 cells; with three (triple, F = 32 / 16 / 8)
/// it holds 4×4. There are one to four of them, [`MOST_GRANULARITIES`](Self::MOST_GRANULARITIES).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Regions along each side of the image (Hc in the paper). 8 for 128×128 at F = 16.
    pub regions: usize,
    /// Number of granularities: 1 (a fixed length), 2 (dual), 3 (triple) or 4.
    pub granularities: usize,
}

impl Grid {
    /// Most granularities that an image can have.
    pub const MOST_GRANULARITIES: usize = crate::bounds::GRANULARITIES;
    /// Most regions along each side.
    pub const MOST_REGIONS: usize = 64;

    /// The dual grid with `regions` × `regions` regions.
    pub const fn dual(regions: usize) -> Self {
        Self { regions, granularities: 2 }
    }

    /// Whether the sizes are those of an image: at most 512 cells along each side, so that no product of
    /// them overflows. Ask it before anything is computed from a grid that was read.
    pub fn is_valid(&self) -> bool {
        (1..=Self::MOST_GRANULARITIES).contains(&self.granularities)
            && (1..=Self::MOST_REGIONS).contains(&self.regions)
    }

    /// The same as an error, for functions that take any grid.
    ///
    /// # Errors
    /// [`Error::BadRequest`].
    pub fn check(&self) -> Result<()> {
        if self.is_valid() {
            return Ok(());
        }
        Err(Error::BadRequest(format!(
            "a grid of {} × {} regions with {} granularities is too large or empty.",
            self.regions, self.regions, self.granularities
        )))
    }

    /// Cells along one side of a region.
    pub const fn region_side(&self) -> usize {
        1 << self.finest()
    }

    /// Cells along each side of the image.
    pub const fn cells(&self) -> usize {
        self.regions * self.region_side()
    }

    /// Number of regions, Hc².
    pub const fn region_count(&self) -> usize {
        self.regions * self.regions
    }

    /// Number of cells: the length of a fixed-length code at the finest granularity.
    pub const fn cell_count(&self) -> usize {
        self.cells() * self.cells()
    }

    /// Codes that a region of granularity `grain` (0 = coarsest) needs: 4^grain.
    pub const fn codes_per_region(&self, grain: u8) -> usize {
        1 << (2 * grain as usize)
    }

    /// Squares that a code can cover: regions, then, where they are cut, the parts of each.
    pub const fn spots(&self) -> usize {
        self.first_spot(self.granularities as u8)
    }

    /// How many of these are coarser than granularity `grain`.
    pub const fn first_spot(&self, grain: u8) -> usize {
        // 1 + 4 + 16 + … for each region.
        self.region_count() * (self.codes_per_region(grain) - 1) / 3
    }

    /// What granularities are called, the coarsest first.
    pub const fn names(&self) -> &'static [&'static str] {
        match self.granularities {
            1 => &["all"],
            2 => &["coarse", "fine"],
            3 => &["coarse", "middle", "fine"],
            _ => &["coarse", "middle", "fine", "finest"],
        }
    }

    /// The finest granularity, `granularities - 1`.
    pub const fn finest(&self) -> u8 {
        // Sizes that are no grid's have some value, too: they are refused with words and not with a panic.
        match self.granularities {
            0 => 0,
            1..=Self::MOST_GRANULARITIES => (self.granularities - 1) as u8,
            _ => (Self::MOST_GRANULARITIES - 1) as u8,
        }
    }
}

//! Drawing a part of a picture again, with the rest as it is.
//!
//! Filling in unknown codes beside known ones is what DGiT-NAR does in every pass, so nothing new is
//! needed: codes that stay are known from the beginning. The grain map is the caller's. Only grains
//! are known of it and no density levels, so the priority of dense regions has a step for each granularity.

use serde::Deserialize;

#[cfg(feature = "cli")]
use crate::bounds::REQUEST;
use crate::density::LEVELS;
use crate::error::in_range;
use crate::grain::{GrainMap, Grid, TokenLayout};
use crate::{Error, Result};

/// An earlier picture, generated or encoded, and the regions of it that are drawn again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaint {
    /// Granularity of every region, raster order. That of regions drawn again may be a new one.
    pub grains: Vec<u8>,
    /// The codes on the cell grid, raster order. In regions drawn again they do not matter.
    pub cells: Vec<u16>,
    /// Which regions are drawn again, raster order.
    pub regions: Vec<bool>,
}

impl Repaint {
    /// Reads `{grains, cells, regions}`, lists of numbers; regions are 1 where they are drawn again.
    #[cfg(feature = "cli")]
    pub fn from_json(json: &str) -> Result<Self> {
        let wire: RepaintWire =
            REQUEST.read(json.as_bytes()).map_err(|why| bad(format!("{why}.")))?;
        wire.try_into()
    }

    /// Checks lengths and values; `codes`: size of the codebook.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if a list has another length than the grid, if no region is drawn again,
    /// if a grain is finer than the finest, or if cells of one code in a region that stays differ;
    /// [`Error::OutOfRange`] for a code that is none.
    pub fn validate(&self, grid: Grid, codes: usize) -> Result<()> {
        grid.check()?;
        let lengths = [
            ("grains", self.grains.len(), grid.region_count()),
            ("cells", self.cells.len(), grid.cell_count()),
            ("regions", self.regions.len(), grid.region_count()),
        ];
        if let Some((what, found, wanted)) = lengths.into_iter().find(|(_, n, wanted)| n != wanted)
        {
            return Err(bad(format!("repaint.{what} has {found} values instead of {wanted}.")));
        }
        if !self.regions.contains(&true) {
            return Err(bad("repaint.regions marks no region to draw again.".into()));
        }
        let layout = self.map(grid)?.layout();
        layout.check_codes(&self.cells, codes, |region| !self.regions[region])
    }

    /// The grain map.
    pub(super) fn map(&self, grid: Grid) -> Result<GrainMap> {
        GrainMap::new(grid, self.grains.clone())
    }

    /// The code of every token that stays.
    pub(super) fn known(&self, layout: &TokenLayout) -> Vec<Option<u16>> {
        let codes = layout.pack(&self.cells).into_iter().zip(layout.tokens());
        codes.map(|(code, token)| (!self.regions[token.region]).then_some(code)).collect()
    }

    /// Density levels that say no more than the grains do, evenly from the lowest to the highest.
    pub(super) fn levels(&self, grid: Grid) -> Vec<u8> {
        let finest = usize::from(grid.finest().max(1));
        let level = |grain: &u8| (usize::from(*grain) * (LEVELS - 1) / finest) as u8;
        self.grains.iter().map(level).collect()
    }
}

/// The JSON form; regions are 1 where they are drawn again, else 0.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepaintWire {
    grains: Vec<u8>,
    cells: Vec<u32>,
    regions: Vec<u8>,
}

impl TryFrom<RepaintWire> for Repaint {
    type Error = Error;

    fn try_from(wire: RepaintWire) -> Result<Self> {
        let code = |code: u32| {
            let most = f64::from(u16::MAX);
            in_range("a code of repaint.cells", code.into(), 0.0, most).map(|code| code as u16)
        };
        let flag = |flag: u8| match flag {
            0 | 1 => Ok(flag == 1),
            _ => Err(bad(format!("repaint.regions holds {flag} instead of 0 or 1."))),
        };
        Ok(Self {
            grains: wire.grains,
            cells: wire.cells.into_iter().map(code).collect::<Result<_>>()?,
            regions: wire.regions.into_iter().map(flag).collect::<Result<_>>()?,
        })
    }
}

fn bad(why: String) -> Error {
    Error::BadRequest(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        let grid = Grid::dual(2);
        let good = Repaint {
            grains: vec![0, 1, 0, 1],
            cells: vec![5, 5, 1, 2, 5, 5, 3, 4, 6, 7, 0, 0, 8, 9, 0, 0],
            regions: vec![false, false, true, false],
        };
        good.validate(grid, 10).expect("it fits"); // the coarse region with four codes is drawn again
        let refused = |change: &dyn Fn(&mut Repaint)| {
            let mut repaint = good.clone();
            change(&mut repaint);
            repaint.validate(grid, 10).expect_err("it does not fit").code()
        };
        assert_eq!(refused(&|r| r.grains.truncate(3)), "bad-request");
        assert_eq!(refused(&|r| r.cells.push(0)), "bad-request");
        assert_eq!(refused(&|r| r.regions.clear()), "bad-request");
        assert_eq!(refused(&|r| r.regions = vec![false; 4]), "bad-request");
        assert_eq!(refused(&|r| r.grains[2] = 2), "bad-request");
        assert_eq!(refused(&|r| r.cells[1] = 6), "bad-request");
        assert_eq!(refused(&|r| r.cells[2] = 10), "out-of-range");
        let mut other = good.clone();
        other.cells[8] = 999; // where it does not matter
        other.validate(grid, 10).expect("it fits");
    }

    #[test]
    fn codes_of_a_middle_region_cover_four_cells_each() {
        let grid = Grid { regions: 1, granularities: 3 };
        let cells = vec![1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4];
        let repaint = Repaint { grains: vec![1], cells, regions: vec![false] };
        let layout = repaint.map(grid).expect("a map").layout();
        assert_eq!(repaint.known(&layout), [1, 2, 3, 4].map(Some));
        let grid = Grid { regions: 2, granularities: 3 };
        let side = |row: usize, col: usize| (row / 2 * 4 + col / 2) as u16;
        let cells: Vec<u16> = (0..64).map(|cell| side(cell / 8, cell % 8)).collect();
        let good = Repaint { grains: vec![1; 4], cells, regions: vec![false, false, false, true] };
        good.validate(grid, 16).expect("it fits");
        assert_eq!(good.levels(grid), [7; 4]);
        let mut off = good.clone();
        off.cells[1] = 9;
        assert_eq!(off.validate(grid, 16).unwrap_err().code(), "bad-request");
        let coarser = Repaint { grains: vec![0, 1, 1, 1], ..good };
        assert_eq!(coarser.validate(grid, 16).unwrap_err().code(), "bad-request");
    }
}

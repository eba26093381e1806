//! The grain map: one granularity per region.

use super::{Counts, Grid, TokenLayout};
use crate::{Error, Result};

/// Granularity of every region in raster order; 0 is the coarsest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrainMap {
    grid: Grid,
    grains: Vec<u8>,
}

impl GrainMap {
    /// A map from one value per region. Fails when the number of regions or a value is off.
    pub fn new(grid: Grid, grains: Vec<u8>) -> Result<Self> {
        grid.check()?;
        if grains.len() != grid.region_count() {
            return Err(Error::BadRequest(format!(
                "a grain map needs {} values, one a region, but has {}",
                grid.region_count(),
                grains.len()
            )));
        }
        if let Some(grain) = grains.iter().find(|g| **g > grid.finest()) {
            return Err(Error::BadRequest(format!(
                "grain {grain} is finer than the finest granularity, {}",
                grid.finest()
            )));
        }
        Ok(Self { grid, grains })
    }

    /// A map whose values are known to fit.
    pub(super) fn checked(grid: Grid, grains: Vec<u8>) -> Self {
        debug_assert_eq!(grains.len(), grid.region_count());
        Self { grid, grains }
    }

    /// Every region at the same granularity: a fixed-length code.
    pub fn uniform(grid: Grid, grain: u8) -> Self {
        Self { grid, grains: vec![grain.min(grid.finest()); grid.region_count()] }
    }

    /// The grid it lies on.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// One value a region, raster order.
    pub fn grains(&self) -> &[u8] {
        &self.grains
    }

    /// Length of the code: Hc²(1 + 3r) for a dual grid with a share r of fine regions.
    pub fn code_length(&self) -> usize {
        self.grains.iter().map(|&g| self.grid.codes_per_region(g)).sum()
    }

    /// How many regions are of each granularity.
    pub fn counts(&self) -> Counts {
        let of = |grain: u8| self.grains.iter().filter(|g| **g == grain).count();
        Counts::unchecked((1..=self.grid.finest()).map(of))
    }

    /// Share of regions at the finest granularity, 0..=1.
    pub fn finest_share(&self) -> f32 {
        let fine = self.grains.iter().filter(|&&g| g == self.grid.finest()).count();
        fine as f32 / self.grains.len() as f32
    }

    /// The list of codes this map asks for.
    pub fn layout(&self) -> TokenLayout {
        TokenLayout::new(self)
    }

    /// Granularity of every cell, raster order over cells: the map drawn on the finest grid.
    pub fn per_cell(&self) -> Vec<u8> {
        let (cells, side) = (self.grid.cells(), self.grid.region_side());
        (0..cells * cells)
            .map(|i| self.grains[(i / cells / side) * self.grid.regions + (i % cells) / side])
            .collect()
    }
}

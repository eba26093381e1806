//! Density levels: quantiles of the training set, and the grain map they give for any shares of
//! the granularities.

use serde::{Deserialize, Serialize};

use crate::grain::{GrainMap, Grid, Shares};
use crate::{Error, Result};

/// Number of quantile levels. Shares are honoured in steps of 1 / LEVELS.
pub const LEVELS: usize = 16;

/// Thresholds between the quantile levels of the information density.
///
/// A region of level l is denser than the share l / 16 of all training regions. Levels rather than
/// a single threshold let one model serve all shares, and tell the mask schedule *how* dense
/// a region is. Regions of exactly equal density (flat background) share the lowest level of their
/// tie: they stay coarse until a share asks for everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DensityLevels {
    /// `LEVELS - 1` thresholds in ascending order, in units of the measure.
    thresholds: Vec<f32>,
}

impl DensityLevels {
    /// Quantiles of `densities`, all regions of all training images together.
    pub fn from_samples(mut densities: Vec<f32>) -> Result<Self> {
        densities.retain(|d| d.is_finite());
        if densities.is_empty() {
            return Err(Error::Data("There are no densities to take quantiles of.".into()));
        }
        densities.sort_by(f32::total_cmp);
        let at = |level: usize| densities[densities.len() * level / LEVELS];
        Ok(Self { thresholds: (1..LEVELS).map(at).collect() })
    }

    /// Checks thresholds that come from a file.
    pub fn validate(&self) -> Result<()> {
        let ordered = self.thresholds.is_sorted() && self.thresholds.iter().all(|t| t.is_finite());
        if self.thresholds.len() != LEVELS - 1 || !ordered {
            return Err(Error::damaged(
                "manifest.json",
                "the density thresholds are not in order.",
            ));
        }
        Ok(())
    }

    /// Level of one density, `0..LEVELS`.
    pub fn level(&self, density: f32) -> u8 {
        self.thresholds.iter().filter(|t| density > **t).count() as u8
    }

    /// The density above which a region has at least this level; minus infinity for level 0.
    pub fn threshold(&self, level: u8) -> f32 {
        match level {
            0 => f32::NEG_INFINITY,
            _ => self.thresholds.get(level as usize - 1).copied().unwrap_or(f32::INFINITY),
        }
    }

    /// Levels of one image, one a region.
    pub fn levels(&self, densities: &[f32]) -> Vec<u8> {
        densities.iter().map(|d| self.level(*d)).collect()
    }
}

/// Lowest level that is at least so fine when this share of all training regions shall be.
///
/// 0 means every region, `LEVELS` none.
pub fn fine_from(share: f32) -> u8 {
    LEVELS as u8 - (share.clamp(0.0, 1.0) * LEVELS as f32).round() as u8
}

impl GrainMap {
    /// The map of an image whose regions have these density levels: the densest are of the finest
    /// granularity, and so on, in the `shares` of all training regions.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if levels or shares do not fit the grid.
    pub fn from_levels(grid: Grid, levels: &[u8], shares: &Shares) -> Result<GrainMap> {
        shares.fit(grid)?;
        let bounds: Vec<u8> =
            (1..=grid.finest()).map(|grain| fine_from(shares.at_least(grain))).collect();
        let grain = |level: u8| bounds.iter().take_while(|bound| level >= **bound).count() as u8;
        GrainMap::new(grid, levels.iter().map(|l| grain(*l)).collect())
    }
}

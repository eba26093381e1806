//! How many regions are of which granularity, as exact numbers.

use super::{Grid, Shares};
use crate::{Error, Result};

/// Most granularities finer than the coarsest.
const MOST: usize = Grid::MOST_GRANULARITIES - 1;

/// The number of regions at each granularity finer than the coarsest, from coarse to fine: (middle, fine)
/// where there are three granularities, (fine) where there are two. The rest are coarse. Every image with
/// these counts has the same number of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    values: [usize; MOST],
    count: usize,
}

impl Counts {
    /// From one number for each finer granularity of `grid`.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for another number of numbers and for a grid that cannot be,
    /// [`Error::OutOfRange`] for more regions than there are.
    pub fn new(grid: Grid, counts: &[usize]) -> Result<Self> {
        grid.check()?;
        let wanted = usize::from(grid.finest());
        if counts.len() != wanted || wanted > MOST {
            return Err(Error::BadRequest(format!(
                "there are {} counts of regions, but this model needs {wanted}: one for each granularity finer than the coarsest.",
                counts.len()
            )));
        }
        let sum = counts.iter().fold(0usize, |sum, count| sum.saturating_add(*count));
        crate::error::in_range(
            "the number of finer regions",
            sum as f64,
            0.0,
            grid.region_count() as f64,
        )?;
        let mut values = [0; MOST];
        values[..wanted].copy_from_slice(counts);
        Ok(Self { values, count: wanted })
    }

    /// The counts nearest to `shares` of the regions of `grid`.
    pub fn of(grid: Grid, shares: &Shares) -> Self {
        let regions = grid.region_count();
        let at_least =
            |grain: u8| (shares.at_least(grain) * regions as f32).round().min(regions as f32);
        let finer = 1..=grid.finest();
        Self::unchecked(finer.map(|grain| (at_least(grain) - at_least(grain + 1)) as usize))
    }

    /// Counts that are known to fit; those beyond the third finer granularity do not exist.
    pub(super) fn unchecked(counts: impl Iterator<Item = usize>) -> Self {
        let mut own = Self { values: [0; MOST], count: 0 };
        for value in counts.take(MOST) {
            own.values[own.count] = value;
            own.count += 1;
        }
        own
    }

    /// One number for each finer granularity.
    pub fn as_slice(&self) -> &[usize] {
        &self.values[..self.count]
    }

    /// The granularity of the regions, the one that comes first in an order first: so many of the finest,
    /// then so many of the next, and so on.
    pub fn grains(&self) -> impl Iterator<Item = u8> {
        let finer = self.as_slice().iter().enumerate().rev();
        finer.flat_map(|(at, count)| std::iter::repeat_n(at as u8 + 1, *count))
    }

    /// log₂ of the number of grain maps with these counts, the bits that it takes to say which: the
    /// multinomial of the regions of `grid`.
    pub fn map_bits(&self, grid: Grid) -> f64 {
        let (mut left, mut bits) = (grid.region_count(), 0.0);
        for count in self.as_slice() {
            bits += log2_binomial(left, *count);
            left = left.saturating_sub(*count);
        }
        bits
    }
}

/// log₂ of n over k.
fn log2_binomial(n: usize, k: usize) -> f64 {
    (1..=k.min(n)).map(|i| ((n - k + i) as f64 / i as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIPLE: Grid = Grid { regions: 8, granularities: 3 };

    #[test]
    fn counts_follow_from_shares_and_fit_the_grid() {
        let counts = Counts::of(TRIPLE, &Shares::new(&[0.3, 0.3]).unwrap());
        assert_eq!(counts.as_slice(), [19, 19]);
        let all = Counts::of(TRIPLE, &Shares::new(&[0.5, 0.5]).unwrap());
        assert_eq!(all.as_slice().iter().sum::<usize>(), 64);
        assert_eq!(Counts::new(TRIPLE, &[19, 19]).unwrap(), counts);
        assert_eq!(counts.grains().collect::<Vec<_>>(), [[2; 19], [1; 19]].concat());
        assert_eq!(Counts::new(TRIPLE, &[19]).unwrap_err().code(), "bad-request");
        assert_eq!(Counts::new(TRIPLE, &[60, 5]).unwrap_err().code(), "out-of-range");
        assert_eq!(Counts::new(TRIPLE, &[usize::MAX, 5]).unwrap_err().code(), "out-of-range");
    }

    #[test]
    fn bits_of_the_map() {
        let bits = |counts: &[usize]| {
            let grid = Grid { regions: 8, granularities: counts.len() + 1 };
            Counts::new(grid, counts).unwrap().map_bits(grid)
        };
        // C(64, 24) = 250649105469666120
        assert!((bits(&[24]) - 250_649_105_469_666_120f64.log2()).abs() < 1e-9);
        assert_eq!([bits(&[0]), bits(&[0, 0])], [0.0; 2]);
        assert!(bits(&[64]).abs() < 1e-9);
        // C(64, 2) · C(62, 3)
        assert!((bits(&[2, 3]) - (2016f64 * 37_820.0).log2()).abs() < 1e-9);
    }
}

//! How many regions are of which granularity, as shares.

use serde::Serialize;

use super::Grid;
use crate::bounds::shortened;
use crate::error::in_range;
use crate::{Error, Result};

/// Most granularities finer than the coarsest.
const MOST: usize = Grid::MOST_GRANULARITIES - 1;

/// Rounding that a sum of shares may carry.
const ROUNDING: f32 = 1e-5;

/// The share of regions at each granularity finer than the coarsest, from coarse to fine: (middle, fine)
/// where there are three granularities, (fine) where there are two. They are not cumulative; what is
/// missing to 1 is the share of the coarsest. The paper's r.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(into = "Vec<f32>")]
pub struct Shares {
    values: [f32; MOST],
    count: usize,
}

impl Shares {
    /// From one number for each finer granularity.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for one outside 0..=1, [`Error::BadRequest`] for more than three and for a sum
    /// above 1.
    pub fn new(shares: &[f32]) -> Result<Self> {
        if shares.len() > MOST {
            return Err(Error::BadRequest(format!(
                "there are {} shares, but at most {MOST}.",
                shares.len()
            )));
        }
        for share in shares {
            in_range("a share", f64::from(*share), 0.0, 1.0)?;
        }
        let sum: f32 = shares.iter().sum();
        if sum > 1.0 + ROUNDING {
            return Err(Error::BadRequest(format!("the shares sum to {sum}, which is above 1.")));
        }
        let mut values = [0.0; MOST];
        values[..shares.len()].copy_from_slice(shares);
        Ok(Self { values, count: shares.len() })
    }

    /// For two granularities; a number outside 0..=1 counts as the nearer end.
    pub const fn dual(fine: f32) -> Self {
        Self { values: [fine.clamp(0.0, 1.0), 0.0, 0.0], count: 1 }
    }

    /// The same share, at most 1 / (G − 1), for each finer granularity of a grid of G.
    pub fn even(grid: Grid, each: f32) -> Self {
        Self::of(usize::from(grid.finest()).min(MOST), each)
    }

    /// As many shares, all of them `each`, at most an even part of 1.
    pub fn with_each(&self, each: f32) -> Self {
        Self::of(self.count, each)
    }

    fn of(count: usize, each: f32) -> Self {
        let mut values = [0.0; MOST];
        values[..count].fill(each.clamp(0.0, 1.0 / count.max(1) as f32));
        Self { values, count }
    }

    /// One number for each finer granularity.
    pub fn as_slice(&self) -> &[f32] {
        &self.values[..self.count]
    }

    /// Share of regions at the finest granularity.
    pub fn finest(&self) -> f32 {
        self.as_slice().last().copied().unwrap_or(0.0)
    }

    /// Share of regions that are at least as fine as `grain`, 0 being the coarsest.
    pub fn at_least(&self, grain: u8) -> f32 {
        match usize::from(grain).checked_sub(1) {
            None => 1.0,
            Some(first) => self.as_slice().iter().skip(first).sum::<f32>().min(1.0),
        }
    }

    /// Checks that there is a share for each finer granularity of `grid`.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if there are fewer or more.
    pub fn fit(&self, grid: Grid) -> Result<()> {
        let wanted = usize::from(grid.finest());
        if self.count == wanted {
            return Ok(());
        }
        Err(Error::BadRequest(format!(
            "there are {} shares, but this model needs {wanted}: one for each granularity finer than the coarsest.",
            self.count
        )))
    }
}

impl From<Shares> for Vec<f32> {
    fn from(shares: Shares) -> Self {
        shares.as_slice().to_vec()
    }
}

impl std::fmt::Display for Shares {
    /// As the command line spells them: `0.3,0.3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shares: Vec<String> = self.as_slice().iter().map(f32::to_string).collect();
        f.write_str(&shares.join(","))
    }
}

impl std::str::FromStr for Shares {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let read = |part: &str| {
            part.trim()
                .parse::<f32>()
                .map_err(|_| Error::BadRequest(format!("\"{}\" is no share.", shortened(part))))
        };
        Self::new(&text.split(',').map(read).collect::<Result<Vec<_>>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_one_granularity_each() {
        let shares = Shares::new(&[0.3, 0.2]).unwrap();
        assert_eq!(shares.as_slice(), [0.3, 0.2]);
        assert_eq!([0, 1, 2, 3].map(|g| shares.at_least(g)), [1.0, 0.5, 0.2, 0.0]);
        assert_eq!(shares.finest(), 0.2);
        let grid = |granularities| Grid { regions: 4, granularities };
        shares.fit(grid(3)).unwrap();
        assert_eq!(shares.fit(grid(2)).unwrap_err().code(), "bad-request");
        assert_eq!(Shares::even(grid(1), 0.75).as_slice(), [0.0; 0]);
        assert_eq!(Shares::even(grid(2), 0.75), Shares::dual(0.75));
        assert_eq!(Shares::even(grid(3), 0.75).as_slice(), [0.5, 0.5]);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for (shares, code) in [
            (&[1.1][..], "out-of-range"),
            (&[f32::NAN], "out-of-range"),
            (&[-0.1, 0.5], "out-of-range"),
            (&[0.6, 0.5], "bad-request"),
            (&[0.1; 4], "bad-request"),
        ] {
            assert_eq!(Shares::new(shares).unwrap_err().code(), code, "{shares:?}");
        }
        Shares::new(&[0.1; 3]).unwrap();
        Shares::new(&[0.7, 0.3]).unwrap();
        assert_eq!("0.3, 0.5".parse::<Shares>().unwrap().to_string(), "0.3,0.5");
        assert_eq!("0.3,x".parse::<Shares>().unwrap_err().code(), "bad-request");
    }
}

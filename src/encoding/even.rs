//! Fine regions spread as evenly as a grid allows, whatever the picture shows.

use crate::Result;
use crate::grain::{Counts, GrainMap, Grid};

/// As many regions of each granularity as `counts` says: the finest are those that come first in the order
/// of an ordered dither (Bayer 1973), of which every beginning is spread evenly, then the next. Half of
/// the regions are a chessboard, a quarter every second one of every second row.
pub fn even_map(grid: Grid, counts: &Counts) -> Result<GrainMap> {
    grid.check()?;
    let mut order: Vec<usize> = (0..grid.region_count()).collect();
    order.sort_by_key(|region| threshold(region / grid.regions, region % grid.regions));
    let mut grains = vec![0; grid.region_count()];
    order.iter().zip(counts.grains()).for_each(|(region, grain)| grains[*region] = grain);
    GrainMap::new(grid, grains)
}

/// Threshold of the Bayer matrix of side 2¹⁶: the lowest bits of a place decide first.
fn threshold(row: usize, column: usize) -> u64 {
    (0..16).fold(0, |sum, bit| {
        let [y, x] = [row, column].map(|at| (at >> bit & 1) as u64);
        sum << 2 | (x ^ y) << 1 | y
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_regions_is_spread_over_all_parts_of_the_grid() {
        let grid = Grid::dual(8);
        let even = |fine| even_map(grid, &Counts::new(grid, &[fine])?);
        for fine in 0..=64 {
            let map = even(fine).expect("a map");
            let grains = map.grains();
            assert_eq!(grains.iter().filter(|g| **g == 1).count(), fine);
            // In any two quarters there are about as many.
            let quarter = |q: usize| {
                let inside = |r: &usize| (r / 8 / 4, r % 8 / 4) == (q / 2, q % 2);
                (0..64).filter(inside).filter(|r| grains[*r] == 1).count()
            };
            let counts = [0, 1, 2, 3].map(quarter);
            let (low, high) = (counts.iter().min(), counts.iter().max());
            assert!(high <= low.map(|n| n + 1).as_ref(), "{fine}: {counts:?}");
        }
        let half = even(32).expect("a map");
        assert!((0..64).all(|r| usize::from(half.grains()[r]) == 1 - (r / 8 + r % 8) % 2));
        assert_eq!(even(65).unwrap_err().code(), "out-of-range");
    }
}

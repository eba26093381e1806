//! The grain map with fixed numbers of regions: every image gets the same number of codes.

use crate::Result;
use crate::grain::{Counts, GrainMap, Grid};

impl GrainMap {
    /// The densest regions at the finest granularity, the next at the one before, and so on, as many of
    /// each as `counts` says. Of regions equally dense those that come first in raster order are taken.
    ///
    /// # Errors
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the densities are not one a region.
    pub fn densest(grid: Grid, densities: &[f32], counts: &Counts) -> Result<GrainMap> {
        let mut order: Vec<usize> = (0..densities.len()).collect();
        order.sort_by(|a, b| densities[*b].total_cmp(&densities[*a])); // stable
        let mut grains = vec![0; densities.len()];
        order.iter().zip(counts.grains()).for_each(|(region, grain)| grains[*region] = grain);
        GrainMap::new(grid, grains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_as_many_as_asked_for_and_the_densest_of_them() {
        let grid = Grid::dual(2);
        let grains = |densities: &[f32], fine| {
            let counts = Counts::new(grid, &[fine])?;
            GrainMap::densest(grid, densities, &counts).map(|map| map.grains().to_vec())
        };
        let densities = [0.1, 3.0, -1.0, 2.0];
        assert_eq!(grains(&densities, 0).expect("a map"), [0, 0, 0, 0]);
        assert_eq!(grains(&densities, 2).expect("a map"), [0, 1, 0, 1]);
        assert_eq!(grains(&densities, 4).expect("a map"), [1, 1, 1, 1]);
        assert_eq!(grains(&[0.0; 4], 3).expect("a map"), [1, 1, 1, 0]); // ties
        assert_eq!(grains(&densities, 5).unwrap_err().code(), "out-of-range");
        let triple = Grid { regions: 2, granularities: 3 };
        let counts = Counts::new(triple, &[2, 1]).expect("counts");
        let map = GrainMap::densest(triple, &densities, &counts).expect("a map");
        assert_eq!(map.grains(), [1, 2, 0, 1]);
        assert_eq!(grains(&densities[1..], 1).unwrap_err().code(), "bad-request");
    }
}

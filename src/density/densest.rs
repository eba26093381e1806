//! The grain map with a fixed number of fine regions: every image gets the same number of codes.

use crate::Result;
use crate::error::in_range;
use crate::grain::{GrainMap, Grid};

impl GrainMap {
    /// The `fine` densest regions at the finest granularity, the rest coarse. Of regions equally
    /// dense those that come first in raster order are taken.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if there are fewer regions than `fine`,
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the densities are not one a region.
    pub fn densest(grid: Grid, densities: &[f32], fine: usize) -> Result<GrainMap> {
        in_range("the number of fine regions", fine as f64, 0.0, grid.region_count() as f64)?;
        let mut order: Vec<usize> = (0..densities.len()).collect();
        order.sort_by(|a, b| densities[*b].total_cmp(&densities[*a])); // stable
        let mut grains = vec![0; densities.len()];
        order.iter().take(fine).for_each(|region| grains[*region] = grid.finest());
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
            GrainMap::densest(grid, densities, fine).map(|map| map.grains().to_vec())
        };
        let densities = [0.1, 3.0, -1.0, 2.0];
        assert_eq!(grains(&densities, 0).expect("a map"), [0, 0, 0, 0]);
        assert_eq!(grains(&densities, 2).expect("a map"), [0, 1, 0, 1]);
        assert_eq!(grains(&densities, 4).expect("a map"), [1, 1, 1, 1]);
        assert_eq!(grains(&[0.0; 4], 3).expect("a map"), [1, 1, 1, 0]); // ties
        assert_eq!(grains(&densities, 5).unwrap_err().code(), "out-of-range");
        assert_eq!(grains(&densities[1..], 1).unwrap_err().code(), "bad-request");
    }
}

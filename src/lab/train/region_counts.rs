//! How many regions have each granularity, in training on pictures: the same numbers for all images
//! of a batch, other numbers for the next.
//!
//! Equal numbers keep a batch dense and every image at the same number of codes; numbers that change
//! from batch to batch make one tokenizer serve many rates. All of it happens on the device, since a
//! look at the densities would make it wait.

use burn::tensor::{Bool, Tensor};

use super::exchange::Seat;
use crate::Result;
use crate::grain::{Counts, Grid};
use crate::rng::Rng;

/// Standard deviation of the logarithm of the factors by which densities are disturbed in training,
/// so that a region near a bound is seen at both granularities.
const JITTER: f32 = 0.15;

/// The counts that a training draws.
#[derive(Debug, Clone, PartialEq)]
pub struct CountDraw {
    /// Those that most batches have.
    pub target: Counts,
    /// Share of the batches that have others.
    pub mixed: f32,
}

impl CountDraw {
    /// The counts of the next batch.
    ///
    /// # Errors
    /// None as long as the target fits `grid`.
    pub fn next(&self, grid: Grid, rng: &mut Rng) -> Result<Counts> {
        if rng.uniform() >= self.mixed {
            return Ok(self.target);
        }
        // Spacings of sorted uniform numbers: every way to divide the regions is about as likely.
        let regions = grid.region_count();
        let finer = self.target.as_slice();
        let mut cuts: Vec<usize> = finer.iter().map(|_| rng.below(regions + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().skip(1).chain([regions]);
        let counts: Vec<usize> = cuts.iter().zip(ends).map(|(from, to)| to - from).collect();
        Counts::new(grid, &counts)
    }
}

/// Densities `[batch, regions²]` as training sees them: each times a random factor near 1. They are
/// the part of a batch that `seat` has; all seats draw for the whole batch.
pub fn disturbed(density: Tensor<2>, seat: &Seat, rng: &mut Rng) -> Tensor<2> {
    let [batch, regions] = density.dims();
    let count = batch * regions;
    let all: Vec<f32> = (0..count * seat.seats()).map(|_| (JITTER * rng.normal()).exp()).collect();
    let mine = &all[count * seat.number()..][..count];
    density.clone() * Tensor::<1>::from_floats(mine, &density.device()).reshape([batch, regions])
}

/// 1 at the granularity of each region, `[batch, regions², granularities]`: of densities
/// `[batch, regions²]` the largest are finest, and so on by `counts`. Of regions equally dense those
/// first in raster order count as denser, as in [`GrainMap::densest`](crate::grain::GrainMap::densest).
pub fn gates_by_rank(density: Tensor<2>, counts: &Counts) -> Tensor<3> {
    let [batch, regions] = density.dims();
    let square = [batch, regions, regions];
    let mine = density.clone().reshape([batch, regions, 1]).expand(square);
    let other = density.reshape([batch, 1, regions]).expand(square);
    let earlier = Tensor::<2, Bool>::tril_mask([regions, regions], -1, &mine.device());
    let earlier = earlier.bool_not().float().reshape([1, regions, regions]);
    let ahead = other.clone().greater(mine.clone()).float() + other.equal(mine).float() * earlier;
    let rank = ahead.sum_dim(2); // [batch, regions, 1]: how many are denser
    let mut gates = Vec::new();
    let mut from = 0;
    for count in counts.as_slice().iter().rev() {
        let to = from + count;
        let reached = rank.clone().greater_equal_elem(from as f32).float();
        gates.push(reached * rank.clone().lower_elem(to as f32).float());
        from = to;
    }
    gates.push(rank.greater_equal_elem(from as f32).float());
    gates.reverse();
    Tensor::cat(gates, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grain::GrainMap;
    use burn::tensor::Device;

    const GRID: Grid = Grid { regions: 2, granularities: 3 };

    #[test]
    fn gates_and_maps_take_the_densest_regions_and_agree_on_ties() {
        let device = Device::flex();
        for (densities, counts, wanted) in [
            ([0.1, 3.0, -1.0, 2.0], [1, 1], [0, 2, 0, 1]),
            ([0.1, 3.0, -1.0, 2.0], [2, 0], [0, 1, 0, 1]),
            ([0.0, 0.0, 0.0, 0.0], [1, 2], [2, 2, 1, 0]),
            ([4.0, 3.0, 2.0, 1.0], [0, 4], [2, 2, 2, 2]),
        ] {
            let counts = Counts::new(GRID, &counts).unwrap();
            let map = GrainMap::densest(GRID, &densities, &counts).unwrap();
            assert_eq!(map.grains(), wanted);
            let density = Tensor::<1>::from_floats(densities, &device).reshape([1, 4]);
            let gates = gates_by_rank(density, &counts).into_data();
            let gates: Vec<f32> = gates.iter::<f32>().collect();
            for (gates, grain) in gates.chunks(3).zip(wanted) {
                let one = |g: usize| if g == grain as usize { 1.0 } else { 0.0 };
                assert_eq!(gates, [one(0), one(1), one(2)]);
            }
        }
    }

    #[test]
    fn drawn_counts_fit_and_differ() {
        let grid = Grid { regions: 8, granularities: 3 };
        let target = Counts::new(grid, &[19, 19]).unwrap();
        let draw = CountDraw { target, mixed: 0.5 };
        let mut rng = Rng::new(4);
        let drawn: Vec<Counts> = (0..400).map(|_| draw.next(grid, &mut rng).unwrap()).collect();
        let hits = drawn.iter().filter(|counts| **counts == target).count();
        assert!((150..250).contains(&hits), "{hits}");
        let others: std::collections::BTreeSet<_> = drawn.iter().map(Counts::as_slice).collect();
        assert!(others.len() > 100);
    }
}

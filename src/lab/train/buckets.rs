//! Batches whose codes have about the same length, so that little is padded.

use std::collections::BTreeMap;

use crate::Result;
use crate::dgit::bucket;
use crate::grain::GrainMap;

/// Sorts examples by the padded length of their code, as they come, until there is a batch of one
/// length. No example is left out, so that no length is rarer than it is drawn.
#[derive(Debug)]
pub struct Buckets<E> {
    batch: usize,
    waiting: BTreeMap<usize, Vec<E>>,
}

impl<E> Buckets<E> {
    /// Empty buckets for batches of `batch` examples, at least 1.
    pub fn new(batch: usize) -> Self {
        Self { batch: batch.max(1), waiting: BTreeMap::new() }
    }

    /// The next full batch and the length it is to be padded to; `draw` gives an example with its map.
    ///
    /// # Errors
    /// Those of `draw`.
    pub fn next(
        &mut self,
        mut draw: impl FnMut() -> Result<(GrainMap, E)>,
    ) -> Result<(usize, Vec<E>)> {
        loop {
            let (map, example) = draw()?;
            let length = bucket(map.code_length(), map.grid());
            let waiting = self.waiting.entry(length).or_default();
            waiting.push(example);
            if waiting.len() == self.batch {
                return Ok((length, std::mem::take(waiting)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grain::Grid;
    use crate::rng::Rng;

    #[test]
    fn a_batch_has_one_length_and_every_example_comes_once() {
        let (grid, mut rng, mut buckets) = (Grid::dual(4), Rng::new(6), Buckets::new(8));
        let (mut drawn, mut seen) = (0, vec![]);
        for _ in 0..40 {
            let draw = || {
                let grains = (0..16).map(|_| rng.below(2) as u8).collect();
                let map = GrainMap::new(grid, grains)?;
                drawn += 1;
                Ok((map.clone(), (drawn, map.code_length())))
            };
            let (length, batch) = buckets.next(draw).unwrap();
            assert_eq!(batch.len(), 8);
            for (number, codes) in batch {
                assert_eq!(bucket(codes, grid), length);
                seen.push(number);
            }
        }
        let waiting = buckets.waiting.values().flatten().map(|(number, _)| *number);
        seen.extend(waiting);
        seen.sort_unstable();
        assert_eq!(seen, (1..=drawn).collect::<Vec<_>>());
    }
}

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
    tokens: usize,
    waiting: BTreeMap<usize, Vec<E>>,
}

impl<E> Buckets<E> {
    /// Empty buckets for batches of `batch` examples, at least 1; fewer where these would have more than
    /// `tokens` together, padded.
    pub fn new(batch: usize, tokens: Option<usize>) -> Self {
        let tokens = tokens.unwrap_or(usize::MAX);
        Self { batch: batch.max(1), tokens, waiting: BTreeMap::new() }
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
            if waiting.len() >= self.batch.min(self.tokens / length.max(1)) {
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
    fn long_codes_come_in_smaller_batches() {
        let (grid, mut fine) = (Grid::dual(4), false);
        let mut buckets = Buckets::new(8, Some(4 * 64));
        let mut sizes = std::collections::BTreeSet::new();
        for _ in 0..6 {
            let draw = || {
                fine = !fine;
                let map = GrainMap::uniform(grid, u8::from(fine));
                Ok((map.clone(), ()))
            };
            let (length, batch) = buckets.next(draw).unwrap();
            sizes.insert((length, batch.len()));
        }
        assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [(16, 8), (64, 4)]);
        let draw = || Ok((GrainMap::uniform(grid, 1), ()));
        assert_eq!(Buckets::new(8, Some(1)).next(draw).unwrap().1.len(), 1);
    }

    #[test]
    fn a_batch_has_one_length_and_every_example_comes_once() {
        let (grid, mut rng, mut buckets) = (Grid::dual(4), Rng::new(6), Buckets::new(8, None));
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

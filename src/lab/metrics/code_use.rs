//! How evenly the codes of a codebook are used over a set of images.
//!
//! Key traits: each code of an image counts once, whatever number of cells it fills; counted over a
//! whole set, since a batch is too small for a thousand codes.

use crate::grain::GrainMap;

/// How often each code occurs.
#[derive(Debug, Clone)]
pub struct CodeUse {
    counts: Vec<u64>,
}

impl CodeUse {
    /// None of `codes` codes has occurred yet.
    pub fn new(codes: usize) -> Self {
        Self { counts: vec![0; codes] }
    }

    /// Counts the codes of an image: `cells` in raster order over the cells of `map`; if there are
    /// fewer of them (a fixed length between the grids), each is a code of its own. Returns how many
    /// codes those are; numbers beyond the codebook count as its last one.
    pub fn add(&mut self, map: &GrainMap, cells: &[usize]) -> usize {
        let codes = match cells.len() == map.grid().cell_count() {
            true => map.layout().pack(cells),
            false => cells.to_vec(),
        };
        let last = self.counts.len().saturating_sub(1);
        codes.iter().for_each(|code| self.counts[(*code).min(last)] += 1);
        codes.len()
    }

    /// Share of the codes that occur at all, 0..=1.
    pub fn used(&self) -> f64 {
        let used = self.counts.iter().filter(|count| **count > 0).count();
        used as f64 / self.counts.len() as f64
    }

    /// exp of the entropy of the codes: as many equally frequent codes would have it. From 1 to the
    /// size of the codebook.
    pub fn perplexity(&self) -> f64 {
        let total = self.counts.iter().sum::<u64>() as f64;
        let p = self.counts.iter().filter(|count| **count > 0).map(|count| *count as f64 / total);
        p.map(|p| -p * p.ln()).sum::<f64>().exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grain::Grid;

    #[test]
    fn a_coarse_code_counts_once() {
        let map = GrainMap::new(Grid::dual(2), vec![0, 1, 0, 0]).expect("a map");
        let mut codes = CodeUse::new(8);
        // The second region has the codes 1, 2, 3, 4; the others 0, 5, 5.
        let cells = [0, 0, 1, 2, 0, 0, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5];
        assert_eq!(codes.add(&map, &cells), 7);
        assert_eq!(codes.counts, [1, 1, 1, 1, 1, 2, 0, 0]);
        assert!((codes.used() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn perplexity_of_even_and_uneven_use() {
        let map = GrainMap::uniform(Grid::dual(2), 1);
        let perplexity = |cells: &[usize]| {
            let mut codes = CodeUse::new(4);
            assert_eq!(codes.add(&map, cells), cells.len());
            codes.perplexity()
        };
        assert!((perplexity(&[0, 1, 2, 3]) - 4.0).abs() < 1e-12);
        assert!((perplexity(&[2, 2, 2]) - 1.0).abs() < 1e-12);
        assert!((perplexity(&[0, 0, 1, 1]) - 2.0).abs() < 1e-12);
    }
}

//! Positions of a coarse-to-fine sequence, as the numbers of one vocabulary.
//!
//! ```text
//! START  c₁ … cₙ  END  f₁ … f₄ₖ        c: coarse regions, f: cells of the regions left out
//! ```
//!
//! The coarse stream visits regions in raster order, each at most once; which ones it leaves out *is*
//! the grain map. The fine stream then visits the cells of those, region by region: it follows from
//! the coarse one, so that every cell is covered exactly once, whatever is drawn. After the public
//! code of DQ-Transformer ("fixed" fine positions, region first); END closes the coarse stream in
//! training and in sampling alike, and a fine stream needs none.

use super::{GrainMap, Grid, Token};

/// The numbers: coarse regions, END, fine cells, START, and DONE for what comes after the last code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positions {
    grid: Grid,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In front of the first code.
    Start,
    /// A region with one code, raster index.
    Coarse(usize),
    /// Between the streams.
    End,
    /// One of the cells of a region.
    Fine {
        /// Raster index of the region.
        region: usize,
        /// Cell in the region, raster order.
        part: usize,
    },
    /// Behind the last code.
    Done,
}

impl Positions {
    /// Positions on a dual grid.
    pub const fn new(grid: Grid) -> Self {
        Self { grid }
    }

    /// The grid.
    pub const fn grid(&self) -> Grid {
        self.grid
    }

    /// Cells of a region.
    pub const fn parts(&self) -> usize {
        self.grid.codes_per_region(self.grid.finest())
    }

    /// The number of END. Coarse regions have the numbers below it.
    pub const fn end(&self) -> usize {
        self.grid.region_count()
    }

    /// The number of the first cell of a region; those of its other cells follow.
    pub const fn fine(&self, region: usize) -> usize {
        self.end() + 1 + self.parts() * region
    }

    /// The number of START.
    pub const fn start(&self) -> usize {
        self.fine(self.grid.region_count())
    }

    /// The number of DONE, the last one.
    pub const fn done(&self) -> usize {
        self.start() + 1
    }

    /// How many numbers there are.
    pub const fn count(&self) -> usize {
        self.done() + 1
    }

    /// Entries of the longest sequence: START, END, and a code for every cell.
    pub const fn longest(&self) -> usize {
        2 + self.grid.cell_count()
    }

    /// What a number stands for; [`Place::Done`] for those beyond all others.
    pub fn place(&self, number: usize) -> Place {
        match number {
            n if n < self.end() => Place::Coarse(n),
            n if n == self.end() => Place::End,
            n if n < self.start() => {
                let cell = n - self.end() - 1;
                Place::Fine { region: cell / self.parts(), part: cell % self.parts() }
            }
            n if n == self.start() => Place::Start,
            _ => Place::Done,
        }
    }

    /// The square of cells that a code covers; none for START, END and DONE.
    pub fn token(&self, number: usize) -> Option<Token> {
        let side = self.grid.region_side();
        let (region, grain, span, part) = match self.place(number) {
            Place::Coarse(region) => (region, 0, side, 0),
            Place::Fine { region, part } => (region, self.grid.finest(), 1, part),
            _ => return None,
        };
        let row = region / self.grid.regions * side + part / side;
        let col = region % self.grid.regions * side + part % side;
        Some(Token { region, grain, row, col, span })
    }

    /// The number of its square ([`Token::spot`]); one beyond all for START, END and DONE.
    pub fn spot(&self, number: usize) -> usize {
        self.token(number).map_or(self.grid.spots(), |token| token.spot(self.grid))
    }

    /// The sequence of a grain map: START, coarse regions, END, fine cells.
    pub fn sequence(&self, map: &GrainMap) -> Vec<usize> {
        let regions = |fine: bool| {
            let grains = map.grains().iter().enumerate();
            grains.filter(move |(_, grain)| (**grain > 0) == fine).map(|(region, _)| region)
        };
        let cells = regions(true).flat_map(|region| (0..self.parts()).map(move |p| (region, p)));
        [self.start()]
            .into_iter()
            .chain(regions(false))
            .chain([self.end()])
            .chain(cells.map(|(region, part)| self.fine(region) + part))
            .collect()
    }

    /// The grain map of a sequence, or of its beginning as if its coarse stream ended there.
    pub fn map(&self, sequence: &[usize]) -> GrainMap {
        let mut grains = vec![self.grid.finest(); self.grid.region_count()];
        for number in sequence {
            if let Place::Coarse(region) = self.place(*number) {
                grains[region] = 0;
            }
        }
        GrainMap::checked(self.grid, grains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn ten_thousand_random_maps_are_covered_exactly_once_and_come_back() {
        let grid = Grid::dual(8);
        let positions = Positions::new(grid);
        let mut rng = Rng::new(3);
        for round in 0..10_000 {
            let share = rng.uniform() * 1.2 - 0.1; // all coarse and all fine included
            let grains = (0..64).map(|_| u8::from(rng.uniform() < share)).collect();
            let map = GrainMap::new(grid, grains).expect("a map");
            let sequence = positions.sequence(&map);
            assert_eq!(sequence.len(), map.code_length() + 2);
            assert!(sequence.len() <= positions.longest());
            let mut covered = [0; 256];
            for token in sequence.iter().filter_map(|n| positions.token(*n)) {
                for row in token.row..token.row + token.span {
                    (token.col..token.col + token.span)
                        .for_each(|col| covered[row * 16 + col] += 1);
                }
            }
            assert!(covered.iter().all(|n| *n == 1), "round {round}: {covered:?}");
            let end = sequence.iter().position(|n| *n == positions.end()).expect("END");
            assert!(sequence[1..end].is_sorted_by(|a, b| a < b), "coarse positions rise");
            assert!(sequence[end + 1..].is_sorted_by(|a, b| a < b), "fine positions rise");
            assert_eq!(positions.map(&sequence), map);
        }
    }

    #[test]
    fn every_number_stands_for_one_place() {
        let positions = Positions::new(Grid::dual(2));
        assert_eq!(positions.place(3), Place::Coarse(3));
        assert_eq!(positions.place(4), Place::End);
        assert_eq!(positions.place(positions.fine(1) + 2), Place::Fine { region: 1, part: 2 });
        assert_eq!(positions.place(positions.start()), Place::Start);
        assert_eq!(positions.place(positions.done()), Place::Done);
        assert_eq!(positions.count(), 4 + 1 + 16 + 2);
        let token = positions.token(positions.fine(1) + 2).expect("a cell");
        assert_eq!((token.row, token.col, token.span), (1, 2, 1));
    }
}

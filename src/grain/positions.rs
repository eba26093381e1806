//! Positions of a coarse-to-fine sequence, as the numbers of one vocabulary.
//!
//! ```text
//! START  c₁ … cₙ  END  m₁ … m₄ₖ  END  f₁ … f₁₆ₗ        c, m, f: codes of a coarse, a middle, a fine region
//! ```
//!
//! One stream for each granularity, from coarse to fine; every stream but the last is closed by an END of
//! its own. A stream visits regions in raster order, and of each region all its codes; which regions it
//! leaves to the streams behind it *is* the grain map. The last stream visits all that are left: it follows
//! from those before it, so that every cell is covered exactly once, whatever is drawn. After the public
//! code of DQ-Transformer ("fixed" fine positions, region first), which has two streams.

use super::{GrainMap, Grid, Token};

/// The numbers: codes of the coarsest granularity, END, codes of the next one, END, and so on; then START,
/// and DONE for what comes after the last code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positions {
    grid: Grid,
}

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In front of the first code.
    Start,
    /// One of the codes of a region.
    Code {
        /// Granularity, 0 = coarsest: the number of the stream.
        grain: u8,
        /// Raster index of the region.
        region: usize,
        /// Which of its 4^grain codes, raster order.
        part: usize,
    },
    /// Behind the stream of this granularity, which is not the finest.
    End(u8),
    /// Behind the last code.
    Done,
}

/// What the grammar of a sequence knows of one position: all that a device needs to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stream that a sequence is in after it: that of a code, the one that an END opens, the first one
    /// after START, the last one after DONE. An entry is embedded with this granularity.
    pub stream: u8,
    /// Its region. Nothing for START and END, where all regions are still to come; one beyond all regions
    /// for DONE.
    pub region: Option<usize>,
    /// The next code of the same region, which follows it necessarily.
    pub next: Option<usize>,
    /// The stream in which it may be chosen: first codes of regions and END, in all streams but the last.
    pub chosen_in: Option<u8>,
    /// The number of its square, [`Positions::spot`].
    pub spot: usize,
    /// The square of cells that a code covers.
    pub token: Option<Token>,
}

impl Positions {
    /// Positions on a grid.
    pub const fn new(grid: Grid) -> Self {
        Self { grid }
    }

    /// The grid.
    pub const fn grid(&self) -> Grid {
        self.grid
    }

    /// The number of the first code of granularity `grain`; one END stands in front of each but the first.
    const fn first(&self, grain: u8) -> usize {
        self.grid.first_spot(grain) + grain as usize
    }

    /// The number of a code.
    pub const fn code(&self, grain: u8, region: usize, part: usize) -> usize {
        self.first(grain) + self.grid.codes_per_region(grain) * region + part
    }

    /// The number of the END that closes the stream of granularity `grain`; for the finest, which has none,
    /// that of START.
    pub const fn end(&self, grain: u8) -> usize {
        self.first(grain + 1) - 1
    }

    /// How many numbers there are to choose among: codes and END of all streams but the last, which have
    /// the numbers below it.
    pub const fn choices(&self) -> usize {
        self.first(self.grid.finest())
    }

    /// The number of START.
    pub const fn start(&self) -> usize {
        self.end(self.grid.finest())
    }

    /// The number of DONE, the last one.
    pub const fn done(&self) -> usize {
        self.start() + 1
    }

    /// How many numbers there are.
    pub const fn count(&self) -> usize {
        self.done() + 1
    }

    /// END of a sequence: one for each granularity but the finest.
    pub const fn ends(&self) -> usize {
        self.grid.finest() as usize
    }

    /// Entries of the longest sequence: START, every END, and a code for every cell.
    pub const fn longest(&self) -> usize {
        1 + self.ends() + self.grid.cell_count()
    }

    /// Entries of the longest beginning in which something is chosen: START, and all streams but the last.
    pub const fn longest_choice(&self) -> usize {
        match self.grid.finest() {
            0 => 1,
            finest => {
                let codes = self.grid.region_count() * self.grid.codes_per_region(finest - 1);
                1 + codes + self.ends() - 1
            }
        }
    }

    /// What a number stands for; [`Place::Done`] for those beyond all others.
    pub fn place(&self, number: usize) -> Place {
        let finest = self.grid.finest();
        match (0..=finest).find(|grain| number <= self.end(*grain)) {
            None => Place::Done,
            Some(grain) if number < self.end(grain) => {
                let (code, parts) = (number - self.first(grain), self.grid.codes_per_region(grain));
                Place::Code { grain, region: code / parts, part: code % parts }
            }
            Some(grain) if grain < finest => Place::End(grain),
            Some(_) => Place::Start,
        }
    }

    /// The square of cells that a code covers; none for START, END and DONE.
    pub fn token(&self, number: usize) -> Option<Token> {
        let Place::Code { grain, region, part } = self.place(number) else { return None };
        let (side, per_side) = (self.grid.region_side(), 1 << grain);
        let span = side / per_side;
        let row = region / self.grid.regions * side + part / per_side * span;
        let col = region % self.grid.regions * side + part % per_side * span;
        Some(Token { region, grain, row, col, span })
    }

    /// The number of its square ([`Token::spot`]); one beyond all for START, END and DONE.
    pub fn spot(&self, number: usize) -> usize {
        self.token(number).map_or(self.grid.spots(), |token| token.spot(self.grid))
    }

    /// What the grammar knows of a number.
    pub fn rule(&self, number: usize) -> Rule {
        let (place, finest) = (self.place(number), self.grid.finest());
        let (stream, region, next, chosen_in) = match place {
            Place::Start => (0, None, None, None),
            Place::Code { grain, region, part } => {
                let more = part + 1 < self.grid.codes_per_region(grain);
                let chosen = part == 0 && grain < finest;
                (grain, Some(region), more.then_some(number + 1), chosen.then_some(grain))
            }
            Place::End(grain) => (grain + 1, None, None, Some(grain)),
            Place::Done => (finest, Some(self.grid.region_count()), None, None),
        };
        Rule { stream, region, next, chosen_in, spot: self.spot(number), token: self.token(number) }
    }

    /// The rules of all numbers.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        let positions = *self;
        (0..self.count()).map(move |number| positions.rule(number))
    }

    /// The sequence of a grain map: START, then stream after stream with END between them.
    pub fn sequence(&self, map: &GrainMap) -> Vec<usize> {
        let mut sequence = vec![self.start()];
        for grain in 0..=self.grid.finest() {
            let regions = map.grains().iter().enumerate().filter(|(_, own)| **own == grain);
            for (region, _) in regions {
                let parts = 0..self.grid.codes_per_region(grain);
                sequence.extend(parts.map(|part| self.code(grain, region, part)));
            }
            if grain < self.grid.finest() {
                sequence.push(self.end(grain));
            }
        }
        sequence
    }

    /// The grain map of a sequence, or of its beginning as if all streams but the last ended there.
    pub fn map(&self, sequence: &[usize]) -> GrainMap {
        let mut grains = vec![self.grid.finest(); self.grid.region_count()];
        for number in sequence {
            if let Place::Code { grain, region, .. } = self.place(*number) {
                grains[region] = grain;
            }
        }
        GrainMap::checked(self.grid, grains)
    }

    /// For each region, raster order, whether the beginning of a sequence settles its granularity: it has a
    /// code, or no stream but the last can still visit it.
    pub fn settled(&self, sequence: &[usize]) -> Vec<bool> {
        let finest = self.grid.finest();
        let last = sequence.last().map(|number| self.rule(*number));
        // Regions before this one are none of a stream's any more. The last stream takes what is left; the
        // one in front of it settles what it passes by.
        let passed = match last {
            Some(rule) if rule.stream == finest => self.grid.region_count(),
            Some(rule) if rule.stream + 1 == finest => rule.region.map_or(0, |region| region + 1),
            _ => 0,
        };
        let mut settled: Vec<bool> = (0..self.grid.region_count()).map(|i| i < passed).collect();
        for token in sequence.iter().filter_map(|number| self.token(*number)) {
            settled[token.region] = true;
        }
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Every cell covered once, streams in order, regions rising in each.
    fn check(positions: Positions, sequence: &[usize]) {
        let grid = positions.grid();
        let mut covered = vec![0; grid.cell_count()];
        for token in sequence.iter().filter_map(|n| positions.token(*n)) {
            for row in token.row..token.row + token.span {
                let cells = row * grid.cells() + token.col..;
                covered[cells].iter_mut().take(token.span).for_each(|n| *n += 1);
            }
        }
        assert!(covered.iter().all(|n| *n == 1), "{covered:?}");
        let ends: Vec<usize> = (0..grid.finest()).map(|grain| positions.end(grain)).collect();
        let found = sequence.iter().filter(|n| ends.contains(n));
        assert!(found.eq(&ends), "one END each, in order");
        assert_eq!(sequence[0], positions.start());
        assert!(sequence[1..].is_sorted_by(|a, b| a < b), "numbers rise: {sequence:?}");
    }

    #[test]
    fn ten_thousand_random_maps_are_covered_exactly_once_and_come_back() {
        let mut rng = Rng::new(3);
        for granularities in 1..=4u8 {
            let grid = Grid {
                regions: 6 - usize::from(granularities),
                granularities: granularities.into(),
            };
            let positions = Positions::new(grid);
            for _ in 0..10_000 {
                // All coarse and all fine included.
                let bias = rng.uniform() * 2.0 - 1.0;
                let mut grain = || {
                    let at = f32::from(granularities) * (rng.uniform() + bias);
                    at.clamp(0.0, f32::from(grid.finest())) as u8
                };
                let grains = (0..grid.region_count()).map(|_| grain()).collect();
                let map = GrainMap::new(grid, grains).expect("a map");
                let sequence = positions.sequence(&map);
                assert_eq!(sequence.len(), map.code_length() + 1 + positions.ends());
                assert!(sequence.len() <= positions.longest());
                check(positions, &sequence);
                assert_eq!(positions.map(&sequence), map);
                assert!(positions.settled(&sequence).iter().all(|settled| *settled));
            }
        }
    }

    #[test]
    fn every_number_stands_for_one_place() {
        let grid = Grid { regions: 2, granularities: 3 };
        let positions = Positions::new(grid);
        let code = |grain, region, part| Place::Code { grain, region, part };
        assert_eq!(positions.place(3), code(0, 3, 0));
        assert_eq!(positions.place(4), Place::End(0));
        assert_eq!(positions.place(5), code(1, 0, 0));
        assert_eq!(positions.place(21), Place::End(1));
        assert_eq!(positions.place(22 + 16 + 5), code(2, 1, 5));
        assert_eq!(positions.count(), 4 + 1 + 16 + 1 + 64 + 2);
        assert_eq!([positions.start(), positions.done()], [22 + 64, 22 + 65]);
        assert_eq!((positions.choices(), positions.longest()), (22, 1 + 2 + 64));
        let token = positions.token(positions.code(2, 1, 5)).expect("a cell");
        assert_eq!((token.row, token.col, token.span), (1, 5, 1));
        for number in 0..positions.count() {
            match positions.place(number) {
                Place::Code { grain, region, part } => {
                    assert_eq!(positions.code(grain, region, part), number);
                    assert_eq!(positions.spot(number), number - usize::from(grain));
                }
                Place::End(grain) => assert_eq!(positions.end(grain), number),
                Place::Start => assert_eq!(positions.start(), number),
                Place::Done => assert_eq!(positions.done(), number),
            }
        }
        assert_eq!(positions.place(positions.count()), Place::Done);
    }

    #[test]
    fn two_granularities_have_the_numbers_of_packs() {
        let positions = Positions::new(Grid::dual(8));
        assert_eq!([positions.end(0), positions.code(1, 0, 0)], [64, 65]);
        assert_eq!([positions.start(), positions.done(), positions.count()], [321, 322, 323]);
        assert_eq!([positions.longest(), positions.longest_choice()], [258, 65]);
    }

    #[test]
    fn rules_say_what_follows() {
        let positions = Positions::new(Grid { regions: 2, granularities: 3 });
        let of = |number| {
            let Rule { stream, region, next, chosen_in, .. } = positions.rule(number);
            (stream, region, next, chosen_in)
        };
        assert_eq!(of(positions.start()), (0, None, None, None));
        assert_eq!(of(2), (0, Some(2), None, Some(0)));
        assert_eq!(of(positions.end(0)), (1, None, None, Some(0)));
        assert_eq!(of(positions.code(1, 3, 0)), (1, Some(3), Some(18), Some(1)));
        assert_eq!(of(positions.code(1, 3, 3)), (1, Some(3), None, None));
        assert_eq!(of(positions.end(1)), (2, None, None, Some(1)));
        assert_eq!(of(positions.code(2, 0, 0)), (2, Some(0), Some(23), None));
        assert_eq!(of(positions.done()), (2, Some(4), None, None));
    }

    #[test]
    fn a_region_is_settled_when_no_stream_can_choose_it_any_more() {
        let positions = Positions::new(Grid { regions: 2, granularities: 3 });
        let [start, end] = [positions.start(), positions.end(0)];
        let middle = |part| positions.code(1, 2, part);
        for (sequence, settled) in [
            (vec![], [false; 4]),
            (vec![start, 1], [false, true, false, false]),
            (vec![start, 1, end], [false, true, false, false]),
            (vec![start, 1, end, middle(0)], [true, true, true, false]),
            (vec![start, 1, end, middle(0), positions.end(1)], [true; 4]),
        ] {
            assert_eq!(positions.settled(&sequence), settled, "{sequence:?}");
        }
    }
}

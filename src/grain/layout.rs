//! Packing: from a grain map to the list of codes, and back to the grid of cells.

use super::{GrainMap, Grid};
use crate::error::in_range;
use crate::{Error, Result};

/// The place of one code in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Region it belongs to, raster index.
    pub region: usize,
    /// Granularity, 0 = coarsest.
    pub grain: u8,
    /// Row of its first cell.
    pub row: usize,
    /// Column of its first cell.
    pub col: usize,
    /// Cells it covers along each side.
    pub span: usize,
}

impl Token {
    /// The token of granularity `grain` with that [`centre`](Self::centre).
    pub fn at(grid: Grid, grain: u8, (row, col): (usize, usize)) -> Self {
        let span = grid.region_side() >> grain;
        let [row, col] = [row, col].map(|centre| centre.saturating_sub(span) / 2);
        let [down, right] = [row, col].map(|first| first / grid.region_side());
        Self { region: down * grid.regions + right, grain, row, col, span }
    }

    /// Centre in *half cells* from the top left, as (row, column).
    ///
    /// Half cells make the centre of every granularity a whole number (a fine cell at row 3 has
    /// 7, the coarse region above it 6), so that positions can index a table.
    pub fn centre(&self) -> (usize, usize) {
        (2 * self.row + self.span, 2 * self.col + self.span)
    }

    /// A number for the square of cells that it covers, below [`Grid::spots`]: by granularity, then
    /// region, then raster order inside the region.
    pub fn spot(&self, grid: Grid) -> usize {
        let (side, per_side) = (grid.region_side(), 1 << self.grain);
        let part = self.row % side / self.span * per_side + self.col % side / self.span;
        grid.first_spot(self.grain) + self.region * grid.codes_per_region(self.grain) + part
    }

    /// Whether every cell that it covers has `value`; `cells`: raster order over the cells of `grid`.
    pub fn covers<T: PartialEq>(&self, grid: Grid, cells: &[T], value: T) -> bool {
        (self.row..self.row + self.span).all(|row| {
            let first = row * grid.cells() + self.col;
            cells[first..first + self.span].iter().all(|cell| *cell == value)
        })
    }

    /// Writes `value` into every cell that it covers; `cells`: raster order over the cells of `grid`.
    pub fn fill<T: Copy>(&self, grid: Grid, cells: &mut [T], value: T) {
        for row in self.row..self.row + self.span {
            let first = row * grid.cells() + self.col;
            cells[first..first + self.span].fill(value);
        }
    }
}

/// The codes of an image in order: regions in raster order, inside a region its cells in raster
/// order. Every cell is covered by exactly one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLayout {
    grid: Grid,
    tokens: Vec<Token>,
}

impl TokenLayout {
    pub(super) fn new(map: &GrainMap) -> Self {
        let grid = map.grid();
        let mut tokens = Vec::with_capacity(map.code_length());
        for (region, &grain) in map.grains().iter().enumerate() {
            let (row, col) = (region / grid.regions, region % grid.regions);
            let (side, per_side) = (grid.region_side(), 1usize << grain);
            let span = side / per_side;
            for i in 0..per_side * per_side {
                let (row, col) =
                    (row * side + i / per_side * span, col * side + i % per_side * span);
                tokens.push(Token { region, grain, row, col, span });
            }
        }
        Self { grid, tokens }
    }

    /// The tokens in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The grid that they cover.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Whether `cells`, one value for each cell, hold codes below `codes` in the regions that `seen` names, and every
    /// code in all the cells that it stands for.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a code that does not exist, [`Error::BadRequest`] for a token with several.
    pub fn check_codes(
        &self,
        cells: &[u16],
        codes: usize,
        seen: impl Fn(usize) -> bool,
    ) -> Result<()> {
        let most = codes.saturating_sub(1) as f64;
        for (token, code) in self.tokens.iter().zip(self.pack(cells)) {
            if !seen(token.region) {
                continue;
            }
            in_range("a code", code.into(), 0.0, most)?;
            if !token.covers(self.grid, cells, code) {
                return Err(Error::BadRequest(format!(
                    "region {} has several codes where its granularity has one.",
                    token.region
                )));
            }
        }
        Ok(())
    }

    /// Number of codes.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Never true for a map of at least one region.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The token that covers each cell, raster order over cells.
    pub fn token_of_cell(&self) -> Vec<usize> {
        let mut owner = vec![0; self.grid.cell_count()];
        for (index, token) in self.tokens.iter().enumerate() {
            token.fill(self.grid, &mut owner, index);
        }
        owner
    }

    /// Codes → cells: every cell gets the code that covers it. `codes` has one entry a token.
    pub fn unpack<T: Copy>(&self, codes: &[T]) -> Vec<T> {
        self.token_of_cell().into_iter().map(|token| codes[token]).collect()
    }

    /// Cells → codes: the value at each token's first cell. Inverse of [`unpack`](Self::unpack).
    pub fn pack<T: Copy>(&self, cells: &[T]) -> Vec<T> {
        self.tokens.iter().map(|t| cells[t.row * self.grid.cells() + t.col]).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::Rng;

    #[test]
    fn every_square_has_a_number_and_a_centre_that_tells_it_apart() {
        let mut rng = Rng::new(8);
        for granularities in 1..=3 {
            let grid = Grid { regions: 3, granularities };
            let mut numbers = BTreeSet::new();
            for _ in 0..60 {
                let grains = (0..9).map(|_| rng.below(granularities) as u8).collect();
                for token in GrainMap::new(grid, grains).unwrap().layout().tokens() {
                    assert!(token.spot(grid) >= grid.first_spot(token.grain));
                    assert_eq!(Token::at(grid, token.grain, token.centre()), *token);
                    numbers.insert(token.spot(grid));
                }
            }
            assert_eq!(numbers, (0..grid.spots()).collect(), "{granularities} granularities");
        }
        assert_eq!(Grid { regions: 1, granularities: 3 }.spots(), 1 + 4 + 16);
    }
}

//! Where the tokens of a batch are: positions, granularities and padding as tensors.

use burn::tensor::{Device, Int, Tensor};

use crate::grain::{Grid, TokenLayout};
use crate::kernels::{Extent, ExtentInput, Input};

/// Steps from the shortest code of a grid to its longest, at most: a batch has lists of one length.
const STEPS: usize = 8;

/// A step is no shorter than this: few tokens more or less cost nothing.
const SHORTEST_STEP: usize = 24;

/// The padded length for a code of `length` tokens on `grid`, in a batch; so many random numbers has each of its passes,
/// whatever a device has [`room`] for.
///
/// A dual grid of 8×8 regions has 64 + 3k codes, padded to 64, 88, 112, …, 256; with three
/// granularities there are up to 1,024, padded to 64, 184, 304, 424, …, 1,024.
pub fn bucket(length: usize, grid: Grid) -> usize {
    let (shortest, step) = (grid.region_count(), step(grid));
    shortest + length.saturating_sub(shortest).div_ceil(step) * step
}

/// The length that a device works with for a code of `length` tokens: a graphics processor has one of three, each with
/// buffers and launches of its own, and leaves out what is not in use; a processor needs none but its own.
pub fn room(length: usize, grid: Grid, on_gpu: bool) -> usize {
    let (shortest, longest) = (grid.region_count(), grid.cell_count());
    let quarter = (longest - shortest).div_ceil(4);
    let rooms = [2, 3].map(|quarters| shortest + quarters * quarter);
    let found = rooms.into_iter().find(|room| *room >= length).unwrap_or(longest);
    if on_gpu { found.min(longest) } else { length }
}

/// Tokens from a padded length to the next.
fn step(grid: Grid) -> usize {
    (grid.cell_count() - grid.region_count()).div_ceil(STEPS).max(SHORTEST_STEP)
}

/// Places of token lists, padded to one length: one list for each image of a batch, or one for all.
#[derive(Debug, Clone)]
pub struct Places {
    /// Granularity of each token, `[lists, tokens]`.
    pub grains: Tensor<2, Int>,
    /// Which square it covers, as number of [`Token::spot`](crate::grain::Token::spot),
    /// `[lists, tokens]`.
    pub spots: Tensor<2, Int>,
    /// Row of its centre in half cells, `[lists, tokens]`.
    pub rows: Tensor<2, Int>,
    /// Column of its centre in half cells, `[lists, tokens]`.
    pub columns: Tensor<2, Int>,
    /// 0 for a token, 1 for padding, `[lists, tokens]`.
    pub padding: Tensor<2>,
    /// How much of the lists is in use.
    pub extent: Extent,
}

impl Places {
    /// Pads every layout to `length` tokens; longer ones are cut, so choose it with [`bucket`].
    pub fn new(layouts: &[&TokenLayout], length: usize, device: &Device) -> Self {
        let mut places = PlacesInput::new([layouts.len(), length], device);
        places.set(layouts);
        places.tensors()
    }
}

/// [`Places`] whose values can be replaced.
#[derive(Debug)]
pub struct PlacesInput {
    grains: Input<2, Int>,
    spots: Input<2, Int>,
    rows: Input<2, Int>,
    columns: Input<2, Int>,
    padding: Input<2>,
    /// For a GPU, where it shall leave padding out.
    extent: Option<ExtentInput>,
    length: usize,
}

impl PlacesInput {
    /// For `[lists, tokens]`.
    pub fn new(shape: [usize; 2], device: &Device) -> Self {
        let ints = || Input::ints(shape, device);
        let [grains, spots, rows, columns] = [(); 4].map(|_| ints());
        Self {
            grains,
            spots,
            rows,
            columns,
            padding: Input::floats(shape, device),
            extent: None,
            length: shape[1],
        }
    }

    /// The same for `images` that share one list, with `prefix` tokens in front of it: a GPU leaves padding out.
    pub fn within(self, images: usize, prefix: usize, device: &Device) -> Self {
        let extent = ExtentInput::new(images, prefix, self.length, device);
        Self { extent: Some(extent), ..self }
    }

    /// Takes the places of token lists; longer ones are cut.
    pub fn set(&mut self, layouts: &[&TokenLayout]) {
        let size = layouts.len() * self.length;
        let [mut grains, mut spots, mut rows, mut columns] =
            [(); 4].map(|_| Vec::with_capacity(size));
        let mut padding = Vec::with_capacity(size);
        for layout in layouts {
            for i in 0..self.length {
                let token = layout.tokens().get(i);
                let (row, column) = token.map_or((0, 0), |t| t.centre());
                grains.push(token.map_or(0, |t| t.grain as i32));
                spots.push(token.map_or(0, |t| t.spot(layout.grid())) as i32);
                rows.push(row as i32);
                columns.push(column as i32);
                padding.push(if token.is_some() { 0.0f32 } else { 1.0 });
            }
        }
        self.set_values([&grains, &spots, &rows, &columns], &padding);
        let longest = layouts.iter().map(|layout| layout.len()).max().unwrap_or(0);
        if let Some(extent) = &mut self.extent {
            extent.set(longest);
        }
    }

    /// Takes values as they are, `[lists · tokens]` each: grains, spots, rows, columns.
    pub fn set_values(&mut self, [grains, spots, rows, columns]: [&[i32]; 4], padding: &[f32]) {
        self.grains.set(grains);
        self.spots.set(spots);
        self.rows.set(rows);
        self.columns.set(columns);
        self.padding.set(padding);
    }

    /// The tensors.
    pub fn tensors(&self) -> Places {
        Places {
            grains: self.grains.tensor(),
            spots: self.spots.tensor(),
            rows: self.rows.tensor(),
            columns: self.columns.tensor(),
            padding: self.padding.tensor(),
            extent: self.extent.as_ref().map(ExtentInput::extent).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of padded lengths that codes on `grid` come in.
    fn bucket_count(grid: Grid) -> usize {
        (grid.cell_count() - grid.region_count()).div_ceil(step(grid)) + 1
    }

    #[test]
    fn codes_of_any_grid_come_in_few_lengths() {
        for granularities in 1..=4 {
            for regions in [1, 2, 3, 4, 5, 8, 9, 16] {
                let grid = Grid { regions, granularities };
                let (shortest, longest) = (grid.region_count(), grid.cell_count());
                let lengths: std::collections::BTreeSet<usize> =
                    (shortest..=longest).map(|length| bucket(length, grid)).collect();
                assert!(lengths.len() <= STEPS + 1);
                assert_eq!(lengths.len(), bucket_count(grid));
                assert_eq!(lengths.first(), Some(&shortest));
                assert!((shortest..=longest).all(|length| bucket(length, grid) >= length));
            }
        }
        let padded: Vec<usize> = [64, 67, 160, 256].map(|n| bucket(n, Grid::dual(8))).to_vec();
        assert_eq!(padded, [64, 88, 160, 256]);
        let triple = Grid { regions: 8, granularities: 3 };
        assert_eq!([406, 1024].map(|n| bucket(n, triple)), [424, 1024]);
        let four = Grid { regions: 4, granularities: 4 };
        assert_eq!([16, 17, 406, 1024].map(|n| bucket(n, four)), [16, 142, 520, 1024]);
        assert_eq!(bucket_count(Grid { regions: 8, granularities: 1 }), 1);
    }

    #[test]
    fn a_graphics_processor_has_room_of_three_sizes() {
        for granularities in 1..=4 {
            for regions in [1, 2, 3, 4, 5, 8, 9, 16] {
                let grid = Grid { regions, granularities };
                let lengths = grid.region_count()..=grid.cell_count();
                let rooms: std::collections::BTreeSet<usize> =
                    lengths.clone().map(|length| room(length, grid, true)).collect();
                assert!(rooms.len() <= 3 && rooms.last() <= Some(&grid.cell_count()), "{rooms:?}");
                assert!(lengths.clone().all(|length| room(length, grid, true) >= length));
                assert!(lengths.clone().all(|length| room(length, grid, false) == length));
            }
        }
        let triple = Grid { regions: 8, granularities: 3 };
        let rooms = [64, 544, 545, 785, 1024].map(|length| room(length, triple, true));
        assert_eq!(rooms, [544, 544, 784, 1024, 1024]);
    }
}

//! Tiles of 3×3 convolutions: how much of a picture, and how many channels of it, a workgroup makes.

use super::WORKGROUP_BYTES;
use super::tuning::Tuning;

/// Pixels of a tile's row.
pub(super) const COLUMNS: usize = 16;
/// Input channels at a time.
pub(super) const DEPTH: usize = 4;
/// Workgroups that keep a card busy, by candidate of the tuning. With fewer, smaller tiles are faster.
const ENOUGH: [usize; 3] = [200, 96, 400];
/// Fewest with which these tiles are worth it at all.
const FEWEST: usize = 96;

/// A tile for `window.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Output channels.
    pub channels: usize,
    /// Rows of [`COLUMNS`] pixels.
    pub rows: usize,
    /// Groups of threads that share the input channels.
    pub slices: usize,
}

/// From large to small: the larger a tile, the more often a value is used once it is there; the smaller,
/// the more of a GPU has work.
const TILES: [Window; 3] = [
    Window { channels: 64, rows: 8, slices: 1 },
    Window { channels: 32, rows: 4, slices: 4 },
    Window { channels: 16, rows: 8, slices: 4 },
];

impl Window {
    /// The tile for a map of `[channels, height, width]` made of `from` channels, or none where there is too
    /// little of it or it does not divide.
    pub fn of([to, high, wide]: [usize; 3], from: usize, images: usize) -> Option<Self> {
        let fits = |tile: &&Window| {
            high.is_multiple_of(tile.rows)
                && wide.is_multiple_of(COLUMNS)
                && to * 2 > tile.channels
                && tile.bytes(from) <= WORKGROUP_BYTES
        };
        let groups = |tile: &Window| {
            high * wide / (tile.rows * COLUMNS) * to.div_ceil(tile.channels) * images
        };
        let enough = ENOUGH[usize::from(Tuning::now().windows)];
        let found = TILES.iter().filter(fits).find(|tile| groups(tile) >= enough);
        // Where no tile is small enough, the smallest; where the map is small, none.
        let smallest = || TILES.iter().filter(fits).rfind(|tile| groups(tile) >= FEWEST);
        found.or_else(smallest).copied()
    }

    /// Threads of a workgroup: each has eight channels of four pixels.
    pub fn threads(&self) -> usize {
        self.team() * self.slices
    }

    fn team(&self) -> usize {
        self.rows * COLUMNS / 4 * self.channels / 8
    }

    /// Workgroup memory that it takes, as `window.wgsl` and what is put before it have it.
    fn bytes(&self, from: usize) -> usize {
        let input = DEPTH * (self.rows + 2) * (COLUMNS / 4 + 1);
        let weights = DEPTH * 9 * (self.channels / 4 + 1);
        let sums = if self.slices > 1 { self.team() * 8 } else { 0 };
        // Four values each; sums lie where weights were, where those are of their type.
        let values = match Tuning::now().half {
            true => (input + weights) * 8 + sums.max(1) * 16,
            false => (input + weights.max(sums) + 1) * 16,
        };
        values + from * 8 + self.threads() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::super::tuning::Sort;
    use super::*;

    #[test]
    fn the_decoder_of_256_pixels_has_tiles_at_every_size_and_few_values_have_none() {
        let tile = |to, side, from| Window::of([to, side, side], from, 1);
        assert_eq!(tile(256, 32, 256), Some(TILES[2]));
        assert_eq!(tile(192, 64, 192), Some(TILES[1]));
        assert_eq!(tile(128, 128, 128), Some(TILES[0]));
        assert_eq!(tile(12, 128, 128), Some(TILES[2]));
        Tuning::default().with(Sort::Windows, 1).set();
        assert_eq!(tile(192, 64, 192), Some(TILES[0]));
        Tuning::default().set();
        assert_eq!(tile(256, 16, 256), None);
        assert_eq!(Window::of([128, 128, 120], 128, 1), None);
        assert_eq!(tile(128, 128, 2048), None);
    }

    #[test]
    fn threads_are_as_many_as_every_device_has() {
        for half in [false, true] {
            Tuning { half, ..Tuning::default() }.set();
            let fits = |tile: &Window| tile.threads() <= 256 && tile.bytes(192) <= WORKGROUP_BYTES;
            assert!(TILES.iter().all(fits), "half: {half}");
        }
        Tuning::default().set();
    }

    #[test]
    fn a_thread_reads_ahead_what_the_kernel_has_names_for() {
        for tile in TILES {
            let pixels = DEPTH * (tile.rows + 2) * (COLUMNS / 4 + 1);
            assert!(pixels <= tile.threads(), "one vec4 of pixels: {tile:?}");
            assert!(
                DEPTH * 9 * tile.channels / 4 <= 3 * tile.threads(),
                "three of weights: {tile:?}"
            );
        }
    }
}

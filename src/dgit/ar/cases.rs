//! Cases of sequences that grow entry by entry.

use burn::tensor::Tensor;

use super::*;
use crate::grain::{Grid, Positions};
use crate::kernels::cases::{Case, Inputs, Outputs};
use crate::kernels::*;

/// All cases: those of lists and pictures, then these.
pub fn all() -> impl Iterator<Item = &'static Case> {
    crate::kernels::cases::CASES.iter().chain(CASES)
}

const CASES: &[Case] = &[
    Case { name: "linear of one row", compute: |i| few_rows(i, 1) },
    Case { name: "linear of two rows", compute: |i| few_rows(i, 2) },
    Case { name: "entry vectors", compute: |i| embed(i, Grid::dual(2), 1) },
    Case { name: "guided entry vectors", compute: |i| embed(i, Grid::dual(2), 2) },
    Case { name: "entry vectors, three granularities", compute: |i| embed(i, TRIPLE, 2) },
    Case { name: "whole sequences", compute: |i| grow(i, Grid::dual(4), 1, OPEN) },
    Case { name: "whole guided sequences", compute: |i| grow(i, Grid::dual(4), 2, OPEN) },
    Case { name: "whole sequences, one granularity", compute: |i| grow(i, SINGLE, 2, OPEN) },
    Case { name: "whole sequences, three granularities", compute: |i| grow(i, TRIPLE, 1, OPEN) },
    Case { name: "whole sequences, four granularities", compute: |i| grow(i, FOUR, 2, OPEN) },
    Case {
        name: "whole sequences, top-k",
        compute: |i| {
            let choice = SamplingParameters { top_k: 3.0, temperature: 0.9, ..OPEN };
            grow(i, Grid::dual(4), 1, choice)
        },
    },
    Case {
        name: "whole guided sequences, top-p",
        compute: |i| grow(i, Grid::dual(4), 2, SamplingParameters { top_p: 0.6, ..OPEN }),
    },
    Case { name: "choice among equals", compute: equals },
    Case { name: "choice from many", compute: many },
    Case { name: "attention with remembered keys", compute: |i| attend(i, 1, [3, 8], 9) },
    Case { name: "guided attention with remembered keys", compute: |i| attend(i, 2, [2, 16], 9) },
    Case { name: "attention with many remembered keys", compute: |i| attend(i, 1, [1, 64], 65) },
    Case { name: "attention with 1,025 remembered keys", compute: attend_long },
];

const OPEN: SamplingParameters =
    SamplingParameters { uniform: 0.5, guidance: 1.3, temperature: 1.0, top_k: 1e9, top_p: 1.0 };

const SINGLE: Grid = Grid { regions: 4, granularities: 1 };
const TRIPLE: Grid = Grid { regions: 2, granularities: 3 };
const FOUR: Grid = Grid { regions: 1, granularities: 4 };

const IMAGES: usize = 3;
const CODES: usize = 36;

/// Normalised in front, with a gate behind, and against a table.
fn few_rows(i: &mut Inputs, rows: usize) -> Outputs {
    let (x, m, h) = (i.floats([rows, 1, 72]), i.modulation(rows, 72), i.floats([rows, 1, 300]));
    let (up, down) = (i.linear(72, 300, true), i.linear(300, 72, false));
    let (table, bias, whole) = (i.floats([270, 72]), i.floats([268]), Extent::whole());
    let results = vec![
        modulated_linear(x.clone(), &m, Branch::Attention, &up, true, &whole),
        gated_linear(h, &down, &m, Branch::Mlp, x.clone(), &whole),
        tied_head(x, 0, table, bias, &whole),
    ];
    (vec![], results.into_iter().map(flat).collect())
}

impl Inputs<'_> {
    fn sequence(&mut self, grid: Grid, images: usize) -> Sequence {
        let positions = Positions::new(grid);
        let mut sequence = Sequence::new(positions, CODES, CODES + 5, images, self.device);
        sequence.begin(&(0..images).map(|image| CODES + image).collect::<Vec<_>>());
        sequence
    }

    /// Goes to an entry.
    fn go(&mut self, sequence: &mut Sequence, now: usize, choice: SamplingParameters) {
        let images = sequence.images();
        let mut roll = || SamplingParameters { uniform: self.rng.uniform(), ..choice };
        let choices: Vec<[SamplingParameters; 2]> = (0..images).map(|_| [roll(), roll()]).collect();
        sequence.go_to(now, &choices);
    }

    /// Draws the entry after that one; `x` and `table` as for [`Sequence::choose_position`].
    fn advance(&mut self, sequence: &mut Sequence, x: Tensor<3>, table: &Tensor<2>) -> Tensor<3> {
        let [rows, _, _] = x.dims();
        let places = (sequence.positions.choices() + 3).next_multiple_of(4);
        let y = sequence.choose_position(self.between([rows, 1, places], -2.0, 2.0), x, table);
        sequence.choose_content(self.between([rows, 1, CODES], -2.0, 2.0));
        y
    }

    fn place_table(&mut self, sequence: &Sequence, width: usize) -> Tensor<2> {
        self.floats([sequence.positions.count(), width])
    }
}

/// From START to beyond DONE.
fn grow(i: &mut Inputs, grid: Grid, times: usize, choice: SamplingParameters) -> Outputs {
    let mut sequence = i.sequence(grid, IMAGES);
    let table = i.place_table(&sequence, 12);
    let (mut ints, mut floats) = (vec![], vec![]);
    for now in 0..sequence.capacity() - 1 {
        i.go(&mut sequence, now, choice);
        let x = i.floats([times * IMAGES, 1, 12]);
        let y = i.advance(&mut sequence, x, &table);
        if now % 9 == 0 {
            ints.push(sequence.cells());
            floats.push(flat(y));
        }
    }
    ints.push(sequence.entries());
    floats.push(sequence.chances());
    (ints, floats)
}

/// The lower one of two equals comes first. Of few: Burn's sort, which the formula uses, keeps the
/// order of equals in lists of up to twenty.
fn equals(i: &mut Inputs) -> Outputs {
    let mut sequence = i.sequence(Grid::dual(4), 8);
    i.go(&mut sequence, 0, SamplingParameters { top_k: 7.0, ..OPEN });
    let (x, table) = (i.floats([8, 1, 12]), i.place_table(&sequence, 12));
    let y = sequence.choose_position(i.flags([8, 1, 20]), x, &table);
    sequence.choose_content(i.flags([8, 1, 20]));
    (vec![sequence.entries()], vec![flat(y)])
}

/// The largest codebook.
fn many(i: &mut Inputs) -> Outputs {
    let mut sequence = i.sequence(Grid::dual(2), 8);
    i.go(&mut sequence, 0, SamplingParameters { top_p: 0.7, ..OPEN });
    sequence.choose_content(i.between([16, 1, 4096], -4.0, 4.0));
    (vec![sequence.entries()], vec![sequence.chances()])
}

fn embed(i: &mut Inputs, grid: Grid, times: usize) -> Outputs {
    let mut sequence = i.sequence(grid, IMAGES);
    let tables = SequenceTables {
        contents: i.floats([CODES + 6, 24]),
        positions: i.place_table(&sequence, 24),
        granularities: i.floats([grid.granularities, 24]),
    };
    let class = i.floats([times * IMAGES, 3, 24]);
    let parts = Grid { regions: 1, ..grid }.spots();
    let (drawn, parts) = (i.floats([times * IMAGES, 4, 6]), i.floats([parts, 6, 24]));
    let mut floats = vec![];
    for now in 0..sequence.capacity() - 1 {
        i.go(&mut sequence, now, OPEN);
        let x = sequence.embed(&tables, class.clone());
        floats.push(flat(x.clone()));
        let y = i.advance(&mut sequence, x, &tables.positions);
        floats.push(flat(sequence.add_sketch(y, drawn.clone(), &parts)));
    }
    (vec![sequence.entries()], floats)
}

/// `[heads, head]` keys of `entries` entries.
fn attend(i: &mut Inputs, times: usize, [heads, head]: [usize; 2], entries: usize) -> Outputs {
    let mut sequence = i.sequence(Grid::dual(4), IMAGES);
    let table = i.place_table(&sequence, 4);
    let (rotations, qk_scale) = (i.place_table(&sequence, head), i.floats([head]));
    let rows = times * IMAGES;
    let mut caches = [0, 1].map(|_| KvCache::new(rows, heads, head, sequence.capacity(), i.device));
    let mut floats = vec![];
    for now in 0..entries {
        i.go(&mut sequence, now, OPEN);
        let x = i.floats([rows, 1, 4]);
        let mut attend = |i: &mut Inputs, sequence: &Sequence, ahead: bool| {
            let qkv = i.floats([rows, 1, 3 * heads * head]);
            let cache = &mut caches[usize::from(ahead)];
            // Once more changes nothing.
            cache.attend(qkv.clone(), qk_scale.clone(), &rotations, sequence, ahead);
            flat(cache.attend(qkv, qk_scale.clone(), &rotations, sequence, ahead))
        };
        floats.push(attend(i, &sequence, false));
        i.advance(&mut sequence, x, &table);
        floats.push(attend(i, &sequence, true));
    }
    (vec![], floats)
}

/// A sequence over 32×32 cells, all of whose entries are at one place: keys and values differ.
fn attend_long(i: &mut Inputs) -> Outputs {
    let [heads, head] = [2, 32];
    let mut sequence = i.sequence(Grid::dual(16), 1);
    let (rotations, qk_scale) = (i.place_table(&sequence, head), i.between([head], -3.0, 3.0));
    let mut cache = KvCache::new(1, heads, head, sequence.capacity(), i.device);
    let mut floats = vec![];
    for now in 0..=1024 {
        i.go(&mut sequence, now, OPEN);
        let qkv = i.floats([1, 1, 3 * heads * head]);
        let mixed = cache.attend(qkv, qk_scale.clone(), &rotations, &sequence, true);
        if [0, 405, 511, 512, 1023, 1024].contains(&now) {
            floats.push(flat(mixed));
        }
    }
    (vec![], floats)
}

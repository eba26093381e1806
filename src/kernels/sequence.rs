//! Sequences that grow code by code on the device, for autoregressive sampling.
//!
//! Which position comes next depends on what was drawn before; so that the host need not ask at
//! every code, positions and contents stay on the device, and with them the rules of the
//! coarse-to-fine order ([`Positions`]). All methods work on one entry, number `now`, and write the
//! one after it: doing the same again changes nothing.

use burn::tensor::{Device, Int, Tensor};

use super::choose::{CHOICE, Choice, choose};
use super::{Angles, Input};
use crate::grain::{Place, Positions};

/// Rows of [`Sequence`]'s entries.
const POSITION: usize = 0;
const CONTENT: usize = 1;

/// Embedding tables of a sequence (the paper's heterogeneous embedding).
#[derive(Debug)]
pub struct SequenceTables {
    /// What a code says, for both granularities: `[codes + more, width]`.
    pub contents: Tensor<2>,
    /// Where it is, apart for each granularity: `[positions, width]`.
    pub positions: Tensor<2>,
    /// Its granularity, `[2, width]`.
    pub granularities: Tensor<2>,
}

impl SequenceTables {
    /// content + position + granularity of every entry: `[batch, entries]` each →
    /// `[batch, entries, width]`.
    pub fn embed(
        &self,
        contents: Tensor<2, Int>,
        positions: Tensor<2, Int>,
        granularities: Tensor<2, Int>,
    ) -> Tensor<3> {
        look_up(&self.contents, contents)
            + look_up(&self.positions, positions)
            + look_up(&self.granularities, granularities)
    }
}

/// Rows of a table, `[batch, entries]` → `[batch, entries, width]`.
pub fn look_up(table: &Tensor<2>, index: Tensor<2, Int>) -> Tensor<3> {
    let ([batch, entries], [_, width]) = (index.dims(), table.dims());
    table.clone().select(0, index.reshape([batch * entries])).reshape([batch, entries, width])
}

/// The sequences of a batch of images.
#[derive(Debug)]
pub struct Sequence {
    positions: Positions,
    /// Contents below this are codes; those from it on open and close streams.
    codes: usize,
    /// Content of END.
    end: usize,
    /// The entry that is worked on.
    now: usize,
    /// The same, for kernels.
    clock: Input<1, Int>,
    /// Position and content of every entry, `[images, 2, longest]`.
    entries: Input<3, Int>,
    /// How the next position and its content are chosen, `[images, 2, CHOICE]`.
    choices: Input<3>,
    rules: Rules,
}

/// What is known of each position, as tables.
#[derive(Debug)]
struct Rules {
    /// Its region; -1 for START and END, and all regions for DONE: `[positions, 1]`.
    region: Tensor<2, Int>,
    /// The next cell of the same region, or -1: `[positions, 1]`.
    next_part: Tensor<2, Int>,
    /// 1 where the coarse stream may go on: `[positions, 1]`.
    in_coarse: Tensor<2, Int>,
    /// 0 coarse, 1 fine: `[positions, 1]`.
    grain: Tensor<2, Int>,
    /// Squared distance in cells from its square to each cell, `[positions, cells²]`.
    distance: Tensor<2>,
}

/// Farther away than any cell.
const NOWHERE: f32 = 1e6;

impl Sequence {
    /// Room for the sequences of `images` images. `codes`: size of the codebook; `end`: the content
    /// of END.
    pub fn new(
        positions: Positions,
        codes: usize,
        end: usize,
        images: usize,
        device: &Device,
    ) -> Self {
        Self {
            positions,
            codes,
            end,
            now: 0,
            clock: Input::ints([1], device),
            entries: Input::ints([images, 2, positions.longest() + 1], device),
            choices: Input::floats([images, 2, CHOICE], device),
            rules: Rules::new(positions, device),
        }
    }

    /// Begins anew: START with the content `start[image]`.
    pub fn begin(&mut self, start: &[usize]) {
        let length = self.positions.longest() + 1;
        let mut values = Vec::with_capacity(start.len() * 2 * length);
        for content in start {
            for first in [self.positions.start(), *content] {
                values.push(first as i32);
                values.extend(std::iter::repeat_n(0, length - 1));
            }
        }
        self.entries.set(&values);
        self.now = 0;
    }

    /// Goes to entry `now`; `choices`: position and content of the one after it, for each image.
    pub fn go_to(&mut self, now: usize, choices: &[[Choice; 2]]) {
        self.now = now;
        self.clock.set(&[now as i32]);
        let rows = choices.iter().flatten().flat_map(Choice::row);
        self.choices.set(&rows.collect::<Vec<f32>>());
    }

    /// Positions and contents of all entries, `[images · 2 · (longest + 1)]`.
    pub fn entries(&self) -> Tensor<1, Int> {
        let entries = self.entries.tensor();
        super::view_ints(entries.clone(), [entries.dims().iter().product()])
    }

    /// The vector of this entry: content + position + granularity, and at START the class.
    ///
    /// `class`: `[rows, axes, width]`, where rows are all images, or those twice for guidance →
    /// `[rows, 1, width]`.
    pub fn embed(&self, tables: &SequenceTables, class: Tensor<3>) -> Tensor<3> {
        let [rows, _, width] = class.dims();
        let position = self.at(POSITION, self.now);
        let grain = pick(&self.rules.grain, position.clone());
        let x = tables.embed(self.at(CONTENT, self.now), position, grain); // [images, 1, width]
        let x = self.for_rows(x, [rows, 1, width]);
        if self.now == 0 { x + class.sum_dim(1) } else { x }
    }

    /// Chooses the position of the next entry: in the coarse stream from `logits`, `[rows, 1,
    /// end + 1 or more]`, among the regions to come and END; then the next cell that is left.
    pub fn choose_position(&mut self, logits: Tensor<3>) {
        let ([rows, _, vocabulary], images) = (logits.dims(), self.images());
        let device = logits.device();
        let (rules, end) = (&self.rules, self.positions.end());
        let current = self.at(POSITION, self.now); // [images, 1]
        let shape = [images, end];
        let regions = Tensor::<1, Int>::arange(0..end as i64, &device).unsqueeze::<2>();
        let region = pick(&rules.region, current.clone()).expand(shape);
        let later = regions.clone().expand(shape).greater(region); // [images, regions²]

        let closing = (end..vocabulary).map(|n| i32::from(n == end)).collect::<Vec<_>>();
        let closing = Tensor::<1, Int>::from_ints(closing.as_slice(), &device).unsqueeze::<2>();
        let closing = closing.expand([images, vocabulary - end]).equal_elem(1);
        let legal = Tensor::cat(vec![later.clone(), closing], 1); // [images, vocabulary]
        let logits = logits.reshape([rows, vocabulary]);
        let drawn = choose(logits, self.choice(POSITION), Some(legal));

        // The fine stream: the next cell of this region, else the first of the next region left.
        let open: Tensor<2> = later.float() * (self.taken(regions.clone()).neg() + 1.0);
        let all = regions.expand(shape).float();
        let first = all * open.clone() + (open.neg() + 1.0) * end as f32; // [images, regions²]
        let first = first.min_dim(1).int(); // [images, 1]
        let parts = self.positions.parts() as i64;
        let cell = first * parts + (end + 1) as i64; // START, one beyond all cells, when none is left
        let done = self.positions.done() as i64;
        let cell = cell.clone().mask_fill(cell.equal_elem(self.positions.start() as i64), done);
        let part = pick(&rules.next_part, current.clone());
        let cell = part.clone().mask_where(part.lower_elem(0), cell);
        let in_coarse = pick(&rules.in_coarse, current).equal_elem(1);
        self.put(POSITION, cell.mask_where(in_coarse, drawn));
    }

    /// x + the position of the next entry: what its content is asked for with.
    ///
    /// `x`: `[rows, 1, width]`.
    pub fn target(&self, x: Tensor<3>, positions: Tensor<2>) -> Tensor<3> {
        let target = look_up(&positions, self.at(POSITION, self.now + 1));
        let shape = x.dims();
        x + self.for_rows(target, shape)
    }

    /// Chooses the content of the next entry from `logits`, `[rows, 1, codes]`.
    pub fn choose_content(&mut self, logits: Tensor<3>) {
        let [rows, _, codes] = logits.dims();
        let drawn = choose(logits.reshape([rows, codes]), self.choice(CONTENT), None);
        let position = self.at(POSITION, self.now + 1);
        let end = position.clone().equal_elem(self.positions.end() as i64);
        let done = position.equal_elem(self.positions.done() as i64);
        self.put(CONTENT, drawn.mask_fill(end, self.end as i64).mask_fill(done, 0));
    }

    /// The code of every cell, `[images · cells²]`: that of the entry which covers it, or, where none
    /// does yet, of the nearest one.
    pub fn cells(&self) -> Tensor<1, Int> {
        let (images, entries) = (self.images(), self.now + 2);
        let part = |row| self.entries.tensor().slice([0..images, row..row + 1, 0..entries]);
        let positions = part(POSITION).reshape([images * entries]);
        let [_, cells] = self.rules.distance.dims();
        let distance = self.rules.distance.clone().select(0, positions);
        // Of equally near ones the first.
        let order = Tensor::<1, Int>::arange(0..entries as i64, &distance.device()).float() * 1e-3;
        let distance = distance.reshape([images, entries, cells]) + order.reshape([1, entries, 1]);
        let nearest = distance.argmin(1).reshape([images, cells]);
        let contents = part(CONTENT).reshape([images, entries]);
        let codes = contents.gather(1, nearest);
        // Before the first code START is the nearest.
        let none = codes.clone().greater_equal_elem(self.codes as i64);
        codes.mask_fill(none, 0).reshape([images * cells])
    }

    /// Angles of this entry's position, or of the next one's; `table`: cosines, then sines, `[positions,
    /// head]`.
    pub(super) fn angles(&self, table: &Tensor<2>, ahead: bool) -> Angles {
        Angles::look_up(table, self.at(POSITION, self.now + usize::from(ahead)))
    }

    /// The entry that is worked on.
    pub(super) fn now(&self) -> usize {
        self.now
    }

    /// Entries that there is room for.
    pub fn room(&self) -> usize {
        self.positions.longest() + 1
    }

    fn images(&self) -> usize {
        self.entries.tensor().dims()[0]
    }

    fn at(&self, row: usize, entry: usize) -> Tensor<2, Int> {
        let images = self.images();
        let entry = self.entries.tensor().slice([0..images, row..row + 1, entry..entry + 1]);
        entry.reshape([images, 1])
    }

    fn put(&mut self, row: usize, values: Tensor<2, Int>) {
        let (images, next) = (self.images(), self.now + 1);
        let values = values.reshape([images, 1, 1]);
        let place = [0..images, row..row + 1, next..next + 1];
        self.entries.replace(|entries| entries.slice_assign(place, values));
    }

    fn choice(&self, row: usize) -> Tensor<2> {
        self.choices.tensor().narrow(1, row, 1).reshape([self.images(), CHOICE])
    }

    /// 1 for regions that have a coarse code, `[images, regions²]`; `regions`: `[1, regions²]`.
    fn taken(&self, regions: Tensor<2, Int>) -> Tensor<2> {
        let (images, [_, count]) = (self.images(), regions.dims());
        let entries = (self.now + 1).min(count + 1); // coarse codes are the first ones
        let past = self.entries.tensor().slice([0..images, POSITION..POSITION + 1, 0..entries]);
        let shape = [images, entries, count];
        let past = past.reshape([images, entries, 1]).expand(shape);
        let same = past.equal(regions.unsqueeze::<3>().expand(shape)).float();
        same.max_dim(1).reshape([images, count])
    }

    fn for_rows(&self, x: Tensor<3>, shape: [usize; 3]) -> Tensor<3> {
        let twice = shape[0] / self.images();
        if twice == 1 { x } else { x.repeat_dim(0, twice) }
    }
}

impl Rules {
    fn new(positions: Positions, device: &Device) -> Self {
        let grid = positions.grid();
        let all = || (0..positions.count()).map(|number| (number, positions.place(number)));
        let ints = |values: Vec<i32>| {
            let count = values.len();
            Tensor::<1, Int>::from_ints(values.as_slice(), device).reshape([count, 1])
        };
        let region = all().map(|(_, place)| match place {
            Place::Coarse(region) | Place::Fine { region, .. } => region as i32,
            Place::Start | Place::End => -1,
            Place::Done => grid.region_count() as i32,
        });
        let next_part = all().map(|(number, place)| match place {
            Place::Fine { part, .. } if part + 1 < positions.parts() => number as i32 + 1,
            _ => -1,
        });
        let in_coarse = |place| matches!(place, Place::Start | Place::Coarse(_));
        let distance = all().flat_map(|(number, _)| {
            let token = positions.token(number);
            (0..grid.cell_count()).map(move |cell| {
                let (row, col) = (cell / grid.cells(), cell % grid.cells());
                token.map_or(NOWHERE, |t| {
                    let beside = |at: usize, first: usize| {
                        first.saturating_sub(at).max((at + 1).saturating_sub(first + t.span))
                    };
                    (beside(row, t.row).pow(2) + beside(col, t.col).pow(2)) as f32
                })
            })
        });
        let distance: Vec<f32> = distance.collect();
        let distance = Tensor::<1>::from_floats(distance.as_slice(), device);
        Self {
            region: ints(region.collect()),
            next_part: ints(next_part.collect()),
            in_coarse: ints(all().map(|(_, place)| i32::from(in_coarse(place))).collect()),
            grain: ints(all().map(|(_, place)| i32::from(granularity(place) > 0)).collect()),
            distance: distance.reshape([positions.count(), grid.cell_count()]),
        }
    }
}

/// Granularity that an entry is embedded with: END belongs to the fine stream, which it opens.
pub fn granularity(place: Place) -> usize {
    usize::from(matches!(place, Place::End | Place::Fine { .. } | Place::Done))
}

/// `[rows, 1]` at `index`, `[images, 1]` → `[images, 1]`.
fn pick(table: &Tensor<2, Int>, index: Tensor<2, Int>) -> Tensor<2, Int> {
    let [images, _] = index.dims();
    table.clone().select(0, index.reshape([images]))
}

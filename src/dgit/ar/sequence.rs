//! Sequences that grow code by code on the device, for autoregressive sampling.
//!
//! Which position comes next depends on what was drawn before; so that the host need not ask at
//! every code, positions and contents stay on the device, and with them the rules of the
//! coarse-to-fine order ([`Positions`]). All methods work on one entry, number `now`, and write the
//! one after it: doing the same again changes nothing.

use std::cell::OnceCell;

use burn::tensor::{Device, Int, Tensor};

use super::choose::{PARAMETERS, SamplingParameters};
use super::rules::{FIELDS, Rules, pick, rows};
use crate::grain::Positions;
use crate::kernels::embedding;
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;
use crate::kernels::{Angles, Input};

/// Rows of [`Sequence`]'s entries, and of its choices.
pub(super) const POSITION: usize = 0;
pub(super) const CONTENT: usize = 1;

/// Embedding tables of a sequence (the paper's heterogeneous embedding).
#[derive(Debug)]
pub struct SequenceTables {
    /// What a code says, for all granularities: `[codes + more, width]`.
    pub contents: Tensor<2>,
    /// Where it is, apart for each granularity: `[positions, width]`.
    pub positions: Tensor<2>,
    /// Its granularity, `[granularities, width]`.
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
        embedding(&self.contents, contents)
            + embedding(&self.positions, positions)
            + embedding(&self.granularities, granularities)
    }
}

/// The sequences of a batch of images.
#[derive(Debug)]
pub struct Sequence {
    pub(super) positions: Positions,
    /// Contents below this are codes; those from it on open and close streams.
    codes: usize,
    /// Content of END.
    pub(super) end: usize,
    /// The entry that is worked on.
    pub(super) now: usize,
    /// The same, for kernels: a recording of them serves every entry. Behind it the rules of all positions,
    /// in one buffer, because a kernel may bind eight: `[1 + positions · FIELDS]`.
    pub(super) clock: Input<1, Int>,
    /// Position and content of every entry, `[images, 2, longest + 1]`.
    pub(super) entries: Input<3, Int>,
    /// Probability with which the content of every entry was drawn, `[images, longest + 1]`; 0 for
    /// those that were not drawn.
    pub(super) chances: Input<2>,
    /// How the next position and its content are chosen, `[images, 2, PARAMETERS]`.
    pub(super) parameters: Input<3>,
    /// Made when a formula first asks.
    rules: OnceCell<Rules>,
}

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
        let mut clock = Input::ints([1 + positions.count() * FIELDS], device);
        clock.set(&[vec![0], rows(positions)].concat());
        Self {
            positions,
            codes,
            end,
            now: 0,
            clock,
            entries: Input::ints([images, 2, positions.longest() + 1], device),
            chances: Input::floats([images, positions.longest() + 1], device),
            parameters: Input::floats([images, 2, PARAMETERS], device),
            rules: OnceCell::new(),
        }
    }

    /// Begins anew: START with the content `start[image]`.
    pub fn begin(&mut self, start: &[usize]) {
        let length = self.capacity();
        let mut values = Vec::with_capacity(start.len() * 2 * length);
        for content in start {
            for first in [self.positions.start(), *content] {
                values.push(first as i32);
                values.extend(std::iter::repeat_n(0, length - 1));
            }
        }
        self.entries.set(&values);
        self.chances.set(&vec![0.0; start.len() * length]);
        self.now = 0;
    }

    /// Goes to entry `now`; `parameters`: position and content of the one after it, for each image.
    pub fn go_to(&mut self, now: usize, parameters: &[[SamplingParameters; 2]]) {
        self.now = now;
        self.clock.set_front(&[now as i32]);
        let rows = parameters.iter().flatten().flat_map(SamplingParameters::row);
        self.parameters.set(&rows.collect::<Vec<f32>>());
    }

    /// Positions and contents of all entries, `[images · 2 · (longest + 1)]`.
    pub fn entries(&self) -> Tensor<1, Int> {
        let entries = self.entries.tensor();
        crate::kernels::view_ints(entries.clone(), [entries.dims().iter().product()])
    }

    /// Probability with which the content of each entry was drawn, `[images · (longest + 1)]`; 0 for
    /// START, END and those to come.
    pub fn chances(&self) -> Tensor<1> {
        crate::kernels::flat(self.chances.tensor())
    }

    /// The vector of this entry: content + position + granularity, and at START the class.
    ///
    /// `class`: `[rows, axes, width]`, where rows are all images, or those twice for guidance →
    /// `[rows, 1, width]`.
    pub fn embed(&self, tables: &SequenceTables, class: Tensor<3>) -> Tensor<3> {
        #[cfg(feature = "gpu")]
        if on_gpu(&class.device()) {
            return gpu::embed(self, tables, class);
        }
        let [rows, _, width] = class.dims();
        let position = self.at(POSITION, self.now);
        let grain = pick(&self.rules().stream, position.clone());
        let x = tables.embed(self.at(CONTENT, self.now), position, grain); // [images, 1, width]
        let x = self.for_rows(x, [rows, 1, width]);
        if self.now == 0 { x + class.sum_dim(1) } else { x }
    }

    /// The code of every cell, `[images · cells²]`: that of the entry which covers it, or, where none
    /// does yet, of the nearest one.
    pub fn cells(&self) -> Tensor<1, Int> {
        #[cfg(feature = "gpu")]
        if on_gpu(&self.entries.tensor().device()) {
            return gpu::cells(self);
        }
        let (images, entries) = (self.images(), self.now + 2);
        let part = |row| self.entries.tensor().slice([0..images, row..row + 1, 0..entries]);
        let positions = part(POSITION).reshape([images * entries]);
        let [_, cells] = self.rules().distance.dims();
        let distance = self.rules().distance.clone().select(0, positions);
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
        Angles::of_positions(table, self.at(POSITION, self.now + usize::from(ahead)))
    }

    /// Entries that a sequence can have.
    pub fn capacity(&self) -> usize {
        self.positions.longest() + 1
    }

    pub(super) fn rules(&self) -> &Rules {
        let device = self.clock.tensor().device();
        self.rules.get_or_init(|| Rules::new(self.positions, &device))
    }

    pub(super) fn images(&self) -> usize {
        self.entries.tensor().dims()[0]
    }

    pub(super) fn at(&self, row: usize, entry: usize) -> Tensor<2, Int> {
        let images = self.images();
        let entry = self.entries.tensor().slice([0..images, row..row + 1, entry..entry + 1]);
        entry.reshape([images, 1])
    }

    pub(super) fn for_rows(&self, x: Tensor<3>, shape: [usize; 3]) -> Tensor<3> {
        let twice = shape[0] / self.images();
        if twice == 1 { x } else { x.repeat_dim(0, twice) }
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use burn_cubecl::tensor::CubeTensor;

    use super::*;
    use crate::kernels::gpu::{Kernel, buffer, empty, empty_ints, int_buffer, int_tensor, tensor};

    const ENTRY_TEXT: &str = concat!(include_str!("rules.wgsl"), include_str!("entry.wgsl"));
    const COVER_TEXT: &str = concat!(include_str!("rules.wgsl"), include_str!("cover.wgsl"));

    impl Sequence {
        /// The buffers of the entries and of the number of the present one, with the rules behind it.
        pub(in super::super) fn buffers(&self) -> [CubeTensor; 2] {
            [int_buffer(&self.entries.tensor()), int_buffer(&self.clock.tensor())]
        }

        /// A kernel whose text knows the entries.
        pub(in super::super) fn kernel(
            &self,
            name: &'static str,
            text: &'static str,
            threads: usize,
        ) -> Kernel {
            Kernel::new(name, text, threads)
                .with("CAPACITY", self.capacity())
                .with("DONE", self.positions.done())
        }
    }

    pub fn embed(sequence: &Sequence, tables: &SequenceTables, class: Tensor<3>) -> Tensor<3> {
        let [rows, axes, width] = class.dims();
        let class = buffer(&class);
        let [entries, clock] = sequence.buffers();
        let out = empty(&class, [rows, 1, width]);
        sequence.kernel("entry", ENTRY_TEXT, 64).with("WIDTH", width).with("AXES", axes).run(
            &[
                &buffer(&tables.contents),
                &buffer(&tables.positions),
                &buffer(&tables.granularities),
                &class,
                &entries,
                &clock,
                &out,
            ],
            &[sequence.images()],
            [rows, 1, 1],
        );
        tensor(out)
    }

    pub fn cells(sequence: &Sequence) -> Tensor<1, Int> {
        let (grid, images) = (sequence.positions.grid(), sequence.images());
        let [entries, clock] = sequence.buffers();
        let out = empty_ints(&entries, [images * grid.cell_count()]);
        sequence.kernel("cover", COVER_TEXT, 64).with("CELLS", grid.cells()).run(
            &[&entries, &clock, &out],
            &[0],
            [grid.cell_count().div_ceil(64), images, 1],
        );
        int_tensor(out)
    }
}

//! How a sequence goes on: the position of the entry after the current one, then its content.

use burn::tensor::{Int, Tensor};

use super::choose::{PARAMETERS, choose};
use super::rules::pick;
use super::sequence::{CONTENT, POSITION, Sequence};
use crate::kernels::embedding;
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;

impl Sequence {
    /// Chooses the position of the next entry: in the coarse stream from `logits`, `[rows, 1,
    /// end + 1 or more]`, among the regions to come and END; then the next cell that is left.
    ///
    /// Returns x + its vector, what its content is asked for with. `x`: `[rows, 1, width]`; `table`:
    /// vectors of the positions, `[positions, width]`.
    pub fn choose_position(
        &mut self,
        logits: Tensor<3>,
        x: Tensor<3>,
        table: &Tensor<2>,
    ) -> Tensor<3> {
        #[cfg(feature = "gpu")]
        if on_gpu(&x.device()) {
            return gpu::choose_position(self, logits, x, table);
        }
        let ([rows, _, vocabulary], images) = (logits.dims(), self.images());
        let device = logits.device();
        let (rules, end) = (self.rules(), self.positions.end());
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
        let (drawn, _) = choose(logits, self.parameters(POSITION), Some(legal));

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
        let next = embedding(table, self.at(POSITION, self.now + 1));
        let shape = x.dims();
        x + self.for_rows(next, shape)
    }

    /// Chooses the content of the next entry from `logits`, `[rows, 1, codes]`.
    pub fn choose_content(&mut self, logits: Tensor<3>) {
        #[cfg(feature = "gpu")]
        if on_gpu(&logits.device()) {
            return gpu::choose_content(self, logits);
        }
        let [rows, _, codes] = logits.dims();
        let (drawn, chance) = choose(logits.reshape([rows, codes]), self.parameters(CONTENT), None);
        let position = self.at(POSITION, self.now + 1);
        let end = position.clone().equal_elem(self.positions.end() as i64);
        let done = position.equal_elem(self.positions.done() as i64);
        let (images, next) = (self.images(), self.now + 1);
        let chance = chance.mask_fill(end.clone().bool_or(done.clone()), 0.0);
        self.put(CONTENT, drawn.mask_fill(end, self.end as i64).mask_fill(done, 0));
        let place = [0..images, next..next + 1];
        self.chances.replace(|chances| chances.slice_assign(place, chance));
    }

    fn put(&mut self, row: usize, values: Tensor<2, Int>) {
        let (images, next) = (self.images(), self.now + 1);
        let values = values.reshape([images, 1, 1]);
        let place = [0..images, row..row + 1, next..next + 1];
        self.entries.replace(|entries| entries.slice_assign(place, values));
    }

    fn parameters(&self, row: usize) -> Tensor<2> {
        self.parameters.tensor().narrow(1, row, 1).reshape([self.images(), PARAMETERS])
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
}

#[cfg(feature = "gpu")]
mod gpu {
    use burn_cubecl::tensor::CubeTensor;

    use super::*;
    use crate::kernels::gpu::{Kernel, buffer, empty, tensor};

    const POSITION_TEXT: &str = concat!(
        include_str!("reduce.wgsl"),
        include_str!("choose.wgsl"),
        include_str!("choose_position.wgsl")
    );
    const CONTENT_TEXT: &str = concat!(
        include_str!("reduce.wgsl"),
        include_str!("choose.wgsl"),
        include_str!("choose_content.wgsl")
    );

    pub fn choose_position(
        sequence: &Sequence,
        logits: Tensor<3>,
        x: Tensor<3>,
        table: &Tensor<2>,
    ) -> Tensor<3> {
        let [rows, _, width] = x.dims();
        let x = buffer(&x);
        let out = empty(&x, [rows, 1, width]);
        let [parameters, clock, entries] = buffers(sequence);
        kernel(sequence, "choose_position", POSITION_TEXT, &logits)
            .with("WIDTH", width)
            .with("PARTS", sequence.positions.parts())
            .run(
                &[&buffer(&logits), &parameters, &clock, &entries, &x, &buffer(table), &out],
                &[sequence.images()],
                [sequence.images(), 1, 1],
            );
        tensor(out)
    }

    pub fn choose_content(sequence: &Sequence, logits: Tensor<3>) {
        let [parameters, clock, entries] = buffers(sequence);
        kernel(sequence, "choose_content", CONTENT_TEXT, &logits)
            .with("CLOSING", sequence.end)
            .run(
                &[
                    &buffer(&logits),
                    &parameters,
                    &clock,
                    &entries,
                    &buffer(&sequence.chances.tensor()),
                ],
                &[sequence.images()],
                [sequence.images(), 1, 1],
            );
    }

    fn kernel(
        sequence: &Sequence,
        name: &'static str,
        text: &'static str,
        logits: &Tensor<3>,
    ) -> Kernel {
        let [rows, _, vocabulary] = logits.dims();
        sequence
            .kernel(name, text, 256)
            .with("VOCABULARY", vocabulary)
            .with_flag("GUIDED", rows > sequence.images())
    }

    fn buffers(sequence: &Sequence) -> [CubeTensor; 3] {
        let [entries, clock] = sequence.buffers();
        [buffer(&sequence.parameters.tensor()), clock, entries]
    }
}

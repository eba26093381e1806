//! How a sequence goes on: the position of the entry after the current one, then its content.

use burn::tensor::{Bool, Int, Tensor};

use super::choose::{PARAMETERS, choose};
use super::rules::pick;
use super::sequence::{CONTENT, POSITION, Sequence};
use crate::kernels::embedding;
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;

impl Sequence {
    /// Chooses the position of the next entry: the next code of its region, where there is one; in all
    /// streams but the last from `logits`, `[rows, 1, choices or more]`, among the first codes of regions to
    /// come and END; in the last one the first code of the next region that is left.
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
        let [rows, _, vocabulary] = logits.dims();
        let current = self.at(POSITION, self.now); // [images, 1]
        let open = self.open_regions(current.clone()); // [images, regions²]
        let legal = self.legal(current.clone(), &open, vocabulary);
        let logits = logits.reshape([rows, vocabulary]);
        let (drawn, _) = choose(logits, self.parameters(POSITION), Some(legal));

        let rules = self.rules();
        let finest = i64::from(self.positions.grid().finest());
        let in_last = pick(&rules.stream, current.clone()).equal_elem(finest);
        let next = drawn.mask_where(in_last, self.first_left(open));
        let part = pick(&rules.next, current);
        self.put(POSITION, part.clone().mask_where(part.lower_elem(0), next));
        let next = embedding(table, self.at(POSITION, self.now + 1));
        let shape = x.dims();
        x + self.for_rows(next, shape)
    }

    /// Which regions can be visited after `current`: later ones that have no code,
    /// `[images, regions²]`.
    fn open_regions(&self, current: Tensor<2, Int>) -> Tensor<2, Bool> {
        let ([images, _], count) = (current.dims(), self.positions.grid().region_count());
        let rules = self.rules();
        let regions = Tensor::<1, Int>::arange(0..count as i64, &current.device());
        let shape = [images, count];
        let all = regions.clone().unsqueeze::<2>().expand(shape);
        let later = all.greater(pick(&rules.region, current).expand(shape));

        let entries = (self.now + 1).min(self.positions.longest_choice());
        let past = self.entries.tensor().slice([0..images, POSITION..POSITION + 1, 0..entries]);
        let past = pick(&rules.region, past.reshape([images, entries]));
        let shape = [images, entries, count];
        let past = past.reshape([images, entries, 1]).expand(shape);
        let same = past.equal(regions.unsqueeze::<3>().expand(shape)).float();
        let taken = same.max_dim(1).reshape([images, count]).greater_elem(0.5);
        later.bool_and(taken.bool_not())
    }

    /// What may be chosen after `current` where something is chosen, `[images, vocabulary]`.
    fn legal(
        &self,
        current: Tensor<2, Int>,
        open: &Tensor<2, Bool>,
        vocabulary: usize,
    ) -> Tensor<2, Bool> {
        let [images, regions] = open.dims();
        let (rules, shape) = (self.rules(), [images, vocabulary]);
        let of_choices = |table: &Tensor<2, Int>| {
            table.clone().narrow(0, 0, vocabulary).reshape([1, vocabulary])
        };
        let chosen_in = of_choices(&rules.chosen_in).expand(shape);
        let in_stream = chosen_in.equal(pick(&rules.stream, current).expand(shape));
        // The region of each choice, or for END a last one that is always open.
        let region = of_choices(&rules.region);
        let region = region.clone().mask_fill(region.lower_elem(0), regions as i64);
        let always = Tensor::ones([images, 1], &open.device());
        let open = Tensor::cat(vec![open.clone().float(), always], 1); // [images, regions² + 1]
        let region = region.clamp_max(regions as i64).reshape([vocabulary]);
        in_stream.bool_and(open.select(1, region).greater_elem(0.5))
    }

    /// The first code of the last stream in the first open region, DONE where there is none,
    /// `[images, 1]`.
    fn first_left(&self, open: Tensor<2, Bool>) -> Tensor<2, Int> {
        let (positions, [images, count]) = (self.positions, open.dims());
        let finest = positions.grid().finest();
        let regions = (0..count).map(|region| positions.code(finest, region, 0) as i32);
        let regions: Vec<i32> = regions.collect();
        let codes = Tensor::<1, Int>::from_ints(regions.as_slice(), &open.device());
        let codes = codes.unsqueeze::<2>().expand([images, count]);
        codes.mask_fill(open.bool_not(), positions.done() as i64).min_dim(1)
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
        let done = position.clone().equal_elem(self.positions.done() as i64);
        let nowhere = self.positions.grid().spots() as i64;
        let no_code = pick(&self.rules().spot, position).equal_elem(nowhere);
        let (images, next) = (self.images(), self.now + 1);
        let chance = chance.mask_fill(no_code.clone(), 0.0);
        self.put(CONTENT, drawn.mask_fill(no_code, self.end as i64).mask_fill(done, 0));
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
}

#[cfg(feature = "gpu")]
mod gpu {
    use burn_cubecl::tensor::CubeTensor;

    use super::*;
    use crate::kernels::gpu::{Kernel, buffer, empty, tensor};

    const POSITION_TEXT: &str = concat!(
        include_str!("reduce.wgsl"),
        include_str!("rules.wgsl"),
        include_str!("choose.wgsl"),
        include_str!("choose_position.wgsl")
    );
    const CONTENT_TEXT: &str = concat!(
        include_str!("reduce.wgsl"),
        include_str!("rules.wgsl"),
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
        let (positions, grid) = (sequence.positions, sequence.positions.grid());
        kernel(sequence, "choose_position", POSITION_TEXT, &logits)
            .with("WIDTH", width)
            .with("REGIONS", grid.region_count())
            .with("CHOICES", positions.choices())
            .with("FINEST", grid.finest().into())
            .with("PARTS", grid.codes_per_region(grid.finest()))
            .with("LONGEST", positions.longest_choice())
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

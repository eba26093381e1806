//! What a [`Sketch`](crate::dgit::Sketch) says of the place that a sequence asks about.

use burn::tensor::Tensor;

use super::rules::pick;
use super::sequence::{POSITION, Sequence};
use crate::kernels::everywhere;
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;

impl Sequence {
    /// As [`add_sketch`](crate::kernels::add_sketch), for the place that was chosen last; `x`: `[rows, 1, width]`.
    pub fn add_sketch(&self, x: Tensor<3>, sketch: Tensor<3>, parts: &Tensor<3>) -> Tensor<3> {
        #[cfg(feature = "gpu")]
        if on_gpu(&x.device()) {
            return gpu::add_next(self, x, sketch, parts);
        }
        let spot = pick(&self.rules().spot, self.at(POSITION, self.now + 1)); // [images, 1]
        let twice = x.dims()[0] / self.images();
        x + everywhere(sketch, parts, spot.repeat_dim(0, twice))
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::*;
    use crate::kernels::gpu::{buffer, empty, tensor};
    use crate::kernels::sketch_sizes;

    const TEXT: &str = concat!(
        include_str!("../../kernels/sketch.wgsl"),
        include_str!("rules.wgsl"),
        include_str!("sketch_next.wgsl")
    );

    pub fn add_next(
        sequence: &Sequence,
        x: Tensor<3>,
        sketch: Tensor<3>,
        parts: &Tensor<3>,
    ) -> Tensor<3> {
        let [rows, _, width] = x.dims();
        let (x, [entries, clock]) = (buffer(&x), sequence.buffers());
        let out = empty(&x, [rows, 1, width]);
        sketch_sizes(sequence.kernel("sketch_next", TEXT, 64), &sketch, parts).run(
            &[&buffer(&sketch), &buffer(parts), &x, &entries, &clock, &out],
            &[sequence.images()],
            [rows, 1, 1],
        );
        tensor(out)
    }
}

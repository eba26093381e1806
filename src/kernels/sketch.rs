//! Adding what a class asks for at each place: see [`Sketch`](crate::dgit::Sketch).

use burn::tensor::{Int, Tensor};

use super::embed::embedding;
#[cfg(feature = "cpu")]
use super::int16;
#[cfg(feature = "gpu")]
use super::on_gpu;
#[cfg(feature = "cpu")]
use super::tuning::Tuning;

/// x + sketch\[region\] · G\[part\] for the tokens behind a prefix.
///
/// `x`: `[batch, prefix + tokens, width]`; `sketch`: `[batch, regions², channels]`; `parts`: G,
/// `[parts, channels, width]`; `spots`: region and part of each token as one number
/// ([`Token::spot`](crate::grain::Token::spot)), `[lists, tokens]`, where one list serves a batch.
pub fn add_sketch(
    x: Tensor<3>,
    sketch: Tensor<3>,
    parts: &Tensor<3>,
    spots: Tensor<2, Int>,
) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return gpu::add_sketch(x, sketch, parts, spots);
    }
    let ([_, length, _], [lists, tokens]) = (x.dims(), spots.dims());
    let nowhere = count(&sketch, parts) as i64;
    let front = Tensor::full([lists, length - tokens], nowhere, (&x.device(), spots.dtype()));
    x + everywhere(sketch, parts, Tensor::cat(vec![front, spots], 1))
}

fn matmul(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    #[cfg(feature = "cpu")]
    if Tuning::now().int16 {
        return int16::matmul(a, b);
    }
    a.matmul(b)
}

/// Number of spots; that number itself is nowhere.
fn count(sketch: &Tensor<3>, parts: &Tensor<3>) -> usize {
    sketch.dims()[1] * parts.dims()[0]
}

/// What the sketch says at each of `spots`, `[batch or 1, tokens]` → `[batch, tokens, width]`.
pub(crate) fn everywhere(sketch: Tensor<3>, parts: &Tensor<3>, spots: Tensor<2, Int>) -> Tensor<3> {
    let ([batch, regions, _], [count, channels, width]) = (sketch.dims(), parts.dims());
    let device = sketch.device();
    let mut tables = Vec::new();
    let (mut first, mut codes) = (0, 1); // of a granularity: its first part, its codes per region
    while first < count {
        let matrix = parts.clone().narrow(0, first, codes).swap_dims(0, 1);
        let matrix = matrix.reshape([1, channels, codes * width]);
        let says = matmul(sketch.clone(), matrix.expand([batch, channels, codes * width]));
        tables.push(says.reshape([batch, regions * codes, width]));
        (first, codes) = (first + codes, codes * 4);
    }
    tables.push(Tensor::zeros([batch, 1, width], (&device, sketch.dtype()))); // nowhere
    let rows = regions * count + 1;
    let table = Tensor::cat(tables, 1).reshape([batch * rows, width]);
    let [lists, tokens] = spots.dims();
    let images = Tensor::<1, Int>::arange(0..batch as i64, &device) * rows as i64;
    let spots = spots.expand([batch.max(lists), tokens]) + images.reshape([batch, 1]);
    embedding(&table, spots)
}

#[cfg(feature = "gpu")]
pub(super) mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, int_buffer, tensor};
    use super::*;

    const LIST_TEXT: &str = concat!(include_str!("sketch.wgsl"), include_str!("sketch_list.wgsl"));

    pub fn add_sketch(
        x: Tensor<3>,
        sketch: Tensor<3>,
        parts: &Tensor<3>,
        spots: Tensor<2, Int>,
    ) -> Tensor<3> {
        let ([batch, length, width], [lists, tokens]) = (x.dims(), spots.dims());
        let x = buffer(&x);
        let out = empty(&x, [batch, length, width]);
        with_sizes(Kernel::new("sketch", LIST_TEXT, 64), &sketch, parts).run(
            &[&buffer(&sketch), &buffer(parts), &x, &int_buffer(&spots), &out],
            &[tokens, length - tokens, lists],
            [length, batch, 1],
        );
        tensor(out)
    }

    pub fn with_sizes(kernel: Kernel, sketch: &Tensor<3>, parts: &Tensor<3>) -> Kernel {
        let ([_, regions, channels], [parts, _, width]) = (sketch.dims(), parts.dims());
        let kernel = kernel.with("REGIONS", regions).with("CHANNELS", channels);
        kernel.with("PARTS", parts).with("WIDTH", width)
    }
}

//! From codes to what the decoder starts with: vectors and positions on the cell grid.

use burn::tensor::{Int, Tensor};

use super::layers::Conv2d;
#[cfg(feature = "gpu")]
use super::on_gpu;

/// Vectors of the codes that own each cell: `codebook`, `[codes, dim]`; `codes`, `[tokens]`;
/// `owner`, the token of each cell, `[cells²]` → `[1, dim, cells, cells]`.
pub fn spread(codebook: Tensor<2>, codes: Tensor<1, Int>, owner: Tensor<1, Int>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&codes.device()) {
        return gpu::spread(codebook, codes, owner);
    }
    let ([_, dim], [count]) = (codebook.dims(), owner.dims());
    let vectors = codebook.select(0, codes.select(0, owner)); // [cells², dim]
    let cells = count.isqrt();
    vectors.reshape([1, count, dim]).transpose().reshape([1, dim, cells, cells])
}

/// sin(fourier·(x, y)) + rows + columns: `rows` and `columns`, `[cells, channels]` →
/// `[1, channels, cells, cells]`. Coordinates run from -1 to 1.
pub fn position(fourier: &Conv2d, rows: Tensor<2>, columns: Tensor<2>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&rows.device()) {
        return gpu::position(fourier, rows, columns);
    }
    let [cells, channels] = rows.dims();
    let axis: Vec<f32> = (0..cells).map(|i| 2.0 * (i as f32 + 0.5) / cells as f32 - 1.0).collect();
    let axis = Tensor::<1>::from_floats(axis.as_slice(), &rows.device()).cast(rows.dtype());
    let x = axis.clone().reshape([1, 1, 1, cells]).expand([1, 1, cells, cells]);
    let y = axis.reshape([1, 1, cells, 1]).expand([1, 1, cells, cells]);
    let waves = fourier.forward(Tensor::cat(vec![x, y], 1)).sin();
    waves
        + rows.transpose().reshape([1, channels, cells, 1])
        + columns.transpose().reshape([1, channels, 1, cells])
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, int_buffer, tensor};
    use super::*;

    pub fn spread(codebook: Tensor<2>, codes: Tensor<1, Int>, owner: Tensor<1, Int>) -> Tensor<4> {
        let ([_, dim], [count], [tokens]) = (codebook.dims(), owner.dims(), codes.dims());
        let (codebook, cells) = (buffer(&codebook), count.isqrt());
        let out = empty(&codebook, [1, dim, cells, cells]);
        Kernel::new("spread", include_str!("codes.wgsl"), 64)
            .with("DIM", dim)
            .with("CELLS", count)
            .run(
                &[&codebook, &int_buffer(&codes), &int_buffer(&owner), &out],
                &[tokens],
                [count.div_ceil(64), 1, 1],
            );
        tensor(out)
    }

    pub fn position(fourier: &Conv2d, rows: Tensor<2>, columns: Tensor<2>) -> Tensor<4> {
        let [cells, channels] = rows.dims();
        let rows = buffer(&rows);
        let out = empty(&rows, [1, channels, cells, cells]);
        let bias = buffer(&fourier.bias.val());
        Kernel::new("position", include_str!("position.wgsl"), 64)
            .with("CHANNELS", channels)
            .with("SIDE", cells)
            .run(
                &[&buffer(&fourier.weight.val()), &bias, &rows, &buffer(&columns), &out],
                &[0],
                [(cells * cells).div_ceil(64), channels, 1],
            );
        tensor(out)
    }
}

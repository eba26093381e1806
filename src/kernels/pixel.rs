//! Moving pixels between space and channels, and out.

use burn::tensor::{Int, Tensor};

#[cfg(feature = "gpu")]
use super::on_gpu;

/// `[batch, c, h, w]` → `[batch, c·block², h/block, w/block]`, no information lost.
pub fn space_to_depth(x: Tensor<4>, block: usize) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let (h, w) = (height / block, width / block);
    x.reshape([batch, channels, h, block, w, block]).permute([0, 1, 3, 5, 2, 4]).reshape([
        batch,
        channels * block * block,
        h,
        w,
    ])
}

/// Inverse of [`space_to_depth`].
pub fn depth_to_space(x: Tensor<4>, block: usize) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let c = channels / (block * block);
    x.reshape([batch, c, block, block, height, width]).permute([0, 1, 4, 2, 5, 3]).reshape([
        batch,
        c,
        height * block,
        width * block,
    ])
}

/// Every pixel repeated into a `factor` × `factor` block.
pub fn upsample_nearest(x: Tensor<4>, factor: usize) -> Tensor<4> {
    if factor == 1 {
        return x;
    }
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch, channels, height, 1, width, 1])
        .expand([batch, channels, height, factor, width, factor])
        .reshape([batch, channels, height * factor, width * factor])
}

/// Pixels as bytes, `[1, 3, h, w]` in -1..=1 (cut where it is outside) → `[h · w]`: red + 256 · green +
/// 65536 · blue. A quarter of what the values are, for [`read`](super::read).
pub fn pixels(image: Tensor<4>) -> Tensor<1, Int> {
    #[cfg(feature = "gpu")]
    if on_gpu(&image.device()) {
        return gpu::pixels(image);
    }
    let [_, _, height, width] = image.dims();
    let bytes = ((image.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5).int(); // [1, 3, h, w]
    let [red, green, blue] =
        [0, 1, 2].map(|i| bytes.clone().narrow(1, i, 1).reshape([height * width]));
    red + green * 256 + blue * 65536
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty_ints, int_tensor};
    use super::*;

    pub fn pixels(image: Tensor<4>) -> Tensor<1, Int> {
        let [_, _, height, width] = image.dims();
        let (image, pixels) = (buffer(&image), height * width);
        let out = empty_ints(&image, [pixels]);
        Kernel::new("pixels", include_str!("pixels.wgsl"), 64).run(
            &[&image, &out],
            &[pixels],
            [pixels.div_ceil(64), 1, 1],
        );
        int_tensor(out)
    }
}

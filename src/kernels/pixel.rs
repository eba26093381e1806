//! Moving pixels between space and channels.

use burn::tensor::Tensor;

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

//! Convolutions with the normalisation in front of them and the addition behind them.

use burn::tensor::Tensor;
use burn::tensor::activation::silu;

use super::layers::Conv2d;
#[cfg(feature = "gpu")]
use super::on_gpu;
use super::{GroupNorm, depth_to_space, upsample_nearest};

/// A convolution as it is: `[batch, from, h, w]` → `[batch, to, h, w]`, plus `residual` of that
/// shape (one for the whole batch, where its batch is one).
pub fn conv(x: Tensor<4>, conv: &Conv2d, residual: Option<Tensor<4>>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return Fused { residual, ..Fused::default() }.conv(x, conv);
    }
    add(conv.forward(x), residual)
}

/// conv(silu(norm(x))) + residual.
pub fn norm_conv(
    x: Tensor<4>,
    norm: &GroupNorm,
    conv: &Conv2d,
    residual: Option<Tensor<4>>,
) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return Fused { norm: Some((norm, true)), residual, ..Fused::default() }.conv(x, conv);
    }
    add(conv.forward(silu(norm.forward(x))), residual)
}

/// conv of the image at twice its size: `[batch, from, h, w]` → `[batch, to, 2h, 2w]`.
pub fn upsample_conv(x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return Fused { zoom: 2, ..Fused::default() }.conv(x, conv);
    }
    conv.forward(upsample_nearest(x, 2))
}

/// conv(silu(norm(x))) whose channels then become pixels: `[batch, from, h, w]` →
/// `[batch, to/4, 2h, 2w]`.
pub fn norm_conv_shuffle(x: Tensor<4>, norm: &GroupNorm, conv: &Conv2d) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        let fused = Fused { norm: Some((norm, true)), shuffled: true, ..Fused::default() };
        return fused.conv(x, conv);
    }
    depth_to_space(conv.forward(silu(norm.forward(x))), 2)
}

fn add(x: Tensor<4>, residual: Option<Tensor<4>>) -> Tensor<4> {
    match residual {
        Some(residual) => residual + x,
        None => x,
    }
}

#[cfg(feature = "gpu")]
pub(super) use gpu::Fused;

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, tensor};
    use super::super::norm::affine;
    use super::*;

    /// What a convolution takes along.
    pub struct Fused<'a> {
        /// Normalise first, and whether SiLU follows.
        pub norm: Option<(&'a GroupNorm, bool)>,
        pub residual: Option<Tensor<4>>,
        /// How much larger the image becomes first.
        pub zoom: usize,
        /// Channels become pixels afterwards.
        pub shuffled: bool,
        /// Channels are the last dimension of what is read or written.
        pub last_in: bool,
        pub last_out: bool,
    }

    impl Default for Fused<'_> {
        fn default() -> Self {
            let (norm, residual, zoom) = (None, None, 1);
            Self { norm, residual, zoom, shuffled: false, last_in: false, last_out: false }
        }
    }

    impl Fused<'_> {
        /// Windows are square, centred, and move by one pixel.
        pub fn conv(self, x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
            assert!(conv.stride == 1, "the kernel keeps height and width");
            let [batch, from, height, width] = x.dims();
            let [to, _, side, _] = conv.weight.dims();
            let (high, wide) = (height * self.zoom, width * self.zoom);
            let (x, w) = (buffer(&x), buffer(&conv.weight.val()));
            let bias = buffer(&conv.bias.val());
            let affine = self.norm.map_or_else(|| w.clone(), |(norm, _)| affine(&x, norm));
            let residuals = self.residual.as_ref().map_or(1, |r| r.dims()[0]);
            let residual = self.residual.as_ref().map_or_else(|| w.clone(), buffer);
            let out = match self.shuffled {
                true => empty(&x, [batch, to / 4, high * 2, wide * 2]),
                false => empty(&x, [batch, to, high, wide]),
            };
            let (channels, pixels, slices) = (16, 32, 8);
            let threads = channels * pixels / 16 * slices;
            Kernel::new("conv", include_str!("conv.wgsl"), threads)
                .labelled(format_args!("{from}→{to}, {side}×{side}, {high}×{wide}"))
                .with("FROM", from)
                .with("TO", to)
                .with("SIDE", side)
                .with("WIDE", wide)
                .with("HIGH", high)
                .with("ZOOM", self.zoom)
                .with("CHANNELS", channels)
                .with("PIXELS", pixels)
                .with("DEPTH", 64)
                .with("SLICES", slices)
                .with_flag("NORMALISED", self.norm.is_some())
                .with_flag("SILU", self.norm.is_some_and(|(_, silu)| silu))
                .with_flag("RESIDUAL", self.residual.is_some())
                .with_flag("SHUFFLED", self.shuffled)
                .with_flag("LAST_IN", self.last_in)
                .with_flag("LAST_OUT", self.last_out)
                .run(
                    &[&x, &w, &bias, &affine, &residual, &out],
                    &[residuals],
                    [(high * wide).div_ceil(pixels), to.div_ceil(channels), batch],
                );
            tensor(out)
        }
    }
}

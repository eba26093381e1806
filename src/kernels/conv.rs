//! Convolutions with the normalisation in front of them and the addition behind them.

use burn::tensor::Tensor;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;

use super::layers::Conv2d;
#[cfg(feature = "gpu")]
use super::on_gpu;
use super::{GroupNorm, depth_to_space, space_to_depth, upsample_nearest};

/// A feature map, `[batch, channels, h, w]`.
///
/// On WebGPU it may bring the statistics along that group normalisation needs: the convolution that
/// makes a map has its values at hand, and reading them again would cost a launch.
#[derive(Debug, Clone)]
pub struct FeatureMap {
    values: Tensor<4>,
    #[cfg(feature = "gpu")]
    measured: bool,
}

impl From<Tensor<4>> for FeatureMap {
    fn from(values: Tensor<4>) -> Self {
        Self {
            values,
            #[cfg(feature = "gpu")]
            measured: false,
        }
    }
}

impl FeatureMap {
    /// See [`wanted`](super::torch::wanted).
    #[cfg(feature = "libtorch")]
    pub(crate) fn is_wanted_whole(&self) -> bool {
        super::torch::wanted(&self.values)
    }

    /// The values, `[batch, channels, h, w]`.
    pub fn values(self) -> Tensor<4> {
        #[cfg(feature = "gpu")]
        if self.measured {
            return gpu::without_moments(self.values);
        }
        self.values
    }
}

/// A convolution as it is: `[batch, from, h, w]` → `[batch, to, h/stride, w/stride]`, plus `residual`
/// of that shape (one for the whole batch, where its batch is one). The stride divides height and
/// width.
pub fn conv(x: FeatureMap, conv: &Conv2d, residual: Option<FeatureMap>) -> FeatureMap {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.values.device()) {
        return Fused { residual, ..Fused::default() }.conv(x, conv);
    }
    add(conv.forward(x.values), residual)
}

/// conv(silu(norm(x))) + residual.
pub fn norm_conv(
    x: FeatureMap,
    norm: &GroupNorm,
    conv: &Conv2d,
    residual: Option<FeatureMap>,
) -> FeatureMap {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.values.device()) {
        return Fused { norm: Some((norm, true)), residual, ..Fused::default() }.conv(x, conv);
    }
    add(after_norm(x.values, norm, conv), residual)
}

/// conv of the image at twice its size: `[batch, from, h, w]` → `[batch, to, 2h, 2w]`.
pub fn upsample_conv(x: FeatureMap, conv: &Conv2d) -> FeatureMap {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.values.device()) {
        return Fused { zoom: 2, ..Fused::default() }.conv(x, conv);
    }
    conv.forward(upsample_nearest(x.values, 2)).into()
}

/// conv of the image whose pixels first become channels, four each: `[batch, from/4, 2h, 2w]` →
/// `[batch, to, h, w]`.
pub fn unshuffle_conv(x: Tensor<4>, conv: &Conv2d) -> FeatureMap {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return Fused { unshuffled: true, ..Fused::default() }.conv(x.into(), conv);
    }
    conv.forward(space_to_depth(x, 2)).into()
}

/// conv(silu(norm(x))) whose channels then become pixels: `[batch, from, h, w]` →
/// `[batch, to/4, 2h, 2w]`.
pub fn norm_conv_shuffle(x: FeatureMap, norm: &GroupNorm, conv: &Conv2d) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.values.device()) {
        let fused = Fused { norm: Some((norm, true)), shuffled: true, ..Fused::default() };
        return fused.conv(x, conv).values;
    }
    depth_to_space(after_norm(x.values, norm, conv), 2)
}

/// conv(silu(norm(x))).
fn after_norm(x: Tensor<4>, norm: &GroupNorm, conv: &Conv2d) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if conv.is_int16(&x) {
        return super::int16::norm_conv(x, norm, conv);
    }
    conv.forward(norm.forward_silu(x))
}

/// Zeros before and after `x` along `dim`. (Burn's own padding makes a tensor of the whole size in the
/// host's memory first, which a GPU spends most of its time waiting for.)
fn zero_pad(x: Tensor<4>, dim: usize, (before, after): (usize, usize)) -> Tensor<4> {
    let like = (&x.device(), x.dtype());
    let zeros = |width: usize| {
        let mut shape = x.dims();
        shape[dim] = width;
        (width > 0).then(|| Tensor::zeros(shape, like))
    };
    let parts: Vec<Tensor<4>> =
        [zeros(before), Some(x.clone()), zeros(after)].into_iter().flatten().collect();
    if parts.len() == 1 { x } else { Tensor::cat(parts, dim) }
}

/// A convolution with weights that no gradient reaches, as in a network that only looks.
///
/// `padding`: pixels before and after, by height and width; `relu6` cuts the result to 0..=6.
pub fn frozen_conv(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    stride: usize,
    padding: [(usize, usize); 2],
    groups: usize,
    relu6: bool,
) -> Tensor<4> {
    #[cfg(feature = "libtorch")]
    if super::torch::on_torch(&x) {
        return torch::frozen_conv(x, weight, bias, stride, padding, groups, relu6);
    }
    let mut options = ConvOptions::new([stride; 2], [0; 2], [1; 2], groups);
    let x = match padding.iter().all(|(before, after)| before == after) {
        true => {
            options.padding = padding;
            x
        }
        false => zero_pad(zero_pad(x, 2, padding[0]), 3, padding[1]),
    };
    let y = conv2d(x, weight, Some(bias), options); // [batch, to, ⌈h/stride⌉, ⌈w/stride⌉]
    if relu6 { y.clamp(0.0, 6.0) } else { y }
}

fn add(x: Tensor<4>, residual: Option<FeatureMap>) -> FeatureMap {
    match residual {
        Some(residual) => (residual.values + x).into(),
        None => x.into(),
    }
}

#[cfg(feature = "libtorch")]
mod torch {
    use super::super::torch::{constant, fused, operand};
    use super::*;

    pub fn frozen_conv(
        x: Tensor<4>,
        weight: Tensor<4>,
        bias: Tensor<1>,
        stride: usize,
        padding: [(usize, usize); 2],
        groups: usize,
        relu6: bool,
    ) -> Tensor<4> {
        let (weight, bias) = (constant(weight), constant(bias));
        let [(top, bottom), (left, right)] = padding.map(|(a, b)| (a as i64, b as i64));
        fused([operand(x)], |[x]| {
            let even = top == bottom && left == right;
            let x = if even { x.shallow_clone() } else { x.zero_pad2d(left, right, top, bottom) };
            let rest = if even { [top, left] } else { [0; 2] };
            let y = x.conv2d(&weight, Some(&bias), [stride as i64; 2], rest, [1; 2], groups as i64);
            if relu6 { y.clamp(0.0, 6.0) } else { y }
        })
    }
}

#[cfg(feature = "gpu")]
pub(super) use gpu::Fused;

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, front, tensor, view};
    use super::super::norm::affine;
    use super::super::window::{self, Window};
    use super::*;

    const PRODUCT: &str = concat!(include_str!("moments.wgsl"), include_str!("conv.wgsl"));
    const WINDOW: &str = concat!(
        include_str!("moments.wgsl"),
        include_str!("slices.wgsl"),
        include_str!("window.wgsl")
    );

    /// Pixels of which a map brings the moments together, as `moments.wgsl` has it.
    const MOMENT: usize = 32;

    /// What a workgroup of a matrix product computes: channels by pixels.
    const TILE: [usize; 2] = [16, MOMENT];

    /// By how many groups of threads it does, and how much of a sum at a time. Scale and shift of every
    /// channel are in workgroup memory, too: beside those of many there is less room.
    fn slices_and_depth(from: usize) -> [usize; 2] {
        if from > 384 { [4, 32] } else { [8, 64] }
    }

    /// Channels that are normalised together; others are measured by a kernel of their own.
    const GROUP: usize = 8;

    /// What a convolution takes along.
    pub struct Fused<'a> {
        /// Normalise first, and whether SiLU follows.
        pub norm: Option<(&'a GroupNorm, bool)>,
        pub residual: Option<FeatureMap>,
        /// How much larger the image becomes first.
        pub zoom: usize,
        /// Pixels become channels first.
        pub unshuffled: bool,
        /// Channels become pixels afterwards.
        pub shuffled: bool,
        /// Channels are the last dimension of what is read or written.
        pub last_in: bool,
        pub last_out: bool,
    }

    impl Default for Fused<'_> {
        fn default() -> Self {
            let (norm, residual, zoom) = (None, None, 1);
            let (unshuffled, shuffled, last_in, last_out) = (false, false, false, false);
            Self { norm, residual, zoom, unshuffled, shuffled, last_in, last_out }
        }
    }

    impl Fused<'_> {
        /// Windows are square and centred; their stride divides height and width.
        pub fn conv(self, x: FeatureMap, conv: &Conv2d) -> FeatureMap {
            let [batch, _, height, width] = x.values.dims();
            let [to, from, side, _] = conv.weight.dims();
            let shrink = conv.stride * if self.unshuffled { 2 } else { 1 };
            let (high, wide) = (height * self.zoom / shrink, width * self.zoom / shrink);
            assert!(high * shrink == height * self.zoom && wide * shrink == width * self.zoom);
            let (input, w) = (buffer(&x.values), buffer(&conv.weight.val()));
            let bias = buffer(&conv.bias.val());
            let measured = x.measured && self.norm.is_some_and(|(norm, _)| norm.group() == GROUP);
            let (gamma, beta) = match self.norm {
                Some((norm, _)) if measured => {
                    (buffer(&norm.gamma.val()), buffer(&norm.beta.val()))
                }
                Some((norm, _)) => (affine(&input, norm), w.clone()),
                None => (w.clone(), w.clone()),
            };
            let residuals = self.residual.as_ref().map_or(1, |r| r.values.dims()[0]);
            let residual = self.residual.as_ref().map_or_else(|| w.clone(), |r| buffer(&r.values));

            let measuring = (high * wide).is_multiple_of(MOMENT)
                && to.is_multiple_of(GROUP)
                && !(self.shuffled || self.last_out);
            let moments = if measuring { batch * to / GROUP * high * wide / MOMENT * 2 } else { 0 };
            let out = empty(&input, [batch * to * high * wide + moments]);
            let plain = side == 3 && conv.stride == 1;
            let window = (plain && !(self.unshuffled || self.last_in || self.last_out))
                .then(|| Window::of([to, high, wide], from, batch));
            let (kernel, groups) = match window.flatten() {
                Some(tile) => self.by_window(tile, [to, high, wide], batch),
                None => self.by_product([from, to, side, conv.stride], [high, wide], batch),
            };
            kernel
                .labelled(format_args!("{from}→{to}, {side}×{side}, {high}×{wide}"))
                .with("FROM", from)
                .with("TO", to)
                .with("WIDE", wide)
                .with("HIGH", high)
                .with("ZOOM", self.zoom)
                .with_flag("NORMALISED", self.norm.is_some())
                .with_flag("SILU", self.norm.is_some_and(|(_, silu)| silu))
                .with_flag("RESIDUAL", self.residual.is_some())
                .with_flag("SHUFFLED", self.shuffled)
                .with_flag("MEASURED", measured)
                .with_flag("MEASURING", measuring)
                .run(
                    &[&input, &w, &bias, &gamma, &beta, &residual, &out],
                    &[batch, residuals],
                    groups,
                );
            let shape = match self.shuffled {
                true => [batch, to / 4, high * 2, wide * 2],
                false => [batch, to, high, wide],
            };
            FeatureMap { values: tensor(view(out, shape)), measured: measuring }
        }

        /// The kernel that keeps a piece of the picture, and its workgroups.
        fn by_window(
            &self,
            tile: Window,
            [to, high, wide]: [usize; 3],
            batch: usize,
        ) -> (Kernel, [usize; 3]) {
            let kernel = Kernel::new("window", WINDOW, tile.threads())
                .with_precision()
                .with("CHANNELS", tile.channels)
                .with("ROWS", tile.rows)
                .with("COLUMNS", window::COLUMNS)
                .with("DEPTH", window::DEPTH)
                .with("SLICES", tile.slices);
            let places = high * wide / (tile.rows * window::COLUMNS);
            (kernel, [places, to.div_ceil(tile.channels), batch])
        }

        /// The kernel for every window, stride and order, and its workgroups.
        fn by_product(
            &self,
            [from, to, side, stride]: [usize; 4],
            [high, wide]: [usize; 2],
            batch: usize,
        ) -> (Kernel, [usize; 3]) {
            let [channels, pixels] = TILE;
            let [slices, depth] = slices_and_depth(from);
            let kernel = Kernel::new("conv", PRODUCT, channels * pixels / 16 * slices)
                .with("SIDE", side)
                .with("STRIDE", stride)
                .with("CHANNELS", channels)
                .with("PIXELS", pixels)
                .with("DEPTH", depth)
                .with("SLICES", slices)
                .with_flag("UNSHUFFLED", self.unshuffled)
                .with_flag("LAST_IN", self.last_in)
                .with_flag("LAST_OUT", self.last_out);
            (kernel, [(high * wide).div_ceil(pixels), to.div_ceil(channels), batch])
        }
    }

    /// The values alone: what lies behind them stays behind.
    pub fn without_moments(values: Tensor<4>) -> Tensor<4> {
        tensor(front(buffer(&values)))
    }
}

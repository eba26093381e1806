//! Parameters of linear maps and convolutions.
//!
//! Like Burn's own layers, but without the choice of initialisers: one of those (orthogonal) would
//! bring every kernel for matrix products into a browser's package. A build without feature `cpu`
//! does not initialise at all, since all its parameters come from a pack.

use std::cell::Cell;

use burn::module::{Module, Param, ParamId};
use burn::tensor::module::{conv2d, linear};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor};

use super::int8::Packed;
#[cfg(feature = "cpu")]
use super::int16;

thread_local! {
    /// Whether parameters are made without values.
    static UNFILLED: Cell<bool> = const { Cell::new(false) };
}

/// Builds a network whose parameters have names and shapes, but no values and no memory for them: what a file
/// has to hold is known before anything is as large as a manifest says. A parameter that is looked at
/// all the same gets the values that it would have had.
pub fn unfilled<M>(build: impl FnOnce() -> M) -> M {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            UNFILLED.set(self.0);
        }
    }
    let _reset = Reset(UNFILLED.replace(true));
    build()
}

/// Whether parameters have no values now.
pub fn is_unfilled() -> bool {
    UNFILLED.get()
}

/// A parameter of these values; without them in an [`unfilled`] network.
fn parameter<const D: usize>(
    shape: [usize; D],
    values: impl FnOnce(&Device) -> Tensor<D> + Send + Sync + 'static,
    device: &Device,
) -> Param<Tensor<D>> {
    if !is_unfilled() {
        return Param::from_tensor(values(device));
    }
    let init = move |device: &Device, gradient| values(device).set_require_grad(gradient);
    Param::uninitialized(ParamId::new(), init, device.clone(), true, shape.into())
}

/// A random parameter; uninitialised memory in a build without feature `cpu`.
pub fn random<const D: usize>(
    shape: [usize; D],
    distribution: Distribution,
    device: &Device,
) -> Param<Tensor<D>> {
    let values = move |device: &Device| match cfg!(feature = "cpu") {
        true => Tensor::random(shape, distribution, device),
        false => Tensor::empty(shape, device),
    };
    parameter(shape, values, device)
}

/// A parameter that is the same everywhere at first; as [`random`].
pub fn constant<const D: usize>(
    shape: [usize; D],
    value: f32,
    device: &Device,
) -> Param<Tensor<D>> {
    let values = move |device: &Device| match cfg!(feature = "cpu") {
        true => Tensor::full(shape, value, device),
        false => Tensor::empty(shape, device),
    };
    parameter(shape, values, device)
}

/// Even in ±1/√inputs: what layers start with by default.
fn even(inputs: usize) -> Distribution {
    let bound = 1.0 / (inputs as f64).sqrt();
    Distribution::Uniform(-bound, bound)
}

/// x · w + b.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// `[outputs]`.
    pub bias: Option<Param<Tensor<1>>>,
    /// The weights in whole numbers, for kernels that take those.
    #[module(skip)]
    pub packed: Packed,
}

impl Linear {
    /// Of these parameters.
    pub fn of(weight: Param<Tensor<2>>, bias: Option<Param<Tensor<1>>>) -> Self {
        Self { weight, bias, packed: Packed::default() }
    }

    /// Random weights and biases.
    pub fn new(inputs: usize, outputs: usize, device: &Device) -> Self {
        let weight = random([inputs, outputs], even(inputs), device);
        Self::of(weight, Some(random([outputs], even(inputs), device)))
    }

    /// Normal weights of standard deviation `std`, and biases of zero or none.
    pub fn normal(inputs: usize, outputs: usize, bias: bool, std: f64, device: &Device) -> Self {
        let weight = random([inputs, outputs], Distribution::Normal(0.0, std), device);
        Self::of(weight, bias.then(|| constant([outputs], 0.0, device)))
    }

    /// Zeros.
    pub fn zeros(inputs: usize, outputs: usize, device: &Device) -> Self {
        let bias = constant([outputs], 0.0, device);
        Self::of(constant([inputs, outputs], 0.0, device), Some(bias))
    }

    /// `[.., inputs]` → `[.., outputs]`.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        linear(x, self.weight.val(), self.bias.as_ref().map(|bias| bias.val()))
    }
}

/// A convolution with a centred square window, padded with zeros.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[to, from, side, side]`.
    pub weight: Param<Tensor<4>>,
    /// `[to]`.
    pub bias: Param<Tensor<1>>,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// The weights in whole numbers, for a processor that takes those.
    #[module(skip)]
    pub packed: Packed,
}

impl Conv2d {
    /// Random weights and biases; `side` is odd.
    pub fn new([from, to]: [usize; 2], side: usize, stride: usize, device: &Device) -> Self {
        let start = even(from * side * side);
        let weight = random([to, from, side, side], start, device);
        Self { weight, bias: random([to], start, device), stride, packed: Packed::default() }
    }

    /// `[batch, from, h, w]` → `[batch, to, h/stride, w/stride]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, side, _] = self.weight.dims();
        #[cfg(feature = "cpu")]
        if self.is_int16(&x) {
            return int16::conv(x, self);
        }
        window_conv(x, self.weight.val(), self.bias.val(), self.stride, side / 2)
    }

    /// Whether a processor makes it in whole numbers.
    #[cfg(feature = "cpu")]
    pub(super) fn is_int16(&self, x: &Tensor<4>) -> bool {
        self.stride == 1 && int16::pays_for(x, self.weight.dims()[2])
    }
}

/// A convolution with any square window, `weight`: `[to, from, side, side]`, after `pad` zeros on each
/// side: `[batch, from, h, w]` → `[batch, to, (h + 2 pad - side)/stride + 1, …]`.
pub fn window_conv(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    stride: usize,
    pad: usize,
) -> Tensor<4> {
    #[cfg(feature = "libtorch")]
    if super::torch::on_torch(&x) {
        use super::torch::{fused, operand};
        let inputs = [operand(x), operand(weight), operand(bias)];
        let [stride, pad] = [stride, pad].map(|n| [n as i64; 2]);
        return fused(inputs, |[x, w, b]| x.conv2d(w, Some(b), stride, pad, [1; 2], 1));
    }
    let options = ConvOptions::new_with_padding([stride; 2], [(pad, pad); 2], [1; 2], 1);
    conv2d(x, weight, Some(bias), options)
}

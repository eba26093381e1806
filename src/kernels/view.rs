//! The same values under another shape.

use burn::tensor::{Int, Tensor};

#[cfg(feature = "gpu")]
use super::{gpu, on_gpu};

/// A reshaped tensor. Unlike Burn's `reshape` it brings no kernel for tensors that are not
/// contiguous into a browser's package.
pub fn view<const D: usize, const E: usize>(x: Tensor<D>, shape: [usize; E]) -> Tensor<E> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return gpu::tensor(gpu::view(gpu::buffer(&x), shape));
    }
    x.reshape(shape)
}

/// As [`view`], for integers.
pub fn view_ints<const D: usize, const E: usize>(
    x: Tensor<D, Int>,
    shape: [usize; E],
) -> Tensor<E, Int> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return gpu::int_tensor(gpu::view(gpu::int_buffer(&x), shape));
    }
    x.reshape(shape)
}

/// `count` values of a tensor from `start` on, counted as [`flat`] has them. To be [read](super::read) only: a
/// kernel would want its buffer to begin elsewhere.
pub fn part<const D: usize>(x: Tensor<D>, start: usize, count: usize) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return gpu::tensor(gpu::part(gpu::buffer(&x), start, count));
    }
    flat(x).narrow(0, start, count)
}

/// All values in a row.
pub fn flat<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    let count = x.dims().iter().product();
    view(x, [count])
}

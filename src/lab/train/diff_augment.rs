//! Differentiable augmentation of what a critic sees.
//!
//! Idea: a critic that sees few images learns them by heart. Changing all of its images at random,
//! real and made ones alike, prevents that; the changes are differentiable, so that the decoder still
//! gets its gradient through them.
//!
//! Source: S. Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020.
//! One draw of the place serves a whole batch (ours: no gathers).

use burn::tensor::{Distribution, Tensor};

use crate::rng::Rng;

/// Largest change of brightness.
const BRIGHTNESS: f64 = 0.5;
/// Contrast and saturation are multiplied by 1 less to 1 more than this.
const CONTRAST: f64 = 0.5;
/// Largest shift, as a share of the side.
const SHIFT: f32 = 0.125;

/// Brightness, saturation, contrast and place of `[batch, 3, side, side]` changed at random.
pub fn augment(images: Tensor<4>, rng: &mut Rng) -> Tensor<4> {
    let [batch, _, side, _] = images.dims();
    let device = images.device();
    let draw = |low, high| -> Tensor<4> {
        Tensor::random([batch, 1, 1, 1], Distribution::Uniform(low, high), &device)
    };
    let x = images + draw(-BRIGHTNESS, BRIGHTNESS);
    let grey = x.clone().mean_dim(1);
    let x = (x - grey.clone()) * draw(0.0, 2.0) + grey;
    let mean = x.clone().mean_dims(&[1, 2, 3]);
    let x = (x - mean.clone()) * draw(1.0 - CONTRAST, 1.0 + CONTRAST) + mean;
    let most = (side as f32 * SHIFT) as usize;
    let mut moved = x;
    for dim in [2, 3] {
        moved = shift(moved, dim, rng.below(2 * most + 1) as i64 - most as i64);
    }
    moved
}

/// `x` moved by `by` places along `dim`; zeros come in.
fn shift(x: Tensor<4>, dim: usize, by: i64) -> Tensor<4> {
    let length = x.dims()[dim];
    let by_abs = (by.unsigned_abs() as usize).min(length);
    if by_abs == 0 {
        return x;
    }
    let mut hole = x.dims();
    hole[dim] = by_abs;
    let hole = Tensor::zeros(hole, (&x.device(), x.dtype()));
    let kept = x.narrow(dim, if by > 0 { 0 } else { by_abs }, length - by_abs);
    Tensor::cat(if by > 0 { vec![hole, kept] } else { vec![kept, hole] }, dim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn shifts_move_values_and_bring_in_zeros() {
        let device = Device::flex();
        let x = Tensor::<1>::from_floats([1.0, 2.0, 3.0], &device).reshape([1, 1, 1, 3]);
        let moved =
            |by| -> Vec<f32> { shift(x.clone(), 3, by).into_data().iter::<f32>().collect() };
        assert_eq!(moved(1), [0.0, 1.0, 2.0]);
        assert_eq!(moved(-2), [3.0, 0.0, 0.0]);
        assert_eq!(moved(0), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn gradients_pass_through() {
        let device = Device::flex().autodiff();
        let uniform = Distribution::Uniform(-1.0, 1.0);
        let x = Tensor::<4>::random([2, 3, 16, 16], uniform, &device).require_grad();
        let y = augment(x.clone(), &mut Rng::new(1));
        assert_eq!(y.dims(), x.dims());
        let gradient = x.grad(&y.square().sum().backward()).expect("a gradient");
        assert!(gradient.abs().sum().into_scalar::<f32>() > 1.0);
    }
}

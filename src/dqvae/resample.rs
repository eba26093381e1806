//! Feature maps from one grid to another: two small constant matrices, one for rows, one for columns.
//!
//! Idea: a *fixed-length* code may have a grid that is neither the regions nor the cells, such as
//! 12×12 between 8×8 and 16×16. Features then go down by averaging over areas, their quantised
//! vectors come back up by linear interpolation: R x Rᵀ both ways.
//!
//! Key traits: no parameters, differentiable, the identity where the grids are equal; a constant map
//! stays constant. Ours: the fixed-length baselines of the method's comparison at equal bits.

use burn::tensor::{FloatDType, Tensor};

/// Maps x, `[batch, channels, from, from]` → `[batch, channels, to, to]`: averages over areas where
/// the map becomes smaller, interpolates where it becomes larger.
pub fn resample(x: Tensor<4>, to: usize) -> Tensor<4> {
    let [_, _, from, _] = x.dims();
    if from == to {
        return x;
    }
    let weights = if to < from { area(from, to) } else { linear(from, to) };
    let device = x.device();
    let r = Tensor::<1>::from_floats(weights.as_slice(), &device).reshape([1, 1, to, from]);
    let r = r.cast(FloatDType::from(x.dtype()));
    let columns = x.matmul(r.clone().transpose()); // [batch, channels, from, to]
    r.matmul(columns) // [batch, channels, to, to]
}

/// `[to, from]`, row by row: the share of each old cell in the area of a new one.
fn area(from: usize, to: usize) -> Vec<f32> {
    let ratio = from as f32 / to as f32;
    let share = |new: usize, old: usize| {
        let (low, high) = (new as f32 * ratio, (new + 1) as f32 * ratio);
        (high.min(old as f32 + 1.0) - low.max(old as f32)).max(0.0) / ratio
    };
    (0..to).flat_map(|new| (0..from).map(move |old| share(new, old))).collect()
}

/// `[to, from]`, row by row: linear interpolation between the centres of the old cells, constant
/// beyond the outermost.
fn linear(from: usize, to: usize) -> Vec<f32> {
    let weight = |new: usize, old: usize| {
        let at = (new as f32 + 0.5) * from as f32 / to as f32 - 0.5;
        let at = at.clamp(0.0, (from - 1) as f32);
        (1.0 - (at - old as f32).abs()).max(0.0)
    };
    (0..to).flat_map(|new| (0..from).map(move |old| weight(new, old))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_weights_sums_to_one() {
        for (from, weights) in
            [(16, area(16, 12)), (16, area(16, 8)), (12, linear(12, 16)), (8, linear(8, 16))]
        {
            for row in weights.chunks(from) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
            }
        }
    }

    #[test]
    fn areas_average_and_lines_interpolate() {
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(close(&area(4, 2), &[0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5]));
        let third = 1.0 / 3.0;
        assert!(close(&area(3, 2), &[2.0 * third, third, 0.0, 0.0, third, 2.0 * third]));
        let up = [1.0, 0.0, 0.75, 0.25, 0.25, 0.75, 0.0, 1.0];
        assert!(close(&linear(2, 4), &up));
    }

    #[test]
    fn a_ramp_survives_down_and_up_inside() {
        let device = burn::tensor::Device::flex();
        let ramp: Vec<f32> = (0..256).map(|i| (i % 16) as f32 + 0.5).collect();
        let ramp = Tensor::<1>::from_floats(ramp.as_slice(), &device).reshape([1, 1, 16, 16]);
        let back = resample(resample(ramp.clone(), 12), 16);
        assert_eq!(back.dims(), [1, 1, 16, 16]);
        let difference = (back - ramp).narrow(3, 1, 14).abs().max().into_scalar::<f32>();
        assert!(difference < 0.2, "{difference}");
    }
}

//! Dropout of what a block adds (Srivastava et al. 2014), for networks that see every picture many times.

use burn::tensor::{Distribution, FloatDType, Tensor};

use crate::dgit::Through;

/// Dropout of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Share of the values of each block's update that are zero, 0..1; the others grow to keep the mean.
    pub rate: f32,
    /// So many rows at the end of a batch lose what as many at its start lose: they are compared with these.
    pub twins: usize,
}

impl Through for Dropout {
    fn pass(&self, x: Tensor<3>, block: impl FnOnce(Tensor<3>) -> Tensor<3>) -> Tensor<3> {
        if self.rate == 0.0 {
            return block(x);
        }
        let made = block(x.clone());
        let keep = 1.0 - self.rate;
        let kept = Distribution::Bernoulli(f64::from(keep));
        let [rows, tokens, width] = made.dims();
        let shape = [rows - self.twins, tokens, width];
        let kept = Tensor::<3>::random(shape, kept, &made.device()).div_scalar(keep);
        let kept = match self.twins {
            0 => kept,
            twins => Tensor::cat(vec![kept.clone(), kept.narrow(0, 0, twins)], 0),
        };
        x.clone() + (made.clone() - x) * kept.cast(FloatDType::from(made.dtype()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn a_share_of_the_update_is_dropped_and_the_mean_stays() {
        let device = Device::flex();
        device.seed(2);
        let x = Tensor::<3>::ones([2, 100, 50], &device);
        let block = |x: Tensor<3>| x.add_scalar(3.0);
        let values = |rate: f32| -> Vec<f32> {
            let dropout = Dropout { rate, twins: 0 };
            dropout.pass(x.clone(), block).into_data().iter::<f32>().collect()
        };
        assert!(values(0.0).iter().all(|v| *v == 4.0));
        let found = values(0.25);
        let dropped = found.iter().filter(|v| **v == 1.0).count();
        assert!(found.iter().all(|v| *v == 1.0 || (*v - 5.0).abs() < 1e-5));
        assert!((dropped as f32 / 10_000.0 - 0.25).abs() < 0.02, "{dropped}");

        let x = Tensor::<3>::ones([5, 100, 50], &device);
        let made = Dropout { rate: 0.25, twins: 2 }.pass(x, block);
        let row = |at: usize| made.clone().narrow(0, at, 1).into_data();
        assert_eq!([row(3), row(4)], [row(0), row(1)]);
        assert_ne!(row(2), row(0));
    }
}

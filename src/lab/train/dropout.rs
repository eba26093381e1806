//! Dropout of what a block adds (Srivastava et al. 2014), for networks that see every picture many times.

use burn::tensor::{Distribution, FloatDType, Tensor};

use crate::dgit::Through;

/// Share of the values of each block's update that are zero in a step, 0..1; the others grow to keep the
/// mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout(pub f32);

impl Through for Dropout {
    fn pass(&self, x: Tensor<3>, block: impl FnOnce(Tensor<3>) -> Tensor<3>) -> Tensor<3> {
        if self.0 == 0.0 {
            return block(x);
        }
        let made = block(x.clone());
        let keep = 1.0 - self.0;
        let kept = Distribution::Bernoulli(f64::from(keep));
        let kept = Tensor::<3>::random(made.dims(), kept, &made.device()).div_scalar(keep);
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
            Dropout(rate).pass(x.clone(), block).into_data().iter::<f32>().collect()
        };
        assert!(values(0.0).iter().all(|v| *v == 4.0));
        let found = values(0.25);
        let dropped = found.iter().filter(|v| **v == 1.0).count();
        assert!(found.iter().all(|v| *v == 1.0 || (*v - 5.0).abs() < 1e-5));
        assert!((dropped as f32 / 10_000.0 - 0.25).abs() < 0.02, "{dropped}");
    }
}

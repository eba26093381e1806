//! Predicts what a coarse code will get wrong, from the features that the encoder has computed anyway.
//!
//! Idea: the error of the all-coarse reconstruction is about the best density there is, but costs a
//! pass of the decoder for every picture. How far apart the finer features of a region lie says much
//! of it: where they agree, one code will do. Ours.

use burn::module::Module;
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor};

use super::TokenizerConfig;
use crate::kernels::layers::Linear;

/// Width of the hidden layer.
const HIDDEN: usize = 64;
/// Added to errors and variances before their logarithm: about one grey level, squared.
pub const EPSILON: f32 = 1e-4;

/// Features of all granularities, pooled to the region grid → the logarithm of the mean squared error
/// that coarse codes leave.
#[derive(Module, Debug)]
pub struct ErrorHead {
    hidden: Linear,
    out: Linear,
}

impl ErrorHead {
    /// A randomly initialised head.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        let inputs = config.grid.granularities * 2 * config.code_dim;
        Self { hidden: Linear::new(inputs, HIDDEN, device), out: Linear::new(HIDDEN, 1, device) }
    }

    /// `features` as the encoder returns them → log(error + [`EPSILON`]) of each region, `[batch,
    /// regions²]`; colours are in -1..=1.
    pub fn forward(&self, features: &[Tensor<4>]) -> Tensor<2> {
        let [batch, dim, regions, _] = features[0].dims();
        let mut moments = Vec::new();
        for x in features {
            let span = x.dims()[2] / regions;
            let x = x.clone().reshape([batch, dim, regions, span, regions, span]);
            let mean = x.clone().mean_dims(&[3, 5]); // [batch, dim, regions, 1, regions, 1]
            let spread = (x - mean.clone()).square().mean_dims(&[3, 5]) + EPSILON;
            moments
                .extend([mean, spread.log()].map(|m| m.reshape([batch, dim, regions * regions])));
        }
        let f = Tensor::cat(moments, 1).transpose(); // [batch, regions², granularities · 2 · dim]
        self.out.forward(silu(self.hidden.forward(f))).reshape([batch, regions * regions])
    }

    /// What [`predict`] needs of it, as flat tensors.
    pub fn weights(&self) -> [Tensor<1>; 4] {
        let bias = |layer: &Linear| match &layer.bias {
            Some(bias) => bias.val(),
            None => Tensor::zeros([layer.weight.dims()[1]], &layer.weight.device()),
        };
        let weight = |layer: &Linear| layer.weight.val().flatten(0, 1);
        [weight(&self.hidden), bias(&self.hidden), weight(&self.out), bias(&self.out)]
    }
}

/// The same formula for one picture in the host's memory: features of each granularity, `[dim, side,
/// side]`, and the values of [`ErrorHead::weights`] → the error of each of `regions`² regions. One picture
/// is too small for a device to be worth its launches.
pub fn predict(
    features: &[Vec<f32>],
    weights: &[Vec<f32>],
    dim: usize,
    regions: usize,
) -> Vec<f32> {
    let [hidden, hidden_bias, out, out_bias] = weights else { return Vec::new() };
    let of_region = |region: usize| {
        let mut inputs = Vec::new();
        for map in features {
            let side = (map.len() / dim).isqrt();
            let span = side / regions;
            let (row, column) = (region / regions * span, region % regions * span);
            let (mut means, mut spreads) = (Vec::new(), Vec::new());
            for plane in map.chunks(side * side) {
                let cells = 0..span * span;
                let cells = cells.map(|i| plane[(row + i / span) * side + column + i % span]);
                let mean = cells.clone().sum::<f32>() / (span * span) as f32;
                let spread = cells.map(|v| (v - mean).powi(2)).sum::<f32>();
                means.push(mean);
                spreads.push((spread / (span * span) as f32 + EPSILON).ln());
            }
            inputs.extend(means.into_iter().chain(spreads));
        }
        let mut log = out_bias[0];
        for (unit, (bias, out)) in hidden_bias.iter().zip(out).enumerate() {
            let column = hidden.iter().skip(unit).step_by(HIDDEN);
            let sum = bias + inputs.iter().zip(column).map(|(x, w)| x * w).sum::<f32>();
            log += out * sum / (1.0 + (-sum).exp());
        }
        log.exp()
    };
    (0..regions * regions).map(of_region).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;

    #[test]
    fn host_and_tensors_predict_the_same_and_see_what_differs_within_a_region() {
        let (config, device) = (TokenizerConfig::tiny_triple(), Device::flex());
        device.seed(4);
        let head = ErrorHead::new(&config, &device);
        let features: Vec<Tensor<4>> = [2, 4, 8]
            .map(|side| Tensor::random([1, 3, side, side], Distribution::Normal(0.0, 1.0), &device))
            .into();
        let values = |x: Tensor<1>| x.into_data().iter::<f32>().collect::<Vec<f32>>();
        let theirs = values(head.forward(&features).exp().flatten(0, 1));
        let own = predict(
            &features.iter().map(|x| values(x.clone().flatten(0, 3))).collect::<Vec<_>>(),
            &head.weights().map(values),
            3,
            2,
        );
        for (own, theirs) in own.iter().zip(&theirs) {
            assert!((own / theirs - 1.0).abs() < 1e-4, "{own:?} {theirs:?}");
        }
        // The same means without any spread.
        let flat = features.iter().map(|x| {
            let span = x.dims()[2] / 2;
            let mean = x.clone().reshape([1, 3, 2, span, 2, span]).mean_dims(&[3, 5]);
            mean.expand([1, 3, 2, span, 2, span]).reshape([1, 3, 2 * span, 2 * span])
        });
        let flat = values(head.forward(&flat.collect::<Vec<_>>()).exp().flatten(0, 1));
        assert!(flat.iter().zip(&theirs).all(|(a, b)| (a - b).abs() > 1e-5), "{flat:?}");
    }
}

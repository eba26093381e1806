//! How far apart two images are, in three ways that fail differently.

use burn::tensor::Tensor;

use super::Evaluator;
use crate::lab::data::image_batch;
use crate::lab::metrics::PerceptualLoss;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::neighbours::distance;

/// Pairs that the network sees at once.
const BATCH: usize = 64;

/// A distance between images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// Euclidean, between pooled EfficientNet-Lite2 features: what is shown.
    Features,
    /// On the taps of EfficientNet-Lite0, position by position: how it is drawn, and where.
    Perceptual,
    /// Root mean square of the differences of values in 0..=1: pixels as they are.
    Pixels,
}

impl Distance {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Features, Self::Perceptual, Self::Pixels];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Distance::Features => "features",
            Distance::Perceptual => "perceptual",
            Distance::Pixels => "pixels",
        }
    }

    /// Distances of each image of `a` from its counterpart in `b`.
    pub fn between(
        self,
        evaluator: &Evaluator,
        perceptual: &PerceptualLoss,
        a: &[&[u8]],
        b: &[&[u8]],
    ) -> Vec<f64> {
        match self {
            Distance::Features => {
                let (a, b) = (evaluator.features(a), evaluator.features(b));
                let pairs = a.rows().chunks(EMBEDDING).zip(b.rows().chunks(EMBEDDING));
                pairs.map(|(a, b)| distance(a, b)).collect()
            }
            Distance::Perceptual => {
                let tensor = |images| -> Tensor<4> {
                    image_batch(images, evaluator.data.size, &evaluator.device)
                };
                let pairs = a.chunks(BATCH).zip(b.chunks(BATCH));
                let distances = pairs.flat_map(|(a, b)| {
                    let found = perceptual.distance(tensor(a), tensor(b));
                    found.into_data().iter::<f32>().map(f64::from).collect::<Vec<_>>()
                });
                distances.collect()
            }
            Distance::Pixels => a.iter().zip(b).map(|(a, b)| pixels(a, b)).collect(),
        }
    }
}

/// Root mean square of the differences between bytes, in units of 255.
pub fn pixels(a: &[u8], b: &[u8]) -> f64 {
    let squares = a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2));
    (squares.sum::<f64>() / a.len() as f64).sqrt() / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_compared_in_units_of_the_whole_range() {
        assert_eq!(pixels(&[0; 6], &[255; 6]), 1.0);
        assert_eq!(pixels(&[9; 6], &[9; 6]), 0.0);
        assert!((pixels(&[0, 0, 0, 0], &[0, 0, 0, 51]) - 0.1).abs() < 1e-12);
    }
}

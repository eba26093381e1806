//! The same measures without tensors, for one picture: the picture is in the host's memory, and a
//! browser need not bring the operations along.
//!
//! Sums are in f64, so that a flat region has a deviation of exactly 0 whatever its colour.

use super::Entropy;

/// [`Deviation`](super::Deviation) of each region: planes `[3, size, size]` in -1..=1 → `[regions²]`.
pub fn deviation(planes: &[f32], regions: usize) -> Vec<f32> {
    let variance = |values: Vec<f64>| {
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count
    };
    let of_region = |region| {
        let channels = (0..3).map(|channel| variance(patch(planes, regions, region, channel)));
        (channels.sum::<f64>() / 3.0).sqrt() as f32
    };
    (0..regions * regions).map(of_region).collect()
}

/// [`Entropy`] of each region, as [`deviation`].
pub fn entropy(planes: &[f32], regions: usize, measure: &Entropy) -> Vec<f32> {
    let spacing = 2.0 / (measure.bins - 1) as f64;
    let of_region = |region| {
        let [red, green, blue] = [0, 1, 2].map(|channel| patch(planes, regions, region, channel));
        let rgb = red.iter().zip(&green).zip(&blue);
        let grey: Vec<f64> = rgb.map(|((r, g), b)| r * 0.2989 + g * 0.5870 + b * 0.1140).collect();
        let mass = (0..measure.bins).map(|bin| {
            let centre = -1.0 + spacing * bin as f64;
            let near = |x: &f64| (((x - centre) / f64::from(measure.sigma)).powi(2) * -0.5).exp();
            grey.iter().map(near).sum::<f64>()
        });
        let mass: Vec<f64> = mass.collect();
        let total = mass.iter().sum::<f64>();
        let surprise = |m: &f64| -m / total * (m / total + 1e-12).ln();
        mass.iter().map(surprise).sum::<f64>() as f32
    };
    (0..regions * regions).map(of_region).collect()
}

/// The values of one region in one channel, row by row.
fn patch(planes: &[f32], regions: usize, region: usize, channel: usize) -> Vec<f64> {
    let size = (planes.len() / 3).isqrt();
    let side = size / regions;
    let first = channel * size * size + region / regions * side * size + region % regions * side;
    let row = |y: usize| &planes[first + y * size..][..side];
    (0..side).flat_map(|y| row(y).iter().map(|v| f64::from(*v))).collect()
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::super::{Deviation, InformationDensity};
    use super::*;
    use crate::rng::Rng;
    use burn::tensor::{Device, Tensor};

    #[test]
    fn it_is_what_the_tensors_say() {
        let mut rng = Rng::new(3);
        // Regions from flat to noisy.
        let planes: Vec<f32> = (0..3 * 32 * 32)
            .map(|i| 0.3 + rng.uniform() * 0.6 * ((i % 32 / 8) as f32 / 3.0))
            .collect();
        let image = Tensor::<1>::from_floats(planes.as_slice(), &Device::flex());
        let image = image.reshape([1, 3, 32, 32]);
        let tensor = |measure: &dyn InformationDensity| -> Vec<f32> {
            measure.density(image.clone(), 4).into_data().iter::<f32>().collect()
        };
        let sharp = Entropy { sigma: 0.05, ..Entropy::SHARP }; // no bin out of reach of all values
        for (own, theirs) in [
            (deviation(&planes, 4), tensor(&Deviation)),
            (entropy(&planes, 4, &Entropy::default()), tensor(&Entropy::default())),
            (entropy(&planes, 4, &sharp), tensor(&sharp)),
        ] {
            assert_eq!(own.len(), 16);
            for (own, theirs) in own.iter().zip(&theirs) {
                assert!((own - theirs).abs() < 2e-5, "{own} for {theirs}");
            }
        }
        let flat = deviation(&[0.123; 3 * 32 * 32], 4);
        assert!(flat.iter().all(|d| *d == 0.0), "{flat:?}");
    }
}

//! Information density: how much there is to say about each region of an image.
//!
//! DQVAE++ gives a region more codes where its density is higher. What counts as density is an
//! open question, so every measure stands behind one trait. The paper's public code uses the
//! Shannon entropy of a soft grey-level histogram; we add two that allocate better in our tests.
//!
//! From densities to grains: [`DensityLevels`] holds the quantiles of the training set, so that a
//! share r chosen at run time means "the share r of all training regions is so fine".

mod densest;
mod deviation;
mod entropy;
mod levels;
mod random;

pub use deviation::Deviation;
pub use entropy::Entropy;
pub use levels::{DensityLevels, LEVELS, fine_from};
pub use random::RandomDensity;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// A measure of information density.
///
/// `CoarseError` (what a coarse code gets wrong), `Oracle` (what fine codes would get right) and the
/// learned router need a tokenizer; they implement this trait in [`crate::dqvae`].
pub trait InformationDensity {
    /// Density of each region: images `[batch, 3, height, width]` in -1..=1 to
    /// `[batch, regions × regions]`, larger where there is more to say. Only the order matters.
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2>;
}

/// The measures by name, as configurations and the command line spell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Shannon entropy of the grey levels, smooth (the paper's public code, bin artefact fixed).
    Entropy,
    /// The same with the narrow kernels of the public code, for comparison.
    SharpEntropy,
    /// Local standard deviation of the colours (ours).
    Deviation,
    /// Error of the all-coarse reconstruction (ours).
    CoarseError,
    /// The same as a small head of the encoder predicts it (ours).
    PredictedError,
    /// Learned router with Gumbel noise and budget loss (CVPR 2023 predecessor).
    Router,
    /// Gain in error from fine instead of coarse codes (ours; an upper bound, for comparison).
    Oracle,
    /// Chance (a lower bound, for comparison).
    Random,
}

impl Measure {
    /// Those that an encoder can be asked for, from the plainest to the bounds on both sides. The learned
    /// router is missing: only a tokenizer that was trained with one has it.
    pub const OFFERED: [Measure; 7] = [
        Measure::Deviation,
        Measure::Entropy,
        Measure::SharpEntropy,
        Measure::CoarseError,
        Measure::PredictedError,
        Measure::Oracle,
        Measure::Random,
    ];

    /// Its name for people, and what it measures.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Measure::Deviation => (
                "Deviation",
                "How much the colours vary within a region: plain areas count little, edges a lot.",
            ),
            Measure::Entropy => (
                "Entropy",
                "How many different brightnesses a region has and how evenly: many kinds of grey are dense.",
            ),
            Measure::SharpEntropy => (
                "Sharp entropy",
                "Entropy with finer bins: it tells a gradient from a flat area, and takes some noise for detail.",
            ),
            Measure::CoarseError => (
                "Coarse error",
                "One code for each region is tried out; dense is where that comes out wrong.",
            ),
            Measure::PredictedError => (
                "Predicted error",
                "The error of one code for each region, guessed from the encoder's features instead of tried out.",
            ),
            Measure::Router => ("Router", "What a small network has learned to call dense."),
            Measure::Oracle => (
                "Oracle",
                "The coarsest and the finest codes are both tried out; dense is where the finest help most. About the best a measure can do.",
            ),
            Measure::Random => {
                ("Random", "By lot, whatever the picture shows. What a measure has to beat.")
            }
        }
    }

    /// The measure as tensor operations, for training. Those that [need a model](Self::needs_model) are the
    /// deviation until there is one.
    pub fn of_images(self) -> Box<dyn InformationDensity> {
        match self {
            Measure::Entropy => Box::new(Entropy::default()),
            Measure::SharpEntropy => Box::new(Entropy::SHARP),
            Measure::Random => Box::new(RandomDensity),
            Measure::Deviation
            | Measure::CoarseError
            | Measure::PredictedError
            | Measure::Router
            | Measure::Oracle => Box::new(Deviation),
        }
    }

    /// The same formula for one picture in the host's memory: planes `[3, size, size]` in -1..=1 →
    /// `[regions²]`. Those that do not follow from the pixels alone (chance, and what needs a model) are
    /// the deviation.
    pub fn of_planes(self, planes: &[f32], regions: usize) -> Vec<f32> {
        match self {
            Measure::Entropy => Entropy::default().of_planes(planes, regions),
            Measure::SharpEntropy => Entropy::SHARP.of_planes(planes, regions),
            _ => Deviation::of_planes(planes, regions),
        }
    }

    /// Whether it takes a tokenizer to say.
    pub fn needs_model(self) -> bool {
        matches!(
            self,
            Measure::CoarseError | Measure::PredictedError | Measure::Router | Measure::Oracle
        )
    }
}

impl std::fmt::Display for Measure {
    /// The name as configurations spell it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Measure::Entropy => "entropy",
            Measure::SharpEntropy => "sharp-entropy",
            Measure::Deviation => "deviation",
            Measure::CoarseError => "coarse-error",
            Measure::PredictedError => "predicted-error",
            Measure::Router => "router",
            Measure::Oracle => "oracle",
            Measure::Random => "random",
        })
    }
}

/// Splits images into regions: `[batch, channels, height, width]` →
/// `[batch, regions², channels, pixels]`.
pub(crate) fn patches(images: Tensor<4>, regions: usize) -> Tensor<4> {
    let [batch, channels, height, width] = images.dims();
    let (ph, pw) = (height / regions, width / regions);
    images
        .reshape([batch, channels, regions, ph, regions, pw])
        .permute([0, 2, 4, 1, 3, 5])
        .reshape([batch, regions * regions, channels, ph * pw])
}

/// The values of one region in one channel, row by row.
pub(crate) fn patch(planes: &[f32], regions: usize, region: usize, channel: usize) -> Vec<f64> {
    let size = (planes.len() / 3).isqrt();
    let side = size / regions;
    let first = channel * size * size + region / regions * side * size + region % regions * side;
    let row = |y: usize| &planes[first + y * size..][..side];
    (0..side).flat_map(|y| row(y).iter().map(|v| f64::from(*v))).collect()
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use burn::tensor::Device;

    /// Regions from flat to noisy.
    fn planes() -> Vec<f32> {
        let mut rng = Rng::new(3);
        let value = |i: usize, uniform: f32| 0.3 + uniform * 0.6 * ((i % 32 / 8) as f32 / 3.0);
        (0..3 * 32 * 32).map(|i| value(i, rng.uniform())).collect()
    }

    fn of_tensors(measure: &dyn InformationDensity, planes: &[f32]) -> Vec<f32> {
        let image = Tensor::<1>::from_floats(planes, &Device::flex()).reshape([1, 3, 32, 32]);
        measure.density(image, 4).into_data().iter::<f32>().collect()
    }

    fn assert_near(own: &[f32], theirs: &[f32]) {
        assert_eq!((own.len(), theirs.len()), (16, 16));
        for (own, theirs) in own.iter().zip(theirs) {
            assert!((own - theirs).abs() < 2e-5, "{own} for {theirs}");
        }
    }

    #[test]
    fn the_formulas_of_the_host_are_those_of_tensors() {
        let planes = planes();
        let by_pixels = |measure: &Measure| !measure.needs_model() && *measure != Measure::Random;
        for measure in Measure::OFFERED.into_iter().filter(by_pixels) {
            if measure == Measure::SharpEntropy {
                continue; // below: here some bins are out of reach of all values
            }
            let theirs = of_tensors(&*measure.of_images(), &planes);
            assert_near(&measure.of_planes(&planes, 4), &theirs);
        }
        let sharp = Entropy { sigma: 0.05, ..Entropy::SHARP };
        assert_near(&sharp.of_planes(&planes, 4), &of_tensors(&sharp, &planes));
        let flat = Deviation::of_planes(&[0.123; 3 * 32 * 32], 4);
        assert!(flat.iter().all(|d| *d == 0.0), "{flat:?}");
    }
}

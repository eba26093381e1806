//! Shannon entropy of a region's grey levels, by a Gaussian kernel density estimate.
//!
//! The public code of the paper's predecessor uses 32 bins 0.0645 apart with kernels of σ = 0.01.
//! The kernels then miss the gaps between bins: a perfectly flat patch scores anything from 0 to
//! ln 2 depending on its grey level. Here σ is half the spacing, and flat is flat at every grey.

use burn::tensor::Tensor;

use super::{InformationDensity, patch, patches};

/// Soft-histogram entropy in nats, 0 ..= ln(bins).
#[derive(Debug, Clone, Copy)]
pub struct Entropy {
    /// Number of bins over the range -1..=1.
    pub bins: usize,
    /// Standard deviation σ of the kernels.
    pub sigma: f32,
}

impl Entropy {
    /// 32 bins with σ = 0.01, as the public code has it.
    pub const SHARP: Self = Self { bins: 32, sigma: 0.01 };
}

impl Default for Entropy {
    /// 32 bins, σ half their spacing.
    fn default() -> Self {
        Self { bins: 32, sigma: 1.0 / 31.0 }
    }
}

impl InformationDensity for Entropy {
    fn density(&self, images: Tensor<4>, regions: usize) -> Tensor<2> {
        let [batch, _, _, _] = images.dims();
        let spacing = 2.0 / (self.bins - 1) as f32;

        let rgb = patches(images, regions); // [batch, regions², 3, pixels]
        let grey = rgb.clone().narrow(2, 0, 1) * 0.2989
            + rgb.clone().narrow(2, 1, 1) * 0.5870
            + rgb.narrow(2, 2, 1) * 0.1140; // [batch, regions², 1, pixels]
        // One bin at a time: all at once would hold bins × pixels values a region.
        let histogram = (0..self.bins)
            .map(|bin| {
                let centre = -1.0 + spacing * bin as f32;
                let z = (grey.clone() - centre) / self.sigma;
                (z.square() * -0.5).exp().mean_dim(3) // [batch, regions², 1, 1]
            })
            .collect();
        let mass: Tensor<4> = Tensor::cat(histogram, 2); // [batch, regions², bins, 1]
        let p = mass.clone() / mass.sum_dim(2);
        let entropy = -(p.clone() * (p + 1e-12).log()).sum_dim(2);
        entropy.reshape([batch, regions * regions])
    }
}

impl Entropy {
    /// The same for one picture on the host: planes `[3, size, size]` in -1..=1 → `[regions²]`.
    pub fn of_planes(&self, planes: &[f32], regions: usize) -> Vec<f32> {
        let spacing = 2.0 / (self.bins - 1) as f64;
        let of_region = |region| {
            let [red, green, blue] =
                [0, 1, 2].map(|channel| patch(planes, regions, region, channel));
            let rgb = red.iter().zip(&green).zip(&blue);
            let grey: Vec<f64> =
                rgb.map(|((r, g), b)| r * 0.2989 + g * 0.5870 + b * 0.1140).collect();
            let mass = (0..self.bins).map(|bin| {
                let centre = -1.0 + spacing * bin as f64;
                let near = |x: &f64| (((x - centre) / f64::from(self.sigma)).powi(2) * -0.5).exp();
                grey.iter().map(near).sum::<f64>()
            });
            let mass: Vec<f64> = mass.collect();
            let total = mass.iter().sum::<f64>();
            let surprise = |m: &f64| -m / total * (m / total + 1e-12).ln();
            mass.iter().map(surprise).sum::<f64>() as f32
        };
        (0..regions * regions).map(of_region).collect()
    }
}

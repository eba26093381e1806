//! Precision and recall of generated images, apart from each other.
//!
//! Idea: a set of images stands for the region of feature space that it covers: a ball around each
//! image, as wide as the distance to its k-th nearest neighbour in the same set. **Precision** is
//! the share of generated images inside the region of the real ones (are they good?), **recall** the
//! share of real images inside the region of the generated ones (is everything there?). A Fréchet
//! distance mixes the two.
//!
//! Key traits: k = 3, in EfficientNet-Lite2 features instead of VGG's. Balls shrink as a set grows:
//! compare only sets of one size, and state it.
//!
//! Source: T. Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative
//! Models", 2019.

use burn::tensor::Device;

use super::neighbours::each_row;
use crate::{Error, Result};

/// Neighbour that a ball reaches to.
const NEIGHBOUR: usize = 3;

/// Shares in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrecisionRecall {
    /// Generated images that lie where real ones do.
    pub precision: f64,
    /// Real images that lie where generated ones do.
    pub recall: f64,
}

/// Precision and recall of `made` against `real`, each rows of `dims` features.
///
/// # Errors
/// [`Error::Data`] if a set has no more than k rows, a broken last row, or values that are not
/// finite.
pub fn precision_recall(
    made: &[f32],
    real: &[f32],
    dims: usize,
    device: &Device,
) -> Result<PrecisionRecall> {
    Region::new(real.to_vec(), dims, device)?.precision_recall(made)
}

/// The region that a set of images covers. Its radii are found once, for many comparisons.
#[derive(Debug, Clone)]
pub struct Region {
    /// Features of the set, row by row.
    rows: Vec<f32>,
    squared_radii: Vec<f32>,
    dims: usize,
    device: Device,
}

impl Region {
    /// Of rows of `dims` features; distances are computed on `device`.
    ///
    /// # Errors
    /// As [`precision_recall`].
    pub fn new(rows: Vec<f32>, dims: usize, device: &Device) -> Result<Self> {
        if rows.len().checked_div(dims).unwrap_or(0) <= NEIGHBOUR {
            return Err(few());
        }
        let mut squared_radii = Vec::with_capacity(rows.len() / dims);
        each_row(&rows, &rows, dims, device, |i, squared| {
            let mut others = squared.to_vec();
            others.swap_remove(i); // itself
            let (_, radius, _) = others.select_nth_unstable_by(NEIGHBOUR - 1, f32::total_cmp);
            squared_radii.push(*radius);
        })?;
        Ok(Self { rows, squared_radii, dims, device: device.clone() })
    }

    /// Precision and recall of `made`, rows of as many features, if this is the region of the real
    /// images.
    ///
    /// # Errors
    /// As [`precision_recall`].
    pub fn precision_recall(&self, made: &[f32]) -> Result<PrecisionRecall> {
        let other = Self::new(made.to_vec(), self.dims, &self.device)?;
        Ok(PrecisionRecall { precision: self.covers(made)?, recall: other.covers(&self.rows)? })
    }

    /// Share of `points`, rows of as many features, that lie in it.
    ///
    /// # Errors
    /// As [`precision_recall`].
    pub fn covers(&self, points: &[f32]) -> Result<f64> {
        let count = points.len() / self.dims;
        if count == 0 {
            return Err(few());
        }
        let mut inside = 0;
        each_row(points, &self.rows, self.dims, &self.device, |_, squared| {
            let in_any = squared.iter().zip(&self.squared_radii).any(|(d, r)| d <= r);
            inside += usize::from(in_any);
        })?;
        Ok(inside as f64 / count as f64)
    }
}

fn few() -> Error {
    Error::Data(format!("Precision and recall need more than {NEIGHBOUR} images on both sides."))
}

#[cfg(test)]
mod tests {
    use super::super::neighbours::tests::noise;
    use super::*;

    fn measure(made: &[f32], real: &[f32]) -> PrecisionRecall {
        precision_recall(made, real, 2, &Device::flex()).unwrap()
    }

    #[test]
    fn balls_by_hand() {
        // Real: 0, 1, 2, 3, 10 on a line. Radii (third neighbour): 3, 2, 2, 3, 9.
        let real: Vec<f32> = [0.0, 1.0, 2.0, 3.0, 10.0].iter().flat_map(|x| [*x, 0.0]).collect();
        // −4: in no ball. −2.5: only in that of 0. 15: in that of 10. 20: in none.
        let made: Vec<f32> = [-4.0, -2.5, 15.0, 20.0].iter().flat_map(|x| [*x, 0.0]).collect();
        let found = measure(&made, &real);
        assert_eq!(found.precision, 0.5);
        // Made: radii of −4, −2.5, 15, 20: 24, 22.5, 19, 24. All real points are in a ball.
        assert_eq!(found.recall, 1.0);
    }

    #[test]
    fn one_mode_of_two_is_precise_but_recalls_half() {
        let cluster = |seed, at: f32| -> Vec<f32> {
            noise(100, 2, seed).into_iter().map(|v| 0.1 * v + at).collect()
        };
        let real = [cluster(1, 0.0), cluster(2, 10.0)].concat();
        let found = measure(&[cluster(3, 0.0), cluster(4, 0.0)].concat(), &real);
        assert!(found.precision > 0.9 && (0.4..=0.5).contains(&found.recall), "{found:?}");
        let found = measure(&[cluster(3, 0.0), cluster(4, 5.0)].concat(), &real);
        assert!((0.4..=0.5).contains(&found.precision), "{found:?}");
        let found = measure(&real, &real);
        assert_eq!((found.precision, found.recall), (1.0, 1.0));
    }

    #[test]
    fn bad_input_is_a_typed_error() {
        let good = noise(5, 2, 1);
        for bad in [&good[..6], &good[..9], &[], &[f32::NAN; 10]] {
            let error = precision_recall(&good, bad, 2, &Device::flex()).unwrap_err();
            assert_eq!(error.code(), "data");
        }
        assert_eq!(precision_recall(&good, &good, 0, &Device::flex()).unwrap_err().code(), "data");
    }
}

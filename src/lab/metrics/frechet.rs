//! Fréchet distance between two sets of feature vectors, each taken as a Gaussian.
//!
//! Idea: |μ₁ − μ₂|² + tr S₁ + tr S₂ − 2 tr √(S₁S₂) with means μ and covariances S. The last trace
//! needs no matrix root: if S₁ = FᵀF and S₂ = GᵀG, it is the nuclear norm of F Gᵀ. For a set of n
//! vectors the centred rows over √(n − 1) are such a factor, so sets smaller than the dimension
//! (here 1280) cost an n × n problem only, and exactly.
//!
//! Key traits: exact in `f64`, three routes by the sizes of the sets:
//! - both at most d rows: singular values of F Gᵀ;
//! - one larger: eigenvalues of F S₂ Fᵀ with the small set's rows as F;
//! - both larger: the same, with F from the eigen-decomposition of S₁.
//!
//! A [`Reference`] keeps what the last two need of one set, for comparing many others with it.
//!
//! With EfficientNet-Lite2's pooled features we call it **FD-lite**. It does not compare with an FID
//! (other network), and like an FID it falls as the sets grow: state the sizes with every figure.
//!
//! Source: D. Dowson and B. Landau, "The Fréchet distance between multivariate normal
//! distributions", 1982; M. Heusel et al., 2017, for its use on image features.

use std::sync::OnceLock;

use nalgebra::{DMatrix, RowDVector, SymmetricEigen};

use crate::{Error, Result};

/// Mean and centred rows of one set.
#[derive(Debug)]
struct Set {
    mean: RowDVector<f64>,
    /// Centred rows over √(n − 1): `[n, d]`.
    rows: DMatrix<f64>,
}

impl Set {
    fn new(features: &[f32], dims: usize) -> Result<Self> {
        let count = features.len().checked_div(dims).unwrap_or(0);
        if count < 2 || count * dims != features.len() {
            return Err(Error::Data(format!(
                "A Fréchet distance needs two or more rows of {dims} features; {} values are not that.",
                features.len()
            )));
        }
        if features.iter().any(|v| !v.is_finite()) {
            return Err(Error::Data("A Fréchet distance needs finite features.".into()));
        }
        let mut rows =
            DMatrix::from_row_iterator(count, dims, features.iter().map(|v| f64::from(*v)));
        let mean = rows.row_mean();
        let scale = 1.0 / ((count - 1) as f64).sqrt();
        for (mut column, mean) in rows.column_iter_mut().zip(mean.iter()) {
            column.apply(|v| *v = (*v - mean) * scale);
        }
        Ok(Self { mean, rows })
    }

    fn is_small(&self) -> bool {
        self.rows.nrows() <= self.rows.ncols()
    }

    fn covariance(&self) -> DMatrix<f64> {
        self.rows.transpose() * &self.rows // [d, d]; ten times as fast as `tr_mul`
    }

    /// A factor F with S = FᵀF and at most d rows.
    fn factor(&self) -> DMatrix<f64> {
        if self.is_small() {
            return self.rows.clone(); // [n, d]
        }
        let eigen = SymmetricEigen::new(self.covariance());
        let mut factor = eigen.eigenvectors.transpose(); // [d, d]
        for (mut row, value) in factor.row_iter_mut().zip(eigen.eigenvalues.iter()) {
            row *= value.max(0.0).sqrt();
        }
        factor
    }
}

/// Fréchet distance of two sets of features, each given as rows of `dims` values.
///
/// Never negative; the unit is the square of the features' unit. Takes some ten seconds for two
/// large sets at 1280 dimensions, and memory for the features in `f64`.
///
/// # Errors
/// [`Error::Data`] if a set has fewer than two rows, a broken last row, or values that are not finite.
pub fn frechet_distance(a: &[f32], b: &[f32], dims: usize) -> Result<f64> {
    Reference::new(a, dims)?.distance(b)
}

/// One set that many others are measured against. What is costly about it is computed once, on
/// first use; several threads may measure at a time.
#[derive(Debug)]
pub struct Reference {
    set: Set,
    /// `[d, d]`.
    covariance: OnceLock<DMatrix<f64>>,
    /// See [`Set::factor`].
    factor: OnceLock<DMatrix<f64>>,
}

impl Reference {
    /// From rows of `dims` values.
    ///
    /// # Errors
    /// As [`frechet_distance`].
    pub fn new(features: &[f32], dims: usize) -> Result<Self> {
        let set = Set::new(features, dims)?;
        Ok(Self { set, covariance: OnceLock::new(), factor: OnceLock::new() })
    }

    /// Fréchet distance to rows of as many values; see [`frechet_distance`].
    ///
    /// # Errors
    /// As [`frechet_distance`].
    pub fn distance(&self, features: &[f32]) -> Result<f64> {
        let (own, other) = (&self.set, Set::new(features, self.set.rows.ncols())?);
        let shift = (&own.mean - &other.mean).norm_squared();
        let overlap = match (own.is_small(), other.is_small()) {
            (true, true) => by_rows(own, &other),
            (false, true) => {
                by_covariance(&other.rows, self.covariance.get_or_init(|| own.covariance()))
            }
            (_, false) => {
                by_covariance(self.factor.get_or_init(|| own.factor()), &other.covariance())
            }
        };
        Ok((shift + own.rows.norm_squared() + other.rows.norm_squared() - 2.0 * overlap).max(0.0))
    }
}

/// tr √(S₁S₂) as the nuclear norm of F Gᵀ.
fn by_rows(a: &Set, b: &Set) -> f64 {
    let cross = &a.rows * b.rows.transpose(); // [n1, n2]
    cross.singular_values().sum()
}

/// tr √(S₁S₂) from the eigenvalues of F S₂ Fᵀ, where S₁ = FᵀF.
fn by_covariance(factor: &DMatrix<f64>, covariance: &DMatrix<f64>) -> f64 {
    let inner = factor * covariance * factor.transpose(); // [k, k]
    inner.symmetric_eigenvalues().iter().map(|v| v.max(0.0).sqrt()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// `count` rows with the given standard deviations around `centre`.
    fn gaussian(count: usize, deviations: &[f32], centre: f32, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        let mut row = || deviations.iter().map(|s| centre + s * rng.normal()).collect::<Vec<_>>();
        (0..count).flat_map(|_| row()).collect()
    }

    #[test]
    fn zero_for_the_same_set_small_or_large() {
        for count in [5, 40] {
            let set = gaussian(count, &[1.0; 8], 0.5, 1);
            assert!(frechet_distance(&set, &set, 8).unwrap() < 1e-6);
        }
    }

    #[test]
    fn exact_when_rows_are_their_own_axes() {
        // Rows ±s·e_i around a centre: the covariance is diagonal with 2s²/(n − 1), n = 2d.
        let axes = |s: [f32; 3], centre: f32| {
            let mut rows = Vec::new();
            for i in 0..3 {
                for sign in [-1.0, 1.0] {
                    let mut row = [centre; 3];
                    row[i] += sign * s[i];
                    rows.extend(row);
                }
            }
            rows
        };
        let (s, t) = ([1.0_f32, 2.0, 0.5], [3.0, 2.0, 0.0]);
        let spread: f32 = (0..3).map(|i| 2.0 / 5.0 * (s[i] - t[i]).powi(2)).sum();
        let expected = f64::from(3.0 * 0.25 + spread);
        let found = frechet_distance(&axes(s, 0.0), &axes(t, 0.5), 3).unwrap();
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }

    #[test]
    fn approaches_the_distance_of_the_gaussians() {
        let a = gaussian(40_000, &[1.0, 2.0, 0.5, 1.0], 0.0, 1);
        let b = gaussian(40_000, &[2.0, 2.0, 1.0, 1.0], 1.0, 2);
        let expected = 4.0 + 1.0 + 0.25;
        assert!((frechet_distance(&a, &b, 4).unwrap() - expected).abs() < 0.1);
    }

    #[test]
    fn routes_agree() {
        let set = |count, seed| {
            Set::new(&gaussian(count, &[1.0, 0.3, 2.0, 0.1, 1.5, 0.7], 0.2, seed), 6).unwrap()
        };
        for (n1, n2) in [(4, 6), (4, 30), (20, 30)] {
            let (a, b) = (set(n1, 1), set(n2, 2));
            let rows = by_rows(&a, &b);
            for (a, b) in [(&a, &b), (&b, &a)] {
                let other = by_covariance(&a.factor(), &b.covariance());
                assert!((rows - other).abs() < 1e-6 * rows, "{rows} {other}");
            }
        }
    }

    #[test]
    fn a_reference_gives_the_same_distances_again_and_again() {
        let sets = [4, 5, 30, 40].map(|n| gaussian(n, &[1.0, 0.3, 2.0, 0.1, 1.5], 0.1, n as u64));
        for a in &sets {
            let reference = Reference::new(a, 5).unwrap();
            for b in sets.iter().chain(&sets) {
                let (one, other) = (reference.distance(b).unwrap(), frechet_distance(b, a, 5));
                assert!((one - other.unwrap()).abs() < 1e-6 * (1.0 + one));
            }
        }
    }

    #[test]
    fn bad_input_is_a_typed_error() {
        let good = gaussian(4, &[1.0; 3], 0.0, 1);
        for bad in [&good[..3], &good[..7], &[], &[f32::NAN; 6]] {
            assert_eq!(frechet_distance(&good, bad, 3).unwrap_err().code(), "data");
        }
        assert_eq!(frechet_distance(&good, &good, 0).unwrap_err().code(), "data");
    }
}

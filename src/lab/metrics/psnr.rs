//! Peak signal-to-noise ratio.
//!
//! Idea: the mean squared error on a logarithmic scale, relative to the largest possible value.
//! Key traits: of one image, over all its values; average the results, not the errors, over a set.

use crate::{Error, Result};

/// What two equal images score, in dB, so that a mean over a set stays finite (ours).
pub const CEILING: f64 = 100.0;

/// PSNR of two images with values in 0..1, in decibels, at most [`CEILING`].
///
/// `a` and `b` hold the same values (RGB) in the same order, whatever that order is.
///
/// # Errors
/// [`Error::Data`] if the lengths differ or are zero, or if a value is not finite.
pub fn psnr(a: &[f32], b: &[f32]) -> Result<f64> {
    if a.len() != b.len() || a.is_empty() {
        let (a, b) = (a.len(), b.len());
        return Err(Error::Data(format!(
            "PSNR compares images of one size; these have {a} and {b} values."
        )));
    }
    let square = |(x, y): (&f32, &f32)| (f64::from(*x) - f64::from(*y)).powi(2);
    let error = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
    if !error.is_finite() {
        return Err(Error::Data("PSNR needs finite values; an image holds others.".into()));
    }
    Ok((-10.0 * error.log10()).min(CEILING))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(psnr(&[0.3; 12], &[0.3; 12]).unwrap(), CEILING);
        assert!((psnr(&[0.0; 12], &[1.0; 12]).unwrap() - 0.0).abs() < 1e-12);
        assert!((psnr(&[0.5; 12], &[0.6; 12]).unwrap() - 20.0).abs() < 1e-5);
        assert!((psnr(&[0.0, 0.0, 0.0, 0.2], &[0.0; 4]).unwrap() - 20.0).abs() < 1e-5);
    }

    #[test]
    fn bad_input_is_a_typed_error() {
        for (a, b) in [(&[0.0; 3][..], &[0.0; 4][..]), (&[], &[]), (&[f32::NAN], &[0.0])] {
            assert_eq!(psnr(a, b).unwrap_err().code(), "data");
        }
    }
}

//! Structural similarity (SSIM) on luma.
//!
//! Idea: compare local means, contrasts and correlations under a sliding Gaussian window instead
//! of single pixels.
//! Key traits: 11×11 window with σ = 1.5, constants 0.01² and 0.03² for values in 0..1, only
//! windows that lie wholly inside the image, population moments; luma by ITU-R BT.601.
//!
//! Source: Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural
//! Similarity", 2004.

use crate::{Error, Result};

/// Side of the window.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;
/// Red, green and blue in luma.
const LUMA: [f64; 3] = [0.299, 0.587, 0.114];

/// Mean SSIM of two RGB images with values in 0..1: 1 for equal images, otherwise less.
///
/// `a` and `b` are planar, `[3, height, width]` row-major, as one image of a tensor is.
///
/// # Errors
/// [`Error::Data`] if a length is not `3 * height * width`, a side is under 11, or a value is not finite.
pub fn ssim(a: &[f32], b: &[f32], height: usize, width: usize) -> Result<f64> {
    let expected = height.checked_mul(width).and_then(|n| n.checked_mul(3));
    if expected != Some(a.len()) || a.len() != b.len() || height < WINDOW || width < WINDOW {
        return Err(Error::Data(format!(
            "SSIM compares RGB images of one size, each side at least {WINDOW}; these are to be \
             {height}x{width} and have {} and {} values.",
            a.len(),
            b.len()
        )));
    }
    let (a, b) = (luma(a), luma(b));
    if a.iter().chain(&b).any(|v| !v.is_finite()) {
        return Err(Error::Data("SSIM needs finite values; an image holds others.".into()));
    }
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).collect::<Vec<_>>();
    let smooth = |x: &[f64]| blur(x, height, width);
    let (mean_a, mean_b) = (smooth(&a), smooth(&b));
    let (aa, bb, ab) =
        (smooth(&product(&a, &a)), smooth(&product(&b, &b)), smooth(&product(&a, &b)));
    let total: f64 = (0..mean_a.len())
        .map(|i| {
            let (ma, mb) = (mean_a[i], mean_b[i]);
            let (va, vb, cov) = (aa[i] - ma * ma, bb[i] - mb * mb, ab[i] - ma * mb);
            let likeness = (2.0 * ma * mb + C1) * (2.0 * cov + C2);
            likeness / ((ma * ma + mb * mb + C1) * (va + vb + C2))
        })
        .sum();
    Ok(total / mean_a.len() as f64)
}

/// Luma of a planar RGB image.
fn luma(image: &[f32]) -> Vec<f64> {
    let area = image.len() / 3;
    (0..area).map(|i| (0..3).map(|c| LUMA[c] * f64::from(image[c * area + i])).sum()).collect()
}

/// Gaussian average over every window inside the image: `[height - 10, width - 10]`.
fn blur(image: &[f64], height: usize, width: usize) -> Vec<f64> {
    let mut kernel = [0.0; WINDOW];
    for (i, k) in kernel.iter_mut().enumerate() {
        let offset = i as f64 - (WINDOW / 2) as f64;
        *k = (-offset * offset / (2.0 * SIGMA * SIGMA)).exp();
    }
    let total: f64 = kernel.iter().sum();
    kernel.iter_mut().for_each(|k| *k /= total);

    let narrow = width - WINDOW + 1;
    let mut rows = Vec::with_capacity(height * narrow); // [height, width - 10]
    for line in image.chunks_exact(width) {
        rows.extend(
            line.windows(WINDOW).map(|w| w.iter().zip(&kernel).map(|(v, k)| v * k).sum::<f64>()),
        );
    }
    let mut out = Vec::with_capacity((height - WINDOW + 1) * narrow);
    for y in 0..=height - WINDOW {
        for x in 0..narrow {
            out.push((0..WINDOW).map(|i| kernel[i] * rows[(y + i) * narrow + x]).sum());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn noise(seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..3 * 16 * 20).map(|_| rng.uniform()).collect()
    }

    #[test]
    fn one_for_equal_images_and_less_for_noisier_ones() {
        let (a, other) = (noise(1), noise(2));
        let mix = |t: f32| a.iter().zip(&other).map(|(x, y)| x + t * (y - x)).collect::<Vec<_>>();
        let score = |t| ssim(&a, &mix(t), 16, 20).unwrap();
        assert!((score(0.0) - 1.0).abs() < 1e-12);
        assert!(score(0.0) > score(0.2) && score(0.2) > score(0.5) && score(0.5) > score(1.0));
        assert!(score(1.0).abs() < 0.3);
    }

    #[test]
    fn flat_images_follow_the_luminance_term() {
        let (x, y) = (0.25, 0.75);
        let expected = (2.0 * x * y + C1) / (x * x + y * y + C1);
        let found = ssim(&[x as f32; 3 * 121], &[y as f32; 3 * 121], 11, 11).unwrap();
        assert!((found - expected).abs() < 1e-6);
    }

    #[test]
    fn bad_input_is_a_typed_error() {
        let a = noise(1);
        assert_eq!(ssim(&a, &a, 20, 20).unwrap_err().code(), "data");
        assert_eq!(ssim(&a[..300], &a[..300], 10, 10).unwrap_err().code(), "data");
        assert_eq!(ssim(&a, &a[3..], 16, 20).unwrap_err().code(), "data");
        assert_eq!(ssim(&a, &[f32::NAN; 960], 16, 20).unwrap_err().code(), "data");
    }
}

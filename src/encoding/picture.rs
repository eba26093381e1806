//! A picture on its way in, and how far another one is from it.

use crate::bounds::PIXELS;
use crate::{Error, Result};

/// The largest PSNR, in dB: that of equal pictures.
const CEILING: f64 = 100.0;

/// Pixels, RGB, as the tokenizer was trained on them: a square on white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    rgb: Vec<u8>,
    size: usize,
}

impl Picture {
    /// From `size · size` pixels of three bytes (RGB) or four (RGBA, straight alpha). What is
    /// transparent shows the white that the training pictures are drawn on.
    ///
    /// # Errors
    /// [`Error::BadImage`] if the number of bytes is another, or no model has pictures of this size.
    pub fn new(pixels: &[u8], size: usize) -> Result<Self> {
        if !(1..=PIXELS).contains(&size) {
            return Err(Error::BadImage(format!(
                "it is said to have {size} × {size} pixels; there can be 1 to {PIXELS} along each side."
            )));
        }
        let count = size * size;
        let over_white = |p: &[u8]| {
            let alpha = u32::from(p[3]);
            let mix = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            [mix(p[0]), mix(p[1]), mix(p[2])]
        };
        let rgb = match pixels.len() {
            n if n == 3 * count => pixels.to_vec(),
            n if n == 4 * count => pixels.chunks_exact(4).flat_map(over_white).collect(),
            n => {
                return Err(Error::BadImage(format!(
                    "it must have {size} × {size} pixels in RGB or RGBA, but has {n} bytes."
                )));
            }
        };
        Ok(Self { rgb, size })
    }

    /// Three planes in -1..=1, as networks see them.
    pub fn planes(&self) -> Vec<f32> {
        let channel = |c: usize| self.rgb.iter().skip(c).step_by(3);
        (0..3).flat_map(channel).map(|b| f32::from(*b) / 127.5 - 1.0).collect()
    }

    /// Pixels along each side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How far `rgb` is off at each pixel: root mean square over the three colours, 0..=255.
    pub fn error(&self, rgb: &[u8]) -> Vec<f32> {
        let square = |(a, b): (&u8, &u8)| (f32::from(*a) - f32::from(*b)).powi(2);
        let pixels = self.rgb.chunks_exact(3).zip(rgb.chunks_exact(3));
        pixels.map(|(a, b)| (a.iter().zip(b).map(square).sum::<f32>() / 3.0).sqrt()).collect()
    }

    /// Peak signal-to-noise ratio of `rgb`, in dB, at most 100.
    pub fn psnr(&self, rgb: &[u8]) -> f64 {
        let squares = self.error(rgb).into_iter().map(|e| f64::from(e).powi(2));
        let mean = squares.sum::<f64>() / (self.size * self.size) as f64;
        (10.0 * (255.0 * 255.0 / mean).log10()).min(CEILING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparency_is_white_and_planes_are_channels() {
        let rgba = [10, 20, 30, 255, 0, 0, 0, 0, 0, 0, 0, 128, 255, 255, 255, 7];
        let picture = Picture::new(&rgba, 2).expect("four pixels");
        assert_eq!(picture.rgb, [10, 20, 30, 255, 255, 255, 127, 127, 127, 255, 255, 255]);
        assert_eq!(Picture::new(&picture.rgb, 2).expect("RGB"), picture);
        let planes = picture.planes();
        assert_eq!(planes[..2], [10.0f32 / 127.5 - 1.0, 1.0]);
        assert_eq!(planes[8], 30.0 / 127.5 - 1.0);
        for size in [0, 3, PIXELS + 1, 1 << 16, 1 << 32, usize::MAX] {
            assert_eq!(Picture::new(&rgba, size).unwrap_err().code(), "bad-image");
            assert_eq!(Picture::new(&[], size).unwrap_err().code(), "bad-image");
        }
    }

    #[test]
    fn error_and_psnr_of_known_pictures() {
        let black = Picture::new(&[0; 12], 2).expect("four pixels");
        assert_eq!(black.psnr(&[0; 12]), 100.0);
        assert!((black.psnr(&[255; 12])).abs() < 1e-6);
        let mut other = [0; 12];
        other[3..6].copy_from_slice(&[30, 30, 30]);
        assert_eq!(black.error(&other), [0.0, 30.0, 0.0, 0.0]);
        let expected = 10.0 * (255.0f64 * 255.0 * 4.0 / 900.0).log10();
        assert!((black.psnr(&other) - expected).abs() < 1e-4);
    }
}

//! What a photograph looks like in a few numbers, to find those that look alike.

use super::scale::resize;
use crate::lab::data::Picture;

/// Side of the thumbnail in pixels.
const SIDE: usize = 16;
/// Bins of brightness and of each of two colour differences.
const BINS: [usize; 3] = [6, 10, 10];

/// A photograph in a few numbers.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    /// One bit a pair of neighbours of a 9 × 8 thumbnail: whether it gets brighter to the right.
    hash: u64,
    /// `SIDE` × `SIDE` RGB pixels.
    thumbnail: Vec<u8>,
    /// Shares of brightness and colours; they sum to 1.
    histogram: Vec<f32>,
}

/// Brightness of an RGB pixel, 0 to 255.
fn brightness(pixel: &[u8]) -> f32 {
    0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2])
}

impl Fingerprint {
    /// Takes it of a picture.
    pub fn of(picture: &Picture) -> Self {
        let small = resize(picture, 9, 8);
        let mut hash = 0;
        for row in small.rgb.chunks_exact(9 * 3) {
            for pair in row.chunks_exact(3).collect::<Vec<_>>().windows(2) {
                hash = hash << 1 | u64::from(brightness(pair[1]) > brightness(pair[0]));
            }
        }
        let thumbnail = resize(picture, SIDE, SIDE).rgb;

        let mut histogram = vec![0.0; BINS.iter().product()];
        let colours = resize(picture, 64, 64).rgb;
        for pixel in colours.chunks_exact(3) {
            let light = brightness(pixel);
            let blue = (f32::from(pixel[2]) - light) * 0.7 + 128.0;
            let red = (f32::from(pixel[0]) - light) * 0.9 + 128.0;
            // Each value is shared by the two bins whose centres are nearest.
            let parts = [(light, BINS[0]), (blue, BINS[1]), (red, BINS[2])].map(|(value, bins)| {
                let at = (value / 256.0 * bins as f32 - 0.5).clamp(0.0, bins as f32 - 1.0);
                let low = (at as usize).min(bins - 2);
                [(low, 1.0 - (at - low as f32)), (low + 1, at - low as f32)]
            });
            for (l, wl) in parts[0] {
                for (b, wb) in parts[1] {
                    for (r, wr) in parts[2] {
                        histogram[(l * BINS[1] + b) * BINS[2] + r] += wl * wb * wr / 4096.0;
                    }
                }
            }
        }
        Self { hash, thumbnail, histogram }
    }

    /// How many bits of the hashes differ, 0 to 64. Quick; a first look.
    pub fn bits_apart(&self, other: &Self) -> u32 {
        (self.hash ^ other.hash).count_ones()
    }

    /// Mean absolute difference of the thumbnails, 0 to 255, after both were brought to one mean
    /// colour: a photograph stays itself when it is made lighter.
    pub fn difference(&self, other: &Self) -> f32 {
        let pixels = (SIDE * SIDE) as f32;
        let mean = |thumbnail: &[u8], channel: usize| {
            thumbnail.iter().skip(channel).step_by(3).map(|&v| f32::from(v)).sum::<f32>() / pixels
        };
        let mut sum = 0.0;
        for channel in 0..3 {
            let shift = mean(&self.thumbnail, channel) - mean(&other.thumbnail, channel);
            let pairs = self.thumbnail.iter().zip(&other.thumbnail).skip(channel).step_by(3);
            sum += pairs.map(|(&a, &b)| (f32::from(a) - f32::from(b) - shift).abs()).sum::<f32>();
        }
        sum / (pixels * 3.0)
    }

    /// Share of the pixels whose brightness and colour one has and the other lacks, 0 to 1.
    pub fn colours_apart(&self, other: &Self) -> f32 {
        let pairs = self.histogram.iter().zip(&other.histogram);
        pairs.map(|(a, b)| (a - b).abs()).sum::<f32>() / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Soft blobs whose places `seed` decides.
    fn scene(seed: usize, lighter: u8, tint: [u8; 3]) -> Picture {
        let (width, height) = (90, 70);
        let mut rgb = Vec::new();
        for i in 0..width * height {
            let (x, y) = ((i % width) as f32, (i / width) as f32);
            let wave = (x * (0.1 + seed as f32 * 0.03)).sin() + (y * 0.12 + seed as f32).cos();
            let value = (wave * 40.0 + 100.0) as u8 + lighter;
            rgb.extend(tint.map(|t| value.saturating_add(t)));
        }
        Picture { width, height, rgb }
    }

    #[test]
    fn the_same_scene_scaled_and_lightened_is_near_and_another_is_not() {
        let first = Fingerprint::of(&scene(1, 0, [0; 3]));
        let again = Fingerprint::of(&resize(&scene(1, 12, [0; 3]), 60, 47));
        let other = Fingerprint::of(&scene(4, 0, [0; 3]));
        assert!(first.bits_apart(&again) <= 6 && first.bits_apart(&other) >= 16);
        assert!(first.difference(&again) < 3.0, "{}", first.difference(&again));
        assert!(first.difference(&other) > 15.0, "{}", first.difference(&other));
    }

    #[test]
    fn colours_tell_scenes_apart_wherever_things_stand() {
        let red = Fingerprint::of(&scene(1, 0, [60, 0, 0]));
        let moved = Fingerprint::of(&scene(4, 0, [60, 0, 0]));
        let blue = Fingerprint::of(&scene(1, 0, [0, 0, 60]));
        assert!(red.colours_apart(&moved) < 0.3, "{}", red.colours_apart(&moved));
        assert!(red.colours_apart(&blue) > 0.8, "{}", red.colours_apart(&blue));
        assert_eq!(red.colours_apart(&red), 0.0);
    }
}

//! Square crops out of larger pictures, scaled to the size that a model wants.

use burn::tensor::{Device, Tensor, TensorData};

use super::parallel::in_parallel;
use super::{Originals, Picture};
use crate::Result;
use crate::rng::Rng;
use crate::sampler::to_rgb;

/// Half of the crops have the whole shorter side; the others at least this share of it.
const SMALLEST: f32 = 0.7;

/// A square of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crop {
    /// Its top left corner, in pixels of the picture.
    pub left: f32,
    /// See `left`.
    pub top: f32,
    /// Its side, in pixels of the picture.
    pub side: f32,
    /// Whether it is mirrored.
    pub mirror: bool,
}

impl Crop {
    /// The central square of a picture, as large as its shorter side.
    pub fn centre(picture: &Picture) -> Self {
        let side = picture.width.min(picture.height) as f32;
        let [left, top] = [picture.width, picture.height].map(|n| (n as f32 - side) / 2.0);
        Self { left, top, side, mirror: false }
    }

    /// A random square that will have `to` pixels a side: place, mirror, and in half of the cases size. A picture
    /// that is no larger than that stays whole: a smaller square would only be blurred.
    pub fn random(picture: &Picture, to: usize, rng: &mut Rng) -> Self {
        let smallest = if picture.width.min(picture.height) > to { SMALLEST } else { 1.0 };
        let share = match rng.uniform() < 0.5 {
            true => 1.0,
            false => smallest + (1.0 - smallest) * rng.uniform(),
        };
        let side = picture.width.min(picture.height) as f32 * share;
        let mut place = |length: usize| (length as f32 - side) * rng.uniform();
        let (left, top) = (place(picture.width), place(picture.height));
        Self { left, top, side, mirror: rng.uniform() < 0.5 }
    }

    /// The square as `to`² pixels, RGB, row by row.
    pub fn rgb(self, picture: &Picture, to: usize) -> Vec<u8> {
        let mut planes = Vec::with_capacity(3 * to * to);
        self.planes(picture, to, &mut planes);
        to_rgb(&planes)
    }

    /// Appends it to `out` as three planes of `to`² numbers in -1..=1, by linear interpolation,
    /// or weighted averages where it becomes smaller.
    pub fn planes(self, picture: &Picture, to: usize, out: &mut Vec<f32>) {
        let columns = weights(self.left, self.side, picture.width, to, self.mirror);
        let rows = weights(self.top, self.side, picture.height, to, false);
        let first = rows.iter().map(|(from, _)| *from).min().unwrap_or(0);
        let end = rows.iter().map(|(from, w)| from + w.len()).max().unwrap_or(0);
        // Rows of the picture at their new width, one colour after the other.
        let mut narrow = vec![[0.0f32; 3]; (end - first) * to];
        for (y, narrow) in (first..end).zip(narrow.chunks_exact_mut(to)) {
            let row = &picture.rgb[y * picture.width * 3..][..picture.width * 3];
            for (sum, (from, weights)) in narrow.iter_mut().zip(&columns) {
                for (pixel, weight) in row[from * 3..].chunks_exact(3).zip(weights) {
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += weight * f32::from(*value);
                    }
                }
            }
        }
        for channel in 0..3 {
            for (from, weights) in &rows {
                let rows = narrow[(from - first) * to..].chunks_exact(to);
                let start = out.len();
                out.resize(start + to, -1.0);
                for (row, weight) in rows.zip(weights) {
                    for (sum, pixel) in out[start..].iter_mut().zip(row) {
                        *sum += weight / 127.5 * pixel[channel];
                    }
                }
            }
        }
    }
}

/// For each of `to` new pixels on a stretch of `side` old ones from `start`: the first old pixel that
/// counts, and the weights from there on (a triangle as wide as a new pixel, at least two old ones).
fn weights(
    start: f32,
    side: f32,
    length: usize,
    to: usize,
    mirror: bool,
) -> Vec<(usize, Vec<f32>)> {
    let ratio = side / to as f32;
    let reach = ratio.max(1.0);
    let one = |i: usize| {
        let centre = start + (i as f32 + 0.5) * ratio - 0.5;
        let first = (centre - reach).ceil().max(0.0) as usize;
        let last = ((centre + reach).floor() as usize).min(length - 1).max(first.min(length - 1));
        let first = first.min(last);
        let weights = (first..=last).map(|p| (1.0 - (p as f32 - centre).abs() / reach).max(0.0));
        let weights: Vec<f32> = weights.collect();
        let sum: f32 = weights.iter().sum();
        (first, weights.iter().map(|w| w / sum).collect())
    };
    let mut all: Vec<_> = (0..to).map(one).collect();
    if mirror {
        all.reverse();
    }
    all
}

/// The central squares of the pictures `indices`, `[batch, 3, size, size]` in -1..=1.
pub fn centres(
    data: &Originals,
    indices: &[usize],
    size: usize,
    device: &Device,
) -> Result<Tensor<4>> {
    let crops = in_parallel(indices, |i| {
        let picture = &data.pictures[*i];
        let mut values = Vec::with_capacity(3 * size * size);
        Crop::centre(picture).planes(picture, size, &mut values);
        Ok(values)
    })?;
    let values = TensorData::new(crops.concat(), [indices.len(), 3, size, size]);
    Ok(Tensor::from_data(values, device))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red rises by 10 with each column, green by 10 with each row.
    fn ramp(width: usize, height: usize) -> Picture {
        let pixel = |i: usize| [10 * (i % width) as u8, 10 * (i / width) as u8, 7];
        Picture { width, height, rgb: (0..width * height).flat_map(pixel).collect() }
    }

    fn planes(picture: &Picture, crop: Crop, to: usize) -> Vec<f32> {
        let mut out = Vec::new();
        crop.planes(picture, to, &mut out);
        out.iter().map(|v| (v + 1.0) * 127.5).collect()
    }

    #[test]
    fn a_crop_of_its_own_size_is_copied_and_mirrored() {
        let picture = ramp(6, 4);
        let centre = Crop::centre(&picture);
        assert_eq!((centre.left, centre.top, centre.side), (1.0, 0.0, 4.0));
        let plain = planes(&picture, centre, 4);
        for (i, value) in plain[..16].iter().enumerate() {
            assert!((value - (10 + 10 * (i % 4)) as f32).abs() < 1e-3, "{plain:?}");
        }
        for (i, value) in plain[16..32].iter().enumerate() {
            assert!((value - (10 * (i / 4)) as f32).abs() < 1e-3);
        }
        let mirrored = planes(&picture, Crop { mirror: true, ..centre }, 4);
        for row in 0..12 {
            let mut row_of = plain[row * 4..][..4].to_vec();
            row_of.reverse();
            assert_eq!(row_of, mirrored[row * 4..][..4]);
        }
    }

    #[test]
    fn scaling_keeps_ramps_and_flat_colours() {
        let picture = ramp(16, 16);
        let crop = Crop { left: 2.0, top: 3.0, side: 12.0, mirror: false };
        for to in [5, 8, 20] {
            let found = planes(&picture, crop, to);
            let ratio = 12.0 / to as f32;
            for i in 0..to * to {
                let at = |start: f32, n: usize| 10.0 * (start + (n as f32 + 0.5) * ratio - 0.5);
                assert!((found[i] - at(2.0, i % to)).abs() < 1.0, "{to}: {} {i}", found[i]);
                assert!((found[to * to + i] - at(3.0, i / to)).abs() < 1.0);
                assert!((found[2 * to * to + i] - 7.0).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn random_crops_stay_inside() {
        let (picture, mut rng) = (ramp(20, 13), Rng::new(2));
        let crops: Vec<Crop> = (0..200).map(|_| Crop::random(&picture, 8, &mut rng)).collect();
        for crop in &crops {
            assert!(crop.left >= 0.0 && crop.left + crop.side <= 20.0);
            assert!(crop.top >= 0.0 && crop.top + crop.side <= 13.0);
            assert!(crop.side >= SMALLEST * 13.0 && planes(&picture, *crop, 8).len() == 192);
        }
        let whole = crops.iter().filter(|c| c.side == 13.0).count();
        assert!((70..130).contains(&whole), "{whole}");
    }

    #[test]
    fn a_picture_that_is_no_larger_than_the_models_stays_whole() {
        let (picture, mut rng) = (ramp(13, 13), Rng::new(2));
        let crops: Vec<Crop> = (0..50).map(|_| Crop::random(&picture, 13, &mut rng)).collect();
        assert!(crops.iter().all(|crop| crop.side == 13.0 && crop.left == 0.0 && crop.top == 0.0));
        assert!(crops.iter().any(|crop| crop.mirror) && !crops.iter().all(|crop| crop.mirror));
    }
}

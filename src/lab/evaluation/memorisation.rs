//! Memorisation: does a generator draw, or does it copy training drawings?
//!
//! Idea: look for the nearest training drawing of every sample. Near ones mean little by themselves,
//! since emoji are much alike; what tells is how near *held-out* drawings come, which nobody can
//! have copied, and how near a copy would come, for which training drawings moved by a pixel stand.
//! Samples that lie where the copies do, and held-out drawings do not, were memorised.
//!
//! Key traits: everything is compared after the tokenizer, since samples are: its traces would make
//! a copy look far from the drawing that it was copied from. Two distances, EfficientNet-Lite2
//! features and pixels of thumbnails.

use burn::tensor::Device;

use super::Evaluator;
use crate::Result;
use crate::lab::data::sheet::resize;
use crate::lab::data::{Dataset, Sheet};
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::neighbours::nearest;
use crate::lab::results::quantile;

/// Side of a thumbnail in pixels.
pub const THUMBNAIL: usize = 32;
/// A copy is an image at least as near as this share of training drawings moved by a pixel.
pub const COPIES: f64 = 0.95;
/// Quantiles of distances that tables have, in percent.
pub const QUANTILES: [u32; 5] = [1, 5, 25, 50, 75];
/// Values of a thumbnail.
const VALUES: usize = 3 * THUMBNAIL * THUMBNAIL;

/// What a nearest neighbour is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// EfficientNet-Lite2 features; Euclidean distance.
    Features,
    /// Thumbnails; root mean square of the differences of values in 0..=1.
    Pixels,
}

impl Space {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Features, Self::Pixels];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Space::Features => "features",
            Space::Pixels => "pixels",
        }
    }

    /// Values of a row.
    pub fn dims(self) -> usize {
        match self {
            Space::Features => EMBEDDING,
            Space::Pixels => VALUES,
        }
    }

    /// Rows of coordinates, an image a row.
    pub fn rows(self, evaluator: &Evaluator, images: &[&[u8]]) -> Vec<f32> {
        match self {
            Space::Features => evaluator.features(images).rows().to_vec(),
            Space::Pixels => thumbnails(images, evaluator.data.size),
        }
    }
}

/// Thumbnails with values in units of the root mean square: a distance between two of them is that
/// of [`pixels`](super::distance::pixels).
fn thumbnails(images: &[&[u8]], size: usize) -> Vec<f32> {
    let unit = 255.0 * (VALUES as f32).sqrt();
    let small = images.iter().flat_map(|rgb| resize(rgb, size, THUMBNAIL));
    small.map(|value| f32::from(value) / unit).collect()
}

/// Training drawings, ready to be searched.
pub struct Memory {
    space: Space,
    /// Their numbers in the data set.
    items: Vec<usize>,
    rows: Vec<f32>,
}

/// The nearest training drawing of every image of a set.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// Its number in the data set.
    pub items: Vec<usize>,
    /// The distance to it.
    pub distances: Vec<f64>,
}

impl Memory {
    /// The training drawings `items`, which look like `images`, in `space`.
    pub fn new(evaluator: &Evaluator, space: Space, items: &[usize], images: &[&[u8]]) -> Self {
        Self { space, items: items.to_vec(), rows: space.rows(evaluator, images) }
    }

    /// The nearest training drawing of each of `images`.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if there are no training drawings.
    pub fn matches(&self, evaluator: &Evaluator, images: &[&[u8]]) -> Result<Matches> {
        let rows = self.space.rows(evaluator, images);
        self.search(&rows, false, &evaluator.device)
    }

    /// The nearest *other* training drawing of each training drawing.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if there are fewer than two.
    pub fn among_themselves(&self, evaluator: &Evaluator) -> Result<Matches> {
        self.search(&self.rows, true, &evaluator.device)
    }

    fn search(&self, rows: &[f32], within: bool, device: &Device) -> Result<Matches> {
        let found = nearest(rows, &self.rows, self.space.dims(), 1, within, device)?;
        Ok(Matches {
            items: found.iter().map(|n| self.items[n.indices[0]]).collect(),
            distances: found.iter().map(|n| n.distances[0]).collect(),
        })
    }
}

impl Matches {
    /// The distance that `share` (0..=1) of the images lie below.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.distances.clone();
        sorted.sort_by(f64::total_cmp);
        quantile(&sorted, share)
    }

    /// Share (0..=1) of the images at `distance` or nearer.
    pub fn within(&self, distance: f64) -> f64 {
        let near = self.distances.iter().filter(|d| **d <= distance).count();
        near as f64 / self.distances.len() as f64
    }

    /// The images with the smallest distances, nearest first, as positions in the set.
    pub fn closest(&self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.distances.len()).collect();
        order.sort_by(|a, b| self.distances[*a].total_cmp(&self.distances[*b]));
        order.truncate(count);
        order
    }

    /// The `count` closest pairs: of each the image, then the training drawing that it is close to, `side`
    /// pixels wide, four pairs a row. `images`: those that were compared.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for images of another size than those of `data`.
    pub fn sheet(
        &self,
        data: &Dataset,
        images: &[impl AsRef<[u8]>],
        (count, side): (usize, usize),
    ) -> Result<Sheet> {
        let mut sheet = Sheet::new(8, side, 4);
        for i in self.closest(count) {
            sheet.add(images[i].as_ref(), data.size)?;
            sheet.add(data.image(self.items[i]), data.size)?;
        }
        Ok(sheet)
    }

    /// Shares (0..=1) of the images in bins of `width`, from 0; the last bin takes what is beyond.
    pub fn histogram(&self, width: f64, bins: usize) -> Vec<f64> {
        let mut counts = vec![0.0; bins.max(1)];
        for distance in &self.distances {
            let bin = ((distance / width) as usize).min(counts.len() - 1);
            counts[bin] += 1.0 / self.distances.len() as f64;
        }
        counts
    }
}

/// An image of `size · size · 3` RGB bytes moved by one pixel, right and down; white comes in.
pub fn moved(rgb: &[u8], size: usize) -> Vec<u8> {
    let mut out = vec![255; rgb.len()];
    for y in 1..size {
        let (from, to) = ((y - 1) * size * 3, (y * size + 1) * 3);
        let length = (size - 1) * 3;
        out[to..to + length].copy_from_slice(&rgb[from..from + length]);
    }
    out
}

/// A round bin width, 1, 2 or 5 times a power of ten, with at most `bins` bins up to `top`.
pub fn bin_width(top: f64, bins: usize) -> f64 {
    let raw = (top / bins.max(1) as f64).max(1e-9);
    let power = 10f64.powf(raw.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|m| m * power);
    steps.into_iter().find(|step| *step >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::super::distance::pixels;
    use super::*;
    use crate::lab::metrics::neighbours::distance;
    use crate::rng::Rng;

    #[test]
    fn thumbnails_are_as_far_apart_as_their_pixels() {
        let mut rng = Rng::new(1);
        let mut image = || (0..VALUES).map(|_| rng.below(256) as u8).collect::<Vec<u8>>();
        let (a, b) = (image(), image());
        let rows = thumbnails(&[&a, &b], THUMBNAIL);
        let found = distance(&rows[..VALUES], &rows[VALUES..]);
        assert!((found - pixels(&a, &b)).abs() < 1e-5, "{found}");
    }

    #[test]
    fn an_image_moves_right_and_down() {
        let rgb: Vec<u8> = (0..27).collect();
        let found = moved(&rgb, 3);
        assert_eq!(found[..9], [255; 9]);
        assert_eq!(found[9..18], [255, 255, 255, 0, 1, 2, 3, 4, 5]);
        assert_eq!(found[18..], [255, 255, 255, 9, 10, 11, 12, 13, 14]);
    }

    #[test]
    fn statistics_of_matches() {
        let distances = vec![4.0, 1.0, 3.0, 2.0];
        let matches = Matches { items: vec![7, 8, 9, 6], distances };
        assert_eq!(matches.quantile(0.5), 2.5);
        assert_eq!(matches.within(3.0), 0.75);
        assert_eq!(matches.closest(2), [1, 3]);
        assert_eq!(matches.histogram(1.5, 2), [0.25, 0.75]);
    }

    #[test]
    fn bins_have_round_widths() {
        for (top, bins, width) in
            [(10.0, 10, 1.0), (11.0, 10, 2.0), (0.3, 30, 0.01), (40.0, 10, 5.0)]
        {
            assert!((bin_width(top, bins) - width).abs() < 1e-9, "{top} {bins}");
        }
        assert!(bin_width(0.0, 10) > 0.0);
    }
}

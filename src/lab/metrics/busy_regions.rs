//! Error where there is most to see: in the quarter of all regions with the highest entropy.
//!
//! Idea: most of a drawing is flat, and any code gives flat regions back. What a better allocation
//! of codes changes shows in the busy regions, which means over whole images hide.

use burn::tensor::Tensor;

use crate::density::{Entropy, InformationDensity, patches};

/// Share of all regions that counts as busy.
const SHARE: f64 = 0.25;

/// Marks the busy regions of a set of images and adds up the error in them.
#[derive(Debug, Clone)]
pub struct BusyRegions {
    /// Regions along each side.
    regions: usize,
    /// Smooth entropy of every region of every image, image by image.
    entropies: Vec<f32>,
}

impl BusyRegions {
    /// No images yet; each is cut into `regions` × `regions`.
    pub fn new(regions: usize) -> Self {
        Self { regions, entropies: Vec::new() }
    }

    /// Adds originals, `[batch, 3, size, size]` in -1..=1.
    pub fn add(&mut self, images: Tensor<4>) {
        let entropy = Entropy::default().density(images, self.regions);
        self.entropies.extend(entropy.into_data().iter::<f32>());
    }

    /// 1 for each busy region of each image, else 0: a list of regions an image. Ties at the
    /// threshold are not busy, unless nothing else would be.
    pub fn marks(&self) -> Vec<Vec<f32>> {
        let mut sorted = self.entropies.clone();
        sorted.sort_by(f32::total_cmp);
        let at = (sorted.len() as f64 * (1.0 - SHARE)) as usize;
        let Some(bound) = sorted.get(at.saturating_sub(1)).copied() else { return vec![] };
        let flat = sorted.last() == Some(&bound);
        let mark = |entropy: &f32| f32::from(*entropy > bound || flat);
        let images = self.entropies.chunks(self.regions * self.regions);
        images.map(|image| image.iter().map(mark).collect()).collect()
    }
}

/// Mean absolute error of each region, `[batch, regions²]`, of images `[batch, 3, size, size]`.
pub fn region_errors(a: Tensor<4>, b: Tensor<4>, regions: usize) -> Tensor<2> {
    let [batch, _, _, _] = a.dims();
    let error = patches((a - b).abs(), regions); // [batch, regions², 3, pixels]
    error.mean_dims(&[2, 3]).reshape([batch, regions * regions])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use burn::tensor::Device;

    #[test]
    fn the_noisy_quarter_is_marked_and_only_its_error_counts() {
        let mut rng = Rng::new(2);
        let plane: Vec<f32> = (0..1024)
            .map(|i| if i % 32 >= 16 && i / 32 >= 16 { 2.0 * rng.uniform() - 1.0 } else { 0.3 })
            .collect();
        let image = Tensor::<1>::from_floats(plane.as_slice(), &Device::flex());
        let image = image.reshape([1, 1, 32, 32]).repeat_dim(1, 3);
        let mut busy = BusyRegions::new(2);
        busy.add(image.clone());
        assert_eq!(busy.marks(), [vec![0.0, 0.0, 0.0, 1.0]]);

        let quarter = image.clone().slice([0..1, 0..3, 16..32, 0..16]) + 0.5;
        let worse = image.clone().slice_assign([0..1, 0..3, 16..32, 0..16], quarter);
        let errors: Vec<f32> = region_errors(image, worse, 2).into_data().iter::<f32>().collect();
        assert!(errors.iter().zip([0.0, 0.0, 0.5, 0.0]).all(|(e, w)| (e - w).abs() < 1e-6));
    }

    #[test]
    fn flat_images_are_busy_everywhere() {
        let mut busy = BusyRegions::new(2);
        assert!(busy.marks().is_empty());
        busy.add(Tensor::zeros([1, 3, 8, 8], &Device::flex()));
        assert_eq!(busy.marks(), [vec![1.0; 4]]);
    }
}

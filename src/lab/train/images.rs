//! Batches of images.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::prepared::Prepared;
use crate::Result;
use crate::lab::data::{Dataset, planes};
use crate::rng::Rng;

/// How an image is moved before it is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Augment {
    /// Largest shift in pixels, in both directions; white comes in from the border.
    pub shift: usize,
    /// Whether half of the images are mirrored.
    pub mirror: bool,
}

/// An endless stream of shuffled, augmented batches.
pub struct ImageBatches(Prepared<Tensor<4>>);

impl ImageBatches {
    /// Batches of `batch` images out of `indices` (not empty); same seed, same stream.
    pub fn new(
        data: Arc<Dataset>,
        indices: Vec<usize>,
        batch: usize,
        augment: Augment,
        seed: u64,
        device: &Device,
    ) -> Self {
        Self(Prepared::spawn(|thread| {
            let (data, device) = (data.clone(), device.clone());
            let mut rng = Rng::new(seed).fork(thread);
            let (mut order, mut next) = (indices.clone(), 0);
            rng.shuffle(&mut order);
            move || {
                let size = data.size;
                let mut values = Vec::with_capacity(batch * 3 * size * size);
                for _ in 0..batch {
                    if next == order.len() {
                        rng.shuffle(&mut order);
                        next = 0;
                    }
                    let reach = 2 * augment.shift + 1;
                    let mut shift = || rng.below(reach) as i32 - augment.shift as i32;
                    let by = (shift(), shift());
                    let mirror = augment.mirror && rng.uniform() < 0.5;
                    planes(data.image(order[next]), size, by, mirror, &mut values);
                    next += 1;
                }
                Tensor::from_data(TensorData::new(values, [batch, 3, size, size]), &device)
            }
        }))
    }

    /// `[batch, 3, size, size]` in -1..=1.
    pub fn next(&self) -> Result<Tensor<4>> {
        self.0.next()
    }
}

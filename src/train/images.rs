//! Batches of images, prepared on a thread of their own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use burn::tensor::{Device, Tensor, TensorData};

use crate::data::{Dataset, planes};
use crate::rng::Rng;

/// Batches prepared ahead of the device.
const AHEAD: usize = 4;

/// How an image is moved before it is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Augment {
    /// Largest shift in pixels, in both directions; white comes in from the border.
    pub shift: usize,
    /// Whether half of the images are mirrored.
    pub mirror: bool,
}

/// An endless stream of shuffled, augmented batches.
pub struct ImageBatches {
    receiver: Receiver<Vec<f32>>,
    batch: usize,
    size: usize,
}

impl ImageBatches {
    /// Batches of `batch` images out of `indices` (not empty); same seed, same stream.
    pub fn new(
        data: Arc<Dataset>,
        indices: Vec<usize>,
        batch: usize,
        augment: Augment,
        seed: u64,
    ) -> Self {
        let (sender, receiver) = sync_channel(AHEAD);
        let size = data.size;
        std::thread::spawn(move || {
            let mut rng = Rng::new(seed);
            let (mut order, mut next) = (indices, 0);
            rng.shuffle(&mut order);
            loop {
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
                if sender.send(values).is_err() {
                    return; // the training loop is gone
                }
            }
        });
        Self { receiver, batch, size }
    }

    /// `[batch, 3, size, size]` in -1..=1; `None` if the preparing thread has died.
    pub fn next(&self, device: &Device) -> Option<Tensor<4>> {
        let values = self.receiver.recv().ok()?;
        let shape = [self.batch, 3, self.size, self.size];
        Some(Tensor::from_data(TensorData::new(values, shape), device))
    }
}

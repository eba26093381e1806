//! An endless stream of random crops.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::exchange::Seat;
use super::prepared::Prepared;
use crate::Result;
use crate::lab::data::{Crop, Originals};
use crate::rng::Rng;

/// An endless stream of shuffled batches of random crops.
pub struct CropBatches(Prepared<Crops>);

/// A batch of crops.
#[derive(Debug)]
pub struct Crops {
    /// `[batch, 3, size, size]` in -1..=1.
    pub images: Tensor<4>,
    /// Number of the picture that each was cut from.
    pub pictures: Vec<usize>,
}

/// Which crops to make.
#[derive(Debug, Clone)]
pub struct CropPlan {
    /// The pictures to take them from; not empty.
    pub indices: Vec<usize>,
    /// Crops in a whole batch.
    pub batch: usize,
    /// Their side in pixels.
    pub size: usize,
    /// Threads that prepare them, at most.
    pub threads: usize,
    /// Number of the first batch: the steps that a resumed training has made.
    pub from: usize,
    /// Same seed, same stream, whatever the number of threads and devices.
    pub seed: u64,
}

impl CropPlan {
    /// The `number`th crop of the stream: its picture, and the dice for its place. Every picture
    /// comes once before any comes twice; `order` is that of the epoch named beside it.
    fn crop(&self, number: usize, order: &mut (usize, Vec<usize>)) -> (usize, Rng) {
        let count = self.indices.len();
        let (epoch, place) = (number / count, number % count);
        if order.0 != epoch || order.1.is_empty() {
            *order = (epoch, self.indices.clone());
            Rng::new(self.seed).fork(2 * epoch as u64).shuffle(&mut order.1);
        }
        (order.1[place], Rng::new(self.seed).fork(2 * number as u64 + 1))
    }
}

impl CropBatches {
    /// The part of every batch that `seat` has; the seats share a batch evenly.
    pub fn new(data: Arc<Originals>, plan: &CropPlan, seat: &Seat, device: &Device) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(plan.threads);
        let part = plan.batch / seat.seats();
        let first = part * seat.number();
        Self(Prepared::spawn_on(threads, |thread| {
            let (data, device, plan) = (data.clone(), device.clone(), plan.clone());
            let (mut batch, size) = (plan.from + thread as usize, plan.size);
            let mut order = (0, Vec::new());
            move || {
                let mut values = Vec::with_capacity(part * 3 * size * size);
                let mut pictures = Vec::with_capacity(part);
                let start = batch * plan.batch + first;
                for number in start..start + part {
                    let (picture, mut rng) = plan.crop(number, &mut order);
                    pictures.push(picture);
                    let picture = &data.pictures[picture];
                    Crop::random(picture, size, &mut rng).planes(picture, size, &mut values);
                }
                batch += threads;
                let values = TensorData::new(values, [part, 3, size, size]);
                Crops { images: Tensor::from_data(values, &device), pictures }
            }
        }))
    }

    /// The next batch.
    pub fn next(&self) -> Result<Crops> {
        self.0.next()
    }
}

//! Speed: images a second of everything that the model does, on the device given.
//!
//! A run is timed from pixels or requests on the host to results on the host, so that nothing is
//! still under way when the clock stops. The first run of each task is left out: it warms caches.

use std::time::Instant;

use burn::tensor::{Device, Int, Tensor};

use crate::Result;
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::error::in_range;
use crate::grain::Shares;
use crate::lab::data::{Dataset, Split, image_batch};
use crate::model::Model;
use crate::rng::Rng;
use crate::sampler::{BatchSampler, Mode, Request};

/// What is timed.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Images → codes, with their grain maps.
    Encode,
    /// Codes → images.
    Decode,
    /// Requests → images.
    Draw(Box<Request>),
}

impl Task {
    /// Everything that `model` can do: encode, decode, NAR in `steps` passes, and AR if it has it.
    pub fn of(model: &Model, steps: &[usize]) -> Vec<Self> {
        let mut tasks = vec![Self::Encode, Self::Decode];
        tasks.extend(
            steps.iter().map(|steps| {
                Self::Draw(Request { steps: *steps, ..Request::of(Mode::Nar) }.into())
            }),
        );
        if model.ar().is_ok() {
            tasks.push(Self::Draw(Request::of(Mode::Ar).into()));
        }
        tasks
    }

    /// Name in tables.
    pub fn name(&self) -> String {
        match self {
            Task::Encode => "encode".into(),
            Task::Decode => "decode".into(),
            Task::Draw(request) if request.mode == Mode::Nar => {
                format!("NAR, {} steps", request.steps)
            }
            Task::Draw(_) => "AR".into(),
        }
    }
}

/// A model and images to time it with.
pub struct Track {
    data: Dataset,
    items: Vec<usize>,
    spec: TokenizerSpec,
    tokenizer: DqVae,
    model: Model,
    device: Device,
}

impl Track {
    /// All networks of `model`, and the training images of `data` in random order.
    ///
    /// # Errors
    /// [`Error::PackMissing`](crate::Error::PackMissing) for a network that is not loaded.
    pub fn new(model: Model, data: Dataset, seed: u64) -> Result<Self> {
        let (spec, tokenizer) = model.tokenizer()?;
        let mut items = data.indices(Split::Train);
        Rng::new(seed).shuffle(&mut items);
        let device = model.device().clone();
        Ok(Self { data, items, spec, tokenizer, model, device })
    }

    /// Seconds of each of `runs` runs with `batch` images.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for a batch of none, or of more images than
    /// there are; those of the samplers.
    pub fn time(&self, task: &Task, batch: usize, runs: usize) -> Result<Vec<f64>> {
        in_range("batch", batch as f64, 1.0, self.items.len() as f64)?;
        let items = &self.items[..batch];
        let mut seconds = Vec::with_capacity(runs);
        for run in 0..=runs {
            let begun = Instant::now();
            self.run(task, items, run)?;
            if run > 0 {
                seconds.push(begun.elapsed().as_secs_f64());
            }
        }
        Ok(seconds)
    }

    fn run(&self, task: &Task, items: &[usize], run: usize) -> Result<()> {
        match task {
            Task::Encode => {
                let images: Vec<&[u8]> = items.iter().map(|i| self.data.image(*i)).collect();
                let images = image_batch(&images, self.data.size, &self.device);
                let maps = self.spec.maps(
                    &self.tokenizer,
                    images.clone(),
                    Shares::even(self.spec.config.grid, 0.5),
                )?;
                drop(self.tokenizer.encode(images, &maps).codes.into_data());
            }
            Task::Decode => {
                let (cells, codes) = (self.model.grid().cell_count(), self.spec.config.codes);
                let mut rng = Rng::new(run as u64);
                let random: Vec<i32> =
                    (0..items.len() * cells).map(|_| rng.below(codes) as i32).collect();
                let random = Tensor::<1, Int>::from_ints(random.as_slice(), &self.device);
                drop(self.tokenizer.decode(random.reshape([items.len(), cells])).into_data());
            }
            Task::Draw(request) => {
                let request = |i: &usize| Request {
                    condition: self.data.condition(*i),
                    seed: (run * self.data.items.len() + i) as u64,
                    ..(**request).clone()
                };
                let requests: Vec<Request> = items.iter().map(request).collect();
                BatchSampler::new(&self.model, &self.device)
                    .with_batch(items.len())
                    .sample(&requests)?;
            }
        }
        Ok(())
    }
}

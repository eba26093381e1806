//! The training of a generator, whichever it is: devices, batches, the losses that are followed, what is
//! written.

use std::cell::{Cell, RefCell};
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::best::Best;
use super::exchange::{Seat, together};
use super::generator::{Codes, GeneratorOptions};
use super::held_out::{followed_splits, note};
use super::prepared::Prepared;
use super::{Trainer, run};
use crate::Result;
use crate::lab::data::{Dataset, Split};

/// Threads of one device that prepare batches.
const THREADS: usize = 4;

/// What differs from one generator to the other.
pub trait Lesson: Sync {
    /// The network that is trained.
    type Network: Module + Sync;
    /// A batch, on the device that it is for.
    type Batch: Send + 'static;

    /// The images that are looked at while it goes on.
    fn data(&self) -> &Dataset;

    /// The losses of a step; the first one is minimised.
    fn losses(&self) -> Vec<String>;

    /// What makes batches of `size`, one after the other, in a thread of its own; another `seed` gives
    /// others.
    fn batches(
        &self,
        size: usize,
        seed: u64,
        device: &Device,
    ) -> impl FnMut() -> Result<Self::Batch> + Send + 'static;

    /// Makes a step together with the other devices; what [`losses`](Self::losses) names.
    ///
    /// # Errors
    /// Those of [`Trainer::update_together`].
    fn step(
        &self,
        trainer: &mut Trainer<Self::Network>,
        batch: &Self::Batch,
        seat: &Seat,
    ) -> Result<Vec<Tensor<1>>>;

    /// Images of a split, to look at their loss; the same ones every time.
    ///
    /// # Errors
    /// Those of encoding.
    fn followed(&self, split: Split, device: &Device) -> Result<Vec<Self::Batch>>;

    /// Losses of such images by name. The first one decides which weights are best.
    fn follow(&self, network: &Self::Network, batches: &[Self::Batch]) -> Vec<(String, f32)>;

    /// Writes sizes and weights.
    ///
    /// # Errors
    /// Those of writing.
    fn save(&self, folder: &Path, network: &Self::Network) -> Result<()>;

    /// Writes a picture for the eye, if there is one.
    ///
    /// # Errors
    /// Those of drawing and writing.
    fn sheet(&self, path: &Path, network: Self::Network, device: &Device) -> Result<()>;
}

/// Loads the codes for a training as `options` say, on the first of its devices.
///
/// # Errors
/// Those of the options and of [`Codes::load`].
pub fn prepare(options: &GeneratorOptions) -> Result<(Vec<Device>, Codes)> {
    let common = &options.common;
    common.prepare()?;
    let devices = common.devices(&options.devices)?;
    devices[0].seed(common.seed);
    let codes = Codes::load(options, &devices[0])?;
    Ok((devices, codes))
}

/// Trains `start` on all `devices`.
///
/// # Errors
/// Those of the lesson, [`Error::Diverged`](crate::Error::Diverged) when the loss leaves the numbers.
pub fn train<L: Lesson>(
    lesson: &L,
    options: &GeneratorOptions,
    start: L::Network,
    devices: &[Device],
) -> Result<()> {
    let (common, start) = (&options.common, &start);
    together(devices, |device, seat| {
        device.seed(common.seed);
        let trainer = Trainer::new(start.clone().to_device(device), common, device)?;
        let part = common.batch / seat.seats();
        let seed = common.seed.wrapping_add(trainer.step as u64);
        let batches = Prepared::spawn_on(THREADS, |thread| {
            // Every thread of every device draws other examples.
            let stream = seat.number() as u64 * THREADS as u64 + thread;
            lesson.batches(part, seed.wrapping_add(stream.wrapping_mul(0x9e37_79b9)), device)
        });
        let step =
            |trainer: &mut Trainer<L::Network>| lesson.step(trainer, &batches.next()??, &seat);
        match seat.is_first() {
            true => Lead::new(lesson, options, device)?.train(trainer, step),
            false => run::follow(trainer, step),
        }
    })
}

/// The device that logs and writes.
struct Lead<'a, L: Lesson> {
    lesson: &'a L,
    options: &'a GeneratorOptions,
    device: &'a Device,
    /// Images whose losses are followed, with what stands before the names of these.
    sets: Vec<(&'static str, Vec<L::Batch>)>,
    best: RefCell<Best>,
    /// The step at which their losses were looked at last.
    looked: Cell<usize>,
}

impl<'a, L: Lesson> Lead<'a, L> {
    fn new(lesson: &'a L, options: &'a GeneratorOptions, device: &'a Device) -> Result<Self> {
        let splits = followed_splits(lesson.data());
        let sets = splits
            .into_iter()
            .map(|(prefix, split)| Ok((prefix, lesson.followed(split, device)?)))
            .collect::<Result<_>>()?;
        let best = Best::of(&options.common.out, options.common.resume)?;
        let (best, looked) = (RefCell::new(best), Cell::new(0));
        Ok(Self { lesson, options, device, sets, best, looked })
    }

    fn train(
        &self,
        trainer: Trainer<L::Network>,
        mut step: impl FnMut(&mut Trainer<L::Network>) -> Result<Vec<Tensor<1>>>,
    ) -> Result<()> {
        let common = &self.options.common;
        let names = self.lesson.losses();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        run::train(
            trainer,
            common,
            &names,
            |trainer| {
                let losses = step(trainer)?;
                if trainer.step.is_multiple_of(self.options.follow_every) {
                    self.follow(trainer.step, &trainer.average())?;
                }
                Ok(losses)
            },
            |trainer| {
                let network = trainer.average();
                if self.looked.get() != trainer.step {
                    self.follow(trainer.step, &network)?;
                }
                self.lesson.save(&common.out, &network)?;
                let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
                self.lesson.sheet(&sheet, network, self.device)
            },
        )?;
        Ok(())
    }

    /// Looks at the losses of images that are not trained on, and keeps the best weights.
    fn follow(&self, step: usize, network: &L::Network) -> Result<()> {
        self.looked.set(step);
        let mut found: Vec<(String, f32)> = vec![];
        for (prefix, batches) in &self.sets {
            let losses = self.lesson.follow(network, batches);
            found.extend(losses.into_iter().map(|(name, loss)| (format!("{prefix}{name}"), loss)));
        }
        let text: Vec<String> =
            found.iter().map(|(name, loss)| format!("{name} {loss:.4}")).collect();
        println!("step {step}  held-out {}", text.join("  "));
        note(&self.options.common.out, step, &found)?;
        let Some((_, loss)) = found.first() else { return Ok(()) };
        self.best.borrow_mut().offer(step, *loss, |dir| self.lesson.save(dir, network))
    }
}

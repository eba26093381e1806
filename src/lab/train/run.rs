//! The loop that every training command runs.

use std::time::Instant;

use burn::module::Module;
use burn::tensor::Tensor;

use super::{LossLog, Options, Trainer};
use crate::Result;

/// Steps after which --minutes fixes the number of steps; the first of them are not timed.
const TIMED_FROM: usize = 20;
const TIMED_TO: usize = 70;

/// Calls `step` until all steps are made, with logging and checkpoints between.
///
/// `step` returns the losses of one step, in the order of `names`, after updating the model;
/// `save` is called with the model so far every `save_every` steps and at the end.
pub fn train<M: Module>(
    mut trainer: Trainer<M>,
    options: &Options,
    names: &'static [&'static str],
    mut step: impl FnMut(&mut Trainer<M>) -> Result<Vec<Tensor<1>>>,
    mut save: impl FnMut(&Trainer<M>) -> Result<()>,
) -> Result<Trainer<M>> {
    let mut log = LossLog::new(&options.out, names, trainer.step, trainer.steps)?;
    let begun = Instant::now();
    let mut timed = Instant::now();
    let first = trainer.step;
    while trainer.step < trainer.steps {
        let losses = step(&mut trainer)?;
        log.add(losses);
        let done = trainer.step - first;
        if done == TIMED_FROM && options.minutes.is_some() {
            log.flush(trainer.step, trainer.learning_rate())?; // waits for the device
            timed = Instant::now();
        }
        if let Some(minutes) = options.minutes
            && done == TIMED_TO
            && !options.resume
        {
            log.flush(trainer.step, trainer.learning_rate())?;
            let pace = timed.elapsed().as_secs_f64() / (TIMED_TO - TIMED_FROM) as f64;
            let left = (60.0 * minutes - begun.elapsed().as_secs_f64()).max(0.0);
            let steps = trainer.step + (left / pace) as usize;
            trainer.steps = steps.min(options.steps);
            log.set_steps(trainer.steps);
            println!("{:.0} ms/step: {} steps in {minutes} minutes", 1e3 * pace, trainer.steps);
        }
        if trainer.step.is_multiple_of(options.log_every) {
            log.flush(trainer.step, trainer.learning_rate())?;
        }
        if trainer.step.is_multiple_of(options.save_every) || trainer.step == trainer.steps {
            log.flush(trainer.step, trainer.learning_rate())?;
            save(&trainer)?;
            trainer.checkpoint()?;
        }
    }
    Ok(trainer)
}

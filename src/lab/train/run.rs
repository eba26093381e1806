//! The loop that every training command runs.

use std::time::Instant;

use burn::module::Module;
use burn::tensor::Tensor;

use super::{LossLog, Options, Trainer};
use crate::Result;

/// With --minutes the number of steps is first fixed after so many of them, the first of which are
/// not timed, and corrected with every line of the log.
const TIMED_FROM: usize = 20;
const TIMED_TO: usize = 70;
/// How much of an older pace is kept at each correction.
const INERTIA: f64 = 0.5;

/// Calls `step` until all steps are made, with logging and checkpoints between.
///
/// `step` returns the losses of one step, in the order of `names`, after updating the model;
/// `save` is called with the model so far every `save_every` steps and at the end.
pub fn train<M: Module>(
    mut trainer: Trainer<M>,
    options: &Options,
    names: &[&str],
    mut step: impl FnMut(&mut Trainer<M>) -> Result<Vec<Tensor<1>>>,
    mut save: impl FnMut(&Trainer<M>) -> Result<()>,
) -> Result<Trainer<M>> {
    let mut log = LossLog::new(&options.out, names, trainer.step, trainer.steps)?;
    let mut clock = options.minutes.filter(|_| !options.resume).map(Clock::new);
    let first = trainer.step;
    while trainer.step < trainer.steps {
        let losses = step(&mut trainer)?;
        log.add(losses);
        let done = trainer.step - first;
        let fitting = clock.is_some() && (done == TIMED_FROM || done == TIMED_TO);
        if fitting || trainer.step.is_multiple_of(options.log_every) {
            log.flush(trainer.step, trainer.learning_rate())?; // waits for the device
            if let Some(clock) = &mut clock
                && let Some(left) = clock.left(done)
            {
                let steps = (trainer.step + left).min(options.steps);
                trainer.plan(steps);
                log.set_steps(steps);
            }
        }
        if trainer.step.is_multiple_of(options.save_every) || trainer.step >= trainer.steps {
            log.flush(trainer.step, trainer.learning_rate())?;
            save(&trainer)?;
            trainer.checkpoint()?;
        }
    }
    Ok(trainer)
}

/// Calls `step` until all steps are made: on the other devices of a training, whose first one
/// logs and saves.
pub fn follow<M: Module>(
    mut trainer: Trainer<M>,
    mut step: impl FnMut(&mut Trainer<M>) -> Result<Vec<Tensor<1>>>,
) -> Result<()> {
    while trainer.step < trainer.steps {
        step(&mut trainer)?;
    }
    Ok(())
}

/// How many steps fit into the minutes that are left.
struct Clock {
    minutes: f64,
    begun: Instant,
    last: (usize, Instant),
    pace: Option<f64>,
}

impl Clock {
    fn new(minutes: f64) -> Self {
        let now = Instant::now();
        Self { minutes, begun: now, last: (0, now), pace: None }
    }

    /// After `done` steps; nothing while the pace is not known.
    fn left(&mut self, done: usize) -> Option<usize> {
        let (steps, since) = (done.saturating_sub(self.last.0), self.last.1.elapsed());
        if done < TIMED_FROM || (self.pace.is_none() && done < TIMED_TO && done != TIMED_FROM) {
            return None;
        }
        self.last = (done, Instant::now());
        if done == TIMED_FROM || steps == 0 {
            return None;
        }
        let now = since.as_secs_f64() / steps as f64;
        let pace = self.pace.map_or(now, |pace| INERTIA * pace + (1.0 - INERTIA) * now);
        if self.pace.is_none() {
            println!("{:.0} ms/step", 1e3 * pace);
        }
        self.pace = Some(pace);
        let left = (60.0 * self.minutes - self.begun.elapsed().as_secs_f64()).max(0.0);
        Some((left / pace) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_fitted_to_the_minutes_and_again_when_the_pace_changes() {
        let mut clock = Clock::new(1e3 / 60.0); // 1000 s
        assert_eq!(clock.left(TIMED_FROM), None);
        assert_eq!(clock.left(TIMED_FROM + 1), None);
        let back = |clock: &mut Clock, seconds| {
            clock.last.1 -= std::time::Duration::from_secs(seconds);
            clock.begun -= std::time::Duration::from_secs(seconds);
        };
        back(&mut clock, 50); // 50 steps in 50 s
        let left = clock.left(TIMED_TO).expect("a number");
        assert!((945..=950).contains(&left), "{left}");
        back(&mut clock, 150); // 50 in 150
        let left = clock.left(TIMED_TO + 50).expect("a number");
        assert!((395..=400).contains(&left), "{left}"); // 800 s at 2 s
    }
}

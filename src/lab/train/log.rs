//! Losses: to a CSV file, to the terminal, and to the check that they are still numbers.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use burn::tensor::{FloatDType, Tensor};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{Error, Result};

/// A jump of the loss by this factor over its best counts as divergence.
const BLOW_UP: f32 = 10.0;

/// Collects losses on the device and reads them every few steps, since each read waits for it.
pub struct LossLog {
    names: Vec<String>,
    sums: Option<Tensor<1>>,
    count: usize,
    best: f32,
    file: File,
    bar: ProgressBar,
    started: Instant,
    first: usize,
}

impl LossLog {
    /// Logs `names` to `losses.csv` in `dir`; appends when resuming from step `first`.
    pub fn new(dir: &Path, names: &[&str], first: usize, steps: usize) -> Result<Self> {
        let path = dir.join("losses.csv");
        let mut file = File::options()
            .create(true)
            .append(first > 0)
            .write(true)
            .truncate(first == 0)
            .open(&path)
            .map_err(Error::io(&path))?;
        if first == 0 {
            writeln!(file, "step,seconds,learning_rate,{}", names.join(","))
                .map_err(Error::io(&path))?;
        }
        let bar = ProgressBar::new(steps as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} ETA {eta} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_position(first as u64);
        let started = Instant::now();
        let names = names.iter().map(ToString::to_string).collect();
        Ok(Self { names, sums: None, count: 0, best: f32::INFINITY, file, bar, started, first })
    }

    /// The number of steps has been decided.
    pub fn set_steps(&self, steps: usize) {
        self.bar.set_length(steps as u64);
    }

    /// Adds the losses of one step, in the order of the names, one or several a tensor; the first is
    /// the one watched.
    pub fn add(&mut self, losses: Vec<Tensor<1>>) {
        let losses = losses.into_iter().map(|l| l.detach().inner().cast(FloatDType::F32));
        let now = Tensor::cat(losses.collect(), 0);
        debug_assert_eq!(now.dims()[0], self.names.len());
        self.sums = Some(match self.sums.take() {
            Some(sums) => sums + now,
            None => now,
        });
        self.count += 1;
        self.bar.inc(1);
    }

    /// Reads what was collected, writes a line, and fails if training has diverged.
    pub fn flush(&mut self, step: usize, learning_rate: f64) -> Result<()> {
        let Some(sums) = self.sums.take() else { return Ok(()) };
        let sums: Vec<f32> = sums
            .into_data()
            .try_to_vec()
            .map_err(|e| Error::Device(format!("losses could not be read: {e:?}")))?;
        let means: Vec<f32> = sums.iter().map(|s| s / self.count as f32).collect();
        self.count = 0;
        let seconds = self.started.elapsed().as_secs_f64();
        let line: Vec<String> = means.iter().map(|m| format!("{m:.5}")).collect();
        writeln!(self.file, "{step},{seconds:.1},{learning_rate:.3e},{}", line.join(","))
            .map_err(Error::io("losses.csv"))?;

        let named: Vec<String> =
            self.names.iter().zip(&line).map(|(name, value)| format!("{name} {value}")).collect();
        let message = named.join("  ");
        if self.bar.is_hidden() {
            let pace = 1e3 * seconds / (step - self.first).max(1) as f64;
            println!("step {step}  {seconds:.0} s  {pace:.0} ms/step  {message}");
        } else {
            self.bar.set_message(message);
        }
        self.check(step, means[0])
    }

    fn check(&mut self, step: usize, loss: f32) -> Result<()> {
        if !loss.is_finite() || (self.best > 0.0 && loss > BLOW_UP * self.best) {
            return Err(Error::Diverged {
                step,
                why: format!(
                    "the loss \"{}\" is {loss}, after {} at best.",
                    self.names[0], self.best
                ),
            });
        }
        self.best = self.best.min(loss);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn log_of(values: &[f32]) -> Result<()> {
        let dir = std::env::temp_dir().join(format!("varigrain-log-{}", values.len()));
        std::fs::create_dir_all(&dir).map_err(Error::io(&dir))?;
        let mut log = LossLog::new(&dir, &["loss"], 0, 10)?;
        for (step, value) in values.iter().enumerate() {
            log.add(vec![Tensor::from_floats([*value], &Device::flex())]);
            log.flush(step + 1, 1e-3)?;
        }
        let text = std::fs::read_to_string(dir.join("losses.csv")).map_err(Error::io(&dir))?;
        assert_eq!(text.lines().count(), values.len() + 1);
        Ok(())
    }

    #[test]
    fn losses_are_written_and_divergence_stops_the_run() {
        log_of(&[3.0, 2.0, 4.0]).expect("a loss that wanders is fine");
        assert_eq!(log_of(&[1.0, f32::NAN]).unwrap_err().code(), "diverged");
        assert_eq!(log_of(&[1.0, 1.0, 1.0, 30.0]).unwrap_err().code(), "diverged");
    }
}

//! Where the time of a training step goes.
//!
//! A GPU works behind the program, so every lap waits for the device. That costs a little of what the parts
//! would do at the same time: the shares are right, the sum is an upper bound.

use std::cell::RefCell;
use std::time::Instant;

use burn::tensor::Device;
use serde::Serialize;

/// Adds up how long the named parts of a step take; does nothing unless it is [on](Self::on).
#[derive(Default)]
pub struct Stopwatch(Option<RefCell<Running>>);

struct Running {
    device: Device,
    last: Instant,
    parts: Vec<Part>,
}

/// A part of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// What it does.
    pub name: &'static str,
    /// Seconds it took, of all laps together.
    pub seconds: f64,
}

impl Stopwatch {
    /// One that waits for `device` at every lap.
    pub fn on(device: &Device) -> Self {
        let running = Running { device: device.clone(), last: Instant::now(), parts: Vec::new() };
        Self(Some(RefCell::new(running)))
    }

    /// The time since the last lap belongs to no part.
    pub fn begin(&self) {
        self.passed();
    }

    /// The time since the last lap belongs to `name`.
    pub fn lap(&self, name: &'static str) {
        let Some(seconds) = self.passed() else { return };
        let Some(running) = &self.0 else { return };
        let parts = &mut running.borrow_mut().parts;
        match parts.iter_mut().find(|part| part.name == name) {
            Some(part) => part.seconds += seconds,
            None => parts.push(Part { name, seconds }),
        }
    }

    /// Forgets the laps so far: the first steps of a GPU are not like the others.
    pub fn reset(&self) {
        if let Some(running) = &self.0 {
            running.borrow_mut().parts.clear();
        }
    }

    /// The parts, in the order in which they came first; empty unless it is on.
    pub fn parts(&self) -> Vec<Part> {
        self.0.as_ref().map_or_else(Vec::new, |running| running.borrow().parts.clone())
    }

    /// Seconds since the last call, once the device has nothing left to do.
    fn passed(&self) -> Option<f64> {
        let mut running = self.0.as_ref()?.borrow_mut();
        // A device that cannot wait fails at the next reading, which says more.
        let _ = running.device.sync();
        let now = Instant::now();
        Some(std::mem::replace(&mut running.last, now).elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laps_of_one_name_add_up_and_what_comes_before_begin_is_nobodys() {
        let watch = Stopwatch::on(&Device::flex());
        let pause = || std::thread::sleep(std::time::Duration::from_millis(20));
        pause();
        watch.begin();
        watch.lap("a");
        pause();
        watch.lap("b");
        pause();
        watch.lap("b");
        let parts = watch.parts();
        assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), ["a", "b"]);
        assert!(parts[0].seconds < 0.02 && parts[1].seconds >= 0.04, "{parts:?}");
        watch.reset();
        assert_eq!(watch.parts(), []);
        let off = Stopwatch::default();
        off.lap("a");
        assert_eq!(off.parts(), []);
    }
}

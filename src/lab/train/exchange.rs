//! Several devices for one training: each has a part of every batch and a copy of the weights, and
//! all of them make the same step with the mean of their gradients.
//!
//! Burn has a collective all-reduce, but not for its LibTorch and CPU backends. The trainer keeps its
//! gradient in one vector, so that one exchange a step is all it takes: every device reads the
//! vectors of the others and adds them up in the same order, which keeps the copies equal. For a few
//! devices of one host; with many, a ring would move less.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use burn::tensor::{Device, Tensor};

use crate::{Error, Result};

/// Has `work` done on all of `devices` (at least one), each with a thread and a seat of its own; the first
/// one, which logs and saves, on the calling thread.
///
/// # Errors
/// The first that `work` fails with.
pub fn together(
    devices: &[Device],
    work: impl Fn(&Device, Seat) -> Result<()> + Sync,
) -> Result<()> {
    let work = &work;
    let mut seats = devices.iter().zip(Seat::around(devices));
    let (device, seat) = seats.next().expect("there is at least one device");
    std::thread::scope(|scope| {
        let others: Vec<_> =
            seats.map(|(device, seat)| scope.spawn(move || work(device, seat))).collect();
        let first = work(device, seat);
        let joined = others
            .into_iter()
            .map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        // Where one fails the others say only that it has.
        let rest = joined.collect::<Result<()>>();
        match (first, rest) {
            (Err(Error::Device(_)), Err(why)) => Err(why),
            (first, rest) => first.and(rest),
        }
    })
}

/// Where the devices meet.
struct Table {
    places: Mutex<Places>,
    changed: Condvar,
}

struct Places {
    /// Of this and of the next exchange, a place a device: nobody can be two ahead.
    vectors: [Vec<Option<Tensor<1>>>; 2],
    /// What the first device says at each.
    word: [usize; 2],
    /// A device has stopped.
    left: bool,
}

/// The place of one device.
pub struct Seat {
    table: Arc<Table>,
    number: usize,
    seats: usize,
    device: Device,
    rounds: std::cell::Cell<usize>,
}

impl Seat {
    /// A seat for each of `devices`.
    pub fn around(devices: &[Device]) -> Vec<Self> {
        let seats = devices.len();
        let empty = || vec![None; seats];
        let places = Places { vectors: [empty(), empty()], word: [0; 2], left: false };
        let table = Arc::new(Table { places: Mutex::new(places), changed: Condvar::new() });
        let seat = |(number, device): (usize, &Device)| Self {
            table: table.clone(),
            number,
            seats,
            device: device.clone(),
            rounds: std::cell::Cell::new(0),
        };
        devices.iter().enumerate().map(seat).collect()
    }

    /// Which of the devices it is, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// How many devices there are.
    pub fn seats(&self) -> usize {
        self.seats
    }

    /// Whether it is the device that writes logs and files.
    pub fn is_first(&self) -> bool {
        self.number == 0
    }

    /// The mean of the vectors that all devices give, one each of the same length, and the `word` of
    /// the first. Every device has to call it equally often; it waits for the others.
    ///
    /// # Errors
    /// [`Error::Device`] if another device has stopped.
    pub fn mean(&self, mine: Tensor<1>, word: usize) -> Result<(Tensor<1>, usize)> {
        if self.seats == 1 {
            return Ok((mine, word));
        }
        let side = self.rounds.get() % 2;
        self.rounds.set(self.rounds.get() + 1);
        let mut places = self.places();
        if places.vectors[side].iter().all(Option::is_some) {
            places.vectors[side].fill(None); // of the exchange before the last
        }
        places.vectors[side][self.number] = Some(mine);
        if self.number == 0 {
            places.word[side] = word;
        }
        self.table.changed.notify_all();
        while !places.left && places.vectors[side].iter().any(Option::is_none) {
            places = self.table.changed.wait(places).unwrap_or_else(PoisonError::into_inner);
        }
        if places.vectors[side].iter().any(Option::is_none) {
            return Err(Error::Device("another device of this training has stopped.".into()));
        }
        let vectors: Vec<Tensor<1>> = places.vectors[side].iter().flatten().cloned().collect();
        let word = places.word[side];
        drop(places);
        let here = vectors.into_iter().map(|vector| vector.to_device(&self.device));
        let sum = here.reduce(|a, b| a + b).expect("there is at least one device");
        Ok((sum / self.seats as f32, word))
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.table.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    /// Whoever waits for it need not wait any longer.
    fn drop(&mut self) {
        self.places().left = true;
        self.table.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_devices_get_the_mean_and_the_word_of_the_first_round_after_round() {
        let devices = [0; 3].map(|_| Device::flex());
        let found: Vec<Vec<(f32, usize)>> = std::thread::scope(|scope| {
            let threads = Seat::around(&devices).into_iter().map(|seat| {
                scope.spawn(move || {
                    let round = |round: usize| {
                        let value = (10 * round + seat.number()) as f32;
                        let mine = Tensor::<1>::from_floats([value, 0.0], &Device::flex());
                        let (mean, word) = seat.mean(mine, 7 * round + seat.number()).unwrap();
                        (mean.into_data().iter::<f32>().next().unwrap(), word)
                    };
                    (0..50).map(round).collect()
                })
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for values in found {
            for (round, value) in values.into_iter().enumerate() {
                assert_eq!(value, ((10 * round + 1) as f32, 7 * round));
            }
        }
    }

    #[test]
    fn a_device_that_stops_holds_nobody_up() {
        let device = Device::flex();
        let mut seats = Seat::around(&[device.clone(), device.clone()]);
        drop(seats.remove(1));
        let mine = Tensor::<1>::ones([1], &device);
        assert_eq!(seats[0].mean(mine, 0).unwrap_err().code(), "device");
        let alone = Seat::around(std::slice::from_ref(&device)).remove(0);
        assert_eq!(alone.mean(Tensor::<1>::ones([1], &device), 3).unwrap().1, 3);
    }
}

//! Batches prepared ahead, on threads of their own.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use crate::{Error, Result};

/// Threads by default, and results that each of them keeps ready, at most. They are taken in turn, so
/// that the same seed gives the same batches in the same order.
const THREADS: usize = 4;
const AHEAD: usize = 2;

/// What threads make over and over, in order.
pub struct Prepared<T> {
    threads: Vec<Receiver<T>>,
    handles: Vec<JoinHandle<()>>,
    turn: Mutex<usize>,
}

impl<T: Send + 'static> Prepared<T> {
    /// `make` gives each thread, by its number, what it calls again and again.
    pub fn spawn<F: FnMut() -> T + Send + 'static>(make: impl Fn(u64) -> F) -> Self {
        Self::spawn_on(THREADS, make)
    }

    /// [`spawn`](Self::spawn) with this number of threads; another number gives other results.
    pub fn spawn_on<F: FnMut() -> T + Send + 'static>(
        threads: usize,
        make: impl Fn(u64) -> F,
    ) -> Self {
        let thread = |number| {
            let mut make = make(number as u64);
            let (sender, receiver) = sync_channel(AHEAD);
            (receiver, std::thread::spawn(move || while sender.send(make()).is_ok() {}))
        };
        let (threads, handles) = (0..threads.max(1)).map(thread).unzip();
        Self { threads, handles, turn: Mutex::new(0) }
    }

    /// The next result.
    pub fn next(&self) -> Result<T> {
        let stopped = || Error::Data("a thread that prepares examples has stopped.".into());
        let mut turn = self.turn.lock().map_err(|_| stopped())?;
        let receiver = &self.threads[*turn];
        *turn = (*turn + 1) % self.threads.len();
        receiver.recv().map_err(|_| stopped())
    }
}

impl<T> Drop for Prepared<T> {
    /// Waits for the threads: a program that ends while they compute on a device may crash.
    fn drop(&mut self) {
        self.threads.clear(); // whoever waits to hand over a result gives up
        for handle in self.handles.drain(..) {
            let _ = handle.join(); // a thread that panicked has said so
        }
    }
}

//! Batches prepared ahead, on a thread of their own.

use std::sync::mpsc::{Receiver, sync_channel};

use crate::{Error, Result};

/// Batches that wait, at most.
const AHEAD: usize = 4;

/// What a thread makes over and over, in order.
pub struct Prepared<T>(Receiver<T>);

impl<T: Send + 'static> Prepared<T> {
    /// Calls `make` again and again, a few results ahead.
    pub fn spawn(mut make: impl FnMut() -> T + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(AHEAD);
        std::thread::spawn(move || while sender.send(make()).is_ok() {});
        Self(receiver)
    }

    /// The next result.
    pub fn next(&self) -> Result<T> {
        let stopped = |_| Error::Data("the thread that prepares examples has stopped.".into());
        self.0.recv().map_err(stopped)
    }
}

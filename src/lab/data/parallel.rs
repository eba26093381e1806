//! Work on all cores: threads take the next job from one queue, so a slow one holds nobody up.

use std::sync::{Mutex, PoisonError};

use crate::Result;

/// `work` on every one of `jobs`, on all cores; results in the order of the jobs, or the first
/// error.
pub fn in_parallel<J: Sync, T: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut results: Vec<Option<Result<T>>> = Vec::new();
    results.resize_with(jobs.len(), || None);
    let queue = &Mutex::new(results.iter_mut().zip(jobs));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    // A statement of its own, so that the lock is gone before the work.
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((result, job)) = next else { return };
                    *result = Some(work(job));
                }
            });
        }
    });
    // Every job was taken from the queue, and a panic in `work` has ended the scope.
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<usize> = (0..1000).collect();
        let squares = in_parallel(&jobs, |&n| Ok(n * n)).unwrap();
        assert!(squares.iter().enumerate().all(|(i, &square)| square == i * i));
        let odd = |&n: &usize| match n {
            500 => Err(Error::Data("five hundred".into())),
            _ => Ok(()),
        };
        assert_eq!(in_parallel(&jobs, odd).unwrap_err().to_string(), "five hundred");
    }
}

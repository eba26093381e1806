//! From samples to scores: distances take seconds each, so all of them are taken side by side.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Result;
use crate::metrics::frechet::Reference;
use crate::metrics::generation::FeatureSet;

/// What is kept of the images of one setting and one seed.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Their features.
    pub features: FeatureSet,
    /// Codes of an image, mean.
    pub codes: Option<f64>,
    /// Images drawn in a second.
    pub per_second: Option<f64>,
}

/// Scores of one setting and one seed; what was not measured is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// FD-lite against all training images.
    pub fd: Option<f64>,
    /// FD-lite against training images of the same classes, as many as there are samples.
    pub fd_same: Option<f64>,
    /// Codes of an image, mean.
    pub codes: Option<f64>,
    /// Images drawn in a second.
    pub per_second: Option<f64>,
}

/// A sample with what it is compared with.
pub struct Job<'a> {
    /// The sample.
    pub sample: &'a Sample,
    /// All training images.
    pub training: &'a Reference,
    /// Training images of the same classes, if wanted.
    pub same: Option<&'a Reference>,
}

impl Job<'_> {
    fn score(&self) -> Result<Scores> {
        let rows = self.sample.features.rows();
        Ok(Scores {
            fd: Some(self.training.distance(rows)?),
            fd_same: self.same.map(|same| same.distance(rows)).transpose()?,
            codes: self.sample.codes,
            per_second: self.sample.per_second,
        })
    }
}

/// Scores of all jobs, in their order, computed by as many threads as there are cores.
pub fn score(jobs: &[Job]) -> Result<Vec<Scores>> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(jobs.len())));
    let work = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(i) else { return };
            let scores = job.score();
            done.lock().unwrap_or_else(|e| e.into_inner()).push((i, scores));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(jobs.len());
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap_or_else(|e| e.into_inner());
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, scores)| scores).collect()
}

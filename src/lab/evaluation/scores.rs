//! From samples to scores: distances take seconds each, so all of them are taken side by side.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::accuracy::Accuracy;
use crate::Result;
use crate::lab::metrics::frechet::Reference;
use crate::lab::metrics::generation::FeatureSet;

/// What is kept of the images of one setting and one seed.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Their features, if they are to be compared.
    pub features: Option<FeatureSet>,
    /// How often the classifier sees what was asked for.
    pub accuracy: Accuracy,
    /// Share of them that lie where training images do, 0..=1.
    pub precision: Option<f64>,
    /// Share of the training images that lie where they do, 0..=1.
    pub recall: Option<f64>,
    /// Codes of an image, mean.
    pub codes: Option<f64>,
    /// Images drawn in a second.
    pub per_second: Option<f64>,
}

/// Scores of one setting and one seed; what was not measured is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    /// FD-lite against all training images.
    pub fd: Option<f64>,
    /// FD-lite against training images of the same classes, as many as there are samples.
    pub fd_same: Option<f64>,
    /// Share of images that lie where training images do, 0..=1.
    pub precision: Option<f64>,
    /// Share of the training images that lie where they do, 0..=1.
    pub recall: Option<f64>,
    /// How often the classifier sees what was asked for.
    pub accuracy: Accuracy,
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
        let Sample { features, accuracy, precision, recall, .. } = self.sample;
        let distance = |to: &Reference| features.as_ref().map(|f| to.distance(f.rows()));
        Ok(Scores {
            fd: distance(self.training).transpose()?,
            fd_same: self.same.and_then(distance).transpose()?,
            precision: *precision,
            recall: *recall,
            accuracy: accuracy.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::metrics::efficientnet::EMBEDDING;
    use crate::rng::Rng;

    fn noise(images: usize, seed: u64) -> FeatureSet {
        let mut rng = Rng::new(seed);
        FeatureSet::from_rows((0..images * EMBEDDING).map(|_| rng.normal()).collect())
    }

    #[test]
    fn jobs_come_back_in_order_with_what_each_knows() {
        let training = noise(6, 1);
        let (reference, same) = (training.reference().unwrap(), noise(5, 2).reference().unwrap());
        let samples: Vec<Sample> = (0..7)
            .map(|i| Sample {
                features: (i != 3).then(|| noise(4, 10 + i)),
                codes: Some(i as f64),
                accuracy: vec![("style".into(), 0.5)],
                ..Sample::default()
            })
            .collect();
        let jobs: Vec<Job> = samples
            .iter()
            .enumerate()
            .map(|(i, sample)| Job {
                sample,
                training: &reference,
                same: (i % 2 == 0).then_some(&same),
            })
            .collect();
        let scores = score(&jobs).unwrap();
        assert_eq!(scores.len(), 7);
        for (i, (scores, sample)) in scores.iter().zip(&samples).enumerate() {
            assert_eq!(scores.codes, Some(i as f64));
            assert_eq!(scores.accuracy, sample.accuracy);
            let expected = sample.features.as_ref().map(|f| f.distance(&training).unwrap());
            assert_eq!(scores.fd.is_some(), expected.is_some());
            let off = scores.fd.zip(expected).map_or(0.0, |(a, b)| (a - b).abs());
            assert!(off < 1e-6, "{off}");
            assert_eq!(scores.fd_same.is_some(), i % 2 == 0 && i != 3);
        }
    }

    #[test]
    fn one_bad_sample_is_an_error_for_all() {
        let reference = noise(6, 1).reference().unwrap();
        let samples = [noise(4, 2), noise(1, 3)]
            .map(|features| Sample { features: Some(features), ..Sample::default() });
        let job = |sample| Job { sample, training: &reference, same: None };
        let jobs: Vec<Job> = samples.iter().map(job).collect();
        assert_eq!(score(&jobs).unwrap_err().code(), "data");
        assert!(score(&[]).unwrap().is_empty());
    }
}

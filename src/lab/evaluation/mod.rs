//! Measuring generators: class-balanced samples, their settings, and what they score.
//!
//! A [`Setting`] says where images come from: a generator with all its parameters, or, to compare with,
//! reconstructions and real drawings. A [`Bench`] makes the images of a setting for one seed and
//! scores them; every setting of a seed draws the same classes, so that settings are compared in
//! pairs. [`sweep`] lists the settings of each experiment, [`report`] makes a table of the scores.
//!
//! A [`Evaluator`] draws and rebuilds images for other questions: [`cells`] that training never saw,
//! [`memorisation`], [`speed`], [`samples`] of larger pictures; [`distance`] and [`accuracy`] say how far
//! apart images are, and what the classifier sees in them; [`hearing`], what a generator itself sees in them; [`int8`], what
//! narrower weights change.

pub mod accuracy;
pub mod balance;
pub mod bench;
pub mod cells;
pub mod cells_report;
pub mod distance;
pub mod evaluator;
pub mod extractor;
pub mod hearing;
pub mod int8;
pub mod maps;
pub mod memorisation;
pub mod memorisation_report;
pub mod networks;
pub mod options;
pub mod report;
pub mod samples;
pub mod scores;
pub mod setting;
pub mod speed;
pub mod sweep;

pub use balance::Balance;
pub use bench::Bench;
pub use evaluator::Evaluator;
pub use extractor::FeatureExtractor;
pub use maps::{MapSource, Maps};
pub use networks::Networks;
pub use options::{BenchOptions, ClassifierOptions, GeneratorOptions, SamplerOptions, TableName};
pub use scores::{Sample, Scores};
pub use setting::{Setting, Source};

//! Data sets: images with labels and splits in one format on disk, and the programs that make them.
//!
//! [`emoji`] goes from npm packages to a prepared folder; training opens such a folder as a
//! [`Dataset`]. [`sheet`] lays images out for the eye.

pub mod dataset;
pub mod emoji;
pub mod planes;
pub mod sheet;
pub mod split;

pub use dataset::{Dataset, Item, Source};
pub use planes::{image_batch, planes};
pub use sheet::Sheet;
pub use split::Split;

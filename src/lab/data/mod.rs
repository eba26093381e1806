//! Data sets: images with labels and splits in one format on disk, and the programs that make them.
//!
//! [`emoji`] goes from npm packages to a prepared folder; training opens such a folder as a
//! [`Dataset`]. [`sheet`] lays images out for the eye.

pub mod dataset;
pub mod drawings;
pub mod emoji;
pub mod originals;
pub mod parallel;
pub mod planes;
pub mod render;
pub mod sheet;
pub mod split;
pub mod table;

pub use dataset::{Dataset, Item, Source};
pub use originals::{Originals, Picture};
pub use planes::{image_batch, planes};
pub use sheet::Sheet;
pub use split::Split;

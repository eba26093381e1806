//! Data sets: images with labels and splits in one format on disk, and the programs that make them.
//!
//! [`emoji`] goes from npm packages to a prepared folder of equal images, which training opens as a
//! [`Dataset`]. [`portraits`] and [`photos`] write larger pictures, from which training cuts its own:
//! [`Originals`]. [`sheet`] lays images out for the eye.

pub mod crop;
pub mod dataset;
pub mod drawings;
pub mod emoji;
pub mod originals;
pub mod parallel;
pub mod photos;
pub mod planes;
pub mod portraits;
pub mod render;
pub mod sheet;
pub mod split;

pub use crop::{Crop, centres};
pub use dataset::{Dataset, Item, Source};
pub use originals::{Originals, Picture};
pub use planes::{image_batch, planes};
pub use sheet::Sheet;
pub use split::Split;

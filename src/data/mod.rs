//! The emoji data set: openly licensed drawings with labels, made reproducibly from npm packages.
//!
//! [`prepare`](prepare::prepare) goes the whole way: pinned [`packages`], Unicode [`labels`] and
//! [`categories`], [`icons`] and their [`matching`] to labels, [`render`]ing, [`twins`] and
//! [`splits`]. Training opens the result as a [`Dataset`]. [`sheet`] lays images out for the eye.

pub mod categories;
pub mod corrections;
pub mod dataset;
pub mod icons;
pub mod labels;
pub mod matching;
pub mod packages;
pub mod planes;
pub mod prepare;
pub mod render;
pub mod sheet;
pub mod splits;
pub mod twins;

pub use dataset::{Dataset, Item};
pub use planes::{image_batch, planes};
pub use sheet::Sheet;
pub use splits::Split;

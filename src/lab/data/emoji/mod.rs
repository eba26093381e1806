//! The emoji data set: openly licensed drawings with labels, made reproducibly from npm packages.
//!
//! [`prepare`](prepare::prepare) goes the whole way: pinned [`packages`], Unicode [`labels`] and
//! [`categories`], [`icons`] and their [`matching`] to labels, [`render`]ing, [`twins`] and
//! [`splits`].

pub mod categories;
pub mod corrections;
pub mod icons;
pub mod labels;
pub mod matching;
pub mod packages;
pub mod prepare;
pub mod render;
pub mod splits;
pub mod twins;

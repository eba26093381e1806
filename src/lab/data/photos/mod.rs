//! The photographs: flowers, clothing and produce out of three openly licensed collections.
//!
//! [`repository`] reads files of local clones at pinned commits, [`collections`] knows the three
//! collections and their labels, [`scale`] brings photographs to size, [`fingerprint`] and
//! [`groups`] find duplicates and what was photographed together, [`splits`] holds whole groups
//! back, [`exclusions`] leaves out what was found unfit by eye, [`prepare`](prepare::prepare)
//! writes the data set as [`Originals`](super::Originals). [`measure`] makes a set that is only
//! measured with.

pub mod collections;
pub mod exclusions;
pub mod fingerprint;
pub mod groups;
pub mod measure;
pub mod prepare;
pub mod repository;
pub mod scale;
pub mod splits;

//! The portraits: drawings put together from openly licensed parts, labelled because the parts were
//! chosen.
//!
//! `scripts/portraits.mjs` draws (its library is JavaScript); [`drawn`] reads its lines, [`axes`]
//! names the classes, [`splits`] holds combinations back and [`prepare`](prepare::prepare) writes
//! the data set as [`Originals`](super::Originals).

pub mod axes;
pub mod drawn;
pub mod prepare;
pub mod splits;

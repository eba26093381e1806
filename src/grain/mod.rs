//! Grains: which regions of an image get few codes and which get many.
//!
//! A [`Grid`] cuts the image into regions; a [`GrainMap`] gives every region a granularity; a
//! [`TokenLayout`] lists the codes that follow from it, in order, with the place of each. These
//! three types are all that encoder, generators and samplers need to agree on.

mod counts;
mod grid;
mod layout;
mod map;
mod positions;
mod shares;

pub use counts::Counts;
pub use grid::Grid;
pub use layout::{Token, TokenLayout};
pub use map::GrainMap;
pub use positions::{Place, Positions, Rule};
pub use shares::Shares;

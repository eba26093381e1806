//! The model pack through its public interface: round trips, and every kind of damage.

mod allocations;
mod damage;
mod folder;
mod int8;
mod manifest;
mod mismatch;
mod models;
mod random;
mod round_trip;

//! What the fuzz targets call; `tests/fuzz.rs` of the program calls the same with mutations of the corpus.
pub mod targets;

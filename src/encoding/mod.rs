//! Encoding one picture with a trained tokenizer: where its information is, which codes it becomes,
//! and what is left of it.
//!
//! ```text
//! pixels ─ density per region ─ levels ─ grain map ─┐
//!        └ encoder ─ features per granularity ──────┴─ codes per cell ─ decoder ─ picture ─ error
//! ```
//!
//! One function, [`encode`], of (model, pixels, options); on every backend the same operations. What
//! comes out fits a request's [`Repaint`](crate::sampler::Repaint): a picture of one's own may be the
//! start of a drawing. [`CodedPicture`] makes a few hundred bytes of it, and a picture of those again.

mod bitstream;
mod density;
mod even;
mod network;
mod options;
mod picture;
mod range_coder;
mod run;

pub use bitstream::{CodedPicture, LONGEST};
pub use even::even_map;
pub use options::{Arrangement, EncodeOptions};
pub use picture::Picture;
pub use run::{EncodedPicture, encode};

//! Small parts that several models share: normalisation, residual blocks, pixel shuffles.

mod conv;
mod norm;
mod pixel;

pub use conv::{AttentionBlock, ResBlock, conv1x1, conv3x3, conv3x3_down};
pub use norm::{GroupNorm, rms_norm};
pub use pixel::{depth_to_space, space_to_depth, upsample_nearest};

//! Convolutional building blocks of the tokenizer.

mod conv;

pub use conv::{AttentionBlock, ResBlock, conv1x1, conv3x3, conv3x3_down};

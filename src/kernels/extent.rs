//! How much of lists that are padded to one length is in use.
//!
//! One recording of launches serves pictures of many lengths. What their lists do not use a GPU leaves out, so padding
//! costs next to nothing, and a few lengths are enough.

use burn::tensor::{Device, Int, Tensor};

use super::Input;

/// How much of every list is in use: all of it, or what an [`ExtentInput`] says. Behind that a GPU computes nothing, and a
/// result may be anything; the formulas compute everything, and nobody looks there.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    /// What kernels find as `info`: images, tokens, of which in front, of which in use, lists of places.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(super) info: Option<Tensor<1, Int>>,
}

impl Extent {
    /// All of them.
    pub fn whole() -> Self {
        Self::default()
    }
}

/// An [`Extent`] that the host changes from picture to picture.
#[derive(Debug)]
pub struct ExtentInput {
    info: Input<1, Int>,
    sizes: [usize; 3],
}

impl ExtentInput {
    /// For `images` lists of `front + listed` tokens, of which the first `front` are always in use. They have one list of
    /// places for all.
    pub fn new(images: usize, front: usize, listed: usize, device: &Device) -> Self {
        let info = Input::ints([5], device);
        let mut extent = Self { info, sizes: [images, front + listed, front] };
        extent.set(listed);
        extent
    }

    /// The first `listed` tokens behind those in front are in use.
    pub fn set(&mut self, listed: usize) {
        let [images, tokens, front] = self.sizes;
        let numbers = [images, tokens, front, tokens.min(front + listed), 1];
        self.info.set(&numbers.map(|n| n as i32));
    }

    /// The extent.
    pub fn extent(&self) -> Extent {
        Extent { info: Some(self.info.tensor()) }
    }
}

//! Where a picture goes on its way to whoever asked for it.

use burn::tensor::{Int, Tensor};

use crate::Result;

/// Something that shows pictures from the device's own memory, as a canvas that the same GPU paints.
pub trait Screen {
    /// Shows the picture of a step before the step is yielded. `pixels`: see [`crate::kernels::pixels`]; the device
    /// may still be computing them, and what comes after this call may overwrite them.
    ///
    /// # Errors
    /// Whatever keeps it from showing.
    fn show(&mut self, pixels: &Tensor<1, Int>) -> Result<()>;

    /// Whether the step has its pixels, too. Without them a step is read in a few kilobytes, and its `rgb` is empty:
    /// its codes make the same picture again ([`crate::encoding`]).
    fn reads(&self) -> bool;
}

/// No screen: pixels are read.
#[derive(Debug, Clone, Copy)]
pub struct Unshown;

impl Screen for Unshown {
    fn show(&mut self, _: &Tensor<1, Int>) -> Result<()> {
        Ok(())
    }

    fn reads(&self) -> bool {
        true
    }
}

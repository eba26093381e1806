//! Where the steps of a generation are shown, and how.

use burn::tensor::{Int, Tensor};
use web_sys::OffscreenCanvas;

use super::canvas::Canvas;
use super::device::Acquired;
#[cfg(feature = "gpu")]
use super::surface::Surface;
use crate::Result;
use crate::sampler::{Screen, Step};

/// What there is of a canvas, and whether steps bring their pixels along.
#[derive(Debug)]
pub struct Shown {
    canvas: Option<Kind>,
    /// Whether whoever draws wants the pixels of every step.
    pub pixels: bool,
}

#[derive(Debug)]
enum Kind {
    /// Painted with pixels that were read.
    Read(Canvas),
    /// Painted by the graphics processor.
    #[cfg(feature = "gpu")]
    Direct(Surface),
}

impl Shown {
    /// No canvas.
    pub fn nowhere() -> Self {
        Self { canvas: None, pixels: true }
    }

    /// Paints on `canvas` from now on: by the graphics processor where that is wanted (`direct`) and can be, pictures of
    /// `size` pixels a side.
    ///
    /// # Errors
    /// [`crate::Error::BadCanvas`] if it can be painted in neither way.
    pub fn paint_on(
        &mut self,
        canvas: OffscreenCanvas,
        acquired: &Acquired,
        direct: bool,
        size: usize,
    ) -> Result<()> {
        #[cfg(feature = "gpu")]
        if direct && let Ok(surface) = Surface::new(&acquired.setup, canvas.clone(), size) {
            self.canvas = Some(Kind::Direct(surface));
            return Ok(());
        }
        let _ = (acquired, direct, size);
        self.canvas = Some(Kind::Read(Canvas::new(canvas)?));
        Ok(())
    }

    /// Whether the graphics processor paints.
    pub fn is_direct(&self) -> bool {
        !matches!(self.canvas, None | Some(Kind::Read(_)))
    }

    /// Paints a step whose pixels were read, where nothing else has; returns them, RGBA, if they are wanted.
    pub fn paint(&mut self, step: &Step) -> Result<Option<Vec<u8>>> {
        if step.rgb.is_empty() {
            return Ok(None);
        }
        let rgba = step.rgba();
        if let Some(Kind::Read(canvas)) = &mut self.canvas {
            canvas.paint(&rgba, step.size)?;
        }
        Ok(self.pixels.then_some(rgba))
    }
}

impl Screen for Shown {
    fn show(&mut self, pixels: &Tensor<1, Int>) -> Result<()> {
        let _ = pixels;
        match &self.canvas {
            #[cfg(feature = "gpu")]
            Some(Kind::Direct(surface)) => surface.paint(pixels),
            _ => Ok(()),
        }
    }

    fn wants(&self) -> bool {
        self.pixels || self.canvas.is_some()
    }

    fn reads(&self) -> bool {
        self.wants() && (self.pixels || !self.is_direct())
    }
}

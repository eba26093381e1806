//! A canvas on which the steps of a generation are painted.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use crate::{Error, Result};

/// An [`OffscreenCanvas`] with its 2D context.
#[derive(Debug)]
pub struct Canvas {
    canvas: OffscreenCanvas,
    context: OffscreenCanvasRenderingContext2d,
    /// The picture in its own size, for canvases of another one.
    scratch: Option<Box<Canvas>>,
}

impl Canvas {
    /// Takes a canvas of any size.
    ///
    /// # Errors
    /// [`Error::BadCanvas`] if it has a context of another kind, or was given away.
    pub fn new(canvas: OffscreenCanvas) -> Result<Self> {
        let context = canvas.get_context("2d").ok().flatten();
        let context = context.and_then(|context| context.dyn_into().ok()).ok_or_else(|| {
            Error::BadCanvas(
                "it has a context of another kind, or it was given away. Use a fresh canvas."
                    .into(),
            )
        })?;
        Ok(Self { canvas, context, scratch: None })
    }

    /// Paints a square picture of `size` × `size` pixels, RGBA, as large as fits, in the middle.
    ///
    /// # Errors
    /// [`Error::BadCanvas`] if the browser refuses.
    pub fn paint(&mut self, rgba: &[u8], size: usize) -> Result<()> {
        let side = size as u32;
        let (width, height) = (self.canvas.width(), self.canvas.height());
        if (width, height) == (side, side) {
            let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(rgba), side, side)
                .map_err(refused)?;
            return self.context.put_image_data(&image, 0.0, 0.0).map_err(refused);
        }
        let scratch = match &mut self.scratch {
            Some(scratch) if scratch.canvas.width() == side => scratch,
            other => {
                let fresh = Self::new(OffscreenCanvas::new(side, side).map_err(refused)?)?;
                other.insert(Box::new(fresh))
            }
        };
        scratch.paint(rgba, size)?;
        let fitted = f64::from(width.min(height));
        let (left, top) = ((f64::from(width) - fitted) / 2.0, (f64::from(height) - fitted) / 2.0);
        self.context.clear_rect(0.0, 0.0, width.into(), height.into());
        // Enlarged pixels stay square; where pixels are left out, their neighbours count, too.
        self.context.set_image_smoothing_enabled(fitted < size as f64);
        self.context
            .draw_image_with_offscreen_canvas_and_dw_and_dh(
                &scratch.canvas,
                left,
                top,
                fitted,
                fitted,
            )
            .map_err(refused)
    }
}

fn refused(error: wasm_bindgen::JsValue) -> Error {
    Error::BadCanvas(format!("the browser says {error:?}."))
}

//! Drawings to pixels: SVG, antialiased, centred on a white square.

use resvg::{tiny_skia, usvg};

use crate::{Error, Result};

/// Renders one SVG document into `rgb` (`size * size * 3` bytes), keeping its aspect.
pub fn render_svg(name: &str, svg: &str, size: usize, rgb: &mut [u8]) -> Result<()> {
    let bad = |why: String| Error::Data(format!("The drawing {name} cannot be rendered: {why}."));
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|e| bad(e.to_string().trim_end_matches('.').to_owned()))?;
    let mut pixmap = tiny_skia::Pixmap::new(size as u32, size as u32)
        .ok_or_else(|| bad(format!("{size} pixels is not a possible size")))?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let (width, height, side) = (tree.size().width(), tree.size().height(), size as f32);
    let scale = side / width.max(height);
    let (dx, dy) = ((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    let place = tiny_skia::Transform::from_row(scale, 0.0, 0.0, scale, dx, dy);
    resvg::render(&tree, place, &mut pixmap.as_mut());
    for (to, from) in rgb.chunks_exact_mut(3).zip(pixmap.data().chunks_exact(4)) {
        to.copy_from_slice(&from[..3]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_drawing_is_named() {
        let error = render_svg("noto:x", "<svg", 8, &mut [0; 192]).unwrap_err().to_string();
        assert!(error.contains("noto:x"), "{error}");
    }
}

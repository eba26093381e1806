//! Contact sheets and PNG files: many small images on one page, to be looked at.

use std::fs::File;
use std::io::{BufWriter, Cursor};
use std::path::Path;

use super::Picture;
use crate::{Error, Result};

/// A page of square cells, filled row by row. Every image is scaled to the cell.
#[derive(Debug, Clone)]
pub struct Sheet {
    columns: usize,
    cell: usize,
    gap: usize,
    cells: Vec<Vec<u8>>,
}

impl Sheet {
    /// An empty page with `columns` cells a row, each `cell` pixels wide, `gap` pixels apart.
    pub fn new(columns: usize, cell: usize, gap: usize) -> Self {
        Self { columns: columns.max(1), cell: cell.max(1), gap, cells: Vec::new() }
    }

    /// Adds the next image: RGB bytes, `size * size * 3` of them. Fails if that is not their number.
    pub fn add(&mut self, rgb: &[u8], size: usize) -> Result<()> {
        if size == 0 || rgb.len() != size * size * 3 {
            return Err(Error::Data(format!(
                "A sheet was given {} bytes as an image of {size} x {size} RGB pixels.",
                rgb.len()
            )));
        }
        self.cells.push(resize(rgb, size, self.cell));
        Ok(())
    }

    /// Leaves the next cell blank (light grey).
    pub fn skip(&mut self) {
        self.cells.push(vec![224; self.cell * self.cell * 3]);
    }

    /// The page as width, height and RGB bytes. Gaps and unused cells are white.
    pub fn compose(&self) -> (usize, usize, Vec<u8>) {
        let pitch = self.cell + self.gap;
        let rows = self.cells.len().div_ceil(self.columns).max(1);
        let (width, height) = (self.columns * pitch + self.gap, rows * pitch + self.gap);
        let mut page = vec![255; width * height * 3];
        for (i, cell) in self.cells.iter().enumerate() {
            let left = self.gap + i % self.columns * pitch;
            let top = self.gap + i / self.columns * pitch;
            for (y, row) in cell.chunks_exact(self.cell * 3).enumerate() {
                let at = ((top + y) * width + left) * 3;
                page[at..at + row.len()].copy_from_slice(row);
            }
        }
        (width, height, page)
    }

    /// Writes the page as a PNG file.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let (width, height, page) = self.compose();
        write_png(path, width, height, &page)
    }
}

/// Scales a square RGB image by averaging over the area of each new pixel.
pub fn resize(rgb: &[u8], from: usize, to: usize) -> Vec<u8> {
    if from == to {
        return rgb.to_vec();
    }
    // For each new pixel, the old ones under it with their shares (which sum to 1).
    let ratio = from as f32 / to as f32;
    let spans: Vec<Vec<(usize, f32)>> = (0..to)
        .map(|i| {
            let (low, high) = (i as f32 * ratio, (i + 1) as f32 * ratio);
            (low as usize..(high.ceil() as usize).min(from))
                .map(|p| (p, (high.min(p as f32 + 1.0) - low.max(p as f32)).max(0.0) / ratio))
                .collect()
        })
        .collect();
    let mut out = Vec::with_capacity(to * to * 3);
    for ys in &spans {
        for xs in &spans {
            let mut sum = [0.0f32; 3];
            for &(y, wy) in ys {
                for &(x, wx) in xs {
                    let at = (y * from + x) * 3;
                    for (total, &value) in sum.iter_mut().zip(&rgb[at..at + 3]) {
                        *total += wy * wx * f32::from(value);
                    }
                }
            }
            out.extend(sum.map(|v| v.round() as u8));
        }
    }
    out
}

/// Writes RGB bytes (`width * height * 3`) as a PNG file.
pub fn write_png(path: impl AsRef<Path>, width: usize, height: usize, rgb: &[u8]) -> Result<()> {
    let path = path.as_ref();
    let file = File::create(path).map_err(Error::io(path))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| png_error(path, e))?;
    writer.write_image_data(rgb).map_err(|e| png_error(path, e))?;
    writer.finish().map_err(|e| png_error(path, e))
}

/// Reads a PNG file of any colour type as width, height and RGB bytes; transparency over white.
pub fn read_png(path: impl AsRef<Path>) -> Result<(usize, usize, Vec<u8>)> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    let Picture { width, height, rgb } = decode_png(&path.display().to_string(), &bytes)?;
    Ok((width, height, rgb))
}

/// Decodes a PNG file of any colour type; transparency over white. `name` is for messages.
pub fn decode_png(name: &str, bytes: &[u8]) -> Result<Picture> {
    let path = Path::new(name);
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|e| png_error(path, e))?;
    let bytes = reader
        .output_buffer_size()
        .ok_or_else(|| png_error(path, "the image is too large for this machine"))?;
    let mut buffer = vec![0; bytes];
    let info = reader.next_frame(&mut buffer).map_err(|e| png_error(path, e))?;
    buffer.truncate(info.buffer_size());
    let over_white = |value: u8, alpha: u8| {
        ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
    };
    let rgb = buffer
        .chunks_exact(info.color_type.samples())
        .flat_map(|p| match *p {
            [grey] => [grey; 3],
            [grey, alpha] => [over_white(grey, alpha); 3],
            [r, g, b, alpha] => [r, g, b].map(|v| over_white(v, alpha)),
            [r, g, b, ..] => [r, g, b],
            [] => [255; 3],
        })
        .collect();
    Ok(Picture { width: info.width as usize, height: info.height as usize, rgb })
}

fn png_error(path: &Path, why: impl std::fmt::Display) -> Error {
    Error::Data(format!("{}: {why}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_placed_row_by_row() {
        let mut sheet = Sheet::new(2, 2, 1);
        for value in [10, 20, 30] {
            sheet.add(&[value; 12], 2).unwrap();
        }
        let (width, height, page) = sheet.compose();
        assert_eq!((width, height), (7, 7));
        let at = |x: usize, y: usize| page[(y * width + x) * 3];
        assert_eq!([at(1, 1), at(4, 2), at(1, 4), at(4, 4), at(0, 0)], [10, 20, 30, 255, 255]);
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert!(Sheet::new(2, 2, 1).add(&[0; 11], 2).is_err());
    }

    #[test]
    fn resizing_averages_areas() {
        let grey = |values: &[u8]| values.iter().flat_map(|&v| [v; 3]).collect::<Vec<u8>>();
        assert_eq!(resize(&grey(&[0, 100, 100, 200]), 2, 1), grey(&[100]));
        assert_eq!(resize(&grey(&[7]), 1, 2), grey(&[7; 4]));
        let third = resize(&grey(&[0, 90, 180, 0, 90, 180, 0, 90, 180]), 3, 2);
        assert_eq!(third, grey(&[30, 150, 30, 150]));
    }

    #[test]
    fn png_files_survive_the_round_trip() {
        let path = std::env::temp_dir().join(format!("varigrain-sheet-{}.png", std::process::id()));
        let rgb: Vec<u8> = (0..2 * 3 * 3).collect();
        write_png(&path, 2, 3, &rgb).unwrap();
        let read = read_png(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read.unwrap(), (2, 3, rgb));
        assert_eq!(read_png(&path).unwrap_err().code(), "io");
    }
}

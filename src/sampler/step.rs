//! What a sampler yields.

/// The state after one step of a generation.
///
/// AR learns in all streams but the last which regions are of which granularity: until they are over, `total`,
/// `tokens` and `grains` are what they would be if they ended now, with every region that has no code yet of
/// the finest.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Number of this step, from 0.
    pub index: usize,
    /// Number of steps in all.
    pub total: usize,
    /// Whether this is the last one.
    pub done: bool,
    /// The picture so far, RGB, `size · size · 3` bytes in raster order. Where a code is not known
    /// yet, the model's current guess stands. Empty where a [`Screen`](super::Screen) wants no pixels.
    pub rgb: Vec<u8>,
    /// Pixels along each side.
    pub size: usize,
    /// Granularity of every region, raster order, 0 = coarsest.
    pub grains: Vec<u8>,
    /// 1 for every region whose granularity is not settled yet, raster order; see above.
    pub undecided: Vec<u8>,
    /// 1 for every cell whose code is known, raster order over cells.
    pub known: Vec<u8>,
    /// Length of the code.
    pub tokens: usize,
    /// Codes known so far.
    pub codes: usize,
    /// The codes on the cell grid, guesses included.
    pub cells: Vec<u16>,
    /// When each cell's code became known, raster order over cells, from 1: the number of the step
    /// (NAR), of the code (AR). 0 while it is not known, and where it was from the beginning
    /// ([`Repaint`](super::Repaint)).
    pub order: Vec<u16>,
    /// The probability with which the model chose the code that stands in each cell, raster order over
    /// cells: that of the code in the distribution it was drawn from, at the moment it was drawn, with
    /// guidance, temperature and limits applied. 0 where `order` is, above 0 elsewhere.
    pub confidence: Vec<f32>,
}

impl Step {
    /// The picture with an opaque alpha channel, as a canvas wants it.
    pub fn rgba(&self) -> Vec<u8> {
        to_rgba(&self.rgb)
    }
}

/// RGB → RGBA, opaque.
pub(crate) fn to_rgba(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
}

/// -1..=1 → 0..=255.
pub(crate) fn to_bytes(x: &[f32]) -> Vec<u8> {
    x.iter().map(|v| ((v.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8).collect()
}

/// `[3, size, size]` in -1..=1 → RGB bytes, pixel by pixel.
pub(crate) fn to_rgb(planes: &[f32]) -> Vec<u8> {
    let bytes = to_bytes(planes);
    let plane = bytes.len() / 3;
    (0..plane).flat_map(|i| [bytes[i], bytes[plane + i], bytes[2 * plane + i]]).collect()
}

/// What [`pixels`](crate::kernels::pixels) gives → RGB bytes, pixel by pixel.
pub(crate) fn pixels_to_rgb(pixels: &[i32]) -> Vec<u8> {
    pixels.iter().flat_map(|p| [0, 8, 16].map(|shift| (p >> shift) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::kernels::{pixels, read};
    use crate::sampler::block_on;

    #[test]
    fn pixels_are_the_bytes_of_their_values() {
        let planes: Vec<f32> = (0..3 * 80).map(|i| (i * 67 % 240) as f32 / 100.0 - 1.2).collect();
        let image = Tensor::<1>::from_floats(planes.as_slice(), &Device::flex());
        let packed = pixels(image.reshape([1, 3, 8, 10]));
        let (packed, _) = block_on(read(&[packed], &[])).expect("read");
        assert_eq!(pixels_to_rgb(&packed[0]), to_rgb(&planes));
    }
}

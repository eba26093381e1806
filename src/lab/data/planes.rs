//! From bytes to what networks see: three planes of numbers in -1..=1.

use burn::tensor::{Device, Tensor, TensorData};

/// Appends image `rgb` (`size · size · 3` bytes) as three planes in -1..=1, moved by `(dy, dx)`.
pub fn planes(rgb: &[u8], size: usize, (dy, dx): (i32, i32), mirror: bool, out: &mut Vec<f32>) {
    let side = size as i32;
    let inside = |i: i32| (0..side).contains(&i);
    for channel in 0..3 {
        for y in 0..side {
            if !inside(y - dy) {
                out.extend(std::iter::repeat_n(1.0, size));
                continue;
            }
            let row = &rgb[(y - dy) as usize * size * 3..][..size * 3];
            out.extend((0..side).map(|x| {
                let from = if mirror { side - 1 - x } else { x } - dx;
                match inside(from) {
                    true => f32::from(row[from as usize * 3 + channel]) / 127.5 - 1.0,
                    false => 1.0,
                }
            }));
        }
    }
}

/// Several images as one tensor `[batch, 3, size, size]`.
pub fn image_batch(images: &[&[u8]], size: usize, device: &Device) -> Tensor<4> {
    let mut values = Vec::with_capacity(images.len() * 3 * size * size);
    for rgb in images {
        planes(rgb, size, (0, 0), false, &mut values);
    }
    Tensor::from_data(TensorData::new(values, [images.len(), 3, size, size]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_moves_mirrors_and_fills_with_white() {
        let rgb: Vec<u8> = (0..12).map(|i| i * 10).collect(); // 2×2 pixels
        let value = |b: u8| f32::from(b) / 127.5 - 1.0;
        let mut still = Vec::new();
        planes(&rgb, 2, (0, 0), false, &mut still);
        assert_eq!(still[..4], [0, 30, 60, 90].map(value));
        assert_eq!(still[4..8], [10, 40, 70, 100].map(value));
        let mut moved = Vec::new();
        planes(&rgb, 2, (1, 0), true, &mut moved);
        assert_eq!(moved[..4], [1.0, 1.0, value(30), value(0)]);
    }
}

//! Photographs to size: cropped in the middle where they are too long, then scaled.

use crate::lab::data::Picture;

/// Longest long side, in short sides.
pub const ASPECT: f64 = 1.3;

/// The middle of a picture, at most [`ASPECT`] times as long as wide.
pub fn crop(picture: &Picture) -> Picture {
    let Picture { width, height, rgb } = picture;
    let longest = (*width.min(height) as f64 * ASPECT).round() as usize;
    let (new_width, new_height) = ((*width).min(longest), (*height).min(longest));
    let (left, top) = ((width - new_width) / 2, (height - new_height) / 2);
    let mut cropped = Vec::with_capacity(new_width * new_height * 3);
    for row in rgb.chunks_exact(width * 3).skip(top).take(new_height) {
        cropped.extend_from_slice(&row[left * 3..(left + new_width) * 3]);
    }
    Picture { width: new_width, height: new_height, rgb: cropped }
}

/// Scales so that the short side has `short` pixels, with a Lanczos filter of three lobes, widened
/// where it scales down.
pub fn to_short_side(picture: &Picture, short: usize) -> Picture {
    let ratio = short as f64 / picture.width.min(picture.height) as f64;
    let scaled = |side: usize| ((side as f64 * ratio).round() as usize).max(1);
    let (width, height) = (scaled(picture.width), scaled(picture.height));
    resize(picture, width, height)
}

/// Scales to `width` × `height` pixels with the same filter.
pub fn resize(picture: &Picture, width: usize, height: usize) -> Picture {
    let columns = taps(picture.width, width);
    let rows = taps(picture.height, height);
    // Rows first: [height of the source, new width, 3].
    let mut middle = Vec::with_capacity(picture.height * width * 3);
    for row in picture.rgb.chunks_exact(picture.width * 3) {
        for (first, weights) in &columns {
            for channel in 0..3 {
                let values = row[first * 3 + channel..].iter().step_by(3);
                middle.push(weights.iter().zip(values).map(|(w, &v)| w * f32::from(v)).sum());
            }
        }
    }
    let mut rgb = Vec::with_capacity(height * width * 3);
    let mut sums = vec![0.0f32; width * 3];
    for (first, weights) in &rows {
        sums.fill(0.0);
        for (weight, row) in weights.iter().zip(middle.chunks_exact(width * 3).skip(*first)) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, value): (&mut f32, &f32)| *sum += weight * value);
        }
        rgb.extend(sums.iter().map(|sum| sum.round().clamp(0.0, 255.0) as u8));
    }
    Picture { width, height, rgb }
}

/// For each of `to` new positions the first of the `from` old ones and their weights, which sum to 1.
fn taps(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    const LOBES: f64 = 3.0;
    let ratio = from as f64 / to as f64;
    let stretch = ratio.max(1.0);
    let sinc = |x: f64| {
        if x == 0.0 { 1.0 } else { (x * std::f64::consts::PI).sin() / (x * std::f64::consts::PI) }
    };
    (0..to)
        .map(|i| {
            let centre = (i as f64 + 0.5) * ratio - 0.5;
            let reach = LOBES * stretch;
            let first = (centre - reach).ceil().max(0.0) as usize;
            let last = ((centre + reach).floor() as usize).min(from - 1);
            let weights: Vec<f64> = (first..=last)
                .map(|p| {
                    let x = (p as f64 - centre) / stretch;
                    if x.abs() < LOBES { sinc(x) * sinc(x / LOBES) } else { 0.0 }
                })
                .collect();
            let sum: f64 = weights.iter().sum();
            (first, weights.into_iter().map(|w| (w / sum) as f32).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, value: impl Fn(usize, usize) -> u8) -> Picture {
        let rgb = (0..width * height).flat_map(|i| [value(i % width, i / width); 3]).collect();
        Picture { width, height, rgb }
    }

    #[test]
    fn long_pictures_lose_both_ends() {
        let cropped = crop(&picture(40, 10, |x, _| x as u8));
        assert_eq!((cropped.width, cropped.height), (13, 10));
        assert_eq!((cropped.rgb[0], cropped.rgb[12 * 3]), (13, 25));
        let upright = picture(10, 13, |_, y| y as u8);
        assert_eq!(crop(&upright), upright);
    }

    #[test]
    fn scaling_keeps_flat_areas_and_ramps() {
        let flat = to_short_side(&picture(50, 40, |_, _| 93), 28);
        assert_eq!((flat.width, flat.height), (35, 28));
        assert!(flat.rgb.iter().all(|&v| v == 93));
        let ramp = picture(64, 8, |x, _| 4 * x as u8);
        for width in [32, 128] {
            let scaled = resize(&ramp, width, 8);
            // Away from the border a ramp stays a ramp.
            for x in width / 4..width * 3 / 4 {
                let expected = ((x as f64 + 0.5) * 64.0 / width as f64 - 0.5) * 4.0;
                let found = f64::from(scaled.rgb[x * 3]);
                assert!((found - expected).abs() <= 1.5, "{width} {x}: {found} {expected}");
            }
        }
        assert_eq!(resize(&ramp, 64, 8), ramp);
    }
}

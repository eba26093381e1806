//! Blur augmentation: what is left of a drawing without its finest detail.
//!
//! A classifier that only ever sees crisp drawings learns their crispness: after a tokenizer, which
//! keeps shapes and colours but blurs edges, it no longer tells one style from another. Training images
//! that are blurred and noisy by different amounts take that hint away. Ours.

use crate::rng::Rng;

/// Largest standard deviation of the blur, in pixels for each 64 pixels of the image.
const BLUR: f32 = 0.9;
/// Largest standard deviation of the noise; colours are in -1..=1.
const NOISE: f32 = 0.06;

/// Blurs `image`, three planes of `size` × `size`, by a random Gaussian and adds random noise.
pub fn blur(image: &mut [f32], size: usize, rng: &mut Rng) {
    let sigma = BLUR * size as f32 / 64.0 * rng.uniform();
    let noise = NOISE * rng.uniform();
    for plane in image.chunks_mut(size * size) {
        gaussian(plane, size, sigma);
        plane.iter_mut().for_each(|x| *x = (*x + noise * rng.normal()).clamp(-1.0, 1.0));
    }
}

/// Convolves a plane with a Gaussian of deviation `sigma` in pixels, along rows and then columns;
/// the border's pixels go on outside.
fn gaussian(plane: &mut [f32], size: usize, sigma: f32) {
    let reach = (3.0 * sigma).ceil() as usize;
    if reach == 0 {
        return;
    }
    let weight = |d: usize| (-0.5 * (d as f32 / sigma).powi(2)).exp();
    let sum = 1.0 + 2.0 * (1..=reach).map(weight).sum::<f32>();
    let kernel: Vec<f32> = (0..=reach).map(|d| weight(d) / sum).collect();
    let mut line = vec![0.0; size];
    for (start, stride) in
        (0..size).map(|row| (row * size, 1)).chain((0..size).map(|column| (column, size)))
    {
        line.iter_mut().enumerate().for_each(|(i, x)| *x = plane[start + i * stride]);
        for i in 0..size {
            let pair = |d: usize| line[i.saturating_sub(d)] + line[(i + d).min(size - 1)];
            let rest: f32 = (1..=reach).map(|d| kernel[d] * pair(d)).sum();
            plane[start + i * stride] = kernel[0] * line[i] + rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_flat_planes_and_the_sum_of_a_dot_and_has_its_deviation() {
        let mut flat = vec![0.3; 64 * 64];
        gaussian(&mut flat, 64, 1.7);
        assert!(flat.iter().all(|x| (x - 0.3).abs() < 1e-5));

        let mut dot = vec![0.0; 64 * 64];
        dot[32 * 64 + 32] = 1.0;
        gaussian(&mut dot, 64, 1.5);
        assert!((dot.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        let second = |i: usize| (i as f32 % 64.0 - 32.0).powi(2);
        let variance: f32 = dot.iter().enumerate().map(|(i, x)| x * second(i)).sum();
        assert!((variance - 2.25).abs() < 0.1, "{variance}");
    }

    #[test]
    fn softened_images_stay_in_range_and_lose_their_edges() {
        let mut rng = Rng::new(3);
        let size = 64_usize;
        let sharp: Vec<f32> = (0..3 * size * size)
            .map(|i| if (i % size / 4).is_multiple_of(2) { 1.0 } else { -1.0 })
            .collect();
        let steepest = |image: &[f32]| {
            let steps = image.windows(2).enumerate().filter(|(i, _)| i % size != size - 1);
            steps.map(|(_, w)| (w[1] - w[0]).abs()).fold(0.0, f32::max)
        };
        let soft: Vec<f32> = (0..20)
            .map(|_| {
                let mut image = sharp.clone();
                blur(&mut image, size, &mut rng);
                assert!(image.iter().all(|x| (-1.0..=1.0).contains(x)));
                steepest(&image)
            })
            .collect();
        assert!(soft.iter().any(|edge| *edge < 1.2) && soft.iter().any(|edge| *edge > 1.5));
    }
}

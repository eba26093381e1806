//! Pictures that occur twice.
//!
//! Emoji sets reuse drawings: "man walking" is "person walking", "facing right" is the mirror image,
//! a later version of a set keeps what was good. If one of two twins were tested while the other was
//! trained on, the test would measure memory. Twins are found by comparing thumbnails, all pairs,
//! upright and mirrored.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::lab::data::sheet::resize;

/// Side of the thumbnails.
const SIDE: usize = 16;
/// Largest mean difference of two twins' thumbnails, in grey levels of 255.
const TOLERANCE: u32 = 2;

/// Which images have a twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// Image `i` has a twin anywhere.
    pub any: Vec<bool>,
    /// Image `i` has a twin that bears another concept.
    pub across_concepts: Vec<bool>,
    /// How many pairs there are.
    pub pairs: usize,
}

impl Twins {
    /// `count` images, no twins.
    pub fn none(count: usize) -> Self {
        Self { any: vec![false; count], across_concepts: vec![false; count], pairs: 0 }
    }

    /// Compares all images with each other: `size * size * 3` bytes of `pixels` for each entry of
    /// `concepts`.
    pub fn find(pixels: &[u8], size: usize, concepts: &[usize], threads: usize) -> Self {
        let thumbs: Vec<[Vec<u8>; 2]> =
            pixels.chunks_exact(size * size * 3).map(|rgb| thumbnails(rgb, size)).collect();
        let next = AtomicUsize::new(0);
        let search = || {
            let mut pairs = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                let Some([upright, mirrored]) = thumbs.get(i) else { return pairs };
                for (j, [other, _]) in thumbs.iter().enumerate().skip(i + 1) {
                    if alike(upright, other) || alike(mirrored, other) {
                        pairs.push((i, j));
                    }
                }
            }
        };
        let pairs: Vec<(usize, usize)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(search)).collect();
            workers
                .into_iter()
                .flat_map(|worker| match worker.join() {
                    Ok(pairs) => pairs,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        });
        let mut twins = Self::none(thumbs.len());
        twins.pairs = pairs.len();
        for (i, j) in pairs {
            let across = concepts[i] != concepts[j];
            for image in [i, j] {
                twins.any[image] = true;
                twins.across_concepts[image] |= across;
            }
        }
        twins
    }
}

/// A thumbnail and its mirror image.
fn thumbnails(rgb: &[u8], size: usize) -> [Vec<u8>; 2] {
    let upright = resize(rgb, size, SIDE);
    let mirrored = upright
        .chunks_exact(SIDE * 3)
        .flat_map(|row| row.chunks_exact(3).rev().flatten().copied())
        .collect();
    [upright, mirrored]
}

/// Whether two thumbnails differ by at most the tolerance; stops as soon as they differ by more.
fn alike(a: &[u8], b: &[u8]) -> bool {
    let mut left = TOLERANCE * a.len() as u32;
    for (a, b) in a.chunks(48).zip(b.chunks(48)) {
        let difference: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        match left.checked_sub(difference) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_and_mirror_images_are_found() {
        let image = |f: &dyn Fn(usize, usize) -> u8| -> Vec<u8> {
            (0..32 * 32).flat_map(|i| [f(i % 32, i / 32); 3]).collect()
        };
        let ramp = image(&|x, _| x as u8 * 8);
        let mirror = image(&|x, _| (31 - x) as u8 * 8);
        let noisy = image(&|x, y| x as u8 * 8 + (y % 2) as u8);
        let upright = image(&|_, y| y as u8 * 8);
        let pixels = [ramp, mirror, noisy, upright].concat();
        let twins = Twins::find(&pixels, 32, &[0, 1, 0, 2], 2);
        assert_eq!(twins.any, [true, true, true, false]);
        assert_eq!(twins.across_concepts, [true, true, true, false]);
        assert_eq!(twins.pairs, 3);
        let same_concept = Twins::find(&pixels, 32, &[0, 0, 0, 2], 1);
        assert!(same_concept.any[0] && !same_concept.across_concepts[0]);
    }
}

//! All icons to pixels, in parallel.
//!
//! Threads take the next drawing from one queue of disjoint pixel slices, so no image is copied
//! and a slow drawing (blurs in the gradient style) holds nobody up.

use std::sync::Mutex;

use super::icons::Icon;
use crate::Result;
use crate::lab::data::render::render_svg;

/// One drawing to render, with a name for messages.
#[derive(Debug, Clone)]
pub struct Job {
    /// Style and icon, for messages.
    pub name: String,
    /// The drawing.
    pub icon: Icon,
}

/// Renders all jobs on `threads` threads; `done` is called after each. The result is one buffer,
/// `size * size * 3` bytes a job, in the order of the jobs.
pub fn render_all(
    jobs: &[Job],
    size: usize,
    threads: usize,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<u8>> {
    let mut pixels = vec![0; jobs.len() * size * size * 3];
    if pixels.is_empty() {
        return Ok(pixels);
    }
    let queue = Mutex::new(pixels.chunks_exact_mut(size * size * 3).zip(jobs));
    let first_error = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    // A statement of its own, so that the lock is gone before the rendering.
                    let next = locked(&queue).next();
                    let Some((rgb, job)) = next else { return };
                    if let Err(error) = render_svg(&job.name, &job.icon.svg(), size, rgb) {
                        locked(&first_error).get_or_insert(error);
                        return;
                    }
                    done();
                }
            });
        }
    });
    match locked(&first_error).take() {
        Some(error) => Err(error),
        None => Ok(pixels),
    }
}

/// The guarded value, also after a panic elsewhere: it is a queue or a message, never half-written.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::data::emoji::icons::IconSet;

    fn set() -> IconSet {
        let icons = r##"{"width":8,"height":8,"icons":{
            "red":{"body":"<rect width='4' height='8' fill='#f00'/>"},
            "flat":{"body":"<rect width='8' height='4' fill='#00f'/>","height":4}},
            "aliases":{"right":{"parent":"red","hFlip":true}}}"##;
        IconSet::parse("x", icons, "{}").unwrap()
    }

    fn pixel(rgb: &[u8], size: usize, x: usize, y: usize) -> [u8; 3] {
        let at = (y * size + x) * 3;
        [rgb[at], rgb[at + 1], rgb[at + 2]]
    }

    #[test]
    fn drawings_are_placed_on_white_and_keep_their_aspect() {
        let job = |name: &str| Job { name: name.into(), icon: set().icon(name).unwrap() };
        let pixels = render_all(&[job("red"), job("flat"), job("right")], 16, 2, &|| {}).unwrap();
        let images: Vec<&[u8]> = pixels.chunks_exact(16 * 16 * 3).collect();
        let (red, blue, white) = ([255, 0, 0], [0, 0, 255], [255; 3]);
        assert_eq!([pixel(images[0], 16, 2, 8), pixel(images[0], 16, 13, 8)], [red, white]);
        assert_eq!([pixel(images[2], 16, 2, 8), pixel(images[2], 16, 13, 8)], [white, red]);
        assert_eq!([pixel(images[1], 16, 8, 1), pixel(images[1], 16, 8, 8)], [white, blue]);
    }
}

//! Which photographs are copies of each other, and which were taken together.
//!
//! A copy of a photograph adds nothing to training and spoils a test, so of every photograph one is
//! kept. Photographs of one scene differ, but not enough to be in training *and* in a test: they form
//! a group, which the split keeps together.

use std::collections::BTreeMap;

use super::fingerprint::Fingerprint;

/// Most bits by which the hashes of two pictures of one scene differ.
const BITS: u32 = 12;
/// Largest difference of thumbnails of two copies.
const COPY: f32 = 4.0;
/// Largest difference of thumbnails of two photographs taken together.
const TOGETHER: f32 = 14.0;
/// Largest difference in colours of two photographs of one series.
const COLOURS: f32 = 0.22;

/// What is known of a photograph besides its pixels.
#[derive(Debug, Clone)]
pub struct Traits {
    /// What it shows: two copies with different subjects are both left out.
    pub subject: u16,
    /// Photographs with the same key were taken of the same things in the same places. Of these, like
    /// colours (the light, the crate, the shelf) are enough to belong together.
    pub series: Option<String>,
    /// Photographs with the same key are versions of one.
    pub original: Option<String>,
    /// Pixels of the source; the largest of several copies is kept.
    pub pixels: usize,
    /// What it looks like.
    pub fingerprint: Fingerprint,
}

/// The answer, one entry a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The group: equal numbers belong together.
    pub group: Vec<usize>,
    /// Whether it is kept: it is no copy, or the largest one.
    pub kept: Vec<bool>,
}

/// Sets that are joined; each is named by its first member.
struct Sets(Vec<usize>);

impl Sets {
    fn of(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Finds copies and groups.
pub fn find(photos: &[Traits]) -> Groups {
    let count = photos.len();
    let mut copies = Sets((0..count).collect());
    let mut together = Sets((0..count).collect());
    for (i, a) in photos.iter().enumerate() {
        for (j, b) in photos.iter().enumerate().skip(i + 1) {
            let series = a.series.is_some() && a.series == b.series;
            let original = a.original.is_some() && a.original == b.original;
            let near = a.fingerprint.bits_apart(&b.fingerprint) <= BITS;
            if !(near || series || original) {
                continue;
            }
            let difference = a.fingerprint.difference(&b.fingerprint);
            if original || near && difference <= COPY {
                copies.join(i, j);
            }
            let colours = || a.fingerprint.colours_apart(&b.fingerprint) <= COLOURS;
            if original || near && difference <= TOGETHER || series && colours() {
                together.join(i, j);
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    (0..count).for_each(|i| members.entry(copies.of(i)).or_default().push(i));
    let mut kept = vec![false; count];
    for members in members.values() {
        let subject = photos[members[0]].subject;
        if members.iter().all(|&i| photos[i].subject == subject) {
            // The first of the largest.
            let best = members.iter().rev().max_by_key(|&&i| photos[i].pixels);
            best.into_iter().for_each(|&i| kept[i] = true);
        }
    }
    Groups { group: (0..count).map(|i| together.of(i)).collect(), kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::data::Picture;
    use crate::lab::data::photos::scale::resize;
    use crate::rng::Rng;

    /// Soft noise that `seed` decides, in a colour.
    fn picture(seed: u64, tint: [u8; 3]) -> Picture {
        let mut rng = Rng::new(seed);
        let rgb = (0..36)
            .flat_map(|_| {
                let value = (rng.uniform() * 120.0) as u8;
                tint.map(|t| value + t)
            })
            .collect();
        resize(&Picture { width: 6, height: 6, rgb }, 96, 96)
    }

    fn traits(subject: u16, picture: &Picture) -> Traits {
        Traits {
            subject,
            series: None,
            original: None,
            pixels: picture.width * picture.height,
            fingerprint: Fingerprint::of(picture),
        }
    }

    #[test]
    fn the_largest_copy_is_kept_and_copies_that_disagree_go() {
        let (one, two, three) = (picture(1, [0; 3]), picture(2, [0; 3]), picture(3, [0; 3]));
        let photos = [
            traits(0, &one),
            traits(0, &resize(&one, 120, 120)),
            traits(1, &two),
            traits(0, &resize(&one, 80, 80)),
            traits(0, &three),
            traits(1, &three),
        ];
        let groups = find(&photos);
        assert_eq!(groups.kept, [false, true, true, false, false, false]);
        assert_eq!(groups.group, [0, 0, 2, 0, 4, 4]);
    }

    #[test]
    fn like_colours_group_a_series_and_nothing_else() {
        let mut photos: Vec<Traits> = [(1, [100, 0, 0]), (2, [100, 0, 0]), (3, [0, 0, 100])]
            .map(|(seed, tint)| traits(0, &picture(seed, tint)))
            .to_vec();
        assert_eq!(find(&photos).group, [0, 1, 2]);
        photos.iter_mut().for_each(|photo| photo.series = Some("shop".into()));
        assert_eq!(find(&photos), Groups { group: vec![0, 0, 2], kept: vec![true; 3] });
        photos[2].series = Some("other shop".into());
        photos[2].original = Some("7".into());
        photos[0].original = Some("7".into());
        assert_eq!(find(&photos), Groups { group: vec![0; 3], kept: vec![true, true, false] });
    }
}

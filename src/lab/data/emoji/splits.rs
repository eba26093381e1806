//! What is trained on and what is kept for tests, decided by seed.
//!
//! Two questions, two test sets. *Can the generator draw the emoji that a style lacks?* For that,
//! single cells of the concept × style table are held back: the concept stays in training in other
//! styles, so the truth is known but was never seen. *Does the tokenizer code pictures of things it
//! never met?* For that, whole concepts are held back in every style.
//!
//! A test picture that also occurs in training, under whatever label, would answer neither. Pictures
//! with a twin (see [`super::twins`]) are therefore kept in training.

use std::collections::HashMap;

use super::twins::Twins;
use crate::lab::data::Split;
use crate::rng::Rng;

/// Share of the filled cells in `test-cells`.
pub const CELL_SHARE: f64 = 0.05;
/// Share of the concepts in `test-concepts`.
pub const CONCEPT_SHARE: f64 = 0.03;

/// Splits the images whose concepts are `concepts` (image order). Same input, same splits.
///
/// The shares are of all concepts that occur and of all images; if twins leave too few candidates,
/// the test sets come out smaller.
pub fn assign(concepts: &[usize], twins: &Twins, seed: u64) -> Vec<Split> {
    let mut splits = vec![Split::Train; concepts.len()];
    let mut images: HashMap<usize, Vec<usize>> = HashMap::new();
    for (image, &concept) in concepts.iter().enumerate() {
        images.entry(concept).or_default().push(image);
    }
    let rng = Rng::new(seed);

    let mut order: Vec<usize> = images.keys().copied().collect();
    order.sort_unstable();
    let quota = (order.len() as f64 * CONCEPT_SHARE).round() as usize;
    rng.fork(1).shuffle(&mut order);
    order.retain(|concept| images[concept].iter().all(|&i| !twins.across_concepts[i]));
    for concept in order.into_iter().take(quota) {
        for &image in &images[&concept] {
            splits[image] = Split::TestConcepts;
        }
    }

    let mut left: HashMap<usize, usize> = images.iter().map(|(c, i)| (*c, i.len())).collect();
    let mut order: Vec<usize> = (0..concepts.len()).collect();
    let mut quota = (order.len() as f64 * CELL_SHARE).round() as usize;
    rng.fork(2).shuffle(&mut order);
    for image in order {
        if quota == 0 {
            break;
        }
        if splits[image] != Split::Train || twins.any[image] {
            continue;
        }
        if let Some(left) = left.get_mut(&concepts[image]).filter(|left| **left > 1) {
            *left -= 1;
            quota -= 1;
            splits[image] = Split::TestCells;
        }
    }
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200 concepts, of which every tenth exists in one style only and the others in four.
    fn concepts() -> Vec<usize> {
        (0..200).flat_map(|c| vec![c; if c % 10 == 0 { 1 } else { 4 }]).collect()
    }

    fn count(splits: &[Split], split: Split) -> usize {
        splits.iter().filter(|s| **s == split).count()
    }

    #[test]
    fn the_seed_decides() {
        let (concepts, twins) = (concepts(), Twins::none(740));
        assert_eq!(concepts.len(), 740);
        assert_eq!(assign(&concepts, &twins, 1), assign(&concepts, &twins, 1));
        assert_ne!(assign(&concepts, &twins, 1), assign(&concepts, &twins, 2));
    }

    #[test]
    fn test_concepts_are_in_no_style_and_test_cells_keep_their_concept() {
        let concepts = concepts();
        for seed in 0..20 {
            let splits = assign(&concepts, &Twins::none(concepts.len()), seed);
            assert_eq!(count(&splits, Split::TestCells), 37);
            let of = |concept: usize, split: Split| {
                (0..concepts.len())
                    .filter(|&i| concepts[i] == concept && splits[i] == split)
                    .count()
            };
            let held_back = (0..200).filter(|&c| of(c, Split::TestConcepts) > 0).count();
            assert_eq!(held_back, 6);
            for c in 0..200 {
                if of(c, Split::TestConcepts) > 0 {
                    assert_eq!(of(c, Split::Train) + of(c, Split::TestCells), 0);
                } else {
                    assert!(of(c, Split::Train) > 0);
                }
            }
        }
    }

    #[test]
    fn pictures_with_a_twin_stay_in_training() {
        let concepts = concepts();
        let all = Twins { any: vec![true; 740], across_concepts: vec![true; 740], pairs: 0 };
        assert_eq!(count(&assign(&concepts, &all, 1), Split::Train), 740);
    }
}

//! Held-out cells: can the model draw a concept in a style in which it has never seen it?
//!
//! The data set keeps some (concept, style) pairs out of training. The concept is known from other
//! styles, the style from other concepts, and the true drawing is at hand. The easy way out is to
//! draw the concept as another style does: so a drawing only counts if it is closer to the truth
//! than the *nearest* of the training drawings of that concept, which all are of other styles.
//!
//! A tokenizer leaves traces that a real drawing has not; the comparison is made a second time with
//! the other styles after the tokenizer, where these traces are on both sides.
//!
//! Beside the generator stand the truth after the tokenizer (no drawing on its codes can be
//! expected to do better) and a training drawing of the right style and subgroup but another concept
//! (what knowing only the style is worth).

use std::collections::BTreeMap;

use crate::Result;
use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;

/// A pair that was held out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The true drawing, as index into the data set.
    pub item: usize,
    /// Training drawings of the same concept, all of other styles; at least one.
    pub others: Vec<usize>,
    /// A training drawing of the same style and subgroup, or only style, but another concept.
    pub stand_in: usize,
}

/// The held-out cells of `data` to which there is something to compare.
///
/// # Errors
/// [`Error::UnknownAxis`](crate::Error::UnknownAxis) without the axes style, category and concept.
pub fn held_out(data: &Dataset, seed: u64) -> Result<Vec<Cell>> {
    let [style, category, concept] =
        ["style", "category", "concept"].map(|id| data.classes.axis(id));
    let (style, category, concept) = (style?, category?, concept?);
    let (mut of_concept, mut of_style, mut of_family) =
        (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
    for i in data.indices(Split::Train) {
        of_concept.entry(data.class(i, concept)).or_default().push(i);
        of_style.entry(data.class(i, style)).or_default().push(i);
        of_family.entry((data.class(i, style), data.class(i, category))).or_default().push(i);
    }
    let mut rng = Rng::new(seed).fork(31);
    let mut cell = |i: usize| {
        let is_other = |o: &usize| data.class(*o, style) != data.class(i, style);
        let others: Vec<usize> =
            of_concept.get(&data.class(i, concept))?.iter().copied().filter(is_other).collect();
        let family = of_family.get(&(data.class(i, style), data.class(i, category)));
        let known = family.or_else(|| of_style.get(&data.class(i, style)))?;
        let is_stranger = |o: &usize| data.class(*o, concept) != data.class(i, concept);
        let strangers: Vec<usize> = known.iter().copied().filter(is_stranger).collect();
        if others.is_empty() || strangers.is_empty() {
            return None;
        }
        Some(Cell { item: i, others, stand_in: strangers[rng.below(strangers.len())] })
    };
    Ok(data.indices(Split::TestCells).into_iter().filter_map(&mut cell).collect())
}

/// How close some drawings come to the truth, beside other styles. Shares are in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closeness {
    /// Share that is closer than the nearest other-style drawing.
    pub than_nearest: f64,
    /// Share that is closer than other-style drawings are on average.
    pub than_mean: f64,
    /// Distance to the truth, mean.
    pub distance: f64,
    /// Of that, as a share of the nearest other-style drawing's distance: median over the cells.
    pub ratio: f64,
}

/// Compares distances to the truth: `ours`, one a cell, and those of all its `others`.
///
/// Both have as many entries, and no list of others is empty.
pub fn closeness(ours: &[f64], others: &[Vec<f64>]) -> Closeness {
    let count = ours.len().max(1) as f64;
    let share = |bar: &dyn Fn(&[f64]) -> f64| {
        ours.iter().zip(others).filter(|(d, others)| **d < bar(others)).count() as f64 / count
    };
    let mut ratios: Vec<f64> =
        ours.iter().zip(others).map(|(d, others)| d / nearest(others)).collect();
    ratios.sort_by(f64::total_cmp);
    Closeness {
        than_nearest: share(&nearest),
        than_mean: share(&|others| others.iter().sum::<f64>() / others.len() as f64),
        distance: ours.iter().sum::<f64>() / count,
        ratio: crate::lab::results::quantile(&ratios, 0.5),
    }
}

fn nearest(others: &[f64]) -> f64 {
    others.iter().copied().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class, ClassTable};
    use crate::lab::data::Item;

    #[test]
    fn a_cell_comes_with_other_styles_and_a_stranger_of_its_own() {
        let axis = |id: &str, count: usize| {
            Axis::new(id, (0..count).map(|i| Class::new(i.to_string(), "")).collect())
        };
        let axes = vec![axis("style", 3), axis("category", 2), axis("concept", 3)];
        let classes = ClassTable { axes, trained: None };
        use Split::{TestCells, TestConcepts, Train};
        let items: Vec<Item> = [
            (0, 0, TestCells),    // 0: the cell
            (1, 0, Train),        // 1: other style
            (2, 0, Train),        // 2: other style
            (0, 1, Train),        // 3: its style and subgroup
            (0, 2, Train),        // 4: its style, another subgroup
            (1, 1, TestCells),    // 5: concept 1 is in style 0; no training drawing of style 1 and
            (2, 1, TestConcepts), // subgroup 0 but that of concept 0
            (2, 2, TestCells),    // 7: nothing of style 2 and its subgroup
        ]
        .map(|(style, concept, split)| Item {
            classes: vec![Some(style), Some(concept / 2), Some(concept)],
            split,
        })
        .to_vec();
        let data = Dataset::new(1, classes, items, vec![0; 24]).unwrap();
        let cells = held_out(&data, 1).unwrap();
        assert_eq!(
            cells,
            [
                Cell { item: 0, others: vec![1, 2], stand_in: 3 },
                Cell { item: 5, others: vec![3], stand_in: 1 },
                Cell { item: 7, others: vec![4], stand_in: 2 },
            ]
        );
    }

    #[test]
    fn closeness_counts_wins_against_the_nearest_and_the_mean() {
        let others = [vec![2.0, 4.0], vec![2.0, 4.0], vec![2.0, 4.0], vec![1.0]];
        let found = closeness(&[1.0, 2.5, 3.5, 1.0], &others);
        assert_eq!(found.than_nearest, 0.25); // a tie is no win
        assert_eq!(found.than_mean, 0.5);
        assert_eq!(found.distance, 2.0);
        assert_eq!(found.ratio, 1.125); // of 0.5, 1, 1.25, 1.75
    }
}

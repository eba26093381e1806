//! What "any" draws: a class first, and then a picture of that class. Ours.
//!
//! The networks know "any" on every axis, because guidance pushes away from it, but they are trained on
//! it little, and what they draw by it alone has no shape. Nothing is lost by not asking them: how often
//! training has a class is known, so
//!
//! ```text
//! p(picture | style) = Σ p(class | style) · p(picture | class)      over the classes of training
//! ```
//!
//! is sampled exactly by drawing a class and then its picture (ancestral sampling). Training has one
//! drawing for each pair of style and concept, so the pairs are equally likely. The class comes from the
//! request's seed, out of a stream of its own: with the same class, what else that seed decides is as if
//! the class had been named.
//!
//! Where only a part of a picture is drawn again, the rest of it makes some classes likelier than
//! others, which only the network can weigh: there "any" is left to it.

use super::stream;
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::rng::Rng;

/// `condition` with a style and a concept: those it names, and for "any" a pair of style and concept
/// drawn evenly by `seed` from those that training had and that agree with what is named. The category
/// is then the concept's own.
///
/// It stays as it is if it names both, whether or not training had the pair, and if no pair fits, as in
/// a table that tells of none.
pub fn complete(condition: Condition, classes: &ClassTable, seed: u64) -> Condition {
    let Condition { style, category, concept } = condition;
    if style.is_some() && concept.is_some() {
        return condition;
    }
    let agrees = |asked: Option<usize>, own: usize| asked.is_none_or(|asked| asked == own);
    let fits = |&(s, c): &(usize, usize)| {
        agrees(style, s) && agrees(concept, c) && agrees(category, classes.concepts[c].category)
    };
    let pairs: Vec<(usize, usize)> = classes.trained_pairs().filter(fits).collect();
    if pairs.is_empty() {
        return condition;
    }
    let (style, concept) = pairs[Rng::new(seed).fork(stream::CLASS).below(pairs.len())];
    let category = Some(classes.concepts[concept].category);
    Condition { style: Some(style), category, concept: Some(concept) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::classes::{Category, Concept, Style};

    /// Three styles, two categories, four concepts, the last of which training never saw.
    fn classes() -> ClassTable {
        let name = |id: &str| (id.to_string(), id.to_string());
        let style = |id| {
            let (id, name) = name(id);
            Style { id, name }
        };
        let category = |id| {
            let (id, name) = name(id);
            Category { id, name }
        };
        let concept = |(id, category, styles): (&str, usize, &[usize])| {
            let (id, name) = name(id);
            Concept { id, name, emoji: "●".into(), category, styles: styles.into() }
        };
        ClassTable {
            styles: ["red", "blue", "grey"].map(style).into(),
            categories: ["round", "square"].map(category).into(),
            concepts: [
                ("disc", 0, &[0, 1][..]),
                ("ring", 0, &[1]),
                ("box", 1, &[0, 1, 2]),
                ("frame", 1, &[]),
            ]
            .map(concept)
            .into(),
        }
    }

    /// How often each pair comes, over many seeds.
    fn drawn(condition: Condition) -> BTreeMap<(usize, usize), usize> {
        let classes = classes();
        let mut counts = BTreeMap::new();
        for seed in 0..6000 {
            let whole = complete(condition, &classes, seed);
            assert_eq!(whole, complete(condition, &classes, seed), "one seed, two classes");
            let Condition { style: Some(style), category, concept: Some(concept) } = whole else {
                panic!("still any: {whole:?}");
            };
            assert_eq!(category, Some(classes.concepts[concept].category));
            *counts.entry((style, concept)).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn exactly_the_pairs_of_training_that_fit_are_drawn_and_evenly() {
        let any = Condition::default();
        for (condition, pairs) in [
            (any, vec![(0, 0), (0, 2), (1, 0), (1, 1), (1, 2), (2, 2)]),
            (Condition { style: Some(0), ..any }, vec![(0, 0), (0, 2)]),
            (Condition { concept: Some(2), ..any }, vec![(0, 2), (1, 2), (2, 2)]),
            (Condition { category: Some(0), ..any }, vec![(0, 0), (1, 0), (1, 1)]),
            (Condition { style: Some(1), category: Some(0), ..any }, vec![(1, 0), (1, 1)]),
            (Condition { style: Some(2), ..any }, vec![(2, 2)]),
            (
                Condition { category: Some(1), concept: Some(2), ..any },
                vec![(0, 2), (1, 2), (2, 2)],
            ),
        ] {
            let counts = drawn(condition);
            assert_eq!(counts.keys().copied().collect::<Vec<_>>(), pairs, "{condition:?}");
            // Five standard deviations of a share at most.
            let even = 6000.0 / pairs.len() as f64;
            for (pair, count) in counts {
                let off = (count as f64 - even).abs();
                assert!(off <= 5.0 * even.sqrt(), "{pair:?} came {count} times for {condition:?}");
            }
        }
    }

    #[test]
    fn what_is_whole_or_fits_nothing_stays_as_it_is() {
        let any = Condition::default();
        let never_trained = Condition { style: Some(2), category: Some(0), concept: Some(1) };
        let without_category = Condition { category: None, ..never_trained };
        let no_drawing = Condition { concept: Some(3), category: Some(1), ..any };
        let no_such_style = Condition { style: Some(2), category: Some(0), ..any };
        let outside = Condition { concept: Some(99), ..any };
        for condition in [never_trained, without_category, no_drawing, no_such_style, outside] {
            assert_eq!(complete(condition, &classes(), 5), condition);
        }
        let mut silent = classes();
        silent.concepts.iter_mut().for_each(|concept| concept.styles.clear());
        for table in [silent, ClassTable::default()] {
            assert_eq!(complete(any, &table, 5), any);
        }
    }
}

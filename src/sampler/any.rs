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
//! is sampled exactly by drawing a class and then its picture (ancestral sampling). A pack that tells which
//! combinations of classes training had (for emoji: one drawing for each of its pairs of concept and style)
//! asks for this; they are equally likely. Other packs leave "any" to the network. The class comes from the
//! request's seed, out of a stream of its own: with the same class, what else that seed decides is as if
//! the class had been named.
//!
//! Where only a part of a picture is drawn again, the rest of it makes some classes likelier than
//! others, which only the network can weigh: there "any" is left to it.

use super::stream;
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::rng::Rng;

/// `condition` with a class on each axis of the trained combinations: those it names, and for "any" a
/// combination drawn evenly by `seed` from those that agree with what is named. Classes that the drawn
/// ones belong to come with them.
///
/// It stays as it is if it names all of these axes, whether or not training had the combination, and if
/// none fits, as in a table that tells of none.
pub fn complete(condition: &Condition, classes: &ClassTable, seed: u64) -> Condition {
    let unchanged = condition.clone();
    let Some(trained) = &classes.trained else { return unchanged };
    let Ok(axes) = trained.axes_in(classes) else { return unchanged };
    if axes.iter().all(|axis| condition.get(*axis).is_some()) {
        return unchanged;
    }
    let agrees = |axis: usize, own: u16| condition.get(axis).is_none_or(|asked| asked == own);
    // Parents are looked up once a class, not once a combination.
    let fitting: Vec<Vec<bool>> = axes
        .iter()
        .map(|axis| {
            let count = classes.axes[*axis].classes.len();
            let above = parents(classes, *axis);
            let fits = |class: usize| {
                let parent = above.as_ref().is_none_or(|(at, own)| agrees(*at, own[class]));
                agrees(*axis, class as u16) && parent
            };
            (0..count).map(fits).collect()
        })
        .collect();
    let fits = |combination: &&Vec<u16>| {
        combination.iter().zip(&fitting).all(|(class, fits)| fits[usize::from(*class)])
    };
    let choice: Vec<&Vec<u16>> = trained.combinations.iter().filter(fits).collect();
    if choice.is_empty() {
        return unchanged;
    }
    let drawn = choice[Rng::new(seed).fork(stream::CLASS).below(choice.len())];
    let mut whole = condition.clone();
    whole.0.resize(classes.axes.len(), None);
    for (axis, class) in axes.iter().zip(drawn) {
        whole.0[*axis] = Some(*class);
        if let Some((above, own)) = classes.parent(*axis, *class) {
            whole.0[above] = Some(own);
        }
    }
    whole
}

/// The axis that the classes of `axis` belong to, and the class of it for each of them.
fn parents(classes: &ClassTable, axis: usize) -> Option<(usize, Vec<u16>)> {
    let own = &classes.axes[axis];
    let above = classes.axis(own.parent.as_deref()?).ok()?;
    let ids: std::collections::HashMap<&str, u16> =
        classes.axes[above].classes.iter().map(|class| class.id.as_str()).zip(0..).collect();
    let of = |class: &crate::classes::Class| ids.get(class.parent.as_deref()?).copied();
    Some((above, own.classes.iter().map(of).collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::classes::{Axis, Class, Trained};

    /// Three styles, two categories, four concepts, the last of which training never saw.
    fn classes() -> ClassTable {
        let class = |id: &str| Class::new(id, id);
        let concept =
            |(id, parent): (&str, &str)| Class { parent: Some(parent.into()), ..class(id) };
        let concepts =
            [("disc", "round"), ("ring", "round"), ("box", "square"), ("frame", "square")];
        let pairs = [[0, 0], [0, 1], [1, 1], [2, 0], [2, 1], [2, 2]];
        ClassTable {
            axes: vec![
                Axis::new("style", ["red", "blue", "grey"].map(class).into()),
                Axis::new("category", ["round", "square"].map(class).into()),
                Axis {
                    parent: Some("category".into()),
                    ..Axis::new("concept", concepts.map(concept).into())
                },
            ],
            trained: Some(Trained::new(&["concept", "style"], pairs.map(Vec::from).into_iter())),
        }
    }

    const fn of(
        style: Option<u16>,
        category: Option<u16>,
        concept: Option<u16>,
    ) -> [Option<u16>; 3] {
        [style, category, concept]
    }

    /// How often each pair of style and concept comes, over many seeds.
    fn drawn(condition: [Option<u16>; 3]) -> BTreeMap<(u16, u16), usize> {
        let (classes, condition) = (classes(), Condition(condition.into()));
        let mut counts = BTreeMap::new();
        for seed in 0..6000 {
            let whole = complete(&condition, &classes, seed);
            assert_eq!(whole, complete(&condition, &classes, seed), "one seed, two classes");
            let [Some(style), category, Some(concept)] = whole.0[..] else {
                panic!("still any: {whole:?}");
            };
            assert_eq!(category, Some(concept / 2));
            *counts.entry((style, concept)).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn exactly_the_combinations_of_training_that_fit_are_drawn_and_evenly() {
        for (condition, pairs) in [
            (of(None, None, None), vec![(0, 0), (0, 2), (1, 0), (1, 1), (1, 2), (2, 2)]),
            (of(Some(0), None, None), vec![(0, 0), (0, 2)]),
            (of(None, None, Some(2)), vec![(0, 2), (1, 2), (2, 2)]),
            (of(None, Some(0), None), vec![(0, 0), (1, 0), (1, 1)]),
            (of(Some(1), Some(0), None), vec![(1, 0), (1, 1)]),
            (of(Some(2), None, None), vec![(2, 2)]),
            (of(None, Some(1), Some(2)), vec![(0, 2), (1, 2), (2, 2)]),
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
        let never_trained = of(Some(2), Some(0), Some(1));
        let without_category = of(Some(2), None, Some(1));
        let no_drawing = of(None, Some(1), Some(3));
        let no_such_style = of(Some(2), Some(0), None);
        let outside = of(None, None, Some(99));
        for condition in [never_trained, without_category, no_drawing, no_such_style, outside] {
            let condition = Condition(condition.into());
            assert_eq!(complete(&condition, &classes(), 5), condition);
        }
        let any = Condition::default();
        let silent = ClassTable { trained: None, ..classes() };
        for table in [silent, ClassTable::default()] {
            assert_eq!(complete(&any, &table, 5), any);
        }
    }
}

//! Class-balanced choice of training images: which classes an evaluation draws.
//!
//! The class on the first axis (of emoji: the style) is uniform over those of training; then that on
//! the next one over those that occur together with it, and so on; then the image, where there are
//! several. Taken as they come, images would be mostly of the classes with the most pictures.

use std::collections::BTreeMap;

use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;
use crate::{Error, Result};

/// Training images by their classes, axis after axis; nothing is empty.
#[derive(Debug, Clone)]
pub struct Balance(Branch);

#[derive(Debug, Clone)]
enum Branch {
    /// One for each class of an axis.
    Classes(Vec<Branch>),
    /// Images of the same classes.
    Images(Vec<usize>),
}

impl Branch {
    fn new(data: &Dataset, images: Vec<usize>, axis: usize) -> Self {
        if axis == data.classes.axes.len() {
            return Self::Images(images);
        }
        let mut sorted: BTreeMap<Option<u16>, Vec<usize>> = BTreeMap::new();
        for i in images {
            sorted.entry(data.class(i, axis)).or_default().push(i);
        }
        Self::Classes(sorted.into_values().map(|i| Self::new(data, i, axis + 1)).collect())
    }

    fn draw(&self, rng: &mut Rng) -> usize {
        match self {
            Self::Classes(classes) => classes[rng.below(classes.len())].draw(rng),
            Self::Images(images) => images[rng.below(images.len())],
        }
    }
}

impl Balance {
    /// Sorts the training images of `data`.
    ///
    /// # Errors
    /// [`Error::Data`] if there are none.
    pub fn new(data: &Dataset) -> Result<Self> {
        let images = data.indices(Split::Train);
        if images.is_empty() {
            return Err(Error::Data("the data set has no training images.".into()));
        }
        Ok(Self(Branch::new(data, images, 0)))
    }

    /// `count` images, as indices into the data set; same seed, same images. They repeat.
    pub fn draw(&self, count: usize, seed: u64) -> Vec<usize> {
        let mut rng = Rng::new(seed).fork(17);
        (0..count).map(|_| self.0.draw(&mut rng)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class, ClassTable};
    use crate::lab::data::Item;

    /// Style 0 has ten concepts of category 0 and one of category 1; style 1 only the latter.
    fn data() -> Dataset {
        let axis = |id: &str, count: usize| {
            Axis::new(id, (0..count).map(|i| Class::new(i.to_string(), "")).collect())
        };
        let axes = vec![axis("style", 2), axis("category", 2), axis("concept", 11)];
        let item = |style, concept, split| Item {
            classes: vec![Some(style), Some(concept / 10), Some(concept)],
            split,
        };
        let mut items: Vec<Item> = (0..11).map(|c| item(0, c, Split::Train)).collect();
        items.push(item(1, 0, Split::TestCells));
        items.push(item(1, 10, Split::Train));
        let pixels = vec![0; 3 * items.len()];
        Dataset::new(1, ClassTable { axes, trained: None }, items, pixels).unwrap()
    }

    #[test]
    fn styles_subgroups_and_concepts_are_even_and_tests_are_never_drawn() {
        let data = data();
        let drawn = Balance::new(&data).unwrap().draw(20_000, 3);
        let share = |what: &dyn Fn(&usize) -> bool| {
            drawn.iter().filter(|i| what(i)).count() as f32 / drawn.len() as f32
        };
        assert!((share(&|i| data.class(*i, 0) == Some(0)) - 0.5).abs() < 0.02);
        assert!((share(&|i| *i == 10) - 0.25).abs() < 0.02, "the small subgroup of style 0");
        assert!((share(&|i| *i == 4) - 0.025).abs() < 0.01, "a concept of the large one");
        assert_eq!(share(&|i| data.items[*i].split != Split::Train), 0.0);
        let balance = Balance::new(&data).unwrap();
        assert_eq!(balance.draw(50, 1), balance.draw(50, 1));
        assert_ne!(balance.draw(50, 1), balance.draw(50, 2));
    }

    #[test]
    fn nothing_to_draw_is_an_error() {
        let data = data();
        let items = data
            .items
            .iter()
            .map(|item| Item { split: Split::TestConcepts, ..item.clone() })
            .collect();
        let empty = Dataset::new(1, data.classes, items, vec![0; 39]).unwrap();
        assert_eq!(Balance::new(&empty).unwrap_err().code(), "data");
    }
}

//! Class-balanced choice of training images: which classes an evaluation draws.
//!
//! The style is uniform over all styles; then the subgroup (category) over those in which this
//! style has training images; then the concept over the training concepts of both; then the image,
//! where there are several. Taken as they come, images would be mostly of the styles and subgroups
//! with the most drawings.

use std::collections::BTreeMap;

use crate::lab::data::{Dataset, Split};
use crate::rng::Rng;
use crate::{Error, Result};

/// Training images by style, subgroup and concept; no list is empty.
#[derive(Debug, Clone)]
pub struct Balance {
    styles: Vec<Vec<Vec<Vec<usize>>>>,
}

impl Balance {
    /// Sorts the training images of `data`.
    ///
    /// # Errors
    /// [`Error::Data`] if there are none.
    pub fn new(data: &Dataset) -> Result<Self> {
        let mut sorted: BTreeMap<usize, BTreeMap<usize, BTreeMap<usize, Vec<usize>>>> =
            BTreeMap::new();
        for i in data.indices(Split::Train) {
            let (item, category) = (data.items[i], data.category(i));
            let concepts = sorted.entry(item.style).or_default().entry(category).or_default();
            concepts.entry(item.concept).or_default().push(i);
        }
        if sorted.is_empty() {
            return Err(Error::Data("the data set has no training images.".into()));
        }
        let lists = |concepts: BTreeMap<usize, Vec<usize>>| concepts.into_values().collect();
        let styles =
            sorted.into_values().map(|categories| categories.into_values().map(lists).collect());
        Ok(Self { styles: styles.collect() })
    }

    /// `count` images, as indices into the data set; same seed, same images. They repeat.
    pub fn draw(&self, count: usize, seed: u64) -> Vec<usize> {
        let mut rng = Rng::new(seed).fork(17);
        let mut one = || {
            let categories = &self.styles[rng.below(self.styles.len())];
            let concepts = &categories[rng.below(categories.len())];
            let images = &concepts[rng.below(concepts.len())];
            images[rng.below(images.len())]
        };
        (0..count).map(|_| one()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Category, ClassTable, Concept, Style};
    use crate::lab::data::Item;

    /// Style 0 has ten concepts of category 0 and one of category 1; style 1 only the latter.
    fn data() -> Dataset {
        let style = |id: &str| Style { id: id.into(), name: id.into() };
        let category = |id: &str| Category { id: id.into(), name: id.into() };
        let concept = |category| Concept {
            id: "x".into(),
            name: "x".into(),
            emoji: "x".into(),
            category,
            styles: vec![],
        };
        let classes = ClassTable {
            styles: vec![style("a"), style("b")],
            categories: vec![category("many"), category("one")],
            concepts: (0..11).map(|i| concept(i / 10)).collect(),
        };
        let item = |style, concept, split| Item { style, concept, split };
        let mut items: Vec<Item> = (0..11).map(|c| item(0, c, Split::Train)).collect();
        items.push(item(1, 0, Split::TestCells));
        items.push(item(1, 10, Split::Train));
        let pixels = vec![0; 3 * items.len()];
        Dataset::new(1, classes, items, pixels).unwrap()
    }

    #[test]
    fn styles_subgroups_and_concepts_are_even_and_tests_are_never_drawn() {
        let data = data();
        let drawn = Balance::new(&data).unwrap().draw(20_000, 3);
        let share = |what: &dyn Fn(&usize) -> bool| {
            drawn.iter().filter(|i| what(i)).count() as f32 / drawn.len() as f32
        };
        assert!((share(&|i| data.items[*i].style == 0) - 0.5).abs() < 0.02);
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
        let items =
            data.items.iter().map(|item| Item { split: Split::TestConcepts, ..*item }).collect();
        let empty = Dataset::new(1, data.classes, items, vec![0; 39]).unwrap();
        assert_eq!(Balance::new(&empty).unwrap_err().code(), "data");
    }
}

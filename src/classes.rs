//! The class table: what a model can be asked to draw, along three axes.
//!
//! A class label is a triple: a style (who drew it), a concept (what it shows) and the concept's
//! category. Data set, training, model pack and browser all name classes by the same ids, so the
//! table lives outside the native-only modules and serialises to one JSON shape. An unknown id is
//! a user's typing mistake far more often than anything else: the error offers the nearest ids.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A drawing style: one emoji set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// Stable id, such as `noto-v1`.
    pub id: String,
    /// Name for people, such as `Blobs`.
    pub name: String,
}

/// A family of concepts, such as fruit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Stable id, such as `food-fruit`.
    pub id: String,
    /// Name for people, such as `Fruit`.
    pub name: String,
}

/// One thing that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// Stable id, such as `cat-face`.
    pub id: String,
    /// The Unicode name, such as `cat face`.
    pub name: String,
    /// The emoji itself.
    pub emoji: String,
    /// Index into [`ClassTable::categories`].
    pub category: usize,
    /// Styles in which training has a drawing of it: indices into [`ClassTable::styles`], ascending.
    /// Empty for concepts that training never saw, and for all of them in packs that do not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub styles: Vec<usize>,
}

/// The three axes. A class index is a position in one of these lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTable {
    /// All styles.
    pub styles: Vec<Style>,
    /// All categories.
    pub categories: Vec<Category>,
    /// All concepts.
    pub concepts: Vec<Concept>,
}

impl ClassTable {
    /// Index of the style `id`, else [`Error::UnknownClass`].
    pub fn style(&self, id: &str) -> Result<usize> {
        position("style", id, self.styles.iter().map(|s| s.id.as_str()))
    }

    /// Index of the category `id`, else [`Error::UnknownClass`].
    pub fn category(&self, id: &str) -> Result<usize> {
        position("category", id, self.categories.iter().map(|c| c.id.as_str()))
    }

    /// Index of the concept `id`, else [`Error::UnknownClass`].
    pub fn concept(&self, id: &str) -> Result<usize> {
        position("concept", id, self.concepts.iter().map(|c| c.id.as_str()))
    }

    /// Whether every concept's category and styles exist, the latter in ascending order; a table
    /// read from a file should be asked once.
    pub fn is_consistent(&self) -> bool {
        self.concepts.iter().all(|c| {
            c.category < self.categories.len()
                && c.styles.is_sorted_by(|a, b| a < b)
                && c.styles.last().is_none_or(|last| *last < self.styles.len())
        })
    }

    /// The pairs of style and concept that training had, as indices, concept by concept.
    pub fn trained_pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let concepts = self.concepts.iter().enumerate();
        concepts.flat_map(|(concept, c)| c.styles.iter().map(move |style| (*style, concept)))
    }

    /// Whether both tables name the same classes, and the same pairs where both tell of pairs.
    pub fn agrees_with(&self, other: &ClassTable) -> bool {
        if self == other {
            return true;
        }
        let silent = [self, other].iter().any(|table| table.trained_pairs().next().is_none());
        silent && self.without_pairs() == other.without_pairs()
    }

    fn without_pairs(&self) -> ClassTable {
        let mut table = self.clone();
        table.concepts.iter_mut().for_each(|concept| concept.styles.clear());
        table
    }
}

/// Where `wanted` is among `ids`, or an error that names the nearest ones.
fn position<'a>(
    axis: &'static str,
    wanted: &str,
    ids: impl Iterator<Item = &'a str> + Clone,
) -> Result<usize> {
    ids.clone().position(|id| id == wanted).ok_or_else(|| Error::UnknownClass {
        axis,
        name: wanted.to_owned(),
        hint: hint(axis, &nearest(wanted, ids)),
    })
}

fn hint(axis: &str, near: &[&str]) -> String {
    let quoted: Vec<String> = near.iter().map(|id| format!("\"{id}\"")).collect();
    match quoted.as_slice() {
        [] => format!("The class table lists every {axis}."),
        [one] => format!("Did you mean {one}?"),
        [first @ .., last] => format!("Did you mean {} or {last}?", first.join(", ")),
    }
}

/// Up to three ids near `wanted`: those that contain it (shortest first), then those a few typing
/// mistakes away.
fn nearest<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: String = wanted.trim().to_lowercase().replace([' ', '_'], "-");
    let tolerance = wanted.chars().count() / 3 + 1;
    let mut scored: Vec<(usize, &str)> = ids
        .filter_map(|id| {
            if wanted.len() > 1 && id.contains(&wanted) {
                return Some((usize::from(id != wanted), id));
            }
            let distance = edit_distance(&wanted, id);
            (distance <= tolerance).then_some((distance + 1, id))
        })
        .collect();
    scored.sort_by_key(|(score, id)| (*score, id.len()));
    scored.into_iter().take(3).map(|(_, id)| id).collect()
}

/// Levenshtein distance: the fewest insertions, deletions and replacements from `a` to `b`.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> ClassTable {
        let concept = |id: &str| Concept {
            id: id.into(),
            name: id.replace('-', " "),
            emoji: "x".into(),
            category: 0,
            styles: vec![],
        };
        ClassTable {
            styles: vec![Style { id: "noto".into(), name: "Noto".into() }],
            categories: vec![Category { id: "cat-face".into(), name: "Cats".into() }],
            concepts: ["cat", "cat-face", "weary-cat", "crocodile", "grinning-cat", "owl"]
                .map(concept)
                .to_vec(),
        }
    }

    #[test]
    fn known_ids_are_found() {
        let table = table();
        assert_eq!(table.style("noto").unwrap(), 0);
        assert_eq!(table.category("cat-face").unwrap(), 0);
        assert_eq!(table.concept("owl").unwrap(), 5);
    }

    #[test]
    fn unknown_ids_come_with_at_most_three_near_ones() {
        let error = table().concept("crocodyle").unwrap_err();
        assert_eq!(error.code(), "unknown-concept");
        assert!(error.to_string().contains("Did you mean \"crocodile\"?"), "{error}");
        let error = table().concept("Cat").unwrap_err().to_string();
        assert!(error.contains("\"cat\", \"cat-face\" or \"weary-cat\"?"), "{error}");
        let error = table().style("oil painting").unwrap_err().to_string();
        assert!(error.contains("The class table lists every style."), "{error}");
    }

    #[test]
    fn json_has_the_shape_that_pages_read() {
        let mut table = table();
        table.concepts.truncate(1);
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(
            json,
            r#"{"styles":[{"id":"noto","name":"Noto"}],"categories":[{"id":"cat-face","name":"Cats"}],"concepts":[{"id":"cat","name":"cat","emoji":"x","category":0}]}"#
        );
        assert_eq!(serde_json::from_str::<ClassTable>(&json).unwrap(), table);

        table.concepts[0].styles = vec![0];
        let json = serde_json::to_string(&table).unwrap();
        assert!(json.contains(r#""category":0,"styles":[0]}"#), "{json}");
        assert_eq!(serde_json::from_str::<ClassTable>(&json).unwrap(), table);
    }

    #[test]
    fn a_concept_of_no_category_is_noticed() {
        let mut table = table();
        assert!(table.is_consistent());
        table.categories.clear();
        assert!(!table.is_consistent());
    }

    #[test]
    fn styles_of_a_concept_that_do_not_exist_are_noticed() {
        let mut table = table();
        table.styles.push(Style { id: "blobs".into(), name: "Blobs".into() });
        for (styles, fine) in [
            (vec![0, 1], true),
            (vec![1], true),
            (vec![2], false),
            (vec![0, 2], false),
            (vec![1, 0], false),
            (vec![1, 1], false),
        ] {
            table.concepts[2].styles = styles.clone();
            assert_eq!(table.is_consistent(), fine, "{styles:?}");
        }
    }

    #[test]
    fn tables_agree_unless_names_or_known_pairs_differ() {
        let silent = table();
        let mut telling = table();
        telling.concepts[1].styles = vec![0];
        assert_eq!(telling.trained_pairs().collect::<Vec<_>>(), [(0, 1)]);
        assert!(telling.agrees_with(&telling.clone()));
        assert!(telling.agrees_with(&silent) && silent.agrees_with(&telling));
        let mut other = telling.clone();
        other.concepts[4].styles = vec![0];
        assert!(!telling.agrees_with(&other), "other pairs");
        let mut other = table();
        other.concepts[1].id = "tiger".into();
        assert!(!telling.agrees_with(&other) && !silent.agrees_with(&other), "other names");
    }

    #[test]
    fn edit_distance_counts_the_three_edits() {
        for (a, b, distance) in
            [("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("a", "a", 0)]
        {
            assert_eq!(edit_distance(a, b), distance);
        }
    }
}

//! The prepared data set on disk: `images.rgb` (raw pixels) and `index.json` (everything else).
//!
//! Raw bytes rather than an archive of PNGs: the whole set is about 400 MB, training touches all of
//! it in every epoch, and a slice of a buffer costs nothing to decode.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::split::Split;
use crate::classes::ClassTable;
use crate::{Error, Result};

/// Name of the file with the pixels.
pub const IMAGES: &str = "images.rgb";
/// Name of the file with labels, splits and sources.
pub const INDEX: &str = "index.json";

/// Labels and split of one image. The two class numbers are indices into the class table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Who drew it: index into [`ClassTable::styles`].
    pub style: usize,
    /// What it shows: index into [`ClassTable::concepts`].
    pub concept: usize,
    /// What it may be used for.
    pub split: Split,
}

/// What the index records of a package, so that licences and credits travel with the pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name as npm knows it.
    pub package: String,
    /// Exact version.
    pub version: String,
    /// SPDX id of the licence.
    pub licence: String,
    /// Whom to credit.
    pub credit: String,
}

/// The content of `index.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Side of every image in pixels.
    pub size: usize,
    /// The seed that the splits were drawn with.
    pub seed: u64,
    /// Names of all classes.
    pub classes: ClassTable,
    /// One entry an image, in the order of the pixels.
    pub items: Vec<Item>,
    /// Packages, licences, credits.
    pub sources: Vec<Source>,
}

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Side of every image in pixels.
    pub size: usize,
    /// Names of all classes.
    pub classes: ClassTable,
    /// Labels and split of every image.
    pub items: Vec<Item>,
    pixels: Vec<u8>,
}

/// Notes at every concept the styles in which `items` has it for training; what stood there before
/// goes. Items outside the table count for nothing.
fn note_trained_pairs(classes: &mut ClassTable, items: &[Item]) {
    classes.concepts.iter_mut().for_each(|concept| concept.styles.clear());
    for item in items.iter().filter(|item| item.split == Split::Train) {
        if let Some(concept) = classes.concepts.get_mut(item.concept) {
            concept.styles.push(item.style);
        }
    }
    for concept in &mut classes.concepts {
        concept.styles.sort_unstable();
        concept.styles.dedup();
    }
}

impl Dataset {
    /// Puts a data set together; which pairs of style and concept training has follows from the
    /// items, whatever the table says. Fails with [`Error::Data`] if a class index is outside its table
    /// or if `pixels` does not hold `size * size * 3` bytes an item.
    pub fn new(
        size: usize,
        mut classes: ClassTable,
        items: Vec<Item>,
        pixels: Vec<u8>,
    ) -> Result<Self> {
        let expected = size
            .checked_mul(size)
            .and_then(|area| area.checked_mul(3 * items.len()))
            .filter(|_| size > 0)
            .ok_or_else(|| damaged(&format!("{size} is not a possible image size")))?;
        if pixels.len() != expected {
            return Err(damaged(&format!(
                "{IMAGES} has {} bytes, but {} images of {size} x {size} pixels need {expected}",
                pixels.len(),
                items.len(),
            )));
        }
        let inside = |item: &Item| {
            item.style < classes.styles.len() && item.concept < classes.concepts.len()
        };
        if !classes.is_consistent() || !items.iter().all(inside) {
            return Err(damaged("a class index points outside the class table"));
        }
        note_trained_pairs(&mut classes, &items);
        Ok(Self { size, classes, items, pixels })
    }

    /// Reads the data set that `varigrain data` wrote to `dir`. A missing file is [`Error::Io`],
    /// one with the wrong content [`Error::Data`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let path = dir.join(INDEX);
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let index: Index = serde_json::from_str(&text)
            .map_err(|e| damaged(&format!("{INDEX} cannot be read: {e}")))?;
        let path = dir.join(IMAGES);
        let pixels = std::fs::read(&path).map_err(Error::io(&path))?;
        Self::new(index.size, index.classes, index.items, pixels)
    }

    /// Pixels of image `i`: `size * size * 3` bytes, RGB, row by row from the top left.
    ///
    /// # Panics
    /// If `i` is not below `items.len()`, as for a slice.
    pub fn image(&self, i: usize) -> &[u8] {
        let bytes = self.size * self.size * 3;
        &self.pixels[i * bytes..(i + 1) * bytes]
    }

    /// The images of one split, as indices into `items`.
    pub fn indices(&self, split: Split) -> Vec<usize> {
        (0..self.items.len()).filter(|&i| self.items[i].split == split).collect()
    }

    /// Category of image `i`: index into [`ClassTable::categories`].
    ///
    /// # Panics
    /// If `i` is not below `items.len()`, as for a slice.
    pub fn category(&self, i: usize) -> usize {
        self.classes.concepts[self.items[i].concept].category
    }
}

/// Writes both files to `dir`, pixels first: an index is only there when its pixels are.
pub fn write(dir: &Path, index: &Index, pixels: &[u8]) -> Result<()> {
    let path = dir.join(IMAGES);
    std::fs::write(&path, pixels).map_err(Error::io(&path))?;
    let path = dir.join(INDEX);
    let text = serde_json::to_string(index)
        .map_err(|e| Error::Data(format!("{INDEX} cannot be written: {e}.")))?;
    std::fs::write(&path, text).map_err(Error::io(&path))
}

fn damaged(why: &str) -> Error {
    Error::Data(format!("The data set is damaged: {why}. Make it again with `varigrain data`."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Category, Concept, Style};

    fn classes() -> ClassTable {
        let concept = |id: &str, category| Concept {
            id: id.into(),
            name: id.into(),
            emoji: id.into(),
            category,
            styles: vec![],
        };
        let category = |id: &str| Category { id: id.into(), name: id.into() };
        ClassTable {
            styles: vec![Style { id: "s".into(), name: "S".into() }],
            categories: vec![category("a"), category("b")],
            concepts: vec![concept("x", 1), concept("y", 0)],
        }
    }

    fn items() -> Vec<Item> {
        vec![
            Item { style: 0, concept: 0, split: Split::Train },
            Item { style: 0, concept: 1, split: Split::TestCells },
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let dir = std::env::temp_dir().join(format!("varigrain-dataset-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let index =
            Index { size: 2, seed: 1, classes: classes(), items: items(), sources: Vec::new() };
        let pixels: Vec<u8> = (0..24).collect();
        write(&dir, &index, &pixels).unwrap();
        let data = Dataset::open(&dir).unwrap();
        assert_eq!(data.items, items());
        assert_eq!(data.image(1), &pixels[12..]);
        assert_eq!(data.indices(Split::TestCells), [1]);
        assert_eq!([data.category(0), data.category(1)], [1, 0]);
        let text = std::fs::read_to_string(dir.join(INDEX)).unwrap();
        assert!(text.contains(r#"{"style":0,"concept":1,"split":"test-cells"}"#), "{text}");

        std::fs::write(dir.join(IMAGES), &pixels[1..]).unwrap();
        let error = Dataset::open(&dir).unwrap_err();
        assert_eq!(error.code(), "data");
        assert!(error.to_string().contains("23 bytes"), "{error}");
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(Dataset::open(&dir).unwrap_err().code(), "io");
    }

    #[test]
    fn trained_pairs_are_those_of_the_training_split() {
        let mut table = classes();
        table.styles.push(Style { id: "t".into(), name: "T".into() });
        let item = |style, concept, split| Item { style, concept, split };
        let items = vec![
            item(1, 1, Split::Train),
            item(0, 1, Split::TestCells),
            item(1, 0, Split::TestConcepts),
            item(1, 1, Split::Train),
        ];
        table.concepts[0].styles = vec![0]; // of an earlier split
        let data = Dataset::new(1, table.clone(), items.clone(), vec![0; 12]).unwrap();
        let styles: Vec<&[usize]> = data.classes.concepts.iter().map(|c| &c.styles[..]).collect();
        assert_eq!(styles, [&[][..], &[1]]);

        let both = [items, vec![item(0, 1, Split::Train)]].concat();
        note_trained_pairs(&mut table, &both);
        assert_eq!(table.concepts[1].styles, [0, 1]);
        table.concepts[1].styles = vec![2];
        assert_eq!(Dataset::new(1, table, both, vec![0; 15]).unwrap_err().code(), "data");
    }

    #[test]
    fn indices_outside_the_class_table_are_refused() {
        let mut items = items();
        items[0].concept = 2;
        assert!(Dataset::new(2, classes(), items, vec![0; 24]).is_err());
        assert!(Dataset::new(0, classes(), Vec::new(), Vec::new()).is_err());
    }
}

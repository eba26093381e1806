//! The prepared data set on disk: `images.rgb` (raw pixels) and `index.json` (everything else).
//!
//! Raw bytes rather than an archive of PNGs: the whole set is about 400 MB, training touches all of
//! it in every epoch, and a slice of a buffer costs nothing to decode.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::crop::Crop;
use super::originals::{ORIGINALS, Originals};
use super::parallel::in_parallel;
use super::split::Split;
use crate::classes::{ClassTable, Trained};
use crate::dgit::Condition;
use crate::{Error, Result};

/// Name of the file with the pixels.
pub const IMAGES: &str = "images.rgb";
/// Name of the file with labels, splits and sources.
pub const INDEX: &str = "index.json";

/// Labels and split of one image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its class on each axis, as an index into the axis's list; null where it has none.
    pub classes: Vec<Option<u16>>,
    /// What it may be used for.
    pub split: Split,
}

impl From<&super::originals::Item> for Item {
    fn from(item: &super::originals::Item) -> Self {
        Self { classes: item.classes.clone(), split: item.split }
    }
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

/// The combinations of classes that `items` has for training, on the axes of which the table tells.
fn trained(classes: &ClassTable, items: &[Item]) -> Result<Option<Trained>> {
    let Some(told) = &classes.trained else { return Ok(None) };
    let axes = told.axes_in(classes)?;
    let training = items.iter().filter(|item| item.split == Split::Train);
    let combination =
        |item: &Item| axes.iter().map(|axis| item.classes[*axis]).collect::<Option<Vec<u16>>>();
    let names: Vec<&str> = told.axes.iter().map(String::as_str).collect();
    Ok(Some(Trained::new(&names, training.filter_map(combination))))
}

impl Dataset {
    /// Puts a data set together; which combinations training has follows from the items, whatever the
    /// table says. Fails with [`Error::Data`] if a class index is outside its table
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
        let counts = classes.counts();
        let inside = |item: &Item| {
            let mut known = item.classes.iter().zip(&counts);
            item.classes.len() == counts.len()
                && known.all(|(class, count)| class.is_none_or(|c| usize::from(c) < *count))
        };
        if !items.iter().all(inside) {
            return Err(damaged("a class index points outside the class table"));
        }
        classes.trained = trained(&classes, &items)?;
        classes.validate()?;
        Ok(Self { size, classes, items, pixels })
    }

    /// Reads the data set that `varigrain data` wrote to `dir`. A missing file is [`Error::Io`],
    /// one with the wrong content [`Error::Data`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let index = read_index(dir)?;
        let path = dir.join(IMAGES);
        let pixels = std::fs::read(&path).map_err(Error::io(&path))?;
        Self::new(index.size, index.classes, index.items, pixels)
    }

    /// The pictures of some splits in the folder `dir`, `size` pixels wide: those of
    /// [`open`](Self::open), or the central squares of larger [`Originals`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and [`Error::Data`] for a data set of another size.
    pub fn open_at(dir: &Path, size: usize, splits: &[Split]) -> Result<Self> {
        Self::open_some_at(dir, size, |_, split| splits.contains(&split))
    }

    /// [`open_at`](Self::open_at) for the pictures that `wanted` says yes to, by their number in the
    /// folder and their split. Equal images are all read, whatever it says.
    ///
    /// # Errors
    /// As [`open_at`](Self::open_at).
    pub fn open_some_at(
        dir: &Path,
        size: usize,
        wanted: impl Fn(usize, Split) -> bool,
    ) -> Result<Self> {
        if !has_originals(dir) {
            let data = Self::open(dir)?;
            return match data.size == size {
                true => Ok(data),
                false => Err(Error::Data(format!(
                    "the images are {} pixels wide, the model wants {size}. Make others with `varigrain data`.",
                    data.size
                ))),
            };
        }
        let number = std::cell::Cell::new(0);
        let originals = Originals::open_some(dir, |item| {
            let i = number.replace(number.get() + 1);
            wanted(i, item.split)
        })?;
        let all: Vec<usize> = (0..originals.items.len()).collect();
        Self::of_squares(&originals, &all, size)
    }

    /// The central squares of some of the larger `pictures`, by their numbers, `size` pixels wide.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn of_squares(pictures: &Originals, numbers: &[usize], size: usize) -> Result<Self> {
        let squares = in_parallel(numbers, |i| {
            let picture = &pictures.pictures[*i];
            Ok(Crop::centre(picture).rgb(picture, size))
        })?;
        let items = numbers.iter().map(|i| Item::from(&pictures.items[*i])).collect();
        Self::new(size, pictures.classes.clone(), items, squares.concat())
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

    /// Class of image `i` on an axis.
    ///
    /// # Panics
    /// If `i` is not below `items.len()`, as for a slice.
    pub fn class(&self, i: usize, axis: usize) -> Option<u16> {
        self.items[i].classes.get(axis).copied().flatten()
    }

    /// The classes of image `i`, all axes of it.
    ///
    /// # Panics
    /// If `i` is not below `items.len()`, as for a slice.
    pub fn condition(&self, i: usize) -> Condition {
        Condition(self.items[i].classes.clone())
    }
}

/// Where the pictures of the data set in `dir` come from, with licences and credits.
///
/// # Errors
/// As [`Dataset::open`].
pub fn sources(dir: &Path) -> Result<Vec<Source>> {
    match has_originals(dir) {
        true => super::originals::Index::read(dir).map(|index| index.sources),
        false => read_index(dir).map(|index| index.sources),
    }
}

/// The class table of the data set in `dir`, without its pictures where they are large.
///
/// # Errors
/// As [`Dataset::open`].
pub fn classes(dir: &Path) -> Result<ClassTable> {
    match has_originals(dir) {
        true => super::originals::Index::read(dir).map(|index| index.classes),
        false => Dataset::open(dir).map(|data| data.classes),
    }
}

/// The side of the images in the folder `dir`, or `None` for larger pictures of any size.
///
/// # Errors
/// As [`Dataset::open`].
pub fn side(dir: &Path) -> Result<Option<usize>> {
    match has_originals(dir) {
        true => Ok(None),
        false => read_index(dir).map(|index| Some(index.size)),
    }
}

/// The split of every picture in the folder `dir`, without its pictures.
///
/// # Errors
/// As [`Dataset::open`].
pub fn splits(dir: &Path) -> Result<Vec<Split>> {
    match has_originals(dir) {
        true => {
            let index = super::originals::Index::read(dir)?;
            Ok(index.items.iter().map(|item| item.split).collect())
        }
        false => Ok(read_index(dir)?.items.iter().map(|item| item.split).collect()),
    }
}

/// Whether the folder holds larger pictures instead of equal ones.
fn has_originals(dir: &Path) -> bool {
    dir.join(ORIGINALS).exists()
}

fn read_index(dir: &Path) -> Result<Index> {
    let path = dir.join(INDEX);
    let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
    serde_json::from_str(&text).map_err(|e| damaged(&format!("{INDEX} cannot be read: {e}")))
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
    use crate::classes::{Axis, Class};

    fn classes() -> ClassTable {
        let axis = |id: &str, ids: &[&str]| {
            Axis::new(id, ids.iter().map(|id| Class::new(*id, *id)).collect())
        };
        ClassTable { axes: vec![axis("style", &["s"]), axis("shape", &["x", "y"])], trained: None }
    }

    fn item(style: u16, shape: u16, split: Split) -> Item {
        Item { classes: vec![Some(style), Some(shape)], split }
    }

    fn items() -> Vec<Item> {
        vec![item(0, 0, Split::Train), item(0, 1, Split::TestCells)]
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
        assert_eq!(
            [data.class(0, 1), data.class(1, 1), data.class(1, 2)],
            [Some(0), Some(1), None]
        );
        assert_eq!(data.condition(1), Condition(vec![Some(0), Some(1)]));
        let text = std::fs::read_to_string(dir.join(INDEX)).unwrap();
        assert!(text.contains(r#"{"classes":[0,1],"split":"test-cells"}"#), "{text}");

        std::fs::write(dir.join(IMAGES), &pixels[1..]).unwrap();
        let error = Dataset::open(&dir).unwrap_err();
        assert_eq!(error.code(), "data");
        assert!(error.to_string().contains("23 bytes"), "{error}");
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(Dataset::open(&dir).unwrap_err().code(), "io");
    }

    #[test]
    fn trained_combinations_are_those_of_the_training_split() {
        let mut table = classes();
        table.axes[0].classes.push(Class::new("t", "t"));
        let items = vec![
            item(1, 1, Split::Train),
            item(0, 1, Split::TestCells),
            item(1, 0, Split::TestConcepts),
            item(1, 1, Split::Train),
            Item { classes: vec![None, Some(0)], split: Split::Train },
        ];
        let of = |table: &ClassTable, items: &[Item]| {
            let pixels = vec![0; 3 * items.len()];
            Dataset::new(1, table.clone(), items.to_vec(), pixels).map(|data| data.classes.trained)
        };
        assert_eq!(of(&table, &items).unwrap(), None, "a table that does not tell");
        let earlier = [vec![0, 0]].into_iter();
        table.trained = Some(Trained::new(&["shape", "style"], earlier));
        let combinations = |items: &[Item]| of(&table, items).unwrap().unwrap().combinations;
        assert_eq!(combinations(&items), [[1, 1]]);
        let more = [items.clone(), vec![item(0, 1, Split::Train)]].concat();
        assert_eq!(combinations(&more), [[1, 0], [1, 1]]);
        table.trained = Some(Trained::new(&["hair"], std::iter::empty()));
        assert_eq!(of(&table, &items).unwrap_err().code(), "unknown-axis");
    }

    #[test]
    fn indices_outside_the_class_table_are_refused() {
        let refused = |items: Vec<Item>| Dataset::new(2, classes(), items, vec![0; 24]).is_err();
        assert!(refused(vec![item(0, 0, Split::Train), item(0, 2, Split::Train)]));
        let short = Item { classes: vec![Some(0)], split: Split::Train };
        assert!(refused(vec![item(0, 0, Split::Train), short]));
        assert!(Dataset::new(0, classes(), Vec::new(), Vec::new()).is_err());
    }
}

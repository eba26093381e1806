//! Pictures larger than the model's, from which training cuts its own: labels, splits and encoded
//! pictures on disk, pixels in memory.
//!
//! A folder holds `index.json` ([`Index`]) and `originals.bin`, the encoded pictures one after the
//! other. Photographs travel as JPEG, drawings as SVG text (see [`super::drawings`]): both are a
//! twentieth of their pixels, and all cores together decode them in less time than a disk would
//! read the pixels.

use std::cell::Cell;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::dataset::{Dataset, INDEX, Source};
use super::drawings::Drawings;
use super::parallel::in_parallel;
use super::render::render_svg;
use super::sheet::decode_png;
use super::split::Split;
use crate::classes::ClassTable;
use crate::{Error, Result};

/// Name of the file with the encoded pictures.
pub const ORIGINALS: &str = "originals.bin";

/// How the pictures are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Every picture is a JPEG file; offsets count in `originals.bin`.
    Jpeg,
    /// Every picture is a PNG file; offsets count in `originals.bin`.
    Png,
    /// Every picture is SVG text; offsets count in the unpacked list of [`Drawings`].
    Svg,
}

/// One picture: its labels, its use, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// One class number an axis of the class table; `None` where the axis does not apply.
    pub classes: Vec<Option<u16>>,
    /// What it may be used for.
    pub split: Split,
    /// Where its bytes begin.
    pub offset: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Where it comes from: file of a photograph, style and number of a drawing.
    pub name: String,
}

/// The content of `index.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// How the pictures are encoded.
    pub encoding: Encoding,
    /// The seed that the splits were drawn with.
    pub seed: u64,
    /// Names of all classes.
    pub classes: ClassTable,
    /// One entry a picture.
    pub items: Vec<Item>,
    /// Where they come from, licences, credits.
    pub sources: Vec<Source>,
}

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `width * height * 3` bytes, RGB, row by row from the top left.
    pub rgb: Vec<u8>,
}

/// A data set of originals in memory.
#[derive(Debug, Clone)]
pub struct Originals {
    /// Names of all classes.
    pub classes: ClassTable,
    /// Labels and split of every picture.
    pub items: Vec<Item>,
    /// The pictures, in the order of `items`.
    pub pictures: Vec<Picture>,
}

impl Originals {
    /// Reads the folder `dir` and decodes every picture on all cores. A missing file is
    /// [`Error::Io`], one with the wrong content [`Error::Data`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        Self::open_some(dir, |_| true)
    }

    /// Like [`Originals::open`], but of the training pictures only the first `limit`, and a quarter as many
    /// of all others.
    pub fn open_limited(dir: impl AsRef<Path>, limit: Option<usize>) -> Result<Self> {
        let Some(limit) = limit else { return Self::open(dir) };
        let [train, other] = [Cell::new(limit), Cell::new(limit.div_ceil(4))];
        Self::open_some(dir, |item| {
            let left = if item.split == Split::Train { &train } else { &other };
            let wanted = left.get() > 0;
            left.set(left.get().saturating_sub(1));
            wanted
        })
    }

    /// The images of a data set whose images are all as large as the model's.
    pub fn of_images(data: &Dataset) -> Self {
        let size = data.size;
        let of = |i: usize| {
            let classes = data.items[i].classes.clone();
            let (split, bytes) = (data.items[i].split, data.image(i).len());
            let name = i.to_string();
            Item { classes, split, offset: i * bytes, bytes, width: size, height: size, name }
        };
        let all = 0..data.items.len();
        let picture = |i| Picture { width: size, height: size, rgb: data.image(i).to_vec() };
        Self {
            classes: data.classes.clone(),
            items: all.clone().map(of).collect(),
            pictures: all.map(picture).collect(),
        }
    }

    /// Like [`Originals::open`], but keeps only the items that `wanted` says yes to.
    pub fn open_some(dir: impl AsRef<Path>, wanted: impl Fn(&Item) -> bool) -> Result<Self> {
        let dir = dir.as_ref();
        let index = Index::read(dir)?;
        let path = dir.join(ORIGINALS);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        let items: Vec<Item> = index.items.into_iter().filter(wanted).collect();
        let pictures = decode_all(index.encoding, &bytes, &items)?;
        Ok(Self { classes: index.classes, items, pictures })
    }

    /// The pictures of one split, as indices into `items`.
    pub fn indices(&self, split: Split) -> Vec<usize> {
        (0..self.items.len()).filter(|&i| self.items[i].split == split).collect()
    }
}

impl Index {
    /// Reads `index.json` in `dir` and checks class table and class numbers.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(INDEX);
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let index: Self = serde_json::from_str(&text)
            .map_err(|e| damaged(&format!("{INDEX} cannot be read: {e}")))?;
        index.classes.validate()?;
        let counts = index.classes.counts();
        let inside = |item: &Item| {
            let mut known = item.classes.iter().zip(&counts);
            item.classes.len() == counts.len()
                && known.all(|(class, count)| class.is_none_or(|c| usize::from(c) < *count))
        };
        match index.items.iter().find(|item| !inside(item)) {
            Some(item) => Err(damaged(&format!("{} has a class outside the table", item.name))),
            None => Ok(index),
        }
    }

    /// Writes both files to `dir`, pictures first: an index is only there when its pictures are.
    pub fn write(&self, dir: &Path, originals: &[u8]) -> Result<()> {
        std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let path = dir.join(ORIGINALS);
        std::fs::write(&path, originals).map_err(Error::io(&path))?;
        let path = dir.join(INDEX);
        let text = serde_json::to_string(self)
            .map_err(|e| Error::Data(format!("{INDEX} cannot be written: {e}.")))?;
        std::fs::write(&path, text).map_err(Error::io(&path))
    }
}

/// Decodes a JPEG file of any colour type to RGB. `name` is for messages.
pub fn decode_jpeg(name: &str, bytes: &[u8]) -> Result<Picture> {
    let bad = |why: String| Error::Data(format!("The picture {name} cannot be decoded: {why}."));
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().map_err(|e| bad(e.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| bad("it has no size".into()))?;
    if rgb.len() != width * height * 3 {
        return Err(bad(format!("{} bytes are not {width} x {height} RGB pixels", rgb.len())));
    }
    Ok(Picture { width, height, rgb })
}

/// Decodes `items` out of the content of `originals.bin`, on all cores.
fn decode_all(encoding: Encoding, bytes: &[u8], items: &[Item]) -> Result<Vec<Picture>> {
    let drawings = match encoding {
        Encoding::Jpeg | Encoding::Png => None,
        Encoding::Svg => Some(Drawings::unpack(bytes)?),
    };
    let decode = |item: &Item| -> Result<Picture> {
        let end = item.offset.checked_add(item.bytes);
        let outside = || damaged(&format!("the bytes of {} lie outside {ORIGINALS}", item.name));
        let picture = match &drawings {
            None => {
                let range = end.and_then(|end| bytes.get(item.offset..end)).ok_or_else(outside)?;
                match encoding {
                    Encoding::Png => decode_png(&item.name, range)?,
                    _ => decode_jpeg(&item.name, range)?,
                }
            }
            Some(drawings) => {
                let svg = drawings.svg(item.offset, item.bytes).ok_or_else(outside)?;
                let side = item.width;
                let mut rgb = vec![0; side * side * 3];
                render_svg(&item.name, &svg, side, &mut rgb)?;
                Picture { width: side, height: side, rgb }
            }
        };
        if (picture.width, picture.height) != (item.width, item.height) {
            return Err(damaged(&format!("{} does not have the size it should", item.name)));
        }
        Ok(picture)
    };
    in_parallel(items, decode)
}

fn damaged(why: &str) -> Error {
    Error::Data(format!("The data set is damaged: {why}. Make it again with `varigrain data`."))
}

#[cfg(test)]
mod tests {
    use super::super::drawings::Packed;
    use super::*;
    use crate::classes::{Axis, Class};

    fn classes() -> ClassTable {
        let axis = |id: &str| Axis::new(id, vec![Class::new("a", "A"), Class::new("b", "B")]);
        ClassTable { axes: vec![axis("first"), axis("second")], trained: None }
    }

    fn item(classes: [Option<u16>; 2], split: Split, at: (usize, usize), size: usize) -> Item {
        let (offset, bytes) = at;
        let name = format!("picture at {offset}");
        Item { classes: classes.to_vec(), split, offset, bytes, width: size, height: size, name }
    }

    fn folder(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("varigrain-{name}-{}", std::process::id()))
    }

    #[test]
    fn drawings_are_written_read_and_rendered() {
        let svg = |colour: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">\
                 <rect width=\"8\" height=\"8\" fill=\"{colour}\"/></svg>"
            )
        };
        let texts = [svg("#ff0000"), svg("#0000ff")];
        let Packed { bytes, spans } = Drawings::pack(texts.iter().map(String::as_str)).unwrap();
        let items = vec![
            item([Some(1), None], Split::Train, spans[0], 12),
            item([Some(0), Some(1)], Split::HeldOut, spans[1], 12),
        ];
        let (encoding, seed, sources) = (Encoding::Svg, 3, Vec::new());
        let index = Index { encoding, seed, classes: classes(), items, sources };
        let dir = folder("drawings");
        index.write(&dir, &bytes).unwrap();
        let text = std::fs::read_to_string(dir.join(INDEX)).unwrap();
        assert!(text.contains(r#"{"classes":[1,null],"split":"train","offset":0,"#), "{text}");

        let data = Originals::open(&dir).unwrap();
        assert_eq!((data.items, data.classes), (index.items.clone(), index.classes.clone()));
        assert_eq!(data.pictures[0].rgb, [255, 0, 0].repeat(144));
        assert_eq!(data.pictures[1].rgb, [0, 0, 255].repeat(144));
        let held_out = Originals::open_some(&dir, |item| item.split == Split::HeldOut).unwrap();
        assert_eq!(held_out.pictures, data.pictures[1..]);
        assert_eq!(held_out.indices(Split::HeldOut), [0]);

        let mut wrong = index;
        wrong.items[1].classes[1] = Some(2);
        wrong.write(&dir, &bytes).unwrap();
        assert_eq!(Originals::open(&dir).unwrap_err().code(), "data");
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(Originals::open(&dir).unwrap_err().code(), "io");
    }

    #[test]
    fn photographs_are_decoded_and_checked() {
        let mut bytes = b"before".to_vec();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
        encoder.encode(&[200; 16 * 16 * 3], 16, 16, jpeg_encoder::ColorType::Rgb).unwrap();
        let good = item([None, None], Split::Train, (6, bytes.len() - 6), 16);
        let pictures = decode_all(Encoding::Jpeg, &bytes, std::slice::from_ref(&good)).unwrap();
        assert!(pictures[0].rgb.iter().all(|&value| value.abs_diff(200) <= 1));

        let fails = |item: Item| decode_all(Encoding::Jpeg, &bytes, &[item]).unwrap_err();
        let message = fails(Item { height: 17, ..good.clone() }).to_string();
        assert!(message.contains("size"), "{message}");
        let message = fails(Item { bytes: bytes.len(), ..good.clone() }).to_string();
        assert!(message.contains("outside"), "{message}");
        assert_eq!(fails(Item { offset: 0, bytes: 6, ..good }).code(), "data");
    }
}

//! Photographs to measure with, never to train on: the Kodak set and the validation part of CID22,
//! without loss, as they are.

use std::path::Path;

use super::repository;
use crate::Result;
use crate::classes::{Axis, Class, ClassTable};
use crate::lab::data::originals::{Encoding, Index, Item};
use crate::lab::data::sheet::decode_png;
use crate::lab::data::{Source, Split};

const REPOSITORY: &str = "imazen/codec-corpus";
const COMMIT: &str = "55decfe826d350815e3af3b5ac69b882fb2943d3";

/// Id, name, folder, licence and credit of the two sets.
const SETS: [(&str, &str, &str, &str, &str); 2] = [
    (
        "kodak",
        "Kodak",
        "kodak",
        "LicenseRef-Kodak-unrestricted",
        "Eastman Kodak Company, released for unrestricted use",
    ),
    (
        "cid22",
        "CID22 validation",
        "CID22/CID22-512/validation",
        "CC-BY-SA-4.0",
        "Cloudinary Image Dataset '22: Jon Sneyers, Elad Ben Baruch, Yaron Vaxman",
    ),
];

/// Writes the set to `out` out of a clone of the repository. Returns a line to print.
pub fn prepare(clone: &Path, out: &Path) -> Result<String> {
    let (mut bytes, mut items, mut classes, mut sources) = (Vec::new(), Vec::new(), vec![], vec![]);
    for (number, (id, name, folder, licence, credit)) in SETS.into_iter().enumerate() {
        for file in repository::read(clone, COMMIT, &[folder], |path| path.ends_with(".png"))? {
            let picture = decode_png(&file.path, &file.bytes)?;
            items.push(Item {
                classes: vec![Some(number as u16)],
                split: Split::HeldOut,
                offset: bytes.len(),
                bytes: file.bytes.len(),
                width: picture.width,
                height: picture.height,
                name: file.path,
            });
            bytes.extend(file.bytes);
        }
        classes.push(Class::new(id, name));
        sources.push(Source {
            package: format!("github:{REPOSITORY}/{folder}"),
            version: COMMIT.into(),
            licence: licence.into(),
            credit: credit.into(),
        });
    }
    let classes = ClassTable { axes: vec![Axis::new("set", classes)], trained: None };
    let count = items.len();
    let index = Index { encoding: Encoding::Png, seed: 0, classes, items, sources };
    index.write(out, &bytes)?;
    Ok(format!("{count} photographs to measure with, {} bytes\n", bytes.len()))
}

//! From the lines of the drawing script to a data set on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use super::{axes, drawn, splits};
use crate::classes::{ClassTable, Trained};
use crate::lab::data::drawings::{Drawings, Packed};
use crate::lab::data::originals::{Encoding, Index, Item};
use crate::lab::data::{Originals, Sheet, Split};
use crate::{Error, Result};

/// What to prepare, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder to write to; made if it is not there.
    pub out: PathBuf,
    /// The drawing script.
    pub script: PathBuf,
    /// Portraits of every style.
    pub count: usize,
    /// Side of the pictures in pixels, when they are rendered.
    pub size: usize,
    /// Decides the drawings and the splits.
    pub seed: u64,
}

/// Draws, labels, splits and writes. Returns the text of `summary.txt`.
pub fn prepare(options: &Options) -> Result<String> {
    let Options { out, script, count, size, seed } = options;
    let lines = drawn::draw(script, *count, *seed)?;
    let (index, bytes) = index(&lines, *size, *seed)?;
    index.write(out, &bytes)?;
    let summary = summarise(&index);
    let path = out.join("summary.txt");
    std::fs::write(&path, &summary).map_err(Error::io(&path))?;

    let limit = 48;
    let mut of_style: BTreeMap<Option<u16>, usize> = BTreeMap::new();
    let wanted = index.items.iter().map(|item| {
        let number = of_style.entry(item.classes[0]).or_default();
        *number += 1;
        *number <= limit
    });
    let names: BTreeSet<&str> = index
        .items
        .iter()
        .zip(wanted)
        .filter_map(|(item, wanted)| wanted.then_some(item.name.as_str()))
        .collect();
    let shown = Originals::open_some(out, |item| names.contains(item.name.as_str()))?;
    let (axis, classes) = (0, &index.classes.axes[0].classes);
    for (number, class) in classes.iter().enumerate() {
        let mut sheet = Sheet::new(8, 128, 4);
        for (item, picture) in shown.items.iter().zip(&shown.pictures) {
            if item.classes[axis] == Some(number as u16) {
                sheet.add(&picture.rgb, picture.width)?;
            }
        }
        sheet.save(out.join(format!("sheet-{}.png", class.id)))?;
    }
    Ok(summary)
}

/// The index of the drawings in `lines` and the content of `originals.bin`.
fn index(lines: &str, size: usize, seed: u64) -> Result<(Index, Vec<u8>)> {
    let portraits = drawn::parse(lines)?;
    let mut table = axes::table();
    let classes: Vec<Vec<Option<u16>>> =
        portraits.iter().map(|portrait| axes::classes(&table, portrait)).collect::<Result<_>>()?;
    let combined: Vec<[u16; 3]> = portraits
        .iter()
        .zip(&classes)
        .map(|(portrait, classes)| combination(&table, classes, &portrait.style))
        .collect::<Result<_>>()?;
    let splits = splits::assign(&combined, seed);
    let training = combined.iter().zip(&splits).filter(|(_, split)| **split == Split::Train);
    let examples = training.map(|(combination, _)| combination.to_vec());
    table.trained = Some(Trained::new(&axes::COMBINED, examples));

    let Packed { bytes, spans } =
        Drawings::pack(portraits.iter().map(|portrait| portrait.svg.as_str()))?;
    let items = portraits
        .iter()
        .zip(classes)
        .zip(splits.into_iter().zip(spans))
        .map(|((portrait, classes), (split, (offset, bytes)))| Item {
            classes,
            split,
            offset,
            bytes,
            width: size,
            height: size,
            name: format!("{}-{}", portrait.style, portrait.number),
        })
        .collect();
    let sources = axes::sources();
    Ok((Index { encoding: Encoding::Svg, seed, classes: table, items, sources }, bytes))
}

/// The classes of a portrait on the axes that are combined; every portrait must have them.
fn combination(table: &ClassTable, classes: &[Option<u16>], style: &str) -> Result<[u16; 3]> {
    let mut found = [0; 3];
    for (number, id) in found.iter_mut().zip(axes::COMBINED) {
        *number = classes[table.axis(id)?]
            .ok_or_else(|| Error::Data(format!("A portrait of {style} has no {id}.")))?;
    }
    Ok(found)
}

/// Counts by axis and class, for the eye.
fn summarise(index: &Index) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} portraits", index.items.len());
    for split in [Split::Train, Split::TestCells, Split::HeldOut] {
        let count = index.items.iter().filter(|item| item.split == split).count();
        let _ = writeln!(text, "{:<12} {count:>6}", split.name());
    }
    for (i, axis) in index.classes.axes.iter().enumerate() {
        let _ = writeln!(text, "\n{}", axis.name);
        for (number, class) in axis.classes.iter().enumerate() {
            let count =
                index.items.iter().filter(|item| item.classes[i] == Some(number as u16)).count();
            let _ = writeln!(text, "  {:<12} {count:>6}", class.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_an_index_whose_table_knows_what_is_trained() {
        let mut lines = String::new();
        for number in 0..240 {
            let style = ["micah", "lorelei"][number % 2];
            let colour = ["red", "blue", "grey", "none"][number / 2 % 4];
            let expression = ["sad", "angry", "smiling"][number / 8 % 3];
            let _ = writeln!(
                lines,
                r#"{{"style":"{style}","number":{number},"classes":{{"style":"{style}",
                "hair-colour":"{colour}","expression":"{expression}"}},"svg":"<svg {number}/>"}}"#
            );
        }
        let lines = lines.replace(",\n", ",");
        let (index, bytes) = index(&lines, 32, 1).unwrap();
        assert_eq!(index.items.len(), 240);
        let drawings = Drawings::unpack(&bytes).unwrap();
        let item = &index.items[5];
        assert_eq!(drawings.svg(item.offset, item.bytes).unwrap(), "<svg 5/>");
        assert_eq!((item.name.as_str(), item.width, item.classes[3]), ("lorelei-5", 32, None));

        let trained = index.classes.trained.as_ref().unwrap();
        assert_eq!(trained.axes, axes::COMBINED);
        assert_eq!(trained.combinations.len(), 22);
        for item in &index.items {
            let combination = combination(&index.classes, &item.classes, "").unwrap().to_vec();
            let known = trained.combinations.contains(&combination);
            assert_eq!(known, item.split != Split::TestCells);
        }
        assert!(summarise(&index).contains("test-cells       20"), "{}", summarise(&index));
    }
}

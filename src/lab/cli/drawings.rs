//! `varigrain drawings`: the drawings of a data set as codes of a model, for the page to show beside what it draws.
//!
//! A file of JSON for each class of the axis above that of the rows, named after it; rows are the classes of the longer axis:
//! `{"axes": ["concept", "style"], "drawings": {"cat-face": {"noto": "…"}}}`. The texts are those that follow `picture=`
//! in a link: the bytes of [`CodedPicture`] as base64 for addresses.

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::tensor::Device;
use indicatif::ProgressBar;
use serde::Serialize;

use crate::classes::ClassTable;
use crate::encoding::{CodedPicture, EncodeOptions, encode};
use crate::grain::GrainMap;
use crate::lab::data::dataset::Dataset;
use crate::lab::data::parallel::in_parallel;
use crate::model::Model;
use crate::pack::Role;
use crate::sampler::block_on;
use crate::{Error, Result};

/// Arguments of `varigrain drawings`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The data set, of pictures of the model's size.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// The model pack, with its encoder.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Folder to write to [default: MODEL/drawings].
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What a file holds.
#[derive(Debug, Default, Serialize)]
struct Sheet {
    axes: Vec<String>,
    drawings: BTreeMap<String, BTreeMap<String, String>>,
}

/// Encodes all of them with the model's defaults, and says how many bytes they take.
pub fn run(args: Args) -> Result<()> {
    let model = Model::open(&args.model, &[Role::Encoder, Role::Decoder], &Device::flex())?;
    let data = Dataset::open(&args.data)?;
    let table = model.classes();
    if ids(table) != ids(&data.classes) || table.trained != data.classes.trained {
        let why = "the model has other classes, or was trained with others of these drawings.";
        return Err(Error::Data(why.into()));
    }
    let told = table.trained.as_ref().filter(|told| told.axes.len() == 2);
    let told = told.ok_or_else(|| {
        Error::Data("the model does not tell which pairs of two axes it was trained with.".into())
    })?;
    let mut axes = told.axes_in(table)?;
    axes.sort_by_key(|axis| std::cmp::Reverse(table.axes[*axis].classes.len()));
    let bar = ProgressBar::new(data.items.len() as u64);
    let options = EncodeOptions::defaults(&model)?;
    let all: Vec<usize> = (0..data.items.len()).collect();
    let texts = in_parallel(&all, |i| {
        let coded = block_on(encode(&model, data.image(*i), &options))?;
        let map = GrainMap::new(model.grid(), coded.grains)?;
        let bytes = CodedPicture { map, cells: coded.cells }.to_bytes(&model)?;
        bar.inc(1);
        Ok((address_text(&bytes), bytes.len()))
    })?;
    bar.finish_and_clear();
    let mut sheets: BTreeMap<&str, Sheet> = BTreeMap::new();
    for (i, (text, _)) in texts.iter().enumerate() {
        let [Some(row), Some(column)] = [axes[0], axes[1]].map(|axis| data.class(i, axis)) else {
            continue;
        };
        let class =
            |axis: usize, class: u16| table.axes[axis].classes[usize::from(class)].id.as_str();
        let above = table.parent(axes[0], row).map_or("all", |(axis, parent)| class(axis, parent));
        let sheet = sheets.entry(above).or_default();
        let styles = sheet.drawings.entry(class(axes[0], row).into()).or_default();
        styles.insert(class(axes[1], column).into(), text.clone());
    }
    let out = args.out.unwrap_or_else(|| args.model.join("drawings"));
    std::fs::create_dir_all(&out).map_err(Error::io(&out))?;
    for (name, sheet) in &mut sheets {
        sheet.axes = axes.iter().map(|axis| table.axes[*axis].id.clone()).collect();
        let path = out.join(format!("{name}.json"));
        let json = serde_json::to_string(sheet)
            .map_err(|e| Error::Data(format!("the drawings cannot be written: {e}.")))?;
        std::fs::write(&path, json).map_err(Error::io(&path))?;
    }
    let bytes: usize = texts.iter().map(|(_, bytes)| bytes).sum();
    println!("{} drawings in {} files, {bytes} bytes", texts.len(), sheets.len());
    Ok(())
}

/// What the classes are called; a pack may have signs for them that a data set lacks.
fn ids(table: &ClassTable) -> Vec<(&str, Vec<&str>)> {
    let mut all = Vec::new();
    for axis in &table.axes {
        all.push((axis.id.as_str(), axis.classes.iter().map(|class| class.id.as_str()).collect()));
    }
    all
}

/// Base64 for addresses (RFC 4648, section 5), without padding.
fn address_text(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let of_three = |three: &[u8]| {
        let bits =
            (0..3).fold(0u32, |bits, i| bits << 8 | u32::from(three.get(i).copied().unwrap_or(0)));
        let letter = move |i: usize| char::from(LETTERS[(bits >> (18 - 6 * i) & 63) as usize]);
        (0..=three.len()).map(letter).collect::<Vec<_>>()
    };
    bytes.chunks(3).flat_map(of_three).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_rfc_4648_for_addresses() {
        let cases: [(&[u8], &str); 6] = [
            (b"", ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xfb, 0xff, 0xbf], "-_-_"),
        ];
        for (bytes, text) in cases {
            assert_eq!(address_text(bytes), text);
        }
    }
}

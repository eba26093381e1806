//! From the collections to a data set on disk.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::collections::{self, KINDS, Photo, Subject};
use super::fingerprint::Fingerprint;
use super::groups::{self, Traits};
use super::{exclusions, scale, splits};
use crate::lab::data::originals::{Encoding, Index, Item, decode_jpeg};
use crate::lab::data::parallel::in_parallel;
use crate::lab::data::{Picture, Sheet, Split};
use crate::{Error, Result};

/// Photographs whose short side has fewer pixels are left out: enlarged, they would teach blur.
pub const SMALLEST: usize = 200;
/// The short side of every stored photograph: a little more than the model's, so that crops differ.
pub const SHORT_SIDE: usize = 272;

/// What to prepare, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder to write to; made if it is not there.
    pub out: PathBuf,
    /// Clones of the three collections, in the order of [`KINDS`].
    pub clones: [PathBuf; 3],
    /// How many bytes all pictures together may have; decides the JPEG quality.
    pub budget: usize,
    /// Decides the split.
    pub seed: u64,
}

/// A photograph that was read, brought to size and encoded.
struct Prepared {
    photo: Photo,
    width: usize,
    height: usize,
    pixels: usize,
    fingerprint: Fingerprint,
}

/// Reads, sorts out, scales, splits and writes. Returns the text of `summary.txt`.
pub fn prepare(options: &Options) -> Result<String> {
    let Options { out, clones, budget, seed } = options;
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    let [flowers, clothing, produce] = clones;
    let mut photos = Vec::new();
    let mut read = [0; 3];
    for (kind, found) in [
        (0, collections::flowers(flowers)?),
        (1, collections::clothing(clothing)?),
        (2, collections::produce(produce)?),
    ] {
        read[kind] = found.len();
        photos.extend(found.into_iter().filter(|p| exclusions::reason(&p.name).is_none()));
    }
    let quality = quality_for(&photos, *budget)?;
    let prepared: Vec<Prepared> = in_parallel(&photos, |photo| bring_to_size(photo, quality))?
        .into_iter()
        .flatten()
        .collect();
    drop(photos);

    let mut subjects: BTreeMap<Subject, usize> = BTreeMap::new();
    for photo in &prepared {
        subjects.entry(photo.photo.subject.clone()).or_default();
    }
    subjects.values_mut().enumerate().for_each(|(i, number)| *number = i);
    let groups = groups::find(&traits(&prepared, &subjects));
    let copies = groups.kept.iter().filter(|kept| !**kept).count();
    let (photos, groups): (Vec<Prepared>, Vec<usize>) = prepared
        .into_iter()
        .zip(groups.group)
        .zip(groups.kept)
        .filter_map(|(photo, kept)| kept.then_some(photo))
        .unzip();
    let numbers: Vec<u16> =
        photos.iter().map(|photo| subjects[&photo.photo.subject] as u16).collect();
    let names: Vec<&str> = photos.iter().map(|photo| photo.photo.name.as_str()).collect();
    let splits = splits::assign(&groups, &numbers, &names, *seed);

    let mut bytes = Vec::new();
    let mut items = Vec::new();
    for (Prepared { photo, width, height, .. }, split) in photos.iter().zip(splits) {
        items.push(Item {
            classes: vec![Some(photo.subject.kind as u16), Some(subjects[&photo.subject] as u16)],
            split,
            offset: bytes.len(),
            bytes: photo.bytes.len(),
            width: *width,
            height: *height,
            name: photo.name.clone(),
        });
        bytes.extend_from_slice(&photo.bytes);
    }
    let classes = collections::table(&subjects);
    let sources = collections::sources();
    let index = Index { encoding: Encoding::Jpeg, seed: *seed, classes, items, sources };
    index.write(out, &bytes)?;
    write_credits(&out.join("credits.csv"), &photos)?;
    write_sheets(out, &photos)?;
    write_groups(&out.join("groups.tsv"), &photos, &groups)?;

    let mut summary = String::new();
    for ((_, name), read) in KINDS.iter().zip(read) {
        let _ = writeln!(summary, "{read:>6} read of {name}");
    }
    let _ = writeln!(summary, "{copies:>6} copies left out");
    let _ = writeln!(summary, "{:>6} pictures, JPEG quality {quality}", index.items.len());
    let _ = writeln!(summary, "{:>6} kB\n", bytes.len() / 1000);
    summary.push_str(&summarise(&index));
    let path = out.join("summary.txt");
    std::fs::write(&path, &summary).map_err(Error::io(&path))?;
    Ok(summary)
}

/// The highest quality with which the photographs are likely to fit into `budget` bytes, found on every
/// thirtieth of them.
fn quality_for(photos: &[Photo], budget: usize) -> Result<u8> {
    let sample: Vec<&Photo> = photos.iter().step_by(30).collect();
    let pictures: Vec<(&str, Picture)> = in_parallel(&sample, |photo| {
        Ok(to_size(photo)?.map(|(picture, _)| (photo.name.as_str(), picture)))
    })?
    .into_iter()
    .flatten()
    .collect();
    // Small photographs are left out, of the sample as of the rest; 2 % for what chance may do.
    let allowed = budget as f64 * 0.98 / photos.len() as f64 * sample.len() as f64;
    let (mut fits, mut too_high) = (1, 101);
    while too_high - fits > 1 {
        let quality = (fits + too_high) / 2;
        let sizes =
            in_parallel(&pictures, |(name, picture)| Ok(encode(name, picture, quality)?.len()))?;
        match sizes.into_iter().sum::<usize>() as f64 <= allowed {
            true => fits = quality,
            false => too_high = quality,
        }
    }
    Ok(fits)
}

/// A photograph cropped and scaled, with the pixels of its source; `None` if that is too small.
fn to_size(photo: &Photo) -> Result<Option<(Picture, usize)>> {
    let source = scale::crop(&decode_jpeg(&photo.name, &photo.bytes)?);
    if source.width.min(source.height) < SMALLEST {
        return Ok(None);
    }
    Ok(Some((scale::to_short_side(&source, SHORT_SIDE), source.width * source.height)))
}

/// Crops, scales and encodes a photograph; `None` if it is too small.
fn bring_to_size(photo: &Photo, quality: u8) -> Result<Option<Prepared>> {
    let Some((picture, pixels)) = to_size(photo)? else { return Ok(None) };
    let Picture { width, height, .. } = picture;
    let fingerprint = Fingerprint::of(&picture);
    let bytes = encode(&photo.name, &picture, quality)?;
    let photo = Photo { bytes, ..photo.clone() };
    Ok(Some(Prepared { photo, width, height, pixels, fingerprint }))
}

/// Encodes as progressive JPEG with halved colour planes.
fn encode(name: &str, picture: &Picture, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    let (width, height) = (picture.width as u16, picture.height as u16);
    encoder
        .encode(&picture.rgb, width, height, jpeg_encoder::ColorType::Rgb)
        .map_err(|e| Error::Data(format!("{name} cannot be encoded: {e}.")))?;
    Ok(bytes)
}

/// What the search for copies and groups wants to know.
fn traits(photos: &[Prepared], subjects: &BTreeMap<Subject, usize>) -> Vec<Traits> {
    photos
        .iter()
        .map(|prepared| Traits {
            subject: subjects[&prepared.photo.subject] as u16,
            series: prepared.photo.series.clone(),
            original: prepared.photo.original.clone(),
            pixels: prepared.pixels,
            fingerprint: prepared.fingerprint.clone(),
        })
        .collect()
}

/// One line a photograph: its name, subject, licence, and whom or which page to credit.
fn write_credits(path: &Path, photos: &[Prepared]) -> Result<()> {
    let mut text = "picture,subject,licence,credit\n".to_owned();
    for Prepared { photo, .. } in photos {
        let Photo { name, subject, licence, credit, .. } = photo;
        let _ = writeln!(text, "\"{name}\",\"{}\",{licence},\"{credit}\"", subject.name);
    }
    std::fs::write(path, text).map_err(Error::io(path))
}

/// One line a photograph: group and name; for the eye, like the sheets.
fn write_groups(path: &Path, photos: &[Prepared], groups: &[usize]) -> Result<()> {
    let mut lines: Vec<String> = photos
        .iter()
        .zip(groups)
        .map(|(prepared, group)| format!("{group:>6}\t{}\n", prepared.photo.name))
        .collect();
    lines.sort_unstable();
    std::fs::write(path, lines.concat()).map_err(Error::io(path))
}

/// Contact sheets of every subject, up to 120 photographs each.
fn write_sheets(out: &Path, photos: &[Prepared]) -> Result<()> {
    let mut of: BTreeMap<&Subject, Vec<&Photo>> = BTreeMap::new();
    for Prepared { photo, .. } in photos {
        of.entry(&photo.subject).or_default().push(photo);
    }
    let sheets: Vec<(&Subject, Vec<&Photo>)> = of.into_iter().collect();
    let dir = out.join("sheets");
    std::fs::create_dir_all(&dir).map_err(Error::io(&dir))?;
    in_parallel(&sheets, |(subject, photos)| {
        let mut sheet = Sheet::new(15, 80, 2);
        for photo in photos.iter().take(120) {
            let picture = decode_jpeg(&photo.name, &photo.bytes)?;
            sheet.add(&scale::resize(&picture, 80, 80).rgb, 80)?;
        }
        sheet.save(dir.join(format!("{}.png", subject.id)))
    })?;
    Ok(())
}

/// Counts by subject and split.
fn summarise(index: &Index) -> String {
    let mut text = format!("{:<24} {:>6} {:>9}\n", "subject", "train", "held-out");
    let count = |class: Option<u16>, split: Split| {
        let of =
            |item: &&Item| item.split == split && class.is_none_or(|c| item.classes[1] == Some(c));
        index.items.iter().filter(of).count()
    };
    let mut line = |name: &str, class| {
        let (train, held) = (count(class, Split::Train), count(class, Split::HeldOut));
        let _ = writeln!(text, "{name:<24} {train:>6} {held:>9}");
    };
    for (number, class) in index.classes.axes[1].classes.iter().enumerate() {
        line(&class.name, Some(number as u16));
    }
    line("all", None);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(width: usize, height: usize) -> Photo {
        let rgb = (0..width * height * 3).map(|i| (i / 7 % 256) as u8).collect();
        let bytes = encode("x", &Picture { width, height, rgb }, 90).unwrap();
        let subject = Subject { kind: 0, id: "rose".into(), name: "rose".into() };
        let (series, original, credit) = (None, None, "page".into());
        let licence = "CC0-1.0";
        Photo { name: "a, b.jpg".into(), subject, series, original, credit, licence, bytes }
    }

    #[test]
    fn photographs_get_one_short_side_and_small_ones_go() {
        let sized = |width, height| {
            bring_to_size(&photo(width, height), 80).unwrap().map(|p| (p.width, p.height))
        };
        assert_eq!(sized(240, 300), Some((272, 340)));
        assert_eq!(sized(280, 280), Some((272, 272)));
        assert_eq!(sized(900, 400), Some((354, 272)));
        assert_eq!(sized(199, 300), None);
        let prepared = bring_to_size(&photo(900, 400), 80).unwrap().unwrap();
        let picture = decode_jpeg("x", &prepared.photo.bytes).unwrap();
        assert_eq!((picture.width, picture.height), (354, 272));
    }

    #[test]
    fn the_quality_follows_from_the_budget() {
        let photos = vec![photo(300, 300); 31];
        let of = |quality| bring_to_size(&photos[0], quality).unwrap().unwrap().photo.bytes.len();
        for quality in [30, 70] {
            let found = quality_for(&photos, of(quality) * 32).unwrap();
            assert!(of(found) <= of(quality) * 102 / 100 && found + 3 >= quality, "{found}");
        }
    }

    #[test]
    fn every_photograph_is_credited() {
        let path = std::env::temp_dir().join(format!("varigrain-credits-{}", std::process::id()));
        let prepared = bring_to_size(&photo(280, 280), 80).unwrap().unwrap();
        write_credits(&path, &[prepared]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(text.ends_with("\n\"a, b.jpg\",\"rose\",CC0-1.0,\"page\"\n"), "{text}");
    }
}

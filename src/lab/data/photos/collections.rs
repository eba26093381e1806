//! The three collections, at the commits that were looked at, and their labels.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::repository::{self, File};
use crate::classes::{Axis, Class, ClassTable};
use crate::lab::data::Source;
use crate::{Error, Result};

/// A photograph as it is in its collection.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Path in the repository.
    pub name: String,
    /// What it shows.
    pub subject: Subject,
    /// See [`super::groups::Traits::series`].
    pub series: Option<String>,
    /// See [`super::groups::Traits::original`].
    pub original: Option<String>,
    /// Whom to credit for it: its page, or who sent it in.
    pub credit: String,
    /// SPDX id of its licence.
    pub licence: &'static str,
    /// The JPEG file.
    pub bytes: Vec<u8>,
}

/// A class of the axis "subject".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Index into [`KINDS`].
    pub kind: usize,
    /// Short name.
    pub id: String,
    /// Name for people.
    pub name: String,
}

/// Id and name of the kinds of subject, one a collection.
pub const KINDS: [(&str, &str); 3] =
    [("flower", "Flowers"), ("clothing", "Clothing"), ("produce", "Fruit and vegetables")];

/// Where the collections are published, at which commit, under which licence.
const SOURCES: [(&str, &str, &str, &str); 3] = [
    (
        "Oldpel/flower_photos",
        "140ff6f3beb2173715002984c2bd58dc3506d4c9",
        "CC-BY-2.0",
        "photographers of Flickr, each photograph by its page in credits.csv; cropped and scaled",
    ),
    (
        "alexeygrigorev/clothing-dataset",
        "7ed86a9cc56763b6acb35e41cb35184e43a5d218",
        "CC0-1.0",
        "Alexey Grigorev and those who sent photographs in",
    ),
    (
        "marcusklasson/GroceryStoreDataset",
        "fc80ba90f803d79d0383df52c5a4ac5de99ff6fc",
        "MIT",
        "Marcus Klasson, Cheng Zhang, Hedvig Kjellström",
    ),
];

/// What the index records of the collections.
pub fn sources() -> Vec<Source> {
    let source = |(repository, commit, licence, credit): (&str, &str, &str, &str)| Source {
        package: format!("github:{repository}"),
        version: commit.into(),
        licence: licence.into(),
        credit: credit.into(),
    };
    SOURCES.map(source).to_vec()
}

/// Whether a path is a JPEG file.
fn is_jpeg(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with(".jpg") || path.ends_with(".jpeg")
}

/// Five flowers. The folder is the label; a file's name begins with the id of its page on Flickr.
pub fn flowers(dir: &Path) -> Result<Vec<Photo>> {
    let files = repository::read(dir, SOURCES[0].1, &["dataset/train", "dataset/val"], is_jpeg)?;
    files.into_iter().map(flower).collect()
}

fn flower(File { path, bytes }: File) -> Result<Photo> {
    let unknown = || Error::Data(format!("{path} is in no folder of a flower."));
    let mut parts = path.rsplit('/');
    let (file, folder) = parts.next().zip(parts.next()).ok_or_else(unknown)?;
    let (id, name) = match folder {
        "daisy" => ("daisy", "daisy"),
        "dandelion" => ("dandelion", "dandelion"),
        "roses" => ("rose", "rose"),
        "sunflowers" => ("sunflower", "sunflower"),
        "tulips" => ("tulip", "tulip"),
        _ => return Err(unknown()),
    };
    let page = file.split('_').next().unwrap_or_default();
    Ok(Photo {
        subject: Subject { kind: 0, id: id.into(), name: name.into() },
        series: None,
        original: Some(format!("flickr {page}")),
        credit: format!("https://www.flickr.com/photo.gne?id={page}"),
        licence: SOURCES[0].2,
        bytes,
        name: path,
    })
}

/// Labels of the clothing that have at least a hundred photographs, with their names here.
const CLOTHES: [(&str, &str, &str); 14] = [
    ("T-Shirt", "t-shirt", "T-shirt"),
    ("Longsleeve", "long-sleeve", "long-sleeved top"),
    ("Pants", "trousers", "trousers"),
    ("Shoes", "shoes", "shoes"),
    ("Shirt", "shirt", "shirt"),
    ("Dress", "dress", "dress"),
    ("Outwear", "outerwear", "coat or jacket"),
    ("Shorts", "shorts", "shorts"),
    ("Hat", "hat", "hat"),
    ("Skirt", "skirt", "skirt"),
    ("Polo", "polo-shirt", "polo shirt"),
    ("Undershirt", "undershirt", "undershirt"),
    ("Blazer", "blazer", "blazer"),
    ("Hoodie", "hoodie", "hoodie"),
];

/// Fourteen kinds of clothing. Labels are in `images.csv`: image, sender, label, whether for children.
pub fn clothing(dir: &Path) -> Result<Vec<Photo>> {
    let commit = SOURCES[1].1;
    let lists = repository::read(dir, commit, &["images.csv"], |_| true)?;
    let list = String::from_utf8_lossy(&lists[0].bytes);
    let labels = clothing_labels(&list);
    let files = repository::read(dir, commit, &["images"], is_jpeg)?;
    let photo = |File { path, bytes }: File| {
        let stem = path.rsplit('/').next()?.split('.').next()?;
        let (subject, sender) = labels.get(stem)?.clone();
        let credit = format!("sender {sender}");
        let licence = SOURCES[1].2;
        Some(Photo { name: path, subject, series: None, original: None, credit, licence, bytes })
    };
    Ok(files.into_iter().filter_map(photo).collect())
}

/// Image to subject and sender, of the labels in [`CLOTHES`].
fn clothing_labels(list: &str) -> HashMap<String, (Subject, String)> {
    let line = |line: &str| {
        let mut fields = line.split(',');
        let (image, sender, label) = (fields.next()?, fields.next()?, fields.next()?);
        let (_, id, name) = CLOTHES.iter().find(|(known, ..)| *known == label)?;
        let subject = Subject { kind: 1, id: (*id).into(), name: (*name).into() };
        Some((image.to_owned(), (subject, sender.to_owned())))
    };
    list.lines().filter_map(line).collect()
}

/// Fruit and vegetables in shops. The folder is the label.
pub fn produce(dir: &Path) -> Result<Vec<Photo>> {
    let paths = ["train", "val", "test"]
        .map(|split| ["Fruit", "Vegetables"].map(|group| format!("dataset/{split}/{group}")));
    let paths: Vec<&str> = paths.iter().flatten().map(String::as_str).collect();
    let files = repository::read(dir, SOURCES[2].1, &paths, is_jpeg)?;
    files.into_iter().map(produce_photo).collect()
}

fn produce_photo(File { path, bytes }: File) -> Result<Photo> {
    let parts: Vec<&str> = path.split('/').collect();
    // dataset/SPLIT/GROUP/[SORT/]NAME/FILE; different splits were taken in different shops.
    let [_, split, _, .., folder, _] = parts[..] else {
        return Err(Error::Data(format!("{path} is in no folder of fruit or vegetables.")));
    };
    let name = produce_name(folder, parts[3]);
    let id = name.to_lowercase().replace(' ', "-");
    Ok(Photo {
        series: Some(format!("{split} {id}")),
        subject: Subject { kind: 2, id, name },
        original: None,
        credit: SOURCES[2].3.into(),
        licence: SOURCES[2].2,
        bytes,
        name: path,
    })
}

/// The name of a folder for people; `sort` is the folder above where there is one.
fn produce_name(folder: &str, sort: &str) -> String {
    match folder {
        "Satsumas" => "satsuma".into(),
        "Carrots" => "carrot".into(),
        "Red-Beet" => "beetroot".into(),
        "Zucchini" => "courgette".into(),
        // The names of sorts keep their capitals.
        _ if matches!(sort, "Apple" | "Pear") && folder != sort => {
            format!("{} {}", folder.replace('-', " "), sort.to_lowercase())
        }
        _ => folder.replace('-', " ").to_lowercase(),
    }
}

/// The class table of `subjects`: the axis "kind" and, dividing it, the axis "subject".
pub fn table(subjects: &BTreeMap<Subject, usize>) -> ClassTable {
    let kind = Axis::new("kind", KINDS.map(|(id, name)| Class::new(id, name)).to_vec());
    let class = |subject: &Subject| {
        let parent = Some(KINDS[subject.kind].0.to_owned());
        Class { parent, ..Class::new(&subject.id, &subject.name) }
    };
    let subject = Axis::new("subject", subjects.keys().map(class).collect());
    let subject = Axis { parent: Some(kind.id.clone()), ..subject };
    ClassTable { axes: vec![kind, subject], trained: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> File {
        File { path: path.into(), bytes: Vec::new() }
    }

    #[test]
    fn folders_and_lists_become_subjects() {
        let photo = flower(file("dataset/val/roses/12240303_80d87f77a3_n.jpg")).unwrap();
        assert_eq!((photo.subject.id.as_str(), photo.subject.kind), ("rose", 0));
        assert_eq!(photo.credit, "https://www.flickr.com/photo.gne?id=12240303");
        assert!(flower(file("dataset/val/weeds/1_2.jpg")).is_err());

        let labels =
            clothing_labels("image,sender_id,label,kids\na1,7,Pants,True\nb2,8,Skip,False");
        assert_eq!(labels.len(), 1);
        assert_eq!((labels["a1"].0.id.as_str(), labels["a1"].1.as_str()), ("trousers", "7"));

        let names = [
            ("dataset/test/Fruit/Apple/Pink-Lady/Pink-Lady_001.jpg", "Pink Lady apple"),
            ("dataset/train/Fruit/Melon/Galia-Melon/Galia-Melon_002.jpg", "galia melon"),
            ("dataset/val/Vegetables/Red-Beet/Red-Beet_003.jpg", "beetroot"),
            ("dataset/test/Vegetables/Mushroom/Brown-Cap-Mushroom/a.jpg", "brown cap mushroom"),
            ("dataset/train/Vegetables/Brown-Cap-Mushroom/a.jpg", "brown cap mushroom"),
            ("dataset/train/Fruit/Kiwi/Kiwi_001.jpg", "kiwi"),
        ];
        for (path, name) in names {
            let photo = produce_photo(file(path)).unwrap();
            assert_eq!(photo.subject.name, name);
            assert_eq!(photo.subject.id, name.to_lowercase().replace(' ', "-"));
        }
        assert!(produce_photo(file("dataset/x.jpg")).is_err());
    }

    #[test]
    fn subjects_belong_to_kinds() {
        let subject = |kind, id: &str| (Subject { kind, id: id.into(), name: id.into() }, 3);
        let table = table(&BTreeMap::from([subject(2, "apple"), subject(0, "rose")]));
        let classes = &table.axes[1].classes;
        let parents: Vec<_> =
            classes.iter().map(|c| (c.id.as_str(), c.parent.as_deref())).collect();
        assert_eq!(parents, [("rose", Some("flower")), ("apple", Some("produce"))]);
        table.validate().unwrap();
        assert_eq!(table.parent(1, 1), Some((0, 2)));
    }
}

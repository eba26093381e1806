//! The whole way from packages to a data set on disk.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::icons::IconSet;
use super::labels::{self, Label};
use super::matching::Names;
use super::packages::{self, NAMES, STYLES, SUBGROUPS};
use super::render::{self, Job};
use super::splits;
use super::twins::Twins;
use super::{categories, corrections};
use crate::classes::{Axis, Class, ClassTable, Trained};
use crate::lab::data::dataset::{self, Index, Item};
use crate::lab::data::{Sheet, Split};
use crate::{Error, Result};

/// What to prepare, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder to write to; made if it is not there.
    pub out: PathBuf,
    /// Folder with the package archives; what is missing is fetched into it.
    pub packages: PathBuf,
    /// Side of the images in pixels.
    pub size: usize,
    /// Decides the splits.
    pub seed: u64,
    /// How many threads render.
    pub threads: usize,
}

/// The labelled drawings before rendering: `jobs[i]` shows `cells[i]`.
struct Drawings {
    classes: ClassTable,
    /// Unicode group of every concept.
    groups: Vec<String>,
    /// Style and concept.
    cells: Vec<(usize, usize)>,
    jobs: Vec<Job>,
}

/// Fetches, joins, renders, splits and writes. `progress` is told how many images are done, of how
/// many. Returns the text of `summary.txt`.
pub fn prepare(options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<String> {
    let Options { out, packages, size, seed, threads } = options;
    std::fs::create_dir_all(out).map_err(Error::io(out))?;
    let [by_group] = NAMES.read(packages, ["data-by-group.json"])?;
    let [script] = SUBGROUPS.read(packages, ["unicode-emoji.js"])?;
    let labels = labels::read(&by_group, &script)?;
    let mut sets = Vec::new();
    for (id, _, package) in STYLES {
        let [icons, chars] = package.read(packages, ["icons.json", "chars.json"])?;
        sets.push(IconSet::parse(id, &icons, &chars)?);
    }
    let Drawings { classes, groups, cells, jobs } = join(&labels, &sets)?;

    let done = std::sync::atomic::AtomicUsize::new(0);
    let pixels = render::render_all(&jobs, *size, *threads, &|| {
        progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, jobs.len());
    })?;
    let concepts: Vec<usize> = cells.iter().map(|(_, concept)| *concept).collect();
    let twins = Twins::find(&pixels, *size, &concepts, *threads);
    let splits = splits::assign(&concepts, &twins, *seed);
    let items: Vec<Item> = cells
        .iter()
        .zip(splits)
        .map(|(&(style, concept), split)| {
            let category = classes.parent(CONCEPT, concept as u16).map(|(_, category)| category);
            Item { classes: vec![Some(style as u16), category, Some(concept as u16)], split }
        })
        .collect();
    let sources = packages::all().map(|package| package.source()).collect();
    let index = Index { size: *size, seed: *seed, classes, items, sources };
    dataset::write(out, &index, &pixels)?;
    write_sheets(out, &index, &pixels)?;

    let summary = summarise(&index, &groups, &twins);
    let path = out.join("summary.txt");
    std::fs::write(&path, &summary).map_err(Error::io(&path))?;
    Ok(summary)
}

/// Joins labels and icon sets (in the order of [`STYLES`]). Concepts that no set draws and
/// categories without a concept are left out of the class table.
fn join(labels: &[Label], sets: &[IconSet]) -> Result<Drawings> {
    let names = Names::new(labels, sets);
    let mut matches: Vec<BTreeMap<usize, String>> = Vec::new();
    for ((id, ..), set) in STYLES.iter().zip(sets) {
        let corrections = corrections::of(id);
        if let Some((icon, slug)) = corrections
            .iter()
            .find(|(_, slug)| !slug.is_empty() && !labels.iter().any(|l| l.slug == *slug))
        {
            return Err(Error::Data(format!("The correction {id}:{icon} names no emoji: {slug}.")));
        }
        matches.push(names.match_set(labels, set, &corrections));
    }

    let (mut used_categories, mut concepts) = (Vec::new(), Vec::new());
    let mut groups = Vec::new();
    // Index of a category in the constant table to its index in the class table.
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    let mut concept_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, label) in labels.iter().enumerate() {
        if !matches.iter().any(|found| found.contains_key(&i)) {
            continue;
        }
        let category = categories::of(&label.subgroup).ok_or_else(|| {
            Error::Data(format!("The subgroup \"{}\" belongs to no category.", label.subgroup))
        })?;
        let category = *used.entry(category).or_insert_with(|| {
            let (id, name, _) = categories::CATEGORIES[category];
            used_categories.push(Class::new(id, name));
            used_categories.len() - 1
        });
        concept_of.insert(i, concepts.len());
        groups.push(label.group.clone());
        concepts.push(Class {
            glyph: Some(label.emoji.clone()),
            parent: Some(used_categories[category].id.clone()),
            ..Class::new(&label.slug, &label.name)
        });
    }
    let styles = STYLES.map(|(id, name, _)| Class {
        thumbnail: Some(format!("styles/{id}.svg")),
        ..Class::new(id, name)
    });
    let classes = ClassTable {
        axes: vec![
            Axis::new("style", styles.into()),
            Axis::new("category", used_categories),
            Axis { parent: Some("category".into()), ..Axis::new("concept", concepts) },
        ],
        // A data set derives the combinations from its items.
        trained: Some(Trained::new(&["concept", "style"], std::iter::empty())),
    };

    let (mut cells, mut jobs) = (Vec::new(), Vec::new());
    for (style, (set, found)) in sets.iter().zip(&matches).enumerate() {
        for (label, icon) in found {
            if let (Some(&concept), Some(drawing)) = (concept_of.get(label), set.icon(icon)) {
                cells.push((style, concept));
                jobs.push(Job { name: format!("{}:{icon}", STYLES[style].0), icon: drawing });
            }
        }
    }
    Ok(Drawings { classes, groups, cells, jobs })
}

/// One sheet a style with all its images, and one a style that pairs each image (right) with the
/// same concept in another style (left), so that a wrong label catches the eye.
fn write_sheets(out: &Path, index: &Index, pixels: &[u8]) -> Result<()> {
    let Index { size, classes, items, .. } = index;
    let images: Vec<&[u8]> = pixels.chunks_exact(size * size * 3).collect();
    for (style, Class { id, .. }) in classes.axes[STYLE].classes.iter().enumerate() {
        let mut plain = Sheet::new(30, 48, 2);
        let mut paired = Sheet::new(30, 48, 2);
        for (image, item) in
            items.iter().enumerate().filter(|(_, item)| class(item, STYLE) == style)
        {
            plain.add(images[image], *size)?;
            match items
                .iter()
                .position(|o| class(o, CONCEPT) == class(item, CONCEPT) && class(o, STYLE) != style)
            {
                Some(other) => paired.add(images[other], *size)?,
                None => paired.skip(),
            }
            paired.add(images[image], *size)?;
        }
        plain.save(out.join(format!("contact-{id}.png")))?;
        paired.save(out.join(format!("paired-{id}.png")))?;
    }
    Ok(())
}

fn summarise(index: &Index, groups: &[String], twins: &Twins) -> String {
    let Index { size, seed, classes, items, .. } = index;
    let counts = classes.counts();
    let filled = items.len() as f64 / (counts[STYLE] * counts[CONCEPT]) as f64;
    let ids = |axis: usize| classes.axes[axis].classes.iter().map(|c| c.id.as_str()).collect();
    let mut text = format!(
        "{} images of {size} x {size} pixels: {} concepts in {} categories and {} styles\n\
         {:.1} % of the concept x style table is filled\n\
         {} images have a twin ({} pairs); they are never tested on\nseed {seed}\n",
        items.len(),
        counts[CONCEPT],
        counts[CATEGORY],
        counts[STYLE],
        100.0 * filled,
        twins.any.iter().filter(|twin| **twin).count(),
        twins.pairs,
    );
    let mut section = |title: &str, names: Vec<&str>, of: &dyn Fn(&Item) -> usize| {
        let _ = writeln!(
            text,
            "\n{title:<28} {:>7} {:>7} {:>11} {:>14}",
            "images", "train", "test-cells", "test-concepts"
        );
        for (i, name) in names.into_iter().enumerate() {
            let count = |split: Option<Split>| {
                items
                    .iter()
                    .filter(|item| of(item) == i && split.is_none_or(|split| item.split == split))
                    .count()
            };
            let [train, cells, concepts, _] = Split::ALL.map(|split| count(Some(split)));
            let _ = writeln!(
                text,
                "{name:<28} {:>7} {train:>7} {cells:>11} {concepts:>14}",
                count(None)
            );
        }
    };
    let mut group_names: Vec<&str> = groups.iter().map(String::as_str).collect();
    group_names.dedup();
    section("all", vec!["all"], &|_| 0);
    section("style", ids(STYLE), &|item| class(item, STYLE));
    section("group", group_names.clone(), &|item| {
        group_names.iter().position(|g| *g == groups[class(item, CONCEPT)]).unwrap_or(usize::MAX)
    });
    section("category", ids(CATEGORY), &|item| class(item, CATEGORY));
    text
}

/// The axes of the class table.
const STYLE: usize = 0;
const CATEGORY: usize = 1;
const CONCEPT: usize = 2;

/// Class of an image; every one of this set has one on each axis.
fn class(item: &Item, axis: usize) -> usize {
    item.classes[axis].map_or(usize::MAX, usize::from)
}

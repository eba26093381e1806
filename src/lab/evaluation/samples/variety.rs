//! Whether several pictures of one prompt differ: the mean distance between eight seeds, beside that between
//! eight real pictures of the same classes.

use std::collections::BTreeMap;

use super::Gallery;
use crate::dgit::Condition;
use crate::lab::data::{Dataset, Sheet, Split};
use crate::lab::evaluation::evaluator::pictures;
use crate::lab::evaluation::memorisation::Space;
use crate::lab::metrics::neighbours::distance;
use crate::lab::results::{Cell, Column, Results};
use crate::rng::Rng;
use crate::sampler::Request;
use crate::{Error, Result};

/// Pictures of one prompt.
const SEEDS: usize = 8;
/// Prompts on a sheet.
const SHOWN: usize = 8;
/// Seeds of these pictures begin here, beyond those of other samples.
const FIRST_SEED: u64 = 500_000_000;

/// One prompt with real training pictures of its classes.
#[derive(Debug, Clone, PartialEq)]
struct Prompt {
    condition: Condition,
    real: Vec<usize>,
}

/// The axes of prompts: those of which the class table tells combinations, or else all.
fn asked_axes(data: &Dataset) -> Result<Vec<usize>> {
    match &data.classes.trained {
        Some(trained) => trained.axes_in(&data.classes),
        None => Ok((0..data.classes.axes.len()).collect()),
    }
}

/// At most `count` prompts, by chance, of which training has [`SEEDS`] pictures or more.
fn prompts(data: &Dataset, count: usize) -> Result<Vec<Prompt>> {
    let axes = asked_axes(data)?;
    let mut sorted: BTreeMap<Vec<Option<u16>>, Vec<usize>> = BTreeMap::new();
    for item in data.indices(Split::Train) {
        let classes = axes.iter().map(|axis| data.class(item, *axis)).collect();
        sorted.entry(classes).or_default().push(item);
    }
    let mut rng = Rng::new(15);
    let all: Vec<Prompt> = sorted
        .into_iter()
        .filter(|(_, items)| items.len() >= SEEDS)
        .map(|(classes, real)| {
            let mut condition = Condition(vec![None; data.classes.axes.len()]);
            axes.iter().zip(classes).for_each(|(axis, class)| condition.0[*axis] = class);
            Prompt { condition, real: rng.some(real, SEEDS) }
        })
        .collect();
    Ok(rng.some(all, count))
}

/// Mean distance between the rows of each group of `size` rows, all pairs of it.
///
/// # Panics
/// If `dims` or `size` is zero.
pub fn spread(rows: &[f32], dims: usize, size: usize) -> Vec<f64> {
    let of = |group: &[f32]| {
        let rows: Vec<&[f32]> = group.chunks(dims).collect();
        let pairs = (0..rows.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let all: Vec<f64> = pairs.map(|(i, j)| distance(rows[i], rows[j])).collect();
        all.iter().sum::<f64>() / all.len().max(1) as f64
    };
    rows.chunks(dims * size).map(of).collect()
}

/// The table, and a sheet with a prompt a row: its samples, none of them picked.
///
/// # Errors
/// Those of the samplers; [`Error::Data`] if training has too few pictures of every prompt.
pub fn table(gallery: &Gallery) -> Result<(Results, Sheet)> {
    let evaluator = gallery.evaluator;
    let data = &evaluator.data;
    let prompts = prompts(data, gallery.amounts.prompts)?;
    if prompts.is_empty() {
        return Err(Error::Data(format!(
            "there are no {SEEDS} training pictures of any prompt, or no prompts."
        )));
    }
    let first = FIRST_SEED.wrapping_add(evaluator.seeds[0].wrapping_mul(1_000_000));
    let wanted = prompts.iter().flat_map(|p| std::iter::repeat_n(&p.condition, SEEDS));
    let requests: Vec<Request> = wanted
        .zip(first..)
        .map(|(condition, seed)| Request {
            condition: condition.clone(),
            seed,
            ..gallery.request.clone()
        })
        .collect();
    let drawn = evaluator.sampler.images(&requests)?;
    let made = pictures(&drawn);
    let real: Vec<usize> = prompts.iter().flat_map(|prompt| prompt.real.clone()).collect();
    let (real, _) = evaluator.rebuild(&evaluator.real(&real), gallery.request.shares)?;
    let real: Vec<&[u8]> = real.iter().map(Vec::as_slice).collect();

    let columns = vec![
        Column::key("distance by", "", 0),
        Column::measure("samples", "", 4),
        Column::measure("real pictures", "", 4),
        Column::measure("ratio", "%", 1),
        Column::measure("prompts with less than half of it", "%", 1),
    ];
    let title = format!("{}: distance between {SEEDS} pictures of one prompt", gallery.title);
    let mut results = Results::new(title, columns);
    for space in Space::ALL {
        let of = |images: &[&[u8]]| spread(&space.rows(evaluator, images), space.dims(), SEEDS);
        let (made, real) = (of(&made), of(&real));
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let poor = made.iter().zip(&real).filter(|(made, real)| **made < 0.5 * **real).count();
        let row: Vec<Cell> = vec![
            space.name().into(),
            mean(&made).into(),
            mean(&real).into(),
            (100.0 * mean(&made) / mean(&real)).into(),
            (100.0 * poor as f64 / made.len() as f64).into(),
        ];
        results.row(row)?;
    }
    let names: Vec<&str> =
        asked_axes(data)?.iter().map(|axis| data.classes.axes[*axis].id.as_str()).collect();
    results.note(format!(
        "{} prompts that name {}; real ones are training pictures of the same classes, after the \
         tokenizer.",
        prompts.len(),
        names.join(", ")
    ));
    let mut sheet = Sheet::new(SEEDS, 128, 4);
    for image in made.iter().take(SEEDS * SHOWN) {
        sheet.add(image, data.size)?;
    }
    Ok((results, sheet))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class, ClassTable, Trained};
    use crate::lab::data::Item;

    #[test]
    fn spread_by_hand() {
        // Three points of a 3-4-5 triangle, then three equal ones.
        let rows = [0.0, 0.0, 3.0, 0.0, 0.0, 4.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0];
        assert_eq!(spread(&rows, 2, 3), [4.0, 0.0]);
    }

    #[test]
    fn prompts_name_the_told_axes_and_have_enough_real_pictures() {
        let axis = |id: &str, count: usize| {
            Axis::new(id, (0..count).map(|i| Class::new(i.to_string(), "")).collect())
        };
        let trained = Some(Trained::new(&["style", "hair"], std::iter::empty()));
        let axes = vec![axis("style", 2), axis("skin", 9), axis("hair", 2)];
        let classes = ClassTable { axes, trained };
        let item = |style, skin, hair, split| Item {
            classes: [style, skin, hair].map(Some).into(),
            split,
        };
        let mut items: Vec<Item> = (0..9).map(|i| item(1, i, 0, Split::Train)).collect();
        items.extend((0..7).map(|i| item(0, i, 0, Split::Train)));
        items.extend((0..9).map(|i| item(0, i, 1, Split::TestCells)));
        let pixels = vec![0; 3 * items.len()];
        let data = Dataset::new(1, classes, items, pixels).unwrap();
        let found = prompts(&data, 5).unwrap();
        assert_eq!(found.len(), 1, "the others have seven, and are held out");
        assert_eq!(found[0].condition, Condition(vec![Some(1), None, Some(0)]));
        assert!(found[0].real.len() == SEEDS && found[0].real.iter().all(|i| *i < 9));
        assert!(prompts(&data, 0).unwrap().is_empty());
    }
}

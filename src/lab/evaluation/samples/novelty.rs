//! Whether samples are new: how near their nearest training pictures are, beside those of held-out pictures,
//! which nobody can have copied, and of training pictures moved by a pixel, which stand for copies.
//!
//! Everything is compared after the tokenizer, as in [`memorisation`](super::super::memorisation), whose
//! rule for copies this uses.

use super::Gallery;
use crate::Result;
use crate::lab::data::{Sheet, Split};
use crate::lab::evaluation::memorisation::{
    COPIES, Matches, Memory, QUANTILES, Space, THUMBNAIL, moved,
};
use crate::lab::results::{Cell, Column, Form, Plot, Results};
use crate::rng::Rng;

/// Pairs on a sheet.
const SHOWN: usize = 32;
/// Side of an image on a sheet in pixels.
const SIDE: usize = 128;
/// Training pictures that are moved, at most.
const MOVED: usize = 500;

/// The table, and a sheet of the closest pairs of samples and of held-out pictures, each beside the training
/// picture that it is close to, four pairs a row.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if there are too few pictures.
pub fn table(gallery: &Gallery) -> Result<(Results, [(&'static str, Sheet); 2])> {
    let (evaluator, request) = (gallery.evaluator, &gallery.request);
    let data = &evaluator.data;
    let rebuild = |images: &[&[u8]]| -> Result<Vec<Vec<u8>>> {
        Ok(evaluator.rebuild(images, request.shares)?.0)
    };
    let some = Rng::new(13).some(data.indices(Split::Train), MOVED);
    let shifted: Vec<Vec<u8>> = some.iter().map(|i| moved(data.image(*i), data.size)).collect();
    let shifted = rebuild(&shifted.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    let memory = rebuild(&gallery.training.slices())?;
    let memory: Vec<&[u8]> = memory.iter().map(Vec::as_slice).collect();

    let (samples, held) = (gallery.samples.slices(), gallery.held_out_rebuilt.slices());
    let of_cells = gallery.of_combinations.slices();
    let most = gallery.amounts.novelty;
    let shifted: Vec<&[u8]> = shifted.iter().map(Vec::as_slice).collect();
    let sets: [(&str, &[&[u8]]); 4] = [
        ("samples", &samples[..most.min(samples.len())]),
        ("held-out pictures", &held),
        ("samples of held-out combinations", &of_cells[..most.min(of_cells.len())]),
        ("training pictures, moved by a pixel", &shifted),
    ];
    let mut columns = vec![
        Column::key("images", "", 0),
        Column::key("number", "", 0),
        Column::key("distance by", "", 0),
    ];
    columns.extend(QUANTILES.map(|q| Column::measure(&format!("{q} %"), "", 3)));
    columns.push(Column::measure("as near as a copy", "%", 1));
    columns.push(Column::measure("nearer than 5 % of held-out pictures", "%", 1));
    let title = format!("{}: distances to the nearest training picture", gallery.title);
    let mut results = Results::new(title, columns);
    let of = |space: Space| -> Result<Vec<Matches>> {
        let memory = Memory::new(evaluator, space, &gallery.training.items, &memory);
        let matches = |images: &[&[u8]]| match images.is_empty() {
            true => Ok(Matches::default()),
            false => memory.matches(evaluator, images),
        };
        sets.iter().map(|(_, images)| matches(images)).collect()
    };
    let (features, pixels) = (of(Space::Features)?, of(Space::Pixels)?);
    for (space, found) in [(Space::Features, &features), (Space::Pixels, &pixels)] {
        let (copy, close) = (found[3].quantile(COPIES), found[1].quantile(0.05));
        for ((name, images), found) in sets.iter().zip(found).filter(|((_, i), _)| !i.is_empty()) {
            let mut row: Vec<Cell> = vec![(*name).into(), images.len().into(), space.name().into()];
            row.extend(QUANTILES.map(|q| Cell::from(found.quantile(f64::from(q) / 100.0))));
            row.extend([copy, close].map(|bound| Cell::from(100.0 * found.within(bound))));
            results.row(row)?;
        }
    }
    let sheet = |set: usize| features[set].sheet(data, sets[set].1, (SHOWN, SIDE));
    let sheets = [("closest-samples", sheet(0)?), ("closest-held-out", sheet(1)?)];
    results.note(format!(
        "All of them after the tokenizer, against {} training pictures. Columns in percent: the \
         distance that so many images lie below. As near as a copy: as near as {:.0} % of training \
         pictures that were moved by a pixel. Pixels: root mean square of {THUMBNAIL} × {THUMBNAIL} \
         thumbnails. A copy of a crop or of a mirrored picture is only found as far as features \
         hide that.",
        gallery.training.items.len(),
        100.0 * COPIES,
    ));
    let plot = Plot::new(Form::Bars, "distance by", &["as near as a copy"]);
    results.plot(plot.by(&["images"]));
    Ok((results, sheets))
}

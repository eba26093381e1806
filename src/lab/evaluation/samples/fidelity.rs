//! How close the distribution of samples comes to that of real pictures: Fréchet distance, precision and
//! recall.
//!
//! The distance to all training pictures is the main figure; that to held-out ones shows how much of it
//! comes from pictures known by heart. Both fall with more images on either side: compare lines of one
//! number only.

use super::Gallery;
use crate::Result;
use crate::lab::data::parallel::in_parallel;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::frechet::Reference;
use crate::lab::metrics::precision_recall::Region;
use crate::lab::results::{Cell, Column, Form, Plot, Results};

/// Heading of the names of rows.
const IMAGES: &str = "images";
/// Which row has the held-out pictures: their distance to themselves says nothing.
const HELD_OUT: usize = 2;
/// Headings of the distances.
const TO_TRAINING: &str = "FD-lite to training";
const TO_HELD_OUT: &str = "FD-lite to held-out";

/// The table.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if there are too few pictures.
pub fn table(gallery: &Gallery) -> Result<Results> {
    let columns = vec![
        Column::key(IMAGES, "", 0),
        Column::key("number", "", 0),
        Column::measure(TO_TRAINING, "", 2),
        Column::measure(TO_HELD_OUT, "", 2),
        Column::measure("precision", "%", 1),
        Column::measure("recall", "%", 1),
        Column::measure("codes", "", 1),
        Column::measure("speed", "images/s", 2),
    ];
    let mut results =
        Results::new(format!("{}: samples and real pictures", gallery.title), columns);
    let (training, held) = (&gallery.training, &gallery.held_out);
    let (to_training, to_held) = (training.features.reference()?, held.features.reference()?);
    let rows = training.features.rows().to_vec();
    let region = Region::new(rows, EMBEDDING, &gallery.evaluator.device)?;

    let sets = [
        ("samples", &gallery.samples, Some((gallery.codes, gallery.per_second))),
        ("reconstructions", &gallery.rebuilt, None),
        ("held-out pictures", held, None),
        ("their reconstructions", &gallery.held_out_rebuilt, None),
    ];
    // Each takes seconds on one core.
    let rows: Vec<&[f32]> = sets.iter().map(|(_, pictures, _)| pictures.features.rows()).collect();
    let jobs: Vec<(&Reference, &[f32])> =
        rows.iter().flat_map(|rows| [(&to_training, *rows), (&to_held, *rows)]).collect();
    let far = in_parallel(&jobs, |(reference, rows)| reference.distance(rows))?;
    let far: Vec<[f64; 2]> = far.chunks_exact(2).map(|far| [far[0], far[1]]).collect();
    for (i, (name, pictures, speed)) in sets.into_iter().enumerate() {
        let [to_training, to_held] = far[i];
        let found = region.precision_recall(rows[i])?;
        let mut row: Vec<Cell> = vec![name.into(), pictures.items.len().into()];
        row.push(to_training.into());
        row.push((i != HELD_OUT).then_some(to_held).into());
        row.extend([100.0 * found.precision, 100.0 * found.recall].map(Cell::from));
        row.push(speed.map(|(codes, _)| codes).into());
        row.push(speed.map(|(_, per_second)| per_second).into());
        results.row(row)?;
    }
    let ratio = |to: usize| far[0][to] / far[1][to];
    results.note(format!(
        "FD-lite of the samples is {:.2} times (to training) and {:.2} times (to held-out) that of the \
         reconstructions.",
        ratio(0),
        ratio(1)
    ));
    results.note(format!(
        "Fréchet distances in EfficientNet-Lite2 features to {} training and {} held-out pictures; \
         precision and recall by third neighbours among the same training pictures. Samples have \
         the classes of as many training pictures, whose reconstructions stand beside them.",
        training.items.len(),
        held.items.len()
    ));
    let request = &gallery.request;
    results.note(format!(
        "Guidance {}, temperature {}, {} steps (NAR), noise {} (NAR), shares {}.",
        request.guidance, request.temperature, request.steps, request.noise, request.shares
    ));
    results.plot(Plot::new(Form::Bars, IMAGES, &[TO_TRAINING]));
    Ok(results)
}

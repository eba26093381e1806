//! How close the distribution of samples comes to that of real pictures: Fréchet distance, precision and
//! recall.
//!
//! The distance to all training pictures is the main figure; that to held-out ones shows how much of it
//! comes from pictures known by heart. Both fall with more images on either side: compare lines of one
//! number only.

use super::Gallery;
use crate::Result;
use crate::lab::metrics::efficientnet::EMBEDDING;
use crate::lab::metrics::precision_recall::Region;
use crate::lab::results::{Cell, Column, Form, Plot, Results};

/// Heading of the names of rows.
const IMAGES: &str = "images";
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

    let mut distances = vec![];
    for (name, pictures, is_held, speed) in [
        ("samples", &gallery.samples, false, Some((gallery.codes, gallery.per_second))),
        ("reconstructions", &gallery.rebuilt, false, None),
        ("held-out pictures", held, true, None),
        ("their reconstructions", &gallery.held_out_rebuilt, false, None),
    ] {
        let rows = pictures.features.rows();
        let far = (to_training.distance(rows)?, (!is_held).then(|| to_held.distance(rows)));
        let far = (far.0, far.1.transpose()?);
        let found = region.precision_recall(rows)?;
        let mut row: Vec<Cell> = vec![name.into(), pictures.items.len().into()];
        row.push(far.0.into());
        row.push(far.1.into());
        row.extend([100.0 * found.precision, 100.0 * found.recall].map(Cell::from));
        row.push(speed.map(|(codes, _)| codes).into());
        row.push(speed.map(|(_, per_second)| per_second).into());
        results.row(row)?;
        distances.push(far);
    }
    let [samples, rebuilt] = [distances[0], distances[1]];
    results.note(format!(
        "FD-lite of the samples is {} that of the reconstructions.",
        ratios(samples, rebuilt)
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

/// Both ratios in words.
fn ratios(samples: (f64, Option<f64>), rebuilt: (f64, Option<f64>)) -> String {
    let training = format!("{:.2} times (to training)", samples.0 / rebuilt.0);
    match (samples.1, rebuilt.1) {
        (Some(a), Some(b)) => format!("{training} and {:.2} times (to held-out)", a / b),
        _ => training,
    }
}

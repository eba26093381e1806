//! Whether pictures show what was asked for, by a classifier that was trained on real pictures only; and
//! whether they also do in combinations of classes that training never had.
//!
//! The classifier errs, too: its accuracy on fresh real pictures, as they are and after the tokenizer, is
//! what a generator can reach, and the share of that is the figure to look at.

use super::Gallery;
use crate::Result;
use crate::classes::ClassTable;
use crate::lab::evaluation::accuracy::{hits, share_right};
use crate::lab::results::{Cell, Column, Form, Plot, Results};

/// Heading of the names of rows.
const IMAGES: &str = "images";

/// The columns of the table: names, and the positions of the hits that must be there.
fn groups(table: &ClassTable, axes: &[usize]) -> Vec<(String, Vec<usize>)> {
    let one = |(at, axis): (usize, &usize)| (table.axes[*axis].id.clone(), vec![at]);
    let mut groups: Vec<(String, Vec<usize>)> = axes.iter().enumerate().map(one).collect();
    let told = table.trained.as_ref().and_then(|trained| trained.axes_in(table).ok());
    if let Some(told) = told {
        let at = |axis: &usize| axes.iter().position(|own| own == axis);
        groups.push(("combination".into(), told.iter().filter_map(at).collect()));
    }
    if axes.len() > 1 {
        groups.push(("all".into(), (0..axes.len()).collect()));
    }
    groups
}

/// The table; nothing without a classifier.
///
/// # Errors
/// None that a caller could cause.
pub fn table(gallery: &Gallery) -> Result<Option<Results>> {
    let Some(classifier) = &gallery.classifier else { return Ok(None) };
    let (data, device) = (&gallery.evaluator.data, &gallery.evaluator.device);
    let groups = groups(&data.classes, classifier.axes());
    let mut columns = vec![Column::key(IMAGES, "", 0), Column::key("number", "", 0)];
    columns.extend(groups.iter().map(|(name, _)| Column::measure(name, "%", 1)));
    let title = format!("{}: how often the classifier sees what was asked for", gallery.title);
    let mut results = Results::new(title, columns);
    let mut found = vec![];
    for (name, pictures) in [
        ("held-out pictures", &gallery.held_out),
        ("their reconstructions", &gallery.held_out_rebuilt),
        ("samples", &gallery.samples),
        ("pictures of held-out combinations", &gallery.combinations),
        ("samples of held-out combinations", &gallery.of_combinations),
    ] {
        let hits = hits(classifier, data, &pictures.items, &pictures.slices(), device);
        let shares: Vec<Option<f64>> =
            groups.iter().map(|(_, axes)| share_right(&hits, axes)).collect();
        if hits.is_empty() {
            found.push(shares);
            continue;
        }
        let mut row: Vec<Cell> = vec![name.into(), pictures.items.len().into()];
        row.extend(shares.iter().map(|share| Cell::from(share.map(|share| 100.0 * share))));
        results.row(row)?;
        found.push(shares);
    }
    for (samples, real, what) in [
        (2, 0, "Samples, in percent of held-out pictures"),
        (2, 1, "Samples, in percent of reconstructions"),
        (4, 3, "Samples of held-out combinations, in percent of pictures of them"),
    ] {
        let ratios = groups.iter().zip(found[samples].iter().zip(&found[real]));
        let ratios: Vec<String> = ratios
            .filter_map(|((name, _), (samples, real))| {
                let (samples, real) = ((*samples)?, (*real).filter(|share| *share > 0.0)?);
                Some(format!("{name} {:.1}", 100.0 * samples / real))
            })
            .collect();
        if !ratios.is_empty() {
            results.note(format!("{what}: {}.", ratios.join(", ")));
        }
    }
    results.note("The classifier was trained on real training pictures only.");
    let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
    results.plot(Plot::new(Form::Bars, IMAGES, &names).y_label("right (%)"));
    Ok(Some(results))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class, Trained};

    #[test]
    fn columns_are_axes_then_the_combination_that_training_is_told_of_then_all() {
        let axis = |id: &str| Axis::new(id, vec![Class::new("a", "A")]);
        let trained = Some(Trained::new(&["hair", "style"], std::iter::empty()));
        let axes = vec![axis("style"), axis("skin"), axis("hair")];
        let found = groups(&ClassTable { axes, trained }, &[0, 1, 2]);
        let named = |name: &str, at: &[usize]| (name.to_string(), at.to_vec());
        let expected = [
            named("style", &[0]),
            named("skin", &[1]),
            named("hair", &[2]),
            named("combination", &[2, 0]),
            named("all", &[0, 1, 2]),
        ];
        assert_eq!(found, expected);
    }
}

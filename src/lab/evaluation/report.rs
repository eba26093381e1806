//! Scores as a table, with plots of every curve.

use super::sweep::{CONFIDENCE, HALTON, Sweep};
use super::{Scores, Setting};
use crate::Result;
use crate::lab::results::{Cell, Column, Form, Plot, Results, mean_and_spread};

/// Heading of the main score.
pub const FD: &str = "FD-lite";
/// Heading of the same against training images of the same classes.
pub const FD_SAME: &str = "FD-lite, same classes";
/// Heading of the names of settings.
pub const SETTING: &str = "setting";

/// Which score a column shows.
pub type Of = fn(&Scores) -> Option<f64>;

/// All scores: heading, unit, decimals.
const SCORES: &[(&str, &str, usize, Of)] = &[
    (FD, "", 2, |s| s.fd),
    (FD_SAME, "", 2, |s| s.fd_same),
    ("precision", "%", 1, |s| percent(s.precision)),
    ("recall", "%", 1, |s| percent(s.recall)),
    ("codes", "", 1, |s| s.codes),
    ("speed", "images/s", 1, |s| s.per_second),
];

/// The two Fréchet distances.
pub const DISTANCES: [(&str, Of); 2] = [(FD, |s| s.fd), (FD_SAME, |s| s.fd_same)];

/// A score of a setting, where it has it.
type Score = Box<dyn Fn(&Scores) -> Option<f64>>;

/// A column of a table: heading, unit, decimals, and the score itself.
struct Measure {
    name: String,
    unit: &'static str,
    digits: usize,
    of: Score,
}

/// Every score that some setting has: the plain ones, then the accuracy on each axis that was classified.
fn measures(scores: &[Vec<Scores>]) -> Vec<Measure> {
    let plain = SCORES.iter().map(|(name, unit, digits, of)| Measure {
        name: name.to_string(),
        unit,
        digits: *digits,
        of: Box::new(of),
    });
    let classified = scores.iter().flatten().find(|scores| !scores.accuracy.is_empty());
    let axes = classified.map_or(Vec::new(), |scores| scores.accuracy.clone());
    let classified = axes.into_iter().map(|(axis, _)| Measure {
        name: axis.clone(),
        unit: "%",
        digits: 1,
        of: Box::new(move |scores| percent(on_axis(scores, &axis))),
    });
    let known = |measure: &Measure| scores.iter().flatten().any(|s| (measure.of)(s).is_some());
    plain.chain(classified).filter(known).collect()
}

fn on_axis(scores: &Scores, axis: &str) -> Option<f64> {
    scores.accuracy.iter().find(|(id, _)| id == axis).map(|(_, share)| *share)
}

/// Mean ratio of the accuracy on each axis to that of another setting, seed by seed; by the axis's id.
pub fn accuracy_ratios(scores: &[Scores], others: &[Scores]) -> Vec<(String, f64)> {
    let Some(first) = scores.first() else { return Vec::new() };
    let ratio = |axis: &str| {
        let pairs = scores.iter().zip(others);
        let ratios = pairs.filter_map(|(a, b)| Some(on_axis(a, axis)? / on_axis(b, axis)?));
        mean_and_spread(&ratios.collect::<Vec<f64>>()).0
    };
    first.accuracy.iter().filter_map(|(axis, _)| Some((axis.clone(), ratio(axis)?))).collect()
}

/// Mean ratio of some scores to the same scores of another setting, seed by seed; those that are
/// not known for both are left out.
pub fn ratios(
    scores: &[Scores],
    others: &[Scores],
    of: &[(&'static str, Of)],
) -> Vec<(&'static str, f64)> {
    let ratio = |(name, of): &(&'static str, Of)| {
        let pairs = scores.iter().zip(others);
        let ratios: Vec<f64> = pairs.filter_map(|(a, b)| Some(of(a)? / of(b)?)).collect();
        mean_and_spread(&ratios).0.map(|mean| (*name, mean))
    };
    of.iter().filter_map(ratio).collect()
}

/// A table with a row a setting and the scores of its seeds side by side. `axis` names what a
/// curve runs along. Scores that no setting has are left out.
///
/// # Errors
/// None that a caller could cause.
pub fn table(
    title: &str,
    axis: Option<&str>,
    settings: &[Setting],
    scores: &[Vec<Scores>],
) -> Result<Results> {
    let kept = measures(scores);
    let mut columns = vec![Column::key(SETTING, "", 0)];
    columns.extend(axis.map(|axis| Column::key(axis, "", 3)));
    columns.extend(kept.iter().map(|m| Column::measure(&m.name, m.unit, m.digits)));
    let mut results = Results::new(title, columns);
    for (setting, scores) in settings.iter().zip(scores) {
        let mut row: Vec<Cell> = vec![setting.name.clone().into()];
        row.extend(axis.map(|_| Cell::from(setting.at)));
        let values = |m: &Measure| scores.iter().filter_map(&m.of).collect::<Vec<f64>>();
        row.extend(kept.iter().map(|measure| Cell::from(&values(measure)[..])));
        results.row(row)?;
    }
    results.note(
        "FD-lite is a Fréchet distance in EfficientNet-Lite2 features to the training images; it \
         depends on the number of samples, and no published FID compares. ± is the sample standard \
         deviation over seeds.",
    );
    Ok(results)
}

/// The table of a sweep with its plots: FD-lite, then every other score of quality.
///
/// # Errors
/// As [`table`].
pub fn sweep(
    title: &str,
    sweep: Sweep,
    settings: &[Setting],
    scores: &[Vec<Scores>],
) -> Result<Results> {
    let mut results = table(title, sweep.axis(), settings, scores)?;
    for Measure { name, of, .. } in measures(scores).iter().filter(|m| is_quality(&m.name)) {
        let mut plot = match sweep.axis() {
            Some(axis) => Plot::new(Form::Lines, axis, &[name]).by(&[SETTING]),
            None => Plot::new(Form::Groups, SETTING, &[name]),
        };
        if sweep == Sweep::Schedules {
            for (setting, scores) in settings.iter().zip(scores) {
                let values: Vec<f64> = scores.iter().filter_map(of).collect();
                let (mean, spread) = mean_and_spread(&values);
                if let (Some(label), Some(mean)) = (plain(setting), mean) {
                    // More than two bands would hide each other.
                    plot = plot.band(label, mean, spread.filter(|_| setting.at.is_some()));
                }
            }
        }
        results.plot(plot);
    }
    Ok(results)
}

/// Whether a score says how good images are.
fn is_quality(name: &str) -> bool {
    !["codes", "speed"].contains(&name)
}

fn percent(share: Option<f64>) -> Option<f64> {
    share.map(|share| 100.0 * share)
}

/// Name of the horizontal line of an order without a priority.
fn plain(setting: &Setting) -> Option<&str> {
    match (setting.name.as_str(), setting.at) {
        (CONFIDENCE, Some(0.0)) => Some("confidence"),
        (HALTON, Some(0.0)) => Some("Halton"),
        (name, None) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::{Request, Schedule};

    /// Two seeds of made-up scores for every setting; nobody classified.
    fn made_up(settings: &[Setting]) -> Vec<Vec<Scores>> {
        let of = |fd: f64| Scores { fd: Some(fd), precision: Some(0.5), ..Scores::default() };
        (0..settings.len()).map(|i| vec![of(i as f64 + 10.0), of(i as f64 + 12.0)]).collect()
    }

    #[test]
    fn schedules_have_curves_over_beta_and_lines_for_plain_orders() {
        let settings = Sweep::Schedules.settings(&Request::default(), &[0.0, 1.0, 2.0]);
        let results = sweep("A7", Sweep::Schedules, &settings, &made_up(&settings)).unwrap();
        let names: Vec<&str> = results.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, [SETTING, "β", FD, "precision"]);
        assert_eq!(results.rows.len(), settings.len());
        assert_eq!(results.rows[1][2].format(1), "12.0 ± 1.4");
        assert_eq!(results.plots.len(), 2);
        let lines: Vec<&str> =
            results.plots[0].references.iter().map(|line| line.label.as_str()).collect();
        let with_curves = [Schedule::Priority, Schedule::Confidence, Schedule::Halton];
        let plain = Schedule::ALL.into_iter().filter(|schedule| !with_curves.contains(schedule));
        let plain = plain.map(Schedule::as_str).chain(["confidence", "Halton"]);
        assert_eq!(lines, plain.collect::<Vec<_>>());
        assert_eq!(results.plots[0].references[0].value, 11.0);
        let bands = results.plots[0].references.iter().filter(|line| line.spread.is_some());
        assert_eq!(bands.count(), 2);
        let svg = results.plots[0].draw(&results).unwrap();
        assert!(svg.contains(CONFIDENCE) && svg.contains("two-phase"));
    }

    #[test]
    fn every_sweep_can_be_drawn() {
        for kind in [Sweep::Maps, Sweep::Ratio, Sweep::Guidance, Sweep::Steps] {
            let settings = kind.settings(&Request::default(), kind.values());
            let results = sweep("A", kind, &settings, &made_up(&settings)).unwrap();
            for plot in &results.plots {
                let svg = plot.draw(&results).unwrap();
                let named = |s: &Setting| svg.contains(&s.name);
                // A single curve has no legend.
                assert!(settings.iter().all(named) || kind == Sweep::Steps, "{kind:?}");
            }
        }
    }

    #[test]
    fn ratios_are_taken_seed_by_seed() {
        let of = |fd: f64| Scores { fd: Some(fd), ..Scores::default() };
        let found = ratios(&[of(2.0), of(9.0)], &[of(1.0), of(3.0)], &DISTANCES);
        assert_eq!(found, [(FD, 2.5)]);
        assert!(ratios(&[of(2.0)], &[Scores::default()], &DISTANCES).is_empty());
        let classified = |style: f64| Scores { accuracy: vec![("style".into(), style)], ..of(1.0) };
        let found = accuracy_ratios(
            &[classified(0.5), classified(0.25)],
            &[classified(1.0), classified(1.0)],
        );
        assert_eq!(found, [("style".to_string(), 0.375)]);
        assert!(accuracy_ratios(&[classified(0.5)], &[of(1.0)]).is_empty());
        let results = table(
            "t",
            None,
            &[Setting::of("a", None, Request::default())],
            &[vec![classified(0.5)]],
        );
        let names: Vec<String> = results.unwrap().columns.into_iter().map(|c| c.name).collect();
        assert_eq!(names, [SETTING, FD, "style"]);
    }
}

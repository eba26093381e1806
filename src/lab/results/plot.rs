//! What a plot shows: which columns, in which form. It holds no data and is drawn from a table.

use serde::{Deserialize, Serialize};

use super::{Cell, Results};
use crate::Result;

/// How values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Points joined by lines over a numeric column.
    Lines,
    /// Points alone over a numeric column.
    Points,
    /// Groups of bars, one group a value of the x column, which may be names. They start at 0.
    Bars,
    /// As bars, but points: the axis need not start at 0.
    Groups,
}

/// A horizontal line to compare with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// What it means.
    pub label: String,
    /// Where it is.
    pub value: f64,
    /// Half the height of the band around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
}

impl Reference {
    /// Lower and upper end of the band.
    pub(super) fn ends(&self) -> [f64; 2] {
        let spread = self.spread.unwrap_or(0.0);
        [self.value - spread, self.value + spread]
    }
}

/// A plot of some columns of the table that it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    /// How values are drawn.
    pub form: Form,
    /// Name of the column along the x axis.
    pub x: String,
    /// Names of the columns along the y axis; several give several series.
    pub y: Vec<String>,
    /// Label of the y axis; empty for the heading of the first y column.
    pub y_label: String,
    /// Key columns whose values tell series apart.
    pub series: Vec<String>,
    /// Horizontal lines to compare with.
    pub references: Vec<Reference>,
    /// Whether the x axis is logarithmic (not for bars).
    pub log_x: bool,
    /// Whether the y axis is logarithmic (not for bars).
    pub log_y: bool,
}

impl Plot {
    /// The columns `y` over the column `x`.
    pub fn new(form: Form, x: &str, y: &[&str]) -> Self {
        let strings = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
        Self {
            form,
            x: x.into(),
            y: strings(y),
            y_label: String::new(),
            series: Vec::new(),
            references: Vec::new(),
            log_x: false,
            log_y: false,
        }
    }

    /// One series for each combination of values in the key columns `names`.
    pub fn by(mut self, names: &[&str]) -> Self {
        self.series = names.iter().map(|n| n.to_string()).collect();
        self
    }

    /// With this label on the y axis.
    pub fn y_label(mut self, label: &str) -> Self {
        self.y_label = label.into();
        self
    }

    /// With a horizontal line at `value`.
    pub fn reference(self, label: &str, value: f64) -> Self {
        self.band(label, value, None)
    }

    /// With a horizontal line at `value`, and a band of ± `spread` around it.
    pub fn band(mut self, label: &str, value: f64, spread: Option<f64>) -> Self {
        self.references.push(Reference { label: label.into(), value, spread });
        self
    }

    /// With logarithmic axes.
    pub fn log(mut self, x: bool, y: bool) -> Self {
        (self.log_x, self.log_y) = (x, y);
        self
    }

    /// The points of all series, in the order in which they come in the table.
    pub(super) fn gather(&self, results: &Results) -> Result<Vec<Series>> {
        let x = results.column(&self.x)?;
        let keys = self.series.iter().map(|n| results.column(n)).collect::<Result<Vec<usize>>>()?;
        let mut all: Vec<Series> = Vec::new();
        for name in &self.y {
            let y = results.column(name)?;
            for row in &results.rows {
                let key = |c: &usize| {
                    let column = &results.columns[*c];
                    match &row[*c] {
                        Cell::Numbers(_) => {
                            format!("{} {}", column.name, row[*c].format(column.decimals))
                        }
                        other => other.format(0),
                    }
                };
                let mut parts: Vec<String> = keys.iter().map(key).collect();
                if self.y.len() > 1 {
                    parts.push(name.clone());
                }
                let label = parts.join(", ");
                let (Some(mean), spread) = row[y].statistics() else { continue };
                let at = row[x].statistics().0;
                if at.is_none() && matches!(self.form, Form::Lines | Form::Points) {
                    continue; // it has no place on this axis
                }
                let point =
                    Point { name: row[x].format(results.columns[x].decimals), x: at, mean, spread };
                match all.iter_mut().find(|s| s.label == label) {
                    Some(series) => series.points.push(point),
                    None => all.push(Series { label, points: vec![point] }),
                }
            }
        }
        Ok(all)
    }
}

/// One line, or one colour of bars.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub label: String,
    pub points: Vec<Point>,
}

/// One value of a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// The x column as text.
    pub name: String,
    /// The x column as a number, if it is one.
    pub x: Option<f64>,
    pub mean: f64,
    pub spread: Option<f64>,
}

impl Point {
    /// Ends of the error bar.
    pub fn ends(&self) -> (f64, f64) {
        let spread = self.spread.unwrap_or(0.0);
        (self.mean - spread, self.mean + spread)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Column;
    use super::*;

    pub(in super::super) fn table(seed: usize) -> Results {
        let columns = vec![
            Column::key("mode", "", 0),
            Column::key("steps", "", 0),
            Column::measure("FD-lite", "", 1),
        ];
        let mut results = Results::new("Steps", columns);
        results.commands = vec![format!("--seed {seed}")];
        for mode in ["nar", "ar & <more>"] {
            for steps in [4usize, 8, 12] {
                let value = 40.0 / steps as f64 + seed as f64;
                results.row(vec![mode.into(), steps.into(), value.into()]).unwrap();
            }
        }
        results
    }

    #[test]
    fn series_come_from_keys_and_columns() {
        let plot = Plot::new(Form::Lines, "steps", &["FD-lite"]).by(&["mode"]);
        let series = plot.gather(&table(1)).unwrap();
        assert_eq!(series.len(), 2);
        assert_eq!(series[1].label, "ar & <more>");
        assert_eq!(series[0].points.iter().map(|p| p.x.unwrap()).sum::<f64>(), 24.0);
        let plot = Plot::new(Form::Bars, "mode", &["FD-lite"]).by(&["steps"]);
        let labels: Vec<String> =
            plot.gather(&table(1)).unwrap().into_iter().map(|s| s.label).collect();
        assert_eq!(labels, ["steps 4", "steps 8", "steps 12"]);
        let wrong = Plot::new(Form::Lines, "steps", &["FID"]);
        assert_eq!(wrong.gather(&table(1)).unwrap_err().code(), "data");
    }

    #[test]
    fn rows_without_a_place_on_the_axis_make_no_series() {
        let mut results = table(1);
        results.row(vec!["plain".into(), Cell::Missing, 3.0.into()]).unwrap();
        let labels = |form| {
            let plot = Plot::new(form, "steps", &["FD-lite"]).by(&["mode"]);
            plot.gather(&results).unwrap().into_iter().map(|s| s.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(Form::Lines), ["nar", "ar & <more>"]);
        assert_eq!(labels(Form::Groups), ["nar", "ar & <more>", "plain"]);
    }
}

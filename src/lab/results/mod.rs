//! How an evaluation reports: a table on the screen, the same as JSON, and plots.
//!
//! Idea: a figure without the command that made it cannot be checked, and a figure without its
//! spread cannot be compared. [`Results`] keeps all of it together: what was measured, the command,
//! columns with units, rows of single values. Seeds are separate runs with a file each; [`join`]
//! puts the values of equal rows side by side, and mean and spread follow from them.
//!
//! Key traits: a [`Plot`] names columns and holds no data, so it is drawn again, now with error
//! bars, after joining. JSON files keep every single value: joining loses nothing and can be
//! repeated.

mod axis;
mod cell;
mod draw;
#[cfg(test)]
mod draw_tests;
mod join;
mod plot;
mod table;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use cell::{Cell, mean_and_spread, quantile};
pub use join::join;
pub use plot::{Form, Plot, Reference};

use crate::{Error, Result};

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Says which row it is, by name or number. Rows with the same keys are the same measurement.
    Key,
    /// What was measured; differs from seed to seed.
    Measure,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub name: String,
    /// Unit, such as `dB`; empty if there is none.
    pub unit: String,
    /// Digits after the point.
    pub decimals: usize,
    /// Key or measurement.
    pub role: Role,
}

impl Column {
    /// A column that says which row it is: names, or numbers with so many `decimals`.
    pub fn key(name: &str, unit: &str, decimals: usize) -> Self {
        Self { name: name.into(), unit: unit.into(), decimals, role: Role::Key }
    }

    /// A column of measurements.
    pub fn measure(name: &str, unit: &str, decimals: usize) -> Self {
        Self { role: Role::Measure, ..Self::key(name, unit, decimals) }
    }

    /// Name and unit, such as `PSNR (dB)`.
    pub fn heading(&self) -> String {
        if self.unit.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.unit)
        }
    }
}

/// A table of figures with all that is needed to check them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// What was measured.
    pub title: String,
    /// The command lines that made it; one a seed.
    pub commands: Vec<String>,
    /// Facts that hold for all rows, such as the number of images.
    pub notes: Vec<String>,
    /// Headings.
    pub columns: Vec<Column>,
    /// One row a measurement, one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// What to draw.
    pub plots: Vec<Plot>,
}

impl Results {
    /// An empty table, made by the command of this process.
    pub fn new(title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            title: title.into(),
            commands: vec![command_line(std::env::args().skip(1))],
            notes: Vec::new(),
            columns,
            rows: Vec::new(),
            plots: Vec::new(),
        }
    }

    /// Adds a line of explanation.
    pub fn note(&mut self, line: impl Into<String>) -> &mut Self {
        self.notes.push(line.into());
        self
    }

    /// Adds a row, one cell a column.
    ///
    /// # Errors
    /// [`Error::Data`] if there are more or fewer cells than columns.
    pub fn row(&mut self, cells: Vec<Cell>) -> Result<&mut Self> {
        self.rows.push(cells);
        self.check().map(|()| self)
    }

    /// Adds a plot of these figures.
    pub fn plot(&mut self, plot: Plot) -> &mut Self {
        self.plots.push(plot);
        self
    }

    /// Prints the table and writes `NAME.json` and, for its plots, `NAME.svg`, `NAME-2.svg` and so
    /// on to the folder `dir`, which is made if need be.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be written, [`Error::Data`] if a plot names a column that is
    /// not there.
    pub fn write(&self, dir: impl AsRef<Path>, name: &str) -> Result<()> {
        print!("{}", self.to_markdown());
        self.save(dir, name)
    }

    /// As [`write`](Self::write), but prints nothing: for tables that are only good for a plot.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn save(&self, dir: impl AsRef<Path>, name: &str) -> Result<()> {
        self.check()?;
        let dir = match dir.as_ref() {
            here if here.as_os_str().is_empty() => Path::new("."),
            dir => dir,
        };
        std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let save = |file: String, bytes: Vec<u8>| {
            let path = dir.join(file);
            std::fs::write(&path, bytes).map_err(Error::io(&path))
        };
        let text = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::Data(format!("{name}.json cannot be written: {e}.")))?;
        save(format!("{name}.json"), text)?;
        for (i, plot) in self.plots.iter().enumerate() {
            let suffix = if i == 0 { String::new() } else { format!("-{}", i + 1) };
            save(format!("{name}{suffix}.svg"), plot.draw(self)?.into_bytes())?;
        }
        Ok(())
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Data`] if it is not such a file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
        let damaged = |why: String| Error::Data(format!("{}: {why}", path.display()));
        let results: Self = serde_json::from_str(&text)
            .map_err(|e| damaged(format!("these are no results of an evaluation ({e}).")))?;
        results.check().map_err(|e| damaged(e.to_string()))?;
        Ok(results)
    }

    /// Position of the column `name`, else [`Error::Data`].
    pub(super) fn column(&self, name: &str) -> Result<usize> {
        let found = self.columns.iter().position(|c| c.name == name);
        found.ok_or_else(|| Error::Data(format!("\"{}\" has no column \"{name}\".", self.title)))
    }

    fn check(&self) -> Result<()> {
        match self.rows.iter().find(|row| row.len() != self.columns.len()) {
            Some(row) => Err(Error::Data(format!(
                "A row of \"{}\" has {} cells instead of {}.",
                self.title,
                row.len(),
                self.columns.len()
            ))),
            None => Ok(()),
        }
    }
}

/// The command line for the record. Absolute paths mean nothing elsewhere; their last part stays.
fn command_line(arguments: impl Iterator<Item = String>) -> String {
    let short = |part: &str| match part.strip_prefix('/') {
        Some(path) => path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned(),
        None => part.to_owned(),
    };
    let mut line = String::from("varigrain");
    for argument in arguments {
        let parts: Vec<String> = argument.split('=').map(short).collect();
        line.push(' ');
        line.push_str(&parts.join("="));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn sample(offset: f64) -> Results {
        let columns = vec![
            Column::key("variant", "", 0),
            Column::key("r", "", 2),
            Column::measure("PSNR", "dB", 2),
        ];
        let mut results = Results::new("A test", columns);
        results.note("two images");
        for (name, r, psnr) in [("fixed", 0.0, 24.0), ("variable", 0.5, 25.0)] {
            results.row(vec![name.into(), r.into(), (psnr + offset).into()]).unwrap();
        }
        results.plot(Plot::new(Form::Bars, "variant", &["PSNR"]));
        results
    }

    #[test]
    fn what_is_written_is_read_back() {
        let dir = std::env::temp_dir().join(format!("varigrain-results-{}", std::process::id()));
        let results = sample(0.0);
        results.write(&dir, "a").unwrap();
        assert_eq!(Results::read(dir.join("a.json")).unwrap(), results);
        let json = std::fs::read_to_string(dir.join("a.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["rows"][1][2]["mean"], 25.0);
        assert_eq!(json["rows"][1][2]["n"], 1);
        assert!(std::fs::read_to_string(dir.join("a.svg")).unwrap().starts_with("<svg"));

        std::fs::write(dir.join("b.json"), "{}").unwrap();
        assert_eq!(Results::read(dir.join("b.json")).unwrap_err().code(), "data");
        let mut broken = results.clone();
        broken.plots[0].x = "nothing".into();
        assert_eq!(broken.write(&dir, "c").unwrap_err().code(), "data");
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(Results::read(dir.join("a.json")).unwrap_err().code(), "io");
    }

    #[test]
    fn a_row_needs_a_cell_for_every_column() {
        assert_eq!(sample(0.0).row(vec![1.0.into()]).unwrap_err().code(), "data");
    }

    #[test]
    fn absolute_paths_are_left_out_of_the_command() {
        let given = ["eval", "a=/home/me/runs/a@0.5", "--data", "/data/emoji/", "--out", "runs/x"];
        let line = command_line(given.iter().map(|s| s.to_string()));
        assert_eq!(line, "varigrain eval a=a@0.5 --data emoji --out runs/x");
    }
}

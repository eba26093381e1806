//! What a model says of itself: everything that pages, documents and other programs need to know of it, so
//! that none of them keeps a copy.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Result;
use crate::bounds::{BOUNDS, Bounds};
use crate::classes::{Axis, Trained};
use crate::density::Measure;
use crate::encoding::EncodeOptions;
use crate::grain::Grid;
use crate::model::Model;
use crate::pack::{FileEntry, Role};
use crate::sampler::limits::LIMITS;
use crate::sampler::{Mode, Request, Schedule};

/// A model in words and numbers; its JSON is what `open` answers in a browser.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// Name of the pack.
    pub name: String,
    /// Version of the weights.
    pub version: String,
    /// Pixels along each side of a picture.
    pub image: usize,
    /// Regions and cells along each side, and the granularities.
    pub grid: Sides,
    /// The class axes.
    pub axes: Vec<Axis>,
    /// The combinations of classes that training had, where the pack tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained: Option<Trained>,
    /// The generators that the pack holds.
    pub generators: Vec<Mode>,
    /// Whether the pack holds an encoder.
    pub encodes: bool,
    /// The mask schedules of DGiT-NAR.
    pub schedules: Vec<ScheduleEntry>,
    /// The density measures that an encoder can be asked for.
    pub measures: Vec<MeasureEntry>,
    /// The measure that the tokenizer was trained with.
    pub measure: Measure,
    /// How much anything from outside may be.
    pub bounds: Bounds,
    /// The range of every number of a request, by name.
    pub limits: Map<String, Value>,
    /// The settings of each generator and of the encoder where a request is silent, by name.
    pub defaults: Map<String, Value>,
    /// The files of the pack.
    pub files: Vec<FileEntry>,
}

/// The sizes of a [`Grid`], and the names of its granularities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// Regions along each side.
    pub regions: usize,
    /// Cells of the finest granularity along each side.
    pub cells: usize,
    /// Number of granularities.
    pub granularities: usize,
    /// What people call them, the coarsest first; empty text where there is only one to speak of.
    pub names: &'static [&'static str],
}

impl From<Grid> for Sides {
    fn from(grid: Grid) -> Self {
        let (cells, granularities) = (grid.cells(), grid.granularities);
        let names = if granularities == 1 { &[""] } else { grid.names() };
        Self { regions: grid.regions, cells, granularities, names }
    }
}

/// A mask schedule.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ScheduleEntry {
    /// Its name in requests.
    pub id: Schedule,
    /// Its name for people.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The priority β of a request that names none.
    pub priority: f32,
    /// Whether the priority plays a part.
    pub prioritised: bool,
}

/// A density measure.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MeasureEntry {
    /// Its name in options.
    pub id: Measure,
    /// Its name for people.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
}

impl Description {
    /// What `model` says of itself.
    ///
    /// # Errors
    /// [`Error::PackDamaged`](crate::Error::PackDamaged) if the pack's defaults are no settings of its
    /// generators.
    pub fn of(model: &Model) -> Result<Self> {
        let (manifest, architecture) = (model.manifest(), model.architecture());
        let has = |role: Role| manifest.files.iter().any(|file| file.role == role);
        let mut generators = Vec::new();
        if architecture.nar.is_some() && has(Role::Nar) && has(Role::GrainMap) {
            generators.push(Mode::Nar);
        }
        if architecture.ar.is_some() && has(Role::Ar) {
            generators.push(Mode::Ar);
        }
        let mut defaults = Map::new();
        for mode in Mode::ALL {
            let settings = Request::defaults(model, mode)?.settings();
            if generators.contains(&mode) {
                defaults.insert(mode.as_str().into(), settings.into());
            }
        }
        let encode = EncodeOptions::defaults(model)?;
        defaults.insert("encode".into(), encode.settings());
        Ok(Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            image: architecture.tokenizer.image,
            grid: model.grid().into(),
            axes: model.classes().axes.clone(),
            trained: model.classes().trained.clone(),
            encodes: has(Role::Encoder),
            schedules: Schedule::ALL.map(schedule).into(),
            measures: architecture.tokenizer.measures().map(measure).collect(),
            measure: architecture.tokenizer.measure,
            bounds: BOUNDS,
            limits: limits(model.grid(), &generators),
            generators,
            defaults,
            files: manifest.files.clone(),
        })
    }
}

fn schedule(id: Schedule) -> ScheduleEntry {
    let (name, about) = id.title();
    let (priority, prioritised) = (id.default_priority(), id.is_prioritised());
    ScheduleEntry { id, name, about, priority, prioritised }
}

fn measure(id: Measure) -> MeasureEntry {
    let (name, about) = id.title();
    MeasureEntry { id, name, about }
}

/// The table of [`LIMITS`], and the shares beside it.
fn limits(grid: Grid, generators: &[Mode]) -> Map<String, Value> {
    let entry = |limit: &crate::sampler::limits::Limit| (limit.name.to_owned(), json!(limit));
    let shares = json!({
        "low": 0, "high": 1, "whole": false, "count": grid.finest(), "generators": generators,
    });
    LIMITS.iter().map(entry).chain([("shares".to_owned(), shares)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_granularity_has_a_name_of_its_own() {
        for granularities in 1..=4 {
            let sides = Sides::from(Grid { regions: 4, granularities });
            let mut names = sides.names.to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), granularities);
        }
    }
}

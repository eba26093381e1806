//! What a caller asks for.

use serde::Deserialize;

use super::Schedule;
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::error::in_range;
use crate::{Error, Result};

/// A class prompt by name; an axis left out means "any".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Id of a style.
    pub style: Option<String>,
    /// Id of a category. Where a concept is given, its own category stands.
    pub category: Option<String>,
    /// Id of a concept.
    pub concept: Option<String>,
}

impl Prompt {
    /// Looks the names up. Fails on unknown ones, and on a concept that is not of the category.
    pub fn resolve(&self, classes: &ClassTable) -> Result<Condition> {
        let style = self.style.as_deref().map(|id| classes.style(id)).transpose()?;
        let category = self.category.as_deref().map(|id| classes.category(id)).transpose()?;
        let concept = self.concept.as_deref().map(|id| classes.concept(id)).transpose()?;
        let Some(index) = concept else {
            return Ok(Condition { style, category, concept });
        };
        let own = classes.concepts[index].category;
        if category.is_some_and(|asked| asked != own) {
            return Err(Error::BadRequest(format!(
                "\"{}\" belongs to the category \"{}\". Ask for that one, or for any.",
                classes.concepts[index].id, classes.categories[own].id
            )));
        }
        Ok(Condition { style, category: Some(own), concept })
    }
}

/// A generation request. Same request, same model, same backend: same image.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to draw.
    pub condition: Condition,
    /// Seed of all randomness, 0..=2⁵³ − 1.
    pub seed: u64,
    /// Passes of the network, 1..=64.
    pub steps: usize,
    /// Strength w of classifier-free guidance, 0..=10; it ramps up as codes become known.
    pub guidance: f32,
    /// Temperature of the code distribution, 0.1..=2.
    pub temperature: f32,
    /// Priority β of dense regions, 0..=100.
    pub priority: f32,
    /// Share r of regions that get fine codes, over the training set, 0..=1.
    pub fine_ratio: f32,
    /// Order of commitment.
    pub schedule: Schedule,
    /// Scale of the noise on the confidence, 0..=20.
    pub noise: f32,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            condition: Condition::default(),
            seed: 0,
            steps: 12,
            guidance: 3.0,
            temperature: 0.8,
            priority: Schedule::default().default_priority(),
            fine_ratio: 0.5,
            schedule: Schedule::default(),
            noise: 2.0,
        }
    }
}

/// The JSON form, as pages send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    style: Option<String>,
    category: Option<String>,
    concept: Option<String>,
    mode: Option<String>,
    seed: Option<f64>,
    steps: Option<f64>,
    guidance: Option<f64>,
    temperature: Option<f64>,
    priority: Option<f64>,
    fine_ratio: Option<f64>,
    schedule: Option<Schedule>,
    noise: Option<f64>,
}

impl Request {
    /// Reads `{style, category, concept, mode, seed, steps, guidance, temperature, priority,
    /// fineRatio, schedule, noise}`; every field may be left out or null.
    pub fn from_json(json: &str, classes: &ClassTable) -> Result<Self> {
        let wire: Wire =
            serde_json::from_str(json).map_err(|e| Error::BadRequest(e.to_string()))?;
        match wire.mode.as_deref() {
            None | Some("nar") => {}
            Some(other) => {
                return Err(Error::BadRequest(format!(
                    "there is no mode \"{other}\". This build generates with \"nar\"."
                )));
            }
        }
        let prompt = Prompt { style: wire.style, category: wire.category, concept: wire.concept };
        let schedule = wire.schedule.unwrap_or_default();
        let default = Self::default();
        let or = |value: Option<f64>, default: f32| value.unwrap_or(f64::from(default));
        let request = Self {
            condition: prompt.resolve(classes)?,
            seed: whole("seed", wire.seed.unwrap_or(0.0), 0.0, 9_007_199_254_740_991.0)?,
            steps: whole("steps", wire.steps.unwrap_or(default.steps as f64), 1.0, 64.0)? as usize,
            guidance: or(wire.guidance, default.guidance) as f32,
            temperature: or(wire.temperature, default.temperature) as f32,
            priority: or(wire.priority, schedule.default_priority()) as f32,
            fine_ratio: or(wire.fine_ratio, default.fine_ratio) as f32,
            schedule,
            noise: or(wire.noise, default.noise) as f32,
        };
        request.validate()?;
        Ok(request)
    }

    /// Checks every number against its range.
    pub fn validate(&self) -> Result<()> {
        in_range("steps", self.steps as f64, 1.0, 64.0)?;
        in_range("guidance", self.guidance.into(), 0.0, 10.0)?;
        in_range("temperature", self.temperature.into(), f64::from(0.1f32), 2.0)?;
        in_range("priority", self.priority.into(), 0.0, 100.0)?;
        in_range("fineRatio", self.fine_ratio.into(), 0.0, 1.0)?;
        in_range("noise", self.noise.into(), 0.0, 20.0)?;
        Ok(())
    }
}

fn whole(what: &'static str, value: f64, low: f64, high: f64) -> Result<u64> {
    let value = in_range(what, value, low, high)?;
    if value.fract() == 0.0 {
        Ok(value as u64)
    } else {
        Err(Error::BadRequest(format!("{what} must be a whole number, but is {value}.")))
    }
}

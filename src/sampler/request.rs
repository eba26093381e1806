//! What a caller asks for.

use serde::Deserialize;

use super::repaint::{Repaint, RepaintWire};
use super::{Prompt, Schedule, complete};
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::error::in_range;
use crate::model::Model;
use crate::{Error, Result};

/// Which generator draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// DGiT-NAR: all codes in a few parallel steps.
    #[default]
    Nar,
    /// DGiT-AR: code after code, coarse to fine.
    Ar,
}

/// A generation request. Same request, same model, same backend: same image.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to draw.
    pub condition: Condition,
    /// Which generator draws.
    pub mode: Mode,
    /// Seed of all randomness, 0..=2⁵³ − 1.
    pub seed: u64,
    /// NAR: passes of the network, 1..=64.
    pub steps: usize,
    /// Strength w of classifier-free guidance, 0..=10.
    pub guidance: f32,
    /// Whether guidance ramps up as codes become known, instead of being as strong from the start.
    pub ramp: bool,
    /// Temperature of the code distribution, 0.1..=2.
    pub temperature: f32,
    /// NAR: priority β of dense regions, 0..=100.
    pub priority: f32,
    /// Share r of regions that get fine codes, over the training set, 0..=1.
    pub fine_ratio: f32,
    /// NAR: order of commitment.
    pub schedule: Schedule,
    /// NAR: scale of the noise on the confidence, 0..=20.
    pub noise: f32,
    /// AR: codes in a painted step, 1..=64.
    pub every: usize,
    /// AR: only the most likely codes may be drawn, 1..=65536; `None` for all.
    pub top_k: Option<usize>,
    /// AR: only the codes that make up this probability may be drawn, 0.01..=1.
    pub top_p: f32,
    /// Temperature of where codes go, 0.1..=2: of the position distribution for AR, of the grain map for
    /// NAR.
    pub position_temperature: f32,
    /// AR: as `top_k`, for positions.
    pub position_top_k: Option<usize>,
    /// AR: as `top_p`, for positions.
    pub position_top_p: f32,
    /// NAR: an earlier picture of which only a part is drawn; its grain map stands, whatever the fine
    /// ratio.
    pub repaint: Option<Repaint>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            condition: Condition::default(),
            mode: Mode::Nar,
            seed: 0,
            steps: 12,
            guidance: 0.0,
            ramp: true,
            temperature: 0.7,
            priority: Schedule::default().default_priority(),
            fine_ratio: 0.75,
            schedule: Schedule::default(),
            noise: 1.0,
            every: 4,
            top_k: None,
            top_p: 1.0,
            position_temperature: 0.5,
            position_top_k: None,
            position_top_p: 1.0,
            repaint: None,
        }
    }
}

impl Request {
    /// The defaults of a generator.
    pub fn of(mode: Mode) -> Self {
        match mode {
            Mode::Nar => Self::default(),
            // One wrong code leads the ones after it astray; and other lengths are learned less well.
            Mode::Ar => Self { mode, temperature: 0.3, fine_ratio: 0.5, ..Self::default() },
        }
    }
}

/// Largest top-k.
const MOST: usize = 65_536;

/// The JSON form, as pages send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    style: Option<String>,
    category: Option<String>,
    concept: Option<String>,
    mode: Option<Mode>,
    seed: Option<f64>,
    steps: Option<f64>,
    guidance: Option<f64>,
    temperature: Option<f64>,
    priority: Option<f64>,
    fine_ratio: Option<f64>,
    schedule: Option<Schedule>,
    noise: Option<f64>,
    every: Option<f64>,
    top_k: Option<f64>,
    top_p: Option<f64>,
    position_temperature: Option<f64>,
    position_top_k: Option<f64>,
    position_top_p: Option<f64>,
    repaint: Option<RepaintWire>,
}

impl Request {
    /// Reads `{style, category, concept, mode, seed, guidance, temperature, positionTemperature,
    /// fineRatio}`, `{steps, schedule, priority, noise, repaint: {grains, cells, regions}}` for NAR and
    /// `{every, topK, topP, positionTopK, positionTopP}` for AR, numbers, names and lists of numbers in
    /// one object; every field may be left out or null. A style or concept left out is drawn with the
    /// seed, see [`complete`], but not with `repaint`.
    pub fn from_json(json: &str, classes: &ClassTable) -> Result<Self> {
        let wire: Wire =
            serde_json::from_str(json).map_err(|e| Error::BadRequest(e.to_string()))?;
        let prompt = Prompt { style: wire.style, category: wire.category, concept: wire.concept };
        let schedule = wire.schedule.unwrap_or_default();
        let default = Self::of(wire.mode.unwrap_or_default());
        let or = |value: Option<f64>, default: f32| value.unwrap_or(f64::from(default));
        let top_k = |what, k: Option<f64>| {
            k.map(|k| whole(what, k, 1.0, MOST as f64)).transpose().map(|k| k.map(|k| k as usize))
        };
        let mut request = Self {
            mode: default.mode,
            condition: prompt.resolve(classes)?,
            seed: whole("seed", wire.seed.unwrap_or(0.0), 0.0, 9_007_199_254_740_991.0)?,
            steps: whole("steps", wire.steps.unwrap_or(default.steps as f64), 1.0, 64.0)? as usize,
            guidance: or(wire.guidance, default.guidance) as f32,
            ramp: default.ramp,
            temperature: or(wire.temperature, default.temperature) as f32,
            priority: or(wire.priority, schedule.default_priority()) as f32,
            fine_ratio: or(wire.fine_ratio, default.fine_ratio) as f32,
            schedule,
            noise: or(wire.noise, default.noise) as f32,
            every: whole("every", wire.every.unwrap_or(default.every as f64), 1.0, 64.0)? as usize,
            top_k: top_k("topK", wire.top_k)?.or(default.top_k),
            top_p: or(wire.top_p, default.top_p) as f32,
            position_temperature: or(wire.position_temperature, default.position_temperature)
                as f32,
            position_top_k: top_k("positionTopK", wire.position_top_k)?.or(default.position_top_k),
            position_top_p: or(wire.position_top_p, default.position_top_p) as f32,
            repaint: wire.repaint.map(Repaint::try_from).transpose()?,
        };
        request.validate()?;
        request.choose_class(classes);
        Ok(request)
    }

    /// Makes "any" a class, drawn with the seed; see [`complete`]. Not where a part of a picture is
    /// drawn again: what the rest of it shows is not to be drawn by lot.
    pub fn choose_class(&mut self, classes: &ClassTable) {
        if self.repaint.is_none() {
            self.condition = complete(self.condition, classes, self.seed);
        }
    }

    /// Checks what depends on the model.
    pub fn fits(&self, model: &Model) -> Result<()> {
        let codes = model.architecture().tokenizer.codes;
        self.repaint.as_ref().map_or(Ok(()), |repaint| repaint.validate(model.grid(), codes))
    }

    /// Weight of guidance when the share `known` of the codes is known; more than all count as all.
    pub fn guidance_at(&self, known: f32) -> f32 {
        self.guidance * if self.ramp { known.min(1.0) } else { 1.0 }
    }

    /// Checks every number against its range.
    pub fn validate(&self) -> Result<()> {
        in_range("steps", self.steps as f64, 1.0, 64.0)?;
        in_range("guidance", self.guidance.into(), 0.0, 10.0)?;
        in_range("temperature", self.temperature.into(), f64::from(0.1f32), 2.0)?;
        in_range("priority", self.priority.into(), 0.0, 100.0)?;
        in_range("fineRatio", self.fine_ratio.into(), 0.0, 1.0)?;
        in_range("noise", self.noise.into(), 0.0, 20.0)?;
        in_range("every", self.every as f64, 1.0, 64.0)?;
        in_range("topP", self.top_p.into(), f64::from(0.01f32), 1.0)?;
        in_range("positionTemperature", self.position_temperature.into(), f64::from(0.1f32), 2.0)?;
        in_range("positionTopP", self.position_top_p.into(), f64::from(0.01f32), 1.0)?;
        for (what, k) in [("topK", self.top_k), ("positionTopK", self.position_top_k)] {
            in_range(what, k.unwrap_or(1) as f64, 1.0, MOST as f64)?;
        }
        if self.mode == Mode::Ar && self.repaint.is_some() {
            // Its order is fixed: what comes later cannot be known before.
            return Err(Error::BadRequest("only the mode \"nar\" can repaint.".into()));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Category, Concept, Style};

    fn classes() -> ClassTable {
        let concept = |id: &str, category, styles: &[usize]| Concept {
            id: id.into(),
            name: id.into(),
            emoji: "●".into(),
            category,
            styles: styles.into(),
        };
        let category = |id: &str| Category { id: id.into(), name: id.into() };
        ClassTable {
            styles: vec![Style { id: "noto".into(), name: "Noto".into() }],
            categories: vec![category("heart"), category("fruit")],
            concepts: vec![concept("red-heart", 0, &[]), concept("lemon", 1, &[0])],
        }
    }

    fn prompt(json: &str) -> [Option<String>; 3] {
        let request = Request::from_json(json, &classes()).expect("a request");
        let Prompt { style, category, concept } = Prompt::of(request.condition, &classes());
        [style, category, concept]
    }

    #[test]
    fn any_of_a_request_becomes_a_class_of_training() {
        let names = |names: [&str; 3]| names.map(|name| (!name.is_empty()).then(|| name.into()));
        let lemon = names(["noto", "fruit", "lemon"]);
        assert_eq!(prompt("{}"), lemon);
        assert_eq!(prompt(r#"{"style": "noto", "seed": 8}"#), lemon);
        assert_eq!(prompt(r#"{"category": "fruit", "mode": "ar"}"#), lemon);
        assert_eq!(prompt(r#"{"concept": "red-heart"}"#), names(["", "heart", "red-heart"]));
        let whole = r#"{"style": "noto", "concept": "red-heart"}"#;
        assert_eq!(prompt(whole), names(["noto", "heart", "red-heart"]));
    }

    #[test]
    fn any_of_a_part_that_is_drawn_again_stays_any() {
        let json = |repaint: &str| format!(r#"{{"style": "noto", "repaint": {repaint}}}"#);
        let again = r#"{"grains": [0], "cells": [1], "regions": [1]}"#;
        assert_eq!(prompt(&json(again)), [Some("noto".into()), None, None]);
        assert_eq!(prompt(&json("null"))[2].as_deref(), Some("lemon"));
    }
}

//! What a caller asks for.

use serde::{Deserialize, Serialize};

use super::limits::{
    EVERY, GUIDANCE, Limit, NOISE, POSITION_TEMPERATURE, POSITION_TOP_K, POSITION_TOP_P, PRIORITY,
    SEED, STEPS, TEMPERATURE, TOP_K, TOP_P,
};
use super::repaint::{Repaint, RepaintWire};
use super::{Prompt, Schedule, complete};
use crate::bounds::{REQUEST, shortened};
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::grain::{Grid, Shares};
use crate::kernels::on_gpu;
use crate::model::Model;
use crate::{Error, Result};

/// Which generator draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// DGiT-NAR: all codes in a few parallel steps.
    #[default]
    Nar,
    /// DGiT-AR: code after code, coarse to fine.
    Ar,
}

impl Mode {
    /// Both generators.
    pub const ALL: [Mode; 2] = [Mode::Nar, Mode::Ar];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Nar => "nar",
            Mode::Ar => "ar",
        }
    }
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
    /// Shares of regions at the finer granularities, over the training set.
    pub shares: Shares,
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
    /// NAR: an earlier picture of which only a part is drawn; its grain map stands, whatever the
    /// shares.
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
            shares: Shares::dual(0.75),
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

/// AR: painted steps if every cell had a code of its own. Each costs a pass of the decoder, which takes as long as
/// several codes on a GPU, as dozens on a processor.
const STEPS_ON_GPU: usize = 64;
const STEPS_ON_PROCESSOR: usize = 32;

/// Share of each finer granularity where there are more than two: the paper's.
const EACH: f32 = 0.3;

impl Request {
    /// The program's defaults for a generator of two granularities.
    pub fn of(mode: Mode) -> Self {
        match mode {
            Mode::Nar => Self::default(),
            // Lower: a wrong code spoils those after it. Half: training had that share most often.
            Mode::Ar => {
                Self { mode, temperature: 0.3, shares: Shares::dual(0.5), ..Self::default() }
            }
        }
    }

    /// The same for the granularities of `grid`.
    pub fn on(grid: Grid, mode: Mode) -> Self {
        let request = Self::of(mode);
        let shares = match grid.granularities {
            2 => request.shares,
            _ => Shares::even(grid, EACH),
        };
        Self { shares, ..request }
    }

    /// The defaults of a generator of `model` on its device: the program's, and instead of them what the pack
    /// says.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where the pack says what is no request or out of range.
    pub fn defaults(model: &Model, mode: Mode) -> Result<Self> {
        let mut request = Self::on(model.grid(), mode);
        let painted = if on_gpu(model.device()) { STEPS_ON_GPU } else { STEPS_ON_PROCESSOR };
        let every = model.grid().cell_count() / painted;
        request.every = request.every.max(every).min(EVERY.high as usize);
        let Some(own) = model.manifest().defaults.get(mode.as_str()) else { return Ok(request) };
        let damaged = |why: String| {
            Error::damaged("manifest.json", format!("its defaults are no request: {why}"))
        };
        let own = Settings::deserialize(own).map_err(|e| damaged(format!("{}.", shortened(e))))?;
        let request = own.apply(request).map_err(|e| damaged(e.to_string()))?;
        request.validate().map_err(|e| damaged(e.to_string()))?;
        request.shares.fit(model.grid()).map_err(|e| damaged(e.to_string()))?;
        Ok(request)
    }

    /// Its settings by their JSON names, as far as its generator heeds them.
    pub fn settings(&self) -> serde_json::Map<String, serde_json::Value> {
        let number = |value: f32| value.to_string().parse::<f64>().unwrap_or(f64::from(value));
        let shares: Vec<f64> = self.shares.as_slice().iter().map(|s| number(*s)).collect();
        let all = serde_json::json!({
            "shares": shares,
            "guidance": number(self.guidance),
            "temperature": number(self.temperature),
            "positionTemperature": number(self.position_temperature),
            "steps": self.steps,
            "schedule": self.schedule,
            "priority": number(self.priority),
            "noise": number(self.noise),
            "every": self.every,
            "topK": self.top_k,
            "topP": number(self.top_p),
            "positionTopK": self.position_top_k,
            "positionTopP": number(self.position_top_p),
        });
        let heeded = |name: &str| match super::limits::LIMITS.iter().find(|l| l.name == name) {
            Some(limit) => limit.generators.contains(&self.mode),
            None => name != "schedule" || self.mode == Mode::Nar,
        };
        match all {
            serde_json::Value::Object(all) => {
                all.into_iter().filter(|(name, _)| heeded(name)).collect()
            }
            _ => Default::default(), // not reached: it is an object
        }
    }
}

/// The settings of a request in JSON: numbers and names, every field may be left out or null.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Settings {
    seed: Option<f64>,
    steps: Option<f64>,
    guidance: Option<f64>,
    temperature: Option<f64>,
    priority: Option<f64>,
    shares: Option<Vec<f64>>,
    schedule: Option<Schedule>,
    noise: Option<f64>,
    every: Option<f64>,
    top_k: Option<f64>,
    top_p: Option<f64>,
    position_temperature: Option<f64>,
    position_top_k: Option<f64>,
    position_top_p: Option<f64>,
}

impl Settings {
    /// `request` with what is set.
    fn apply(self, request: Request) -> Result<Request> {
        let real = |limit: Limit, value: Option<f64>, default: f32| {
            value.map_or(Ok(default), |value| limit.check(value).map(|v| v as f32))
        };
        let whole = |limit: Limit, value: Option<f64>, default: usize| {
            value.map_or(Ok(default), |value| limit.check(value).map(|v| v as usize))
        };
        let among = |limit: Limit, value: Option<f64>, default: Option<usize>| {
            value.map_or(Ok(default), |value| limit.check(value).map(|v| Some(v as usize)))
        };
        let schedule = self.schedule.unwrap_or(request.schedule);
        // Each schedule has a priority of its own.
        let priority = match schedule == request.schedule {
            true => request.priority,
            false => schedule.default_priority(),
        };
        let shares = |shares: Vec<f64>| {
            Shares::new(&shares.into_iter().map(|share| share as f32).collect::<Vec<_>>())
        };
        Ok(Request {
            seed: self.seed.map_or(Ok(request.seed), |s| SEED.check(s).map(|s| s as u64))?,
            steps: whole(STEPS, self.steps, request.steps)?,
            guidance: real(GUIDANCE, self.guidance, request.guidance)?,
            temperature: real(TEMPERATURE, self.temperature, request.temperature)?,
            priority: real(PRIORITY, self.priority, priority)?,
            shares: self.shares.map_or(Ok(request.shares), shares)?,
            schedule,
            noise: real(NOISE, self.noise, request.noise)?,
            every: whole(EVERY, self.every, request.every)?,
            top_k: among(TOP_K, self.top_k, request.top_k)?,
            top_p: real(TOP_P, self.top_p, request.top_p)?,
            position_temperature: real(
                POSITION_TEMPERATURE,
                self.position_temperature,
                request.position_temperature,
            )?,
            position_top_k: among(POSITION_TOP_K, self.position_top_k, request.position_top_k)?,
            position_top_p: real(POSITION_TOP_P, self.position_top_p, request.position_top_p)?,
            ..request
        })
    }
}

impl Request {
    /// Reads `{prompt, mode, seed, guidance, temperature, positionTemperature, shares}`, `{steps, schedule,
    /// priority, noise, repaint: {grains, cells, regions}}` for NAR and `{every, topK, topP, positionTopK,
    /// positionTopP}` for AR in one object; every field may be left out or null. `prompt`: class ids by
    /// axis id. An axis left out is any, see [`complete`], but not with `repaint`.
    ///
    /// # Errors
    /// [`Error::BadRequest`], [`Error::OutOfRange`], and those of [`Prompt::resolve`].
    pub fn from_json(json: &str, model: &Model) -> Result<Self> {
        let (mode, wire) = Wire::read(json)?;
        let request = wire.request(Self::defaults(model, mode)?, model.classes())?;
        request.fits(model)?;
        Ok(request)
    }

    /// Makes "any" a class, drawn with the seed; see [`complete`]. Not where a part of a picture is
    /// drawn again: what the rest of it shows is not to be drawn by lot.
    pub fn choose_class(&mut self, classes: &ClassTable) {
        if self.repaint.is_none() {
            self.condition = complete(&self.condition, classes, self.seed);
        }
    }

    /// Checks what depends on the model.
    pub fn fits(&self, model: &Model) -> Result<()> {
        let codes = model.architecture().tokenizer.codes;
        match &self.repaint {
            Some(repaint) => repaint.validate(model.grid(), codes),
            None => self.shares.fit(model.grid()),
        }
    }

    /// Weight of guidance when the share `known` of the codes is known; more than all count as all.
    pub fn guidance_at(&self, known: f32) -> f32 {
        self.guidance * if self.ramp { known.min(1.0) } else { 1.0 }
    }

    /// Checks every number against its range.
    pub fn validate(&self) -> Result<()> {
        for (limit, value) in [
            (STEPS, self.steps as f64),
            (GUIDANCE, self.guidance.into()),
            (TEMPERATURE, self.temperature.into()),
            (PRIORITY, self.priority.into()),
            (NOISE, self.noise.into()),
            (EVERY, self.every as f64),
            (TOP_K, self.top_k.unwrap_or(1) as f64),
            (TOP_P, self.top_p.into()),
            (POSITION_TEMPERATURE, self.position_temperature.into()),
            (POSITION_TOP_K, self.position_top_k.unwrap_or(1) as f64),
            (POSITION_TOP_P, self.position_top_p.into()),
        ] {
            limit.check(value)?;
        }
        Shares::new(self.shares.as_slice())?;
        if self.mode == Mode::Ar && self.repaint.is_some() {
            // Its order is fixed: what comes later cannot be known before.
            return Err(Error::BadRequest("only the mode \"nar\" can repaint.".into()));
        }
        Ok(())
    }
}

/// The JSON form of a request, in two parts: `prompt`, `mode`, `repaint`, and the settings.
struct Wire {
    prompt: Prompt,
    repaint: Option<Repaint>,
    settings: Settings,
}

impl Wire {
    fn read(json: &str) -> Result<(Mode, Self)> {
        /// serde cannot flatten what refuses unknown fields, so these are taken out first.
        #[derive(Deserialize)]
        struct Head {
            prompt: Option<Prompt>,
            mode: Option<Mode>,
            repaint: Option<RepaintWire>,
        }
        let bad = |why: String| Error::BadRequest(format!("{why}."));
        let head: Head = REQUEST.read(json.as_bytes()).map_err(bad)?;
        let mut rest: serde_json::Map<String, serde_json::Value> =
            REQUEST.read(json.as_bytes()).map_err(bad)?;
        for name in ["prompt", "mode", "repaint"] {
            rest.remove(name);
        }
        let settings = serde_json::from_value(rest.into()).map_err(|e| bad(shortened(e)))?;
        let repaint = head.repaint.map(Repaint::try_from).transpose()?;
        let prompt = head.prompt.unwrap_or_default();
        Ok((head.mode.unwrap_or_default(), Self { prompt, repaint, settings }))
    }

    fn request(self, defaults: Request, classes: &ClassTable) -> Result<Request> {
        let mut request = self.settings.apply(defaults)?;
        request.condition = self.prompt.resolve(classes)?;
        request.repaint = self.repaint;
        request.validate()?;
        request.choose_class(classes);
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::Trained;
    use crate::classes::tests::table;

    /// Training had one combination.
    fn classes() -> ClassTable {
        let trained = Trained::new(&["concept", "style"], [vec![1, 0]].into_iter());
        ClassTable { trained: Some(trained), ..table() }
    }

    fn read(json: &str) -> Result<Request> {
        let (mode, wire) = Wire::read(json)?;
        wire.request(Request::of(mode), &classes())
    }

    fn prompt(json: &str) -> String {
        Prompt::of(&read(json).expect("a request").condition, &classes()).to_string()
    }

    #[test]
    fn any_of_a_request_becomes_a_class_of_training() {
        let lemon = "category=fruit,concept=lemon,style=noto";
        assert_eq!(prompt("{}"), lemon);
        assert_eq!(prompt(r#"{"prompt": {"style": "noto"}, "seed": 8}"#), lemon);
        assert_eq!(prompt(r#"{"prompt": {"category": "fruit"}, "mode": "ar"}"#), lemon);
        assert_eq!(
            prompt(r#"{"prompt": {"concept": "red-heart"}}"#),
            "category=heart,concept=red-heart"
        );
        let whole = r#"{"prompt": {"style": "noto", "concept": "red-heart"}}"#;
        assert_eq!(prompt(whole), "category=heart,concept=red-heart,style=noto");
    }

    #[test]
    fn any_of_a_part_that_is_drawn_again_stays_any() {
        let json =
            |repaint: &str| format!(r#"{{"prompt": {{"style": "noto"}}, "repaint": {repaint}}}"#);
        let again = r#"{"grains": [0], "cells": [1], "regions": [1]}"#;
        assert_eq!(prompt(&json(again)), "style=noto");
        assert_eq!(prompt(&json("null")), "category=fruit,concept=lemon,style=noto");
    }

    #[test]
    fn settings_are_read_and_what_is_wrong_has_its_code() {
        let request = read(
            r#"{"mode": "ar", "shares": [0.25], "temperature": 0.1, "topK": 5, "guidance": null}"#,
        );
        let expected = Request {
            shares: Shares::dual(0.25),
            temperature: 0.1,
            top_k: Some(5),
            condition: Condition(vec![Some(0), Some(1), Some(1)]),
            ..Request::of(Mode::Ar)
        };
        assert_eq!(request.unwrap(), expected);
        assert_eq!(read(r#"{"schedule": "halton"}"#).unwrap().priority, 0.0);
        for (json, code) in [
            (r#"{"temperature": 0.05}"#, "out-of-range"),
            (r#"{"shares": [1.5]}"#, "out-of-range"),
            (r#"{"shares": [0.6, 0.6]}"#, "bad-request"),
            (r#"{"shares": 0.5}"#, "bad-request"),
            (r#"{"steps": 2.5}"#, "bad-request"),
            (r#"{"fineRatio": 0.5}"#, "bad-request"),
            (r#"{"prompt": {"style": "noto", "style": "blobs"}}"#, "bad-request"),
            (r#"{"prompt": {"hair": "brown"}}"#, "unknown-axis"),
            (r#"{"prompt": {"style": "oil"}}"#, "unknown-class"),
            (r#"{"mode": "both"}"#, "bad-request"),
            (
                r#"{"mode": "ar", "repaint": {"grains": [], "cells": [], "regions": []}}"#,
                "bad-request",
            ),
            ("[]", "bad-request"),
        ] {
            assert_eq!(read(json).expect_err(json).code(), code, "{json}");
        }
    }

    #[test]
    fn settings_of_a_request_are_what_reads_back_as_it() {
        for mode in Mode::ALL {
            let request = Request::on(Grid { regions: 4, granularities: 3 }, mode);
            let settings = request.settings();
            assert_eq!(settings.contains_key("steps"), mode == Mode::Nar);
            assert_eq!(settings.contains_key("every"), mode == Mode::Ar);
            assert_eq!(settings["temperature"], if mode == Mode::Ar { 0.3 } else { 0.7 });
            let settings: Settings = serde_json::from_value(settings.into()).unwrap();
            assert_eq!(settings.apply(Request::of(mode)).unwrap(), request);
        }
    }
}

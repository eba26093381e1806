//! What a caller may choose when a picture is encoded.

use serde::Deserialize;

use crate::bounds::{REQUEST, number, shortened};
use crate::density::Measure;
use crate::dqvae::Allocation;
use crate::error::in_range;
use crate::grain::{Counts, Grid, Shares};
use crate::model::Model;
use crate::{Error, Result};

/// Which regions are fine, once it is known how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrangement {
    /// The dense ones: what a variable-length tokenizer is for.
    #[default]
    Density,
    /// As many as by density, but spread evenly over the picture, whatever it shows. The same
    /// tokenizer with the same number of codes: what is gained by looking where the information is
    /// shows beside it. Not what a fixed-length tokenizer could do that was trained as one.
    Even,
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodeOptions {
    /// How much is fine: shares or numbers of regions.
    pub allocation: Allocation,
    /// What counts as density; `None` for the measure that the tokenizer was trained with.
    pub measure: Option<Measure>,
    /// Which regions are fine.
    pub arrangement: Arrangement,
    /// Seed of the random measure.
    pub seed: u64,
}

/// Share of all finer granularities together of which an encoding begins.
const FINER: f32 = 0.5;

impl EncodeOptions {
    /// The defaults on `grid`: half of the regions are finer than the coarsest.
    pub fn on(grid: Grid) -> Self {
        let each = FINER / f32::from(grid.finest().max(1));
        let allocation = Allocation::Shares(Shares::even(grid, each));
        Self { allocation, measure: None, arrangement: Arrangement::Density, seed: 0 }
    }

    /// The defaults of `model`: the program's, and instead of them what its pack says under `"encode"`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where the pack says what is no option, out of range, or a measure that its
    /// tokenizer lacks.
    pub fn defaults(model: &Model) -> Result<Self> {
        let grid = model.grid();
        let Some(own) = model.manifest().defaults.get("encode") else { return Ok(Self::on(grid)) };
        let damaged = |why: String| {
            Error::damaged("manifest.json", format!("its defaults cannot be encoded with: {why}"))
        };
        let options = Wire::deserialize(own)
            .map_err(|e| Error::BadRequest(format!("{}.", shortened(e))))
            .and_then(|wire| Self::on(grid).with(wire, grid))
            .map_err(|e| damaged(e.to_string()))?;
        let mut measures = model.architecture().tokenizer.measures();
        match options.measure {
            Some(measure) if measures.all(|one| one != measure) => {
                Err(damaged(format!("its tokenizer cannot ask the {measure}.")))
            }
            _ => Ok(options),
        }
    }

    /// What is told of them as defaults: `{shares, measure}`.
    pub fn settings(&self) -> serde_json::Value {
        let mut settings = serde_json::Map::new();
        if let Allocation::Shares(shares) = self.allocation {
            settings.insert("shares".into(), serde_json::json!(shares.as_slice()));
        }
        if let Some(measure) = self.measure {
            settings.insert("measure".into(), serde_json::json!(measure));
        }
        settings.into()
    }
}

/// The JSON form, as pages send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    shares: Option<Vec<f32>>,
    counts: Option<Vec<f64>>,
    measure: Option<Measure>,
    allocation: Option<Arrangement>,
    seed: Option<f64>,
}

impl EncodeOptions {
    /// Reads `{shares or counts, measure, allocation, seed}`; every field may be left out or null. `shares`
    /// and `counts`: one number for each granularity finer than the coarsest.
    pub fn from_json(json: &str, grid: Grid) -> Result<Self> {
        Self::on(grid).with_json(json, grid)
    }

    /// These options, and instead of them what the JSON says; see [`EncodeOptions::from_json`].
    pub fn with_json(self, json: &str, grid: Grid) -> Result<Self> {
        let wire: Wire =
            REQUEST.read(json.as_bytes()).map_err(|why| Error::BadRequest(format!("{why}.")))?;
        self.with(wire, grid)
    }

    fn with(self, wire: Wire, grid: Grid) -> Result<Self> {
        let count = |n: &f64| whole("counts", *n, 1e9).map(|n| n as usize);
        let options = Self {
            allocation: match (wire.shares, wire.counts) {
                (Some(_), Some(_)) => {
                    let why = "shares and counts exclude each other.";
                    return Err(Error::BadRequest(why.into()));
                }
                (None, Some(counts)) => {
                    let counts = counts.iter().map(count).collect::<Result<Vec<_>>>()?;
                    Allocation::Densest(Counts::new(grid, &counts)?)
                }
                (Some(shares), None) => Allocation::Shares(Shares::new(&shares)?),
                (None, None) => self.allocation,
            },
            measure: wire.measure.or(self.measure),
            arrangement: wire.allocation.unwrap_or(self.arrangement),
            seed: whole("seed", wire.seed.unwrap_or(self.seed as f64), 9_007_199_254_740_991.0)?,
        };
        options.validate(grid)?;
        Ok(options)
    }

    /// Checks what depends on the grid, and that the measure can be asked for.
    pub fn validate(&self, grid: Grid) -> Result<()> {
        match self.allocation {
            Allocation::Shares(shares) => shares.fit(grid)?,
            Allocation::Densest(counts) => drop(Counts::new(grid, counts.as_slice())?),
            Allocation::Router => {
                let why = "a router's own decision has no shares to ask for.";
                return Err(Error::BadRequest(why.into()));
            }
        };
        match self.measure {
            Some(Measure::Router) => Err(no_router()),
            _ => Ok(()),
        }
    }
}

/// The router's decision is not offered: no pack that is drawn from has one.
pub(super) fn no_router() -> Error {
    Error::BadRequest("the learned router cannot be asked here. Use another measure.".into())
}

/// Not every encoder has a head that predicts the coarse error.
pub(super) fn no_head() -> Error {
    Error::BadRequest(
        "this model's encoder does not predict the coarse error. Use another measure.".into(),
    )
}

fn whole(what: &'static str, value: f64, high: f64) -> Result<u64> {
    match in_range(what, value, 0.0, high)? {
        value if value.fract() == 0.0 => Ok(value as u64),
        _ => Err(Error::BadRequest(format!(
            "{what} must be a whole number, but is {}.",
            number(value)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_and_what_is_wrong_has_its_code() {
        let read = |json| EncodeOptions::from_json(json, Grid::dual(8));
        assert_eq!(read("{}").expect("nothing asked for"), EncodeOptions::on(Grid::dual(8)));
        let asked = r#"{"counts":[24],"measure":"coarse-error","allocation":"even","seed":3}"#;
        let options = EncodeOptions {
            allocation: Allocation::Densest(Counts::new(Grid::dual(8), &[24]).expect("counts")),
            measure: Some(Measure::CoarseError),
            arrangement: Arrangement::Even,
            seed: 3,
        };
        assert_eq!(read(asked).expect("all asked for"), options);
        for (json, code) in [
            (r#"{"shares":[1.1]}"#, "out-of-range"),
            (r#"{"shares":[0.1,0.1]}"#, "bad-request"),
            (r#"{"counts":[65]}"#, "out-of-range"),
            (r#"{"counts":[2.5]}"#, "bad-request"),
            (r#"{"counts":[2,2]}"#, "bad-request"),
            (r#"{"counts":[2],"shares":[0.5]}"#, "bad-request"),
            (r#"{"measure":"router"}"#, "bad-request"),
            (r#"{"measure":"taste"}"#, "bad-request"),
            (r#"{"allocation":"taste"}"#, "bad-request"),
            (r#"{"fine":2}"#, "bad-request"),
        ] {
            assert_eq!(read(json).expect_err(json).code(), code, "{json}");
        }
    }
}

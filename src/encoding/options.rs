//! What a caller may choose when a picture is encoded.

use serde::Deserialize;

use crate::density::Measure;
use crate::dqvae::Allocation;
use crate::error::in_range;
use crate::grain::Grid;
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
    /// How much is fine: a ratio or a number of regions.
    pub allocation: Allocation,
    /// What counts as density; `None` for the measure that the tokenizer was trained with.
    pub measure: Option<Measure>,
    /// Which regions are fine.
    pub arrangement: Arrangement,
    /// Seed of the random measure.
    pub seed: u64,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        let (allocation, arrangement) = (Allocation::Ratio(0.5), Arrangement::Density);
        Self { allocation, measure: None, arrangement, seed: 0 }
    }
}

/// The JSON form, as pages send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Wire {
    fine_ratio: Option<f64>,
    fine_regions: Option<f64>,
    measure: Option<Measure>,
    allocation: Option<Arrangement>,
    seed: Option<f64>,
}

impl EncodeOptions {
    /// Reads `{fineRatio or fineRegions, measure, allocation, seed}`; every field may be left out or
    /// null.
    pub fn from_json(json: &str, grid: Grid) -> Result<Self> {
        let wire: Wire =
            serde_json::from_str(json).map_err(|e| Error::BadRequest(e.to_string()))?;
        let default = Self::default();
        let options = Self {
            allocation: match (wire.fine_ratio, wire.fine_regions) {
                (Some(_), Some(_)) => {
                    let why = "fineRatio and fineRegions exclude each other.";
                    return Err(Error::BadRequest(why.into()));
                }
                (None, Some(n)) => Allocation::Densest(whole("fineRegions", n, 1e9)? as usize),
                (Some(ratio), None) => Allocation::Ratio(ratio as f32),
                (None, None) => default.allocation,
            },
            measure: wire.measure,
            arrangement: wire.allocation.unwrap_or_default(),
            seed: whole("seed", wire.seed.unwrap_or(0.0), 9_007_199_254_740_991.0)?,
        };
        options.validate(grid)?;
        Ok(options)
    }

    /// Checks every number against its range.
    pub fn validate(&self, grid: Grid) -> Result<()> {
        match self.allocation {
            Allocation::Ratio(ratio) => in_range("fineRatio", ratio.into(), 0.0, 1.0)?,
            Allocation::Densest(fine) => {
                in_range("fineRegions", fine as f64, 0.0, grid.region_count() as f64)?
            }
            Allocation::Positive => {
                let why = "a router's own decision has no ratio to ask for.";
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

fn whole(what: &'static str, value: f64, high: f64) -> Result<u64> {
    match in_range(what, value, 0.0, high)? {
        value if value.fract() == 0.0 => Ok(value as u64),
        _ => Err(Error::BadRequest(format!("{what} must be a whole number, but is {value}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_and_what_is_wrong_has_its_code() {
        let read = |json| EncodeOptions::from_json(json, Grid::dual(8));
        assert_eq!(read("{}").expect("nothing asked for"), EncodeOptions::default());
        let asked = r#"{"fineRegions":24,"measure":"coarse-error","allocation":"even","seed":3}"#;
        let options = EncodeOptions {
            allocation: Allocation::Densest(24),
            measure: Some(Measure::CoarseError),
            arrangement: Arrangement::Even,
            seed: 3,
        };
        assert_eq!(read(asked).expect("all asked for"), options);
        for (json, code) in [
            (r#"{"fineRatio":1.1}"#, "out-of-range"),
            (r#"{"fineRegions":65}"#, "out-of-range"),
            (r#"{"fineRegions":2.5}"#, "bad-request"),
            (r#"{"fineRegions":2,"fineRatio":0.5}"#, "bad-request"),
            (r#"{"measure":"router"}"#, "bad-request"),
            (r#"{"measure":"taste"}"#, "bad-request"),
            (r#"{"allocation":"taste"}"#, "bad-request"),
            (r#"{"fine":2}"#, "bad-request"),
        ] {
            assert_eq!(read(json).expect_err(json).code(), code, "{json}");
        }
    }
}

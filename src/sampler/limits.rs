//! The numbers of a request: their ranges, and which generator heeds them. Pages read this table through
//! the model's [description](crate::description).

use serde::Serialize;

use super::Mode;
use crate::bounds::number;
use crate::{Error, Result};

/// The range of one number of a request.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limit {
    /// Its name in JSON.
    #[serde(skip)]
    pub name: &'static str,
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// Whether only whole numbers mean something.
    pub whole: bool,
    /// The generators that heed it.
    pub generators: &'static [Mode],
}

const BOTH: &[Mode] = &[Mode::Nar, Mode::Ar];
const NAR: &[Mode] = &[Mode::Nar];
const AR: &[Mode] = &[Mode::Ar];

const fn limit(
    name: &'static str,
    low: f64,
    high: f64,
    whole: bool,
    generators: &'static [Mode],
) -> Limit {
    Limit { name, low, high, whole, generators }
}

/// 2⁵³ − 1: the largest whole number that JavaScript has exactly.
pub const SEED: Limit = limit("seed", 0.0, 9_007_199_254_740_991.0, true, BOTH);
/// Passes of the network.
pub const STEPS: Limit = limit("steps", 1.0, crate::bounds::STEPS as f64, true, NAR);
/// Strength of classifier-free guidance.
pub const GUIDANCE: Limit = limit("guidance", 0.0, 10.0, false, BOTH);
/// Temperature of the code distribution.
pub const TEMPERATURE: Limit = limit("temperature", 0.1, 2.0, false, BOTH);
/// Priority β of dense regions.
pub const PRIORITY: Limit = limit("priority", 0.0, 100.0, false, NAR);
/// Scale of the noise on the confidence.
pub const NOISE: Limit = limit("noise", 0.0, 20.0, false, NAR);
/// Codes in a painted step.
pub const EVERY: Limit = limit("every", 1.0, 64.0, true, AR);
/// Codes to choose among.
pub const TOP_K: Limit = limit("topK", 1.0, 65_536.0, true, AR);
/// Share of the likeliest codes to choose among.
pub const TOP_P: Limit = limit("topP", 0.01, 1.0, false, AR);
/// Temperature of where codes go.
pub const POSITION_TEMPERATURE: Limit = limit("positionTemperature", 0.1, 2.0, false, BOTH);
/// As [`TOP_K`], for positions.
pub const POSITION_TOP_K: Limit = limit("positionTopK", 1.0, 65_536.0, true, AR);
/// As [`TOP_P`], for positions.
pub const POSITION_TOP_P: Limit = limit("positionTopP", 0.01, 1.0, false, AR);

/// All of them.
pub const LIMITS: [Limit; 12] = [
    SEED,
    STEPS,
    GUIDANCE,
    TEMPERATURE,
    PRIORITY,
    NOISE,
    EVERY,
    TOP_K,
    TOP_P,
    POSITION_TEMPERATURE,
    POSITION_TOP_K,
    POSITION_TOP_P,
];

impl Limit {
    /// `value` if it is in range, else [`Error::OutOfRange`], or [`Error::BadRequest`] for a fraction where
    /// only whole numbers mean something. Numbers that are kept in f32 are compared as such.
    pub fn check(&self, value: f64) -> Result<f64> {
        let Self { name: what, low, high, whole, .. } = *self;
        let inside = match whole {
            true => (low..=high).contains(&value),
            false => (low as f32..=high as f32).contains(&(value as f32)),
        };
        if !value.is_finite() || !inside {
            return Err(Error::OutOfRange { what, value, low, high });
        }
        if whole && value.fract() != 0.0 {
            return Err(Error::BadRequest(format!(
                "{what} must be a whole number, but is {}.",
                number(value)
            )));
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_a_range() {
        for limit in LIMITS {
            for value in [limit.low, limit.high] {
                limit.check(value).unwrap();
                if !limit.whole {
                    limit.check(f64::from(value as f32)).unwrap();
                }
            }
            for value in [limit.low - 0.5, 1.5 * limit.high + 1.0, f64::NAN, f64::INFINITY] {
                assert_eq!(limit.check(value).unwrap_err().code(), "out-of-range", "{limit:?}");
            }
        }
        assert_eq!(STEPS.check(2.5).unwrap_err().code(), "bad-request");
    }
}

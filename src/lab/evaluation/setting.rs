//! A setting: where the images come from that are scored.

use super::MapSource;
use crate::Result;
use crate::grain::Shares;
use crate::sampler::Request;

/// Where images come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The training images whose classes are drawn, as they are.
    Real,
    /// Real images of held-out cells of the concept × style table: only the classifier sees them, whose
    /// accuracy on them is what generated images can reach.
    HeldOut,
    /// The training images after the tokenizer, in these shares: no generator on its codes can be expected
    /// to do better.
    Reconstruction(Shares),
    /// A generator that is asked for their classes. Condition and seed of the request are replaced.
    Generator(Box<Request>, MapSource),
}

/// One line of a table, one point of a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// What it is called; settings of one name make up a curve.
    pub name: String,
    /// Where it lies on the curve.
    pub at: Option<f64>,
    /// Where its images come from.
    pub source: Source,
}

impl Setting {
    /// A point of the curve `name`.
    pub fn new(name: impl Into<String>, at: impl Into<Option<f64>>, source: Source) -> Self {
        Self { name: name.into(), at: at.into(), source }
    }

    /// A generator that draws its own maps.
    pub fn of(name: impl Into<String>, at: impl Into<Option<f64>>, request: Request) -> Self {
        Self::new(name, at, Source::Generator(request.into(), MapSource::Model))
    }

    /// Checks the numbers of the request.
    ///
    /// # Errors
    /// [`Error::BadRequest`](crate::Error::BadRequest) for one that is out of range.
    pub fn validate(&self) -> Result<()> {
        match &self.source {
            Source::Generator(request, _) => request.validate(),
            Source::Reconstruction(_) | Source::Real | Source::HeldOut => Ok(()),
        }
    }
}

/// f32 → f64 by its decimal form: 0.1 stays 0.1.
pub fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

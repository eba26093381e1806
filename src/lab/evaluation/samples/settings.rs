//! Which guidance and temperature a generator is measured at: those whose samples come closest to training
//! pictures, of a few that are tried with fewer samples.

use super::{Pictures, as_they_come};
use crate::Result;
use crate::lab::data::Split;
use crate::lab::evaluation::Evaluator;
use crate::lab::evaluation::evaluator::pictures;
use crate::lab::evaluation::setting::decimal;
use crate::lab::results::{Column, Form, Plot, Results};
use crate::sampler::Request;

/// Headings.
const GUIDANCE: &str = "guidance";
const TEMPERATURE: &str = "temperature";
const DISTANCE: &str = "FD-lite to training";

/// What is tried.
#[derive(clap::Args, Debug, Clone)]
pub struct Tries {
    /// Guidances to try, beside each temperature; the one with the lowest FD-lite is measured.
    #[arg(long, value_delimiter = ',')]
    pub try_guidance: Vec<f32>,
    /// Temperatures to try.
    #[arg(long, value_delimiter = ',')]
    pub try_temperature: Vec<f32>,
    /// Samples of each try.
    #[arg(long, default_value_t = 1000)]
    pub tried: usize,
}

impl Tries {
    /// The requests, each guidance with each temperature; what is not named stays as in `base`.
    pub fn requests(&self, base: &Request) -> Vec<Request> {
        let or =
            |named: &[f32], own: f32| if named.is_empty() { vec![own] } else { named.to_vec() };
        let temperatures = or(&self.try_temperature, base.temperature);
        let guidances = or(&self.try_guidance, base.guidance);
        let pairs = guidances.into_iter().flat_map(|g| temperatures.iter().map(move |t| (g, *t)));
        pairs
            .map(|(guidance, temperature)| Request { guidance, temperature, ..base.clone() })
            .collect()
    }
}

/// The best of `requests` and a table of all; a single one is not tried.
///
/// # Errors
/// Those of the samplers and of [`Request::validate`].
pub fn best(
    evaluator: &Evaluator,
    training: &Pictures,
    title: &str,
    requests: Vec<Request>,
    tried: usize,
) -> Result<(Request, Option<Results>)> {
    for request in &requests {
        request.validate()?;
    }
    if let [only] = &requests[..] {
        return Ok((only.clone(), None));
    }
    let columns = vec![
        Column::key(GUIDANCE, "", 2),
        Column::key(TEMPERATURE, "", 2),
        Column::measure(DISTANCE, "", 2),
    ];
    let mut results = Results::new(format!("{title}: settings that were tried"), columns);
    let seed = evaluator.seeds[0];
    let items = as_they_come(&evaluator.data.indices(Split::Train), tried, seed);
    let reference = training.features.reference()?;
    let mut best: Option<(f64, Request)> = None;
    for request in requests {
        eprintln!("guidance {}, temperature {}", request.guidance, request.temperature);
        let drawn = evaluator.draw(&request, &items, seed)?;
        let found = reference.distance(evaluator.features(&pictures(&drawn)).rows())?;
        let at = [request.guidance, request.temperature].map(decimal);
        results.row(vec![at[0].into(), at[1].into(), found.into()])?;
        if best.as_ref().is_none_or(|(lowest, _)| found < *lowest) {
            best = Some((found, request));
        }
    }
    results.note(format!("{tried} samples each, of the classes of as many training pictures."));
    results.plot(Plot::new(Form::Lines, TEMPERATURE, &[DISTANCE]).by(&[GUIDANCE]));
    let (_, request) = best.ok_or_else(|| crate::Error::BadRequest("nothing to try.".into()))?;
    Ok((request, Some(results)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guidance_is_tried_with_each_temperature() {
        let base = Request { guidance: 7.0, temperature: 0.5, ..Request::default() };
        let pairs = |try_guidance: &[f32], try_temperature: &[f32]| -> Vec<(f32, f32)> {
            let (try_guidance, try_temperature) = (try_guidance.to_vec(), try_temperature.to_vec());
            let tries = Tries { try_guidance, try_temperature, tried: 4 };
            tries.requests(&base).iter().map(|r| (r.guidance, r.temperature)).collect()
        };
        assert_eq!(pairs(&[], &[]), [(7.0, 0.5)]);
        assert_eq!(pairs(&[1.0, 2.0], &[]), [(1.0, 0.5), (2.0, 0.5)]);
        let all = [(1.0, 0.8), (1.0, 1.0), (2.0, 0.8), (2.0, 1.0)];
        assert_eq!(pairs(&[1.0, 2.0], &[0.8, 1.0]), all);
    }
}

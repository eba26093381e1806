//! The experiments: which settings are compared with each other.
//!
//! Each starts from one request and varies one thing about it.

use super::setting::decimal;
use super::{MapSource, Setting, Source};
use crate::sampler::{Request, Schedule};

/// What is varied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Sweep {
    /// The order of commitment, and the priority β of dense regions.
    #[default]
    Schedules,
    /// Passes of the network.
    Steps,
    /// Strength of classifier-free guidance, ramped and constant.
    Guidance,
    /// Temperature of the code distribution.
    Temperature,
    /// Noise on the confidence.
    Noise,
    /// Share of fine regions, beside the reconstructions.
    Ratio,
    /// Where the grain map comes from.
    Maps,
}

impl Sweep {
    /// File name of its results.
    pub fn name(self) -> &'static str {
        match self {
            Sweep::Schedules => "schedules",
            Sweep::Steps => "steps",
            Sweep::Guidance => "guidance",
            Sweep::Temperature => "temperature",
            Sweep::Noise => "noise",
            Sweep::Ratio => "ratio",
            Sweep::Maps => "maps",
        }
    }

    /// What lies along the x axis; `None` for names.
    pub fn axis(self) -> Option<&'static str> {
        match self {
            Sweep::Schedules => Some("β"),
            Sweep::Ratio => Some("fine ratio"),
            Sweep::Maps => None,
            other => Some(other.name()),
        }
    }

    /// Where its values are, if the command line names none.
    pub fn values(self) -> &'static [f32] {
        match self {
            Sweep::Schedules => &[0.0, 0.5, 1.0, 2.0, 4.0, 8.0],
            Sweep::Steps => &[4.0, 6.0, 8.0, 12.0, 16.0, 24.0],
            Sweep::Guidance => &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0],
            Sweep::Temperature => &[0.6, 0.7, 0.8, 0.9, 1.0, 1.1],
            Sweep::Noise => &[0.0, 1.0, 2.0, 4.5, 9.0],
            Sweep::Ratio => &[0.125, 0.25, 0.375, 0.5, 0.75, 1.0],
            Sweep::Maps => &[],
        }
    }

    /// Whether the generator that `base` asks for has this knob.
    pub fn fits(self, base: &Request) -> bool {
        use crate::sampler::Mode;
        let for_all = matches!(self, Sweep::Guidance | Sweep::Temperature | Sweep::Ratio);
        for_all || base.mode == Mode::Nar
    }

    /// All settings at `values`.
    pub fn settings(self, base: &Request, values: &[f32]) -> Vec<Setting> {
        let curve = |name: &str, change: &dyn Fn(&mut Request, f32)| -> Vec<Setting> {
            let at = |value: &f32| {
                let mut request = base.clone();
                change(&mut request, *value);
                Setting::of(name, decimal(*value), request)
            };
            values.iter().map(at).collect()
        };
        match self {
            Sweep::Schedules => schedules(base, values),
            Sweep::Steps => curve("steps", &|r, value| r.steps = value.round().max(1.0) as usize),
            Sweep::Guidance => [("ramp", true), ("constant", false)]
                .into_iter()
                .flat_map(|(name, ramp)| {
                    curve(name, &|r, value| (r.guidance, r.ramp) = (value, ramp))
                })
                .collect(),
            Sweep::Temperature => curve("temperature", &|r, value| r.temperature = value),
            Sweep::Noise => curve("noise", &|r, value| r.noise = value),
            Sweep::Ratio => {
                let rebuilt = values.iter().map(|value| {
                    let source = Source::Reconstruction(base.shares.with_each(*value));
                    Setting::new("reconstruction", decimal(*value), source)
                });
                curve("generator", &|r, value| r.shares = base.shares.with_each(value))
                    .into_iter()
                    .chain(rebuilt)
            }
            .collect(),
            Sweep::Maps => MapSource::ALL
                .into_iter()
                .map(|maps| {
                    let source = Source::Generator(base.clone().into(), maps);
                    Setting::new(maps.name(), None, source)
                })
                .collect(),
        }
    }
}

/// The orders without a priority, then the two that take one: β = 0, the plain order, first.
fn schedules(base: &Request, betas: &[f32]) -> Vec<Setting> {
    let of = |name: &str, at: Option<f64>, schedule, priority| {
        Setting::of(name, at, Request { schedule, priority, ..base.clone() })
    };
    // The two others have curves, which begin with their plain orders.
    let curves = [Schedule::Priority, Schedule::Confidence, Schedule::Halton];
    let plain = Schedule::ALL.into_iter().filter(|schedule| !curves.contains(schedule));
    let mut settings: Vec<Setting> =
        plain.map(|schedule| of(schedule.as_str(), None, schedule, 0.0)).collect();
    for (name, schedule, betas) in
        [(CONFIDENCE, Schedule::Priority, betas), (HALTON, Schedule::Halton, HALTON_BETAS)]
    {
        let positive = betas.iter().copied().filter(|beta| *beta > 0.0);
        let betas = std::iter::once(0.0).chain(positive);
        settings.extend(betas.map(|beta| of(name, Some(decimal(beta)), schedule, beta)));
    }
    settings
}

/// Confidence plus β × density, the curve of [`Sweep::Schedules`].
pub const CONFIDENCE: &str = "confidence + β";
/// Halton order plus β × density.
pub const HALTON: &str = "Halton + β";
/// In units of the whole order, where 1 is nearly strict already.
const HALTON_BETAS: &[f32] = &[0.125, 0.25, 0.5, 1.0];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampler::Mode;
    use clap::ValueEnum;

    #[test]
    fn every_setting_can_be_asked_for_and_differs_from_all_others() {
        for sweep in Sweep::value_variants() {
            let base = Request { steps: 9, ..Request::default() };
            let settings = sweep.settings(&base, sweep.values());
            assert!(settings.len() >= 4, "{sweep:?}");
            for (i, setting) in settings.iter().enumerate() {
                assert!(!settings[..i].contains(setting), "{setting:?}");
                assert!(setting.at.is_none() || sweep.axis().is_some());
                if let Source::Generator(request, _) = &setting.source {
                    request.validate().unwrap();
                    assert!(*sweep == Sweep::Steps || request.steps == 9);
                }
            }
        }
    }

    #[test]
    fn plain_orders_come_once_however_the_priorities_are_named() {
        for betas in [&[1.0][..], &[0.0, 1.0]] {
            let settings = Sweep::Schedules.settings(&Request::default(), betas);
            let plain = settings.iter().filter(|s| s.name == CONFIDENCE && s.at == Some(0.0));
            assert_eq!(plain.count(), 1);
            assert_eq!(settings.iter().filter(|s| s.name == CONFIDENCE).count(), 2);
        }
    }

    #[test]
    fn code_after_code_has_no_schedule() {
        let fits = |sweep: Sweep| sweep.fits(&Request::of(Mode::Ar));
        assert!(fits(Sweep::Guidance) && fits(Sweep::Ratio));
        assert!(!fits(Sweep::Schedules) && !fits(Sweep::Maps) && !fits(Sweep::Steps));
    }
}

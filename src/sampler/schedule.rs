//! Mask schedules: how many codes are committed in a step, and which: those with the largest
//! [`confidence`](Schedule::confidence) · log p + [`noise`](Schedule::noise) + [`bias`](Schedule::bias), chosen by
//! [`Choice`](crate::kernels::Choice).
//!
//! DGiT-NAR's schedule is *information-prioritised*: dense regions first. How strongly is the
//! priority β, in nats of confidence. β → ∞ is the strict order, which commits neighbours together
//! and leaves all coarse codes to the end; a finite β about the entropy gap between fine and coarse
//! codes keeps the benefit without that cost. The controls it is compared with stand beside it.

use serde::{Deserialize, Serialize};

use crate::rng::Rng;

/// Which of the unknown codes are committed first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Confidence plus β × density: the information-prioritised schedule.
    #[default]
    Priority,
    /// Confidence alone (MaskGIT).
    Confidence,
    /// In random order.
    Random,
    /// Evenly over the image (Halton-MaskGIT), plus β × density where a β is given.
    Halton,
    /// All of the denser level before any of the next: β = ∞.
    Strict,
    /// Strict between granularities, the finest first, with a cosine schedule of its own for each.
    TwoPhase,
}

impl Schedule {
    /// All schedules, the default first.
    pub const ALL: [Schedule; 6] = [
        Schedule::Priority,
        Schedule::Confidence,
        Schedule::Random,
        Schedule::Halton,
        Schedule::Strict,
        Schedule::TwoPhase,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Schedule::Priority => "priority",
            Schedule::Confidence => "confidence",
            Schedule::Random => "random",
            Schedule::Halton => "halton",
            Schedule::Strict => "strict",
            Schedule::TwoPhase => "two-phase",
        }
    }

    /// Its name for people, and what it does in one sentence.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Schedule::Priority => (
                "Information first",
                "Confident codes first, with a bonus β for those of information-dense regions.",
            ),
            Schedule::Confidence => ("Confidence", "Confident codes first, wherever they are."),
            Schedule::Random => ("Random", "In random order, plus the bonus β where one is set."),
            Schedule::Halton => {
                ("Halton", "Evenly spread over the picture, plus the bonus β where one is set.")
            }
            Schedule::Strict => (
                "Strictly by density",
                "All codes of a denser region before any of a less dense one.",
            ),
            Schedule::TwoPhase => (
                "Two phases",
                "All codes of the finest regions first, then the coarser ones, each in steps of its own.",
            ),
        }
    }

    /// Whether the priority β plays a part.
    pub fn is_prioritised(self) -> bool {
        matches!(self, Schedule::Priority | Schedule::Random | Schedule::Halton)
    }

    /// The β that a request without one gets.
    pub fn default_priority(self) -> f32 {
        match self {
            Schedule::Priority => 4.0,
            _ => 0.0,
        }
    }

    /// Weight of the log probability in the score: 0 where the order is fixed beforehand.
    pub fn confidence(self) -> f32 {
        match self {
            Schedule::Random | Schedule::Halton => 0.0,
            _ => 1.0,
        }
    }

    /// The random part of the score, drawn for every unknown code of every step in turn. `scale` is
    /// that of the Gumbel noise on the confidence (MaskGIT's choice temperature), which shrinks to
    /// nothing as `progress` = t/T goes to 1.
    pub fn noise(self, scale: f32, progress: f32, rng: &mut Rng) -> f32 {
        let gumbel = rng.gumbel();
        match self {
            Schedule::Random => rng.uniform(),
            Schedule::Halton => 0.0,
            _ => scale * (1.0 - progress) * gumbel,
        }
    }

    /// The part of the score that depends on the place of a code alone.
    pub fn bias(self, priority: f32, candidate: &Candidate) -> f32 {
        let Candidate { density, fineness, halton, .. } = *candidate;
        match self {
            Schedule::Priority | Schedule::Random => priority * density,
            Schedule::Confidence => 0.0,
            Schedule::Halton => priority * density - halton,
            // Far above any confidence, so that density decides and confidence breaks ties.
            Schedule::Strict => 1e6 * density,
            Schedule::TwoPhase => 1e6 * fineness,
        }
    }
}

/// What is known about the place of a code beforehand.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Information density of its region, 0..=1.
    pub density: f32,
    /// Its granularity, from 0 for the coarsest to 1 for the finest.
    pub fineness: f32,
    /// Its Halton rank divided by the number of tokens, 0..1.
    pub halton: f32,
}

/// Codes known after each of `steps` steps; ascending, the last is all of them.
///
/// MaskGIT's cosine: few at first, when little is known, and many at the end. Each step commits
/// at least one code. `tokens`: how many there are of each granularity, the coarsest first.
pub fn commit_counts(schedule: Schedule, steps: usize, tokens: &[usize]) -> Vec<usize> {
    let mut left: usize = tokens.iter().sum();
    let mut steps = steps.clamp(1, left.max(1));
    let mut counts = Vec::with_capacity(steps);
    let phases = tokens.iter().rev().filter(|phase| **phase > 0);
    let mut later = match schedule {
        Schedule::TwoPhase => phases.clone().count(),
        _ => 0,
    };
    // A phase of its own for each granularity while steps last; what is left has one together.
    for phase in phases {
        later = later.saturating_sub(1);
        if later == 0 || steps == 1 {
            break;
        }
        let share = (steps as f32 * *phase as f32 / left as f32).round() as usize;
        let most = steps.saturating_sub(later).max(1);
        let own = share.clamp(1, most).max(steps.saturating_sub(left - phase)).min(*phase);
        let known = counts.last().copied().unwrap_or(0);
        counts.extend(cosine(own, *phase).iter().map(|n| n + known));
        (steps, left) = (steps - own, left - phase);
    }
    let known = counts.last().copied().unwrap_or(0);
    counts.extend(cosine(steps, left).iter().map(|n| n + known));
    counts
}

/// N − ⌊N·cos(πt/2T)⌋ for t = 1..=T, made to advance by at least one.
fn cosine(steps: usize, tokens: usize) -> Vec<usize> {
    (1..=steps)
        .map(|t| {
            let angle = std::f64::consts::FRAC_PI_2 * t as f64 / steps as f64;
            let masked = (tokens as f64 * angle.cos() + 1e-9).floor() as usize;
            let known = if t == steps { tokens } else { tokens - masked };
            known.clamp(t.min(tokens), tokens - (steps - t).min(tokens))
        })
        .collect()
}

//! Axes of plots: ranges, and ticks at round numbers.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// A numeric axis, linear or logarithmic. Positions are values, or their decimal logarithms.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Whether it is logarithmic.
    pub log: bool,
    /// Ends of the axis, as positions.
    pub range: (f64, f64),
    /// Positions of the ticks.
    pub ticks: Vec<f64>,
}

/// About as many ticks as an axis gets.
const TICKS: f64 = 6.0;

impl Axis {
    /// An axis that holds all `values`. A logarithmic one leaves values of 0 and less out.
    pub fn around(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let positions = values.filter(|v| v.is_finite() && (!log || *v > 0.0));
        let ends = positions.map(|v| if log { v.log10() } else { v });
        let (low, high) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // A single value still needs a width.
        let margin = if low < high { 0.06 * (high - low) } else { 0.1 * low.abs().max(1.0) };
        let (low, high) = (low - margin, high + margin);
        let ticks = if log { decades(low, high) } else { round_numbers(low, high) };
        Self { log, range: (low, high), ticks }
    }

    /// Where a value lies; `None` for 0 and less on a logarithmic axis.
    pub fn position(&self, value: f64) -> Option<f64> {
        match self.log {
            true => (value > 0.0).then(|| value.log10()),
            false => Some(value),
        }
    }

    /// The label of a tick.
    pub fn label(&self, position: f64) -> String {
        let value = if self.log { 10f64.powf(position) } else { position };
        let step = match self.ticks.as_slice() {
            [a, b, ..] if !self.log => b - a,
            _ => value.abs(),
        };
        let decimals = (-step.log10() - 1e-9).ceil().clamp(0.0, 6.0) as usize;
        let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
        format!("{value:.decimals$}")
    }
}

/// How `plotters` asks for pixels and ticks. Grid lines belong to ticks; there are no finer ones.
impl Ranged for Axis {
    type ValueType = f64;
    type FormatOption = NoDefaultFormatting;

    fn map(&self, position: &f64, (from, to): (i32, i32)) -> i32 {
        let (low, high) = self.range;
        from + ((position - low) / (high - low) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight().allow_light_points() {
            true => Vec::new(),
            false => self.ticks.clone(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(position: &f64) -> String {
        position.to_string() // never asked for: labels depend on the axis
    }
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn round_numbers(low: f64, high: f64) -> Vec<f64> {
    let raw = (high - low) / TICKS;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= raw);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Powers of ten, with simple multiples of them where there is room.
fn decades(low: f64, high: f64) -> Vec<f64> {
    let factors: &[f64] = match high - low {
        wide if wide > 3.5 => &[1.0],
        middle if middle > 1.0 => &[1.0, 2.0, 5.0],
        _ => &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0],
    };
    let powers = low.floor() as i32..=high.ceil() as i32;
    let all = powers.flat_map(|p| factors.iter().map(move |f| f64::from(p) + f.log10()));
    all.filter(|v| (low..=high).contains(v)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::around([23.7, 26.2].into_iter(), false);
        let labels: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
        assert_eq!(labels, ["24.0", "24.5", "25.0", "25.5", "26.0"]);
        let axis = Axis::around([-1.0, 1.0].into_iter(), false);
        assert!(axis.ticks.iter().any(|t| axis.label(*t) == "0.0"));
        let axis = Axis::around([0.4, 300.0].into_iter(), true);
        let labels: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
        assert_eq!(labels, ["0.5", "1", "2", "5", "10", "20", "50", "100", "200"]);
    }

    #[test]
    fn odd_values_still_give_an_axis() {
        for values in [vec![], vec![5.0], vec![0.0, 0.0], vec![f64::NAN, 2.0]] {
            for log in [false, true] {
                let axis = Axis::around(values.iter().copied(), log);
                assert!(axis.range.0 < axis.range.1, "{values:?} {axis:?}");
                assert!(!axis.ticks.is_empty(), "{values:?} {axis:?}");
            }
        }
        assert_eq!(Axis::around([1.0, 10.0].into_iter(), true).position(0.0), None);
    }
}

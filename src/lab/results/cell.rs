//! One entry of a table: a name, or the values of one quantity with their mean and spread.

use serde::{Deserialize, Serialize};

/// One entry of a table.
///
/// Numbers are kept value by value, one a seed; mean and spread are for the reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Not measured.
    Missing,
    /// A name.
    Text(String),
    /// One value a seed; finite, and at least one.
    #[serde(with = "numbers")]
    Numbers(Vec<f64>),
}

/// Mean and sample standard deviation (with n − 1) of some values; no spread for fewer than two,
/// no mean for none.
pub fn mean_and_spread(values: &[f64]) -> (Option<f64>, Option<f64>) {
    let n = values.len() as f64;
    if values.is_empty() {
        return (None, None);
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (Some(mean), (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()))
}

/// The value that `share` (0..=1) of `sorted` values lie below, between its neighbours; not a number
/// for no values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

impl Cell {
    /// Mean and spread; nothing for names.
    pub fn statistics(&self) -> (Option<f64>, Option<f64>) {
        match self {
            Cell::Numbers(values) => mean_and_spread(values),
            Cell::Missing | Cell::Text(_) => (None, None),
        }
    }

    /// The entry for a reader, such as `24.31 ± 0.05`.
    pub fn format(&self, decimals: usize) -> String {
        match (self, self.statistics()) {
            (Cell::Text(name), _) => name.clone(),
            (_, (Some(mean), Some(spread))) => format!("{mean:.decimals$} ± {spread:.decimals$}"),
            (_, (Some(mean), None)) => format!("{mean:.decimals$}"),
            _ => "–".into(),
        }
    }
}

/// Not-a-number and infinities become [`Cell::Missing`].
impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        if value.is_finite() { Cell::Numbers(vec![value]) } else { Cell::Missing }
    }
}

/// The decimal that the number was written as: 0.1 and not 0.10000000149.
impl From<f32> for Cell {
    fn from(value: f32) -> Self {
        value.to_string().parse::<f64>().unwrap_or(f64::NAN).into()
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        (value as f64).into()
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Missing, Into::into)
    }
}

impl From<&str> for Cell {
    fn from(name: &str) -> Self {
        Cell::Text(name.into())
    }
}

impl From<String> for Cell {
    fn from(name: String) -> Self {
        Cell::Text(name)
    }
}

/// Several seeds of one run.
impl From<&[f64]> for Cell {
    fn from(values: &[f64]) -> Self {
        let good = !values.is_empty() && values.iter().all(|v| v.is_finite());
        if good { Cell::Numbers(values.to_vec()) } else { Cell::Missing }
    }
}

/// `{mean, spread, n, values}`; only the values are read back.
mod numbers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize)]
    struct Written<'a> {
        mean: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        spread: Option<f64>,
        n: usize,
        values: &'a [f64],
    }

    #[derive(Deserialize)]
    struct Read {
        values: Vec<f64>,
    }

    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        let (mean, spread) = super::mean_and_spread(values);
        Written { mean, spread, n: values.len(), values }.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        let values = Read::deserialize(deserializer)?.values;
        if values.is_empty() {
            Err(D::Error::custom("a number without values"))
        } else {
            Ok(values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_sample_deviation() {
        let (mean, spread) = mean_and_spread(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert!((mean.unwrap() - 5.0).abs() < 1e-12);
        assert!((spread.unwrap() - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(mean_and_spread(&[3.0]), (Some(3.0), None));
        assert_eq!(mean_and_spread(&[]), (None, None));
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0];
        assert_eq!([0.0, 0.5, 1.0].map(|share| quantile(&sorted, share)), [1.0, 4.0, 16.0]);
        assert!((quantile(&sorted, 0.375) - 3.0).abs() < 1e-12);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn cells_read_as_people_write_them() {
        assert_eq!(Cell::from(&[1.0, 2.0][..]).format(2), "1.50 ± 0.71");
        assert_eq!(Cell::from(0.1_f32).format(1), "0.1");
        assert_eq!(Cell::from(0.1_f32), Cell::from(0.1_f64));
        assert_eq!(Cell::from("noto").format(2), "noto");
        assert_eq!(Cell::from(f64::NAN).format(2), "–");
        assert_eq!(Cell::from(None::<f64>), Cell::Missing);
    }

    #[test]
    fn json_keeps_every_value() {
        let cells = vec![Cell::Missing, "a".into(), 0.1.into(), Cell::from(&[1.0, 2.0, 4.5][..])];
        let text = serde_json::to_string(&cells).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Cell>>(&text).unwrap(), cells, "{text}");
        assert!(serde_json::from_str::<Cell>(r#"{"values": []}"#).is_err());
    }
}

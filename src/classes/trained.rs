//! Which combinations of classes training had: the others are new to a model.

use serde::{Deserialize, Serialize};

use super::ClassTable;
use crate::bounds::{COMBINATIONS, shortened};
use crate::{Error, Result};

/// Combinations of classes of some axes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Ids of the axes.
    pub axes: Vec<String>,
    /// Class indices in the order of `axes`; ascending, none twice.
    pub combinations: Vec<Vec<u16>>,
}

impl Trained {
    /// From the classes of training examples, in any order and repeated.
    pub fn new(axes: &[&str], examples: impl Iterator<Item = Vec<u16>>) -> Self {
        let mut combinations: Vec<Vec<u16>> = examples.collect();
        combinations.sort_unstable();
        combinations.dedup();
        Self { axes: axes.iter().map(|id| id.to_string()).collect(), combinations }
    }

    /// The axes as indices into `table`; an error for one that it lacks.
    pub fn axes_in(&self, table: &ClassTable) -> Result<Vec<usize>> {
        self.axes.iter().map(|id| table.axis(id)).collect()
    }

    /// Checks combinations that come from a file.
    pub(super) fn validate(&self, table: &ClassTable) -> Result<()> {
        let bad = |why: String| Error::damaged("manifest.json", why);
        let mut axes = Vec::new();
        for id in &self.axes {
            let axis = table.axes.iter().position(|axis| axis.id == *id);
            let axis = axis.filter(|axis| !axes.contains(axis)).ok_or_else(|| {
                bad(format!("the trained axis \"{}\" is unknown or named twice.", shortened(id)))
            })?;
            axes.push(axis);
        }
        if self.combinations.len() > COMBINATIONS {
            return Err(bad(format!("it has more than {COMBINATIONS} trained combinations.")));
        }
        let inside = |combination: &Vec<u16>| {
            let mut pairs = combination.iter().zip(&axes);
            let fits = |(class, axis): (&u16, &usize)| {
                usize::from(*class) < table.axes[*axis].classes.len()
            };
            combination.len() == axes.len() && pairs.all(fits)
        };
        if !self.combinations.iter().all(inside) {
            return Err(bad("a trained combination has no such classes.".into()));
        }
        if !self.combinations.is_sorted_by(|a, b| a < b) {
            return Err(bad("the trained combinations are not in order.".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn combinations_are_sorted_and_checked() {
        let examples = [[2, 1], [0, 0], [2, 1], [0, 1]].map(Vec::from);
        let trained = Trained::new(&["concept", "style"], examples.into_iter());
        assert_eq!(trained.combinations, [[0, 0], [0, 1], [2, 1]]);
        assert_eq!(trained.axes_in(&table()).unwrap(), [2, 0]);
        trained.validate(&table()).unwrap();
        let wrong = |axes: &[&str], combinations: &[&[u16]]| {
            let axes = axes.iter().map(|id| id.to_string()).collect();
            let combinations = combinations.iter().map(|c| c.to_vec()).collect();
            let error = Trained { axes, combinations }.validate(&table()).unwrap_err();
            assert_eq!(error.code(), "pack-damaged");
        };
        wrong(&["hair"], &[]);
        wrong(&["style", "style"], &[]);
        wrong(&["style"], &[&[2]]);
        wrong(&["style"], &[&[0, 0]]);
        wrong(&["style"], &[&[1], &[0]]);
        wrong(&["style"], &[&[0], &[0]]);
    }
}

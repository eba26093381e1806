//! Condition contrast: a picture should be likelier under its own class than under another one.
//!
//! ```text
//! L = −log σ(log p(x | c) − log p(x | c'))
//! ```
//!
//! An axis that rests on few codes, such as an expression, is worth next to nothing of what maximum likelihood
//! minimises, and is learned last. This loss is of such codes alone: all others are as likely under both classes, and
//! cancel. The rival c' is drawn as often as it is seen in pictures that share what goes with it, so that the true
//! distribution minimises this loss as well as the likelihood. (Ours; Chen et al. 2024, condition contrastive alignment,
//! compare with a frozen network instead.)

use std::collections::HashMap;

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

use super::labels::Labels;
use crate::Result;
use crate::dgit::Condition;
use crate::error::in_range;
use crate::rng::Rng;

/// Share of the examples that usually have a rival.
const SHARE: f32 = 0.375;

/// Usual weight of the contrast.
const WEIGHT: f32 = 0.05;

/// Options of the contrast between classes.
#[derive(clap::Args, Debug, Clone, serde::Serialize)]
pub struct ContrastOptions {
    /// Axes whose classes are held against each other, such as expression,hair-length; one named twice comes twice as
    /// often.
    #[arg(long, value_delimiter = ',')]
    pub contrast: Vec<String>,
    /// Share of the examples that have a rival, 0..1; each costs as much as another example.
    #[arg(long, default_value_t = SHARE)]
    pub contrast_share: f32,
    /// Weight of the contrast, in nats a picture, beside the content loss, in nats a code.
    #[arg(long, default_value_t = WEIGHT)]
    pub contrast_weight: f32,
}

impl Default for ContrastOptions {
    fn default() -> Self {
        Self { contrast: vec![], contrast_share: SHARE, contrast_weight: WEIGHT }
    }
}

impl ContrastOptions {
    /// The rivals among the pictures `training` of `labels`; `None` without an axis.
    ///
    /// # Errors
    /// [`UnknownAxis`](crate::Error::UnknownAxis), [`OutOfRange`](crate::Error::OutOfRange) for share and weight.
    pub fn rivals(
        &self,
        labels: &Labels,
        training: impl Iterator<Item = usize>,
    ) -> Result<Option<Rivals>> {
        in_range("contrast-share", f64::from(self.contrast_share), 0.0, 1.0)?;
        in_range("contrast-weight", f64::from(self.contrast_weight), 0.0, 10.0)?;
        let axes = self.contrast.iter().map(|id| labels.classes.axis(id));
        let axes: Vec<usize> = axes.collect::<Result<_>>()?;
        if axes.is_empty() {
            return Ok(None);
        }
        Rivals::new(labels, axes, self.contrast_share, training).map(Some)
    }
}

/// Other classes that a picture might have had.
#[derive(Debug, Clone)]
pub struct Rivals {
    /// Axis, and those whose classes a rival shares.
    axes: Vec<(usize, Vec<usize>)>,
    /// Share of the examples that have one, 0..=1.
    pub share: f32,
    /// For an axis and what rivals share: the class of every training picture that has this.
    classes: HashMap<(usize, Vec<Option<u16>>), Vec<u16>>,
}

impl Rivals {
    fn new(
        labels: &Labels,
        axes: Vec<usize>,
        share: f32,
        training: impl Iterator<Item = usize>,
    ) -> Result<Self> {
        let table = &labels.classes;
        let trained = table.trained.as_ref().map(|trained| trained.axes_in(table)).transpose()?;
        // Under a combination that training lacks, nothing is to be unlikely.
        let trained = trained.unwrap_or_default();
        let with_shared = |axis: usize| {
            let own = &table.axes[axis];
            let related = |other: usize| {
                let above = table.axes[other].parent.as_ref() == Some(&own.id);
                above || own.parent.as_ref() == Some(&table.axes[other].id)
            };
            let shared = (0..table.axes.len()).filter(|other| *other != axis);
            (axis, shared.filter(|other| trained.contains(other) || related(*other)).collect())
        };
        let axes: Vec<(usize, Vec<usize>)> = axes.into_iter().map(with_shared).collect();
        let mut once = axes.clone();
        once.sort_unstable();
        once.dedup();
        let mut classes: HashMap<_, Vec<u16>> = HashMap::new();
        for item in training {
            let whole = &labels.conditions[item];
            for (axis, shared) in &once {
                if let Some(class) = whole.get(*axis) {
                    classes.entry((*axis, key(whole, shared))).or_default().push(class);
                }
            }
        }
        Ok(Self { axes, share, classes })
    }

    /// The prompt `told` with another class of one axis, of which it is given the own class first; `None` where there is
    /// nothing to tell apart. `whole`: all that the picture shows.
    pub fn rival(
        &self,
        whole: &Condition,
        told: &mut Condition,
        rng: &mut Rng,
    ) -> Option<Condition> {
        let nothing = told.0.iter().all(Option::is_none);
        if nothing {
            return None;
        }
        let (axis, shared) = &self.axes[rng.below(self.axes.len())];
        let own = whole.get(*axis)?;
        let classes = self.classes.get(&(*axis, key(whole, shared)))?;
        let other = classes[rng.below(classes.len())];
        if other == own {
            return None;
        }
        told.0[*axis] = Some(own);
        let mut rival = told.clone();
        rival.0[*axis] = Some(other);
        Some(rival)
    }
}

fn key(whole: &Condition, shared: &[usize]) -> Vec<Option<u16>> {
    shared.iter().map(|axis| whole.get(*axis)).collect()
}

/// −log σ(log p(x | own) − log p(x | rival)), mean over pictures, from −log p of each, `[pictures, 1]`.
pub fn contrast(own: Tensor<2>, rival: Tensor<2>) -> Tensor<1> {
    log_sigmoid(rival - own).mean().neg()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::classes::{Axis, Class, ClassTable, Trained};

    fn labels() -> Labels {
        let axis = |id: &str| Axis::new(id, ["a", "b", "c"].map(|c| Class::new(c, c)).into());
        // Style 0 has expressions 0 and 1, style 1 has 1 and, once in four, 2.
        let drawn = [[0, 0, 0], [0, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 2], [1, 2, 0]];
        let trained = drawn.iter().map(|[style, expression, _]| vec![*style, *expression]);
        let trained = Some(Trained::new(&["style", "expression"], trained));
        let classes = ClassTable { axes: ["style", "expression", "hat"].map(axis).into(), trained };
        let condition = |classes: &[u16; 3]| Condition(classes.map(Some).into());
        Labels { classes, conditions: drawn.iter().map(condition).collect() }
    }

    fn options(axes: &[&str]) -> ContrastOptions {
        let contrast = axes.iter().map(|axis| axis.to_string()).collect();
        ContrastOptions { contrast, contrast_share: 1.0, contrast_weight: 0.1 }
    }

    #[test]
    fn rivals_are_classes_that_training_has_beside_the_rest_and_as_often() {
        let (labels, mut rng) = (labels(), Rng::new(5));
        let rivals = options(&["expression"]).rivals(&labels, 0..6).unwrap().unwrap();
        for (item, expected) in [(0, [0.0, 0.5, 0.0]), (2, [0.0, 0.0, 0.25]), (5, [0.0, 0.75, 0.0])]
        {
            let (whole, mut found) = (&labels.conditions[item], [0; 3]);
            for _ in 0..2_000 {
                let mut told = Condition(vec![None, None, Some(7)]);
                match rivals.rival(whole, &mut told, &mut rng) {
                    Some(rival) => {
                        assert_eq!(told.0, [None, whole.get(1), Some(7)], "its own class is told");
                        assert_eq!((rival.get(0), rival.get(2)), (None, Some(7)));
                        found[usize::from(rival.get(1).unwrap())] += 1;
                    }
                    None => assert_eq!(told.0, [None, None, Some(7)]),
                }
            }
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found as f32 / 2_000.0 - expected).abs() < 0.04, "{item}: {found}");
            }
        }
        let mut nothing = Condition(vec![None; 3]);
        assert_eq!(rivals.rival(&labels.conditions[0], &mut nothing, &mut rng), None);
    }

    #[test]
    fn what_cannot_be_held_against_anything_is_refused() {
        let labels = labels();
        assert!(options(&[]).rivals(&labels, 0..6).unwrap().is_none());
        let code = |options: ContrastOptions| options.rivals(&labels, 0..6).unwrap_err().code();
        assert_eq!(code(options(&["mood"])), "unknown-axis");
        assert_eq!(code(ContrastOptions { contrast_share: 2.0, ..options(&[]) }), "out-of-range");
        assert_eq!(code(ContrastOptions { contrast_weight: -1.0, ..options(&[]) }), "out-of-range");
    }

    #[test]
    fn a_picture_that_is_as_likely_under_both_costs_ln_2() {
        let device = Device::flex();
        let column = |values: [f32; 2]| Tensor::<1>::from_floats(values, &device).reshape([2, 1]);
        let of = |own, rival| contrast(column(own), column(rival)).into_scalar::<f32>();
        assert!((of([500.0; 2], [500.0; 2]) - 2f32.ln()).abs() < 1e-6);
        assert!((of([500.0, 500.0], [501.0, 498.0]) - (0.3133 + 2.1269) / 2.0).abs() < 1e-3);
        assert!((of([900.0; 2], [100.0; 2]) - 800.0).abs() < 1e-2);
    }
}

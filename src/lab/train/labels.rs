//! What pictures show, apart from their pixels, and the prompts that training makes of it.

use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::lab::data::{Dataset, Originals};
use crate::rng::Rng;

/// Share of examples that lose their whole class: the unconditional model that guidance needs.
const NOTHING: f32 = 0.1;
/// Share of the others that lose an axis, for each axis by itself.
const DROPPED: f32 = 0.2;

/// The classes of every picture of a data set, in its order.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Names of all classes.
    pub classes: ClassTable,
    /// The whole class of every picture.
    pub conditions: Vec<Condition>,
}

impl From<&Dataset> for Labels {
    fn from(data: &Dataset) -> Self {
        let conditions = (0..data.items.len()).map(|i| data.condition(i)).collect();
        Self { classes: data.classes.clone(), conditions }
    }
}

impl From<&Originals> for Labels {
    fn from(data: &Originals) -> Self {
        let conditions = data.items.iter().map(|item| Condition(item.classes.clone()));
        Self { classes: data.classes.clone(), conditions: conditions.collect() }
    }
}

impl Labels {
    /// The class of a picture with some axes dropped to "any", as prompts leave them out.
    ///
    /// A share `whole` keeps all of it. Of the rest one in ten loses everything; the others lose each
    /// axis independently, but a class that is kept brings the one that it belongs to.
    pub fn random(&self, item: usize, whole: f32, rng: &mut Rng) -> Condition {
        let own = &self.conditions[item];
        if rng.uniform() < whole {
            return own.clone();
        }
        let nothing = Condition(vec![None; own.0.len()]);
        if rng.uniform() < NOTHING {
            return nothing;
        }
        let kept: Vec<bool> = own.0.iter().map(|_| rng.uniform() >= DROPPED).collect();
        let mut condition = nothing;
        for (axis, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            condition.0[axis] = own.get(axis);
            let above = self.classes.axes[axis].parent.as_deref();
            if let Some(above) = above.and_then(|id| self.classes.axis(id).ok()) {
                condition.0[above] = own.get(above);
            }
        }
        condition
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::{Axis, Class};

    #[test]
    fn axes_are_dropped_independently_and_a_class_brings_its_parent() {
        let axis = |id: &str| Axis::new(id, vec![Class::new("a", "A"), Class::new("b", "B")]);
        let child = Axis { parent: Some("kind".into()), ..axis("subject") };
        let classes = ClassTable { axes: vec![axis("kind"), child, axis("style")], trained: None };
        let labels = Labels { classes, conditions: vec![Condition(vec![Some(1); 3])] };
        let mut rng = Rng::new(3);
        let drawn: Vec<Condition> = (0..20_000).map(|_| labels.random(0, 0.0, &mut rng)).collect();
        let share = |wanted: [bool; 3]| {
            let same = |c: &&Condition| (0..3).all(|axis| c.get(axis).is_some() == wanted[axis]);
            drawn.iter().filter(same).count() as f32 / drawn.len() as f32
        };
        for (wanted, expected) in [
            ([true, true, true], 0.9 * 0.8 * 0.8),
            ([true, true, false], 0.9 * 0.8 * 0.2),
            ([true, false, true], 0.9 * 0.8 * 0.2 * 0.8),
            ([false, true, true], 0.0), // a subject without its kind
            ([false, false, false], 0.1 + 0.9 * 0.2 * 0.2 * 0.2),
        ] {
            assert!((share(wanted) - expected).abs() < 0.015, "{wanted:?} {}", share(wanted));
        }
        assert!((0..50).all(|_| labels.random(0, 1.0, &mut rng) == labels.conditions[0]));
    }
}

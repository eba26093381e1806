//! Classes: what a model can be asked to draw, along any number of axes.
//!
//! A class table has axes (a style, a hair colour, a kind of flower), an axis has classes, and a
//! prompt names at most one class of each axis. A model without axes is unconditional. Data set,
//! training, model pack and browser all use the same ids, so the table lives outside the native-only
//! modules and serialises to one JSON shape.

mod nearest;
mod trained;

use serde::{Deserialize, Serialize};

pub use trained::Trained;

use crate::bounds::{ALL_CLASSES, AXES, CLASSES, NAME, shortened};
use crate::{Error, Result};

/// One class of an axis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Stable id, such as `cat-face`; unique in its axis.
    pub id: String,
    /// Name for people, such as `cat face`.
    pub name: String,
    /// A character that stands for it, such as an emoji.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glyph: Option<String>,
    /// A small picture that stands for it: its address relative to the pack's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The class that it belongs to, an id of the axis that [`Axis::parent`] names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

impl Class {
    /// A class with nothing but an id and a name.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), ..Self::default() }
    }
}

/// One thing that can be chosen of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Stable id, such as `style`: lower-case letters, digits and hyphens; unique in its table.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The axis whose classes those of this one belong to: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What can be chosen, at least one.
    pub classes: Vec<Class>,
}

impl Axis {
    /// An axis of this id, named after it, without a parent.
    pub fn new(id: impl Into<String>, classes: Vec<Class>) -> Self {
        let id = id.into();
        let mut name = id.replace('-', " ");
        if let Some(first) = name.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        Self { id, name, parent: None, classes }
    }

    /// Index of the class `id`.
    ///
    /// # Errors
    /// [`Error::UnknownClass`], which names the nearest ids.
    pub fn class(&self, id: &str) -> Result<u16> {
        let found = self.classes.iter().position(|class| class.id == id);
        found.map(|at| at as u16).ok_or_else(|| Error::UnknownClass {
            axis: self.id.clone(),
            name: id.to_owned(),
            hint: nearest::hint(&self.id, id, self.classes.iter().map(|c| c.id.as_str())),
        })
    }

    /// A text of the axis or of its classes that has more than so many characters.
    fn longer_than(&self, most: usize) -> Option<&str> {
        let texts = self.classes.iter().flat_map(|class| {
            let Class { id, name, glyph, thumbnail, parent } = class;
            [Some(id), Some(name), glyph.as_ref(), thumbnail.as_ref(), parent.as_ref()]
        });
        let texts = texts.flatten();
        let mut texts = texts.chain([&self.name]).chain(&self.parent).map(String::as_str);
        texts.find(|text| text.chars().nth(most).is_some())
    }
}

/// All axes. A class index is a position in the list of its axis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassTable {
    /// The axes, in the order of the model's embedding tables.
    pub axes: Vec<Axis>,
    /// The combinations of classes that training had, where the pack tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Trained>,
}

impl ClassTable {
    /// Index of the axis `id`.
    ///
    /// # Errors
    /// [`Error::UnknownAxis`], which names the nearest ids.
    pub fn axis(&self, id: &str) -> Result<usize> {
        self.axes.iter().position(|axis| axis.id == id).ok_or_else(|| Error::UnknownAxis {
            name: id.to_owned(),
            hint: nearest::hint("axis", id, self.axes.iter().map(|axis| axis.id.as_str())),
        })
    }

    /// Number of classes of each axis.
    pub fn counts(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.classes.len()).collect()
    }

    /// What the class `class` of axis `axis` belongs to: axis and class; `None` without a parent.
    pub fn parent(&self, axis: usize, class: u16) -> Option<(usize, u16)> {
        let own = self.axes.get(axis)?;
        let parent = self.axis(own.parent.as_deref()?).ok()?;
        let id = own.classes.get(class as usize)?.parent.as_deref()?;
        Some((parent, self.axes[parent].class(id).ok()?))
    }

    /// Checks a table that comes from a file.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] for an axis or class twice, an id that is none, an axis without classes, a
    /// parent that does not exist, trained combinations outside the table, and more of anything than its
    /// [bound](crate::bounds).
    pub fn validate(&self) -> Result<()> {
        let bad = |why: String| Err(Error::damaged("manifest.json", why));
        if self.axes.len() > AXES {
            return bad(format!("there are {} class axes, more than {AXES}.", self.axes.len()));
        }
        let all = self.axes.iter().fold(0, |sum: usize, a| sum.saturating_add(a.classes.len()));
        if all > ALL_CLASSES {
            return bad(format!("there are {all} classes, more than {ALL_CLASSES}."));
        }
        for (at, axis) in self.axes.iter().enumerate() {
            let count = axis.classes.len();
            if !is_axis_id(&axis.id) {
                return bad(format!("\"{}\" is no id of a class axis.", shortened(&axis.id)));
            }
            if self.axes[..at].iter().any(|other| other.id == axis.id) {
                return bad(format!("the class axis \"{}\" is there twice.", axis.id));
            }
            if !(1..=CLASSES).contains(&count) {
                return bad(format!("the class axis \"{}\" has {count} classes.", axis.id));
            }
            if let Some(long) = axis.longer_than(NAME) {
                let text = shortened(long);
                return bad(format!("\"{text}\" has more than {NAME} characters."));
            }
            let mut ids: Vec<&str> = axis.classes.iter().map(|class| class.id.as_str()).collect();
            ids.sort_unstable();
            if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
                let id = shortened(twice[0]);
                return bad(format!("the {} \"{id}\" is there twice.", axis.id));
            }
            self.validate_parents(axis)?;
        }
        self.trained.as_ref().map_or(Ok(()), |trained| trained.validate(self))
    }

    fn validate_parents(&self, axis: &Axis) -> Result<()> {
        let bad = |why: String| Err(Error::damaged("manifest.json", why));
        let Some(parent) = &axis.parent else {
            return match axis.classes.iter().find(|class| class.parent.is_some()) {
                Some(class) => {
                    let id = shortened(&class.id);
                    bad(format!("the {} \"{id}\" has a parent, but its axis has none.", axis.id))
                }
                None => Ok(()),
            };
        };
        let Some(above) = self.axes.iter().find(|a| a.id == *parent && a.parent.is_none()) else {
            return bad(format!("the parent of the class axis \"{}\" is unknown.", axis.id));
        };
        let known: std::collections::HashSet<&str> =
            above.classes.iter().map(|class| class.id.as_str()).collect();
        let known = |class: &&Class| class.parent.as_deref().is_some_and(|id| known.contains(id));
        match axis.classes.iter().find(|class| !known(class)) {
            Some(class) => {
                let id = shortened(&class.id);
                bad(format!("the parent of the {} \"{id}\" is unknown.", axis.id))
            }
            None => Ok(()),
        }
    }

    /// Whether both tables name the same classes, and the same combinations where both tell of them.
    pub fn agrees_with(&self, other: &ClassTable) -> bool {
        let silent = self.trained.is_none() || other.trained.is_none();
        self.axes == other.axes && (silent || self.trained == other.trained)
    }
}

/// Lower-case letters, digits and hyphens, the first a letter.
fn is_axis_id(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    id.len() <= 40 && id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(fits)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Two styles, two categories, and three concepts of these.
    pub(crate) fn table() -> ClassTable {
        let class = |id: &str| Class::new(id, id.replace('-', " "));
        let concept = |(id, parent): (&str, &str)| Class {
            glyph: Some("●".into()),
            parent: Some(parent.into()),
            ..class(id)
        };
        let concepts = [("red-heart", "heart"), ("lemon", "fruit"), ("red-apple", "fruit")];
        ClassTable {
            axes: vec![
                Axis::new("style", ["noto", "blobs"].map(class).into()),
                Axis::new("category", ["heart", "fruit"].map(class).into()),
                Axis {
                    parent: Some("category".into()),
                    ..Axis::new("concept", concepts.map(concept).into())
                },
            ],
            trained: None,
        }
    }

    #[test]
    fn known_ids_are_found_and_unknown_ones_come_with_near_ones() {
        let table = table();
        assert_eq!(table.axis("concept").unwrap(), 2);
        assert_eq!(table.axes[2].class("lemon").unwrap(), 1);
        assert_eq!(table.parent(2, 2), Some((1, 1)));
        assert_eq!([table.parent(0, 0), table.parent(2, 9), table.parent(9, 0)], [None; 3]);
        let error = table.axes[2].class("lemmon").unwrap_err();
        assert_eq!(error.code(), "unknown-class");
        assert!(error.to_string().contains("no concept \"lemmon\""), "{error}");
        assert!(error.to_string().contains("Did you mean \"lemon\"?"), "{error}");
        let error = table.axis("stile").unwrap_err();
        assert_eq!(error.code(), "unknown-axis");
        assert!(error.to_string().contains("Did you mean \"style\"?"), "{error}");
    }

    #[test]
    fn json_has_the_shape_that_pages_read() {
        let mut table = table();
        table.axes.drain(..1);
        table.axes[1].classes.truncate(1);
        table.axes[0].classes.truncate(1);
        table.trained = Some(Trained { axes: vec!["concept".into()], combinations: vec![vec![0]] });
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(
            json,
            r#"{"axes":[{"id":"category","name":"Category","classes":[{"id":"heart","name":"heart"}]},{"id":"concept","name":"Concept","parent":"category","classes":[{"id":"red-heart","name":"red heart","glyph":"●","parent":"heart"}]}],"trained":{"axes":["concept"],"combinations":[[0]]}}"#
        );
        assert_eq!(serde_json::from_str::<ClassTable>(&json).unwrap(), table);
        table.validate().unwrap();
    }

    #[test]
    fn tables_that_contradict_themselves_are_refused() {
        table().validate().unwrap();
        ClassTable::default().validate().unwrap();
        let wrong = |change: &dyn Fn(&mut ClassTable), what: &str| {
            let mut table = table();
            change(&mut table);
            let error = table.validate().unwrap_err();
            assert_eq!(error.code(), "pack-damaged");
            assert!(error.to_string().contains(what), "{error}");
        };
        wrong(&|t| t.axes[1].id = "style".into(), "\"style\" is there twice");
        wrong(&|t| t.axes[0].id = "Hair colour".into(), "no id of a class axis");
        wrong(&|t| t.axes[0].id = "x".repeat(9999), "xxx…\" is no id");
        wrong(&|t| t.axes[0].classes.clear(), "has 0 classes");
        wrong(&|t| t.axes[0].classes[1].id = "noto".into(), "the style \"noto\" is there twice");
        wrong(&|t| t.axes[2].parent = Some("kind".into()), "parent of the class axis \"concept\"");
        wrong(&|t| t.axes[2].parent = Some("concept".into()), "parent of the class axis");
        wrong(&|t| t.axes[2].classes[0].parent = Some("x".into()), "parent of the concept");
        wrong(&|t| t.axes[2].classes[0].parent = None, "parent of the concept");
        wrong(&|t| t.axes[0].classes[0].parent = Some("x".into()), "its axis has none");
        let many = Axis::new("a", vec![Class::new("x", "x")]);
        let axes = (0..17).map(|i| Axis { id: format!("a{i}"), ..many.clone() }).collect();
        assert!(ClassTable { axes, trained: None }.validate().is_err());
        let classes = (0..=CLASSES).map(|i| Class::new(i.to_string(), "")).collect();
        let axes = vec![Axis::new("many", classes)];
        assert!(ClassTable { axes, trained: None }.validate().is_err());
    }

    #[test]
    fn tables_agree_unless_names_or_known_combinations_differ() {
        let silent = table();
        let of = |class: u16| Trained {
            axes: vec!["concept".into(), "style".into()],
            combinations: vec![vec![class, 0]],
        };
        let telling = ClassTable { trained: Some(of(0)), ..table() };
        assert!(telling.agrees_with(&telling.clone()));
        assert!(telling.agrees_with(&silent) && silent.agrees_with(&telling));
        assert!(!telling.agrees_with(&ClassTable { trained: Some(of(1)), ..table() }));
        let mut other = table();
        other.axes[2].classes[1].id = "tiger".into();
        assert!(!telling.agrees_with(&other) && !silent.agrees_with(&other));
    }
}

//! What to draw, by name.

use std::collections::BTreeMap;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::bounds::shortened;
use crate::classes::ClassTable;
use crate::dgit::Condition;
use crate::{Error, Result};

/// A class prompt by name: the id of a class for the ids of some axes. An axis left out means "any",
/// see [`complete`](super::complete).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Prompt(pub BTreeMap<String, String>);

impl Prompt {
    /// From pairs of axis and class.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for an axis that is there twice.
    pub fn new<A: Into<String>, C: Into<String>>(
        pairs: impl IntoIterator<Item = (A, C)>,
    ) -> Result<Self> {
        let mut prompt = BTreeMap::new();
        for (axis, class) in pairs {
            let axis = axis.into();
            if prompt.contains_key(&axis) {
                return Err(Error::BadRequest(twice(&axis)));
            }
            prompt.insert(axis, class.into());
        }
        Ok(Self(prompt))
    }

    /// Looks the names up. Where a class is named, the classes that it belongs to stand, too.
    ///
    /// # Errors
    /// [`Error::UnknownAxis`], [`Error::UnknownClass`], and [`Error::BadRequest`] for two classes of which
    /// one does not belong to the other.
    pub fn resolve(&self, classes: &ClassTable) -> Result<Condition> {
        let mut condition = Condition(vec![None; classes.axes.len()]);
        for (axis, class) in &self.0 {
            let axis = classes.axis(axis)?;
            condition.0[axis] = Some(classes.axes[axis].class(class)?);
        }
        for axis in 0..classes.axes.len() {
            let Some((above, own)) = condition.get(axis).and_then(|c| classes.parent(axis, c))
            else {
                continue;
            };
            if condition.get(above).is_some_and(|asked| asked != own) {
                let names = Self::of(&condition, classes);
                let (id, parent) = (&classes.axes[axis].id, &classes.axes[above]);
                return Err(Error::BadRequest(format!(
                    "\"{}\" belongs to the {} \"{}\". Ask for that one, or for any.",
                    shortened(&names.0[id]),
                    parent.id,
                    shortened(&parent.classes[usize::from(own)].id)
                )));
            }
            condition.0[above] = Some(own);
        }
        Ok(condition)
    }

    /// The names of a condition, the other way round. An index outside the table has no name.
    pub fn of(condition: &Condition, classes: &ClassTable) -> Self {
        let named = classes.axes.iter().enumerate().filter_map(|(at, axis)| {
            let class = axis.classes.get(usize::from(condition.get(at)?))?;
            Some((axis.id.clone(), class.id.clone()))
        });
        Self(named.collect())
    }
}

impl std::fmt::Display for Prompt {
    /// As the command line spells it: `style=noto,concept=lemon`, or `any`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs: Vec<String> =
            self.0.iter().map(|(axis, class)| format!("{axis}={class}")).collect();
        f.write_str(if pairs.is_empty() { "any" } else { "" })?;
        f.write_str(&pairs.join(","))
    }
}

impl std::str::FromStr for Prompt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || text == "any" {
            return Ok(Self::default());
        }
        let pair = |pair: &str| {
            let (axis, class) = pair.split_once('=').ok_or_else(|| {
                Error::BadRequest(format!(
                    "\"{}\" is no part of a prompt. Write axis=class,axis=class, or any.",
                    shortened(pair)
                ))
            })?;
            Ok((axis.trim().to_owned(), class.trim().to_owned()))
        };
        let pairs = text.split(',').map(pair).collect::<Result<Vec<_>>>()?;
        Self::new(pairs.into_iter().filter(|(_, class)| class != "any"))
    }
}

/// A JSON object of ids; null means any. An axis that is there twice is an error and no guess.
impl<'de> Deserialize<'de> for Prompt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Prompt;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of class ids, one for each axis that is named")
            }

            fn visit_map<M: MapAccess<'de>>(
                self,
                mut map: M,
            ) -> std::result::Result<Prompt, M::Error> {
                let mut seen: BTreeMap<String, Option<String>> = BTreeMap::new();
                while let Some((axis, class)) = map.next_entry::<String, Option<String>>()? {
                    if seen.contains_key(&axis) {
                        return Err(M::Error::custom(twice(&axis)));
                    }
                    seen.insert(axis, class);
                }
                let named = seen.into_iter().filter_map(|(axis, class)| Some((axis, class?)));
                Ok(Prompt(named.collect()))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

fn twice(axis: &str) -> String {
    format!("the prompt names \"{}\" twice.", shortened(axis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::tests::table;

    fn condition(text: &str) -> Result<Condition> {
        text.parse::<Prompt>()?.resolve(&table())
    }

    #[test]
    fn names_become_indices_and_bring_what_they_belong_to() {
        assert_eq!(condition("any").unwrap(), Condition(vec![None; 3]));
        assert_eq!(condition("style=blobs").unwrap(), Condition(vec![Some(1), None, None]));
        let lemon = Condition(vec![None, Some(1), Some(1)]);
        assert_eq!(condition("concept=lemon").unwrap(), lemon);
        assert_eq!(condition("concept=lemon, category=fruit,style=any").unwrap(), lemon);
        assert_eq!(Prompt::of(&lemon, &table()).to_string(), "category=fruit,concept=lemon");
        assert_eq!(Prompt::default().to_string(), "any");
        let outside = Condition(vec![Some(9), None, None, Some(1)]);
        assert_eq!(Prompt::of(&outside, &table()), Prompt::default());
    }

    #[test]
    fn what_cannot_be_meant_has_its_code() {
        for (text, code) in [
            ("concept=lemmon", "unknown-class"),
            ("hair=brown", "unknown-axis"),
            ("concept=lemon,category=heart", "bad-request"),
            ("style=noto,style=blobs", "bad-request"),
            ("lemon", "bad-request"),
        ] {
            assert_eq!(condition(text).unwrap_err().code(), code, "{text}");
        }
        let unconditional = "style=noto".parse::<Prompt>().unwrap();
        let error = unconditional.resolve(&ClassTable::default()).unwrap_err();
        assert_eq!(error.code(), "unknown-axis");
    }

    #[test]
    fn json_names_every_axis_once() {
        let read = |json: &str| serde_json::from_str::<Prompt>(json);
        let lemon = Prompt::new([("concept", "lemon")]).unwrap();
        assert_eq!(read(r#"{"concept": "lemon", "style": null}"#).unwrap(), lemon);
        assert!(read(r#"{"style": "a", "style": "b"}"#).unwrap_err().to_string().contains("twice"));
        assert!(read(r#"{"style": null, "style": "b"}"#).is_err());
        assert!(read(r#"{"style": 3}"#).is_err() && read("[]").is_err());
    }
}

//! The names of the classes of a data set: any number of axes, each with its classes.

use serde::{Deserialize, Serialize};

/// The axes of a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTable {
    /// Every axis, in the order of an item's class numbers.
    pub axes: Vec<Axis>,
    /// Which combinations training has, where that is not all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Trained>,
}

/// One question that a picture answers: which style, which expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// Short name, `[a-z][a-z0-9-]*`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The axis that this one divides further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The answers; never empty.
    pub classes: Vec<Class>,
}

/// One class of an axis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Short name, unique in its axis.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// A character that shows the class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glyph: Option<String>,
    /// Address of a small picture, relative to the folder of a pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The class of the parent axis that this one belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// The combinations of classes that training has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trained {
    /// The axes that are combined, by id.
    pub axes: Vec<String>,
    /// Class numbers in the order of `axes`, sorted.
    pub combinations: Vec<Vec<u16>>,
}

//! The axes of the portraits and the names of their classes.
//!
//! The classes mean the same in every style; which parts of a style show which class is in
//! `scripts/portraits-labels.json`.

use super::drawn::Portrait;
use crate::classes::{Axis, Class, ClassTable};
use crate::lab::data::Source;
use crate::{Error, Result};

/// Id and name of every style, its designer, and the licence of the design.
pub const STYLES: [(&str, &str, &str, &str); 9] = [
    ("adventurer", "Adventurer", "Lisa Wischofsky", "CC-BY-4.0"),
    ("bigEars", "Big Ears", "The Visual Team", "CC-BY-4.0"),
    ("bigSmile", "Big Smile", "Ashley Seo", "CC-BY-4.0"),
    ("lorelei", "Lorelei", "Lisa Wischofsky", "CC0-1.0"),
    ("micah", "Micah", "Micah Lanier", "CC-BY-4.0"),
    ("notionists", "Notionists", "Zoish", "CC0-1.0"),
    ("openPeeps", "Open Peeps", "Pablo Stanley", "CC0-1.0"),
    ("personas", "Personas", "Draftbit", "CC-BY-4.0"),
    ("toonHead", "Toon Head", "Johan Melin", "CC-BY-4.0"),
];

/// Id and name.
type Named = (&'static str, &'static str);

/// The axes besides the style, which comes first, and their classes.
const AXES: [(Named, &[Named]); 7] = [
    (
        ("hair-colour", "Hair colour"),
        &[
            ("black", "black"),
            ("brown", "brown"),
            ("blond", "blond"),
            ("red", "red"),
            ("grey", "grey"),
            ("blue", "blue"),
            ("green", "green"),
            ("pink", "pink"),
            ("purple", "purple"),
            ("none", "not seen"),
        ],
    ),
    (
        ("hair-length", "Hair"),
        &[
            ("short", "short"),
            ("medium", "medium"),
            ("long", "long"),
            ("tied", "tied up"),
            ("bald", "bald"),
            ("covered", "covered"),
        ],
    ),
    (
        ("skin-tone", "Skin tone"),
        &[("light", "light"), ("tan", "tan"), ("brown", "brown"), ("dark", "dark")],
    ),
    (
        ("expression", "Expression"),
        &[
            ("neutral", "neutral"),
            ("smiling", "smiling"),
            ("laughing", "laughing"),
            ("sad", "sad"),
            ("angry", "angry"),
            ("surprised", "surprised"),
        ],
    ),
    (
        ("glasses", "Glasses"),
        &[("none", "none"), ("glasses", "glasses"), ("sunglasses", "sunglasses")],
    ),
    (
        ("beard", "Beard"),
        &[("none", "none"), ("moustache", "moustache"), ("stubble", "stubble"), ("beard", "beard")],
    ),
    (
        ("background", "Background"),
        &[
            ("white", "white"),
            ("grey", "grey"),
            ("blue", "blue"),
            ("lavender", "lavender"),
            ("pink", "pink"),
            ("peach", "peach"),
            ("yellow", "yellow"),
            ("green", "green"),
        ],
    ),
];

/// The axes whose combinations are held back.
pub const COMBINED: [&str; 3] = ["style", "hair-colour", "expression"];

/// Id of a class out of the library's spelling: `openPeeps` becomes `open-peeps`.
fn id(spelling: &str) -> String {
    let mut id = String::new();
    for c in spelling.chars() {
        if c.is_ascii_uppercase() {
            id.push('-');
        }
        id.push(c.to_ascii_lowercase());
    }
    id
}

/// The class table, without what training has of it.
pub fn table() -> ClassTable {
    let styles = STYLES.map(|(spelling, name, ..)| Class::new(id(spelling), name)).to_vec();
    let mut axes = vec![Axis::new("style", styles)];
    for ((axis_id, name), classes) in AXES {
        let classes = classes.iter().map(|(id, name)| Class::new(*id, *name)).collect();
        axes.push(Axis { name: name.into(), ..Axis::new(axis_id, classes) });
    }
    ClassTable { axes, trained: None }
}

/// The class numbers of a portrait, one an axis of `table`. Fails with [`Error::Data`] if the table
/// lacks an axis or a class of it.
pub fn classes(table: &ClassTable, portrait: &Portrait) -> Result<Vec<Option<u16>>> {
    let unknown = |what: &str| {
        let Portrait { style, number, .. } = portrait;
        Error::Data(format!("Portrait {style} {number} has {what}, which is in no table."))
    };
    if let Some(axis) = portrait.classes.keys().find(|id| table.axes.iter().all(|a| a.id != **id)) {
        return Err(unknown(&format!("the axis {axis}")));
    }
    let number = |axis: &Axis| match portrait.classes.get(&axis.id) {
        None => Ok(None),
        Some(spelling) => match axis.classes.iter().position(|c| c.id == id(spelling)) {
            Some(class) => Ok(Some(class as u16)),
            None => Err(unknown(&format!("{} \"{spelling}\"", axis.id))),
        },
    };
    table.axes.iter().map(number).collect()
}

/// Licences and credits of the styles.
pub fn sources() -> Vec<Source> {
    let version = "9.4.3";
    let source = |(spelling, name, designer, licence): (&str, &str, &str, &str)| Source {
        package: format!("@dicebear/{}", id(spelling)),
        version: version.into(),
        licence: licence.into(),
        credit: format!("{name} by {designer}; parts were recombined and recoloured"),
    };
    STYLES.map(source).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portrait(classes: &[(&str, &str)]) -> Portrait {
        Portrait {
            style: "openPeeps".into(),
            number: 7,
            classes: classes.iter().map(|(a, c)| ((*a).into(), (*c).into())).collect(),
            svg: String::new(),
        }
    }

    #[test]
    fn classes_are_found_by_id_and_axes_may_be_missing() {
        let table = table();
        let given = [("style", "openPeeps"), ("expression", "sad"), ("glasses", "none")];
        let found = classes(&table, &portrait(&given)).unwrap();
        let (peeps, sad) = (Some(6), Some(3));
        assert_eq!(found, [peeps, None, None, None, sad, Some(0), None, None]);
        for wrong in [("expression", "bored"), ("shoes", "red")] {
            let error = classes(&table, &portrait(&[wrong])).unwrap_err().to_string();
            assert!(error.contains("openPeeps 7") && error.contains(wrong.0), "{error}");
        }
    }

    #[test]
    fn ids_fit_the_format() {
        let table = table();
        table.validate().unwrap();
        let lower = |id: &str| id.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(table.axes.iter().flat_map(|axis| &axis.classes).all(|class| lower(&class.id)));
        assert!(COMBINED.iter().all(|id| table.axis(id).is_ok()));
    }

    /// Every class of the labels file is in the table and every class of the table is drawn.
    #[test]
    fn the_labels_of_the_drawing_script_and_the_table_agree() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/portraits-labels.json");
        let text = std::fs::read_to_string(path).unwrap();
        let labels: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut drawn: std::collections::BTreeSet<(String, String)> =
            [("hair-colour", "none"), ("glasses", "none"), ("beard", "none")]
                .map(|(axis, class)| (axis.to_owned(), class.to_owned()))
                .into();
        let mut note = |axis: &str, classes: &serde_json::Value, not: &[&str]| {
            for class in classes.as_object().into_iter().flat_map(|map| map.keys()) {
                if !not.contains(&class.as_str()) {
                    drawn.insert((axis.to_owned(), class.clone()));
                }
            }
        };
        for (key, axis) in
            [("hair", "hair-colour"), ("skin", "skin-tone"), ("background", "background")]
        {
            note(axis, &labels["colours"][key], &[]);
        }
        for (spelling, style) in labels["styles"].as_object().unwrap() {
            note("style", &serde_json::json!({ id(spelling): 0 }), &[]);
            note("hair-length", &style["hair"], &["part", "rear", "ink"]);
            note("glasses", &style["glasses"], &["part"]);
            note("beard", &style["beard"], &["part", "clash"]);
            note("expression", &style["expression"], &[]);
        }
        let table = table();
        let named = table
            .axes
            .iter()
            .flat_map(|axis| axis.classes.iter().map(|class| (axis.id.clone(), class.id.clone())));
        assert_eq!(drawn, named.collect());
    }
}

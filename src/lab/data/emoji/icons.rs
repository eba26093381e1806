//! One icon set: SVG bodies by name, aliases, and which codepoints they draw.
//!
//! A set is an `icons.json` (bodies, sizes, aliases) and a `chars.json` (codepoint sequence to
//! name; empty in some sets). A body is only the inside of an SVG file; [`Icon::svg`] puts the
//! root element back.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, Result};

/// A parsed icon set.
#[derive(Debug, Clone)]
pub struct IconSet {
    file: IconFile,
    /// Codepoint key (see [`super::labels::key`]) to icon name.
    pub chars: BTreeMap<String, String>,
}

/// One drawing, ready to be written as SVG.
#[derive(Debug, Clone, PartialEq)]
pub struct Icon {
    body: String,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    mirrored: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct IconFile {
    icons: BTreeMap<String, Drawing>,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
    #[serde(default = "default_side")]
    width: f64,
    #[serde(default = "default_side")]
    height: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct Drawing {
    body: String,
    left: Option<f64>,
    top: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    #[serde(default)]
    hidden: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alias {
    parent: String,
    #[serde(default)]
    h_flip: bool,
}

/// The side that the format prescribes where a file gives none.
fn default_side() -> f64 {
    16.0
}

impl IconSet {
    /// Parses the two files of a set; `name` is for messages.
    pub fn parse(name: &str, icons: &str, chars: &str) -> Result<Self> {
        let bad = |file: &str, why: serde_json::Error| {
            Error::Data(format!("{file} of the package {name} cannot be read: {why}."))
        };
        let file = serde_json::from_str(icons).map_err(|e| bad("icons.json", e))?;
        let chars: BTreeMap<String, String> =
            serde_json::from_str(chars).map_err(|e| bad("chars.json", e))?;
        let chars = chars.into_iter().map(|(k, v)| (super::labels::without_fe0f(&k), v)).collect();
        Ok(Self { file, chars })
    }

    /// The names of all drawings, then of all aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.file.icons.keys().chain(self.file.aliases.keys()).map(String::as_str)
    }

    /// Each alias with the name it leads to in one step.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.aliases.iter().map(|(alias, to)| (alias.as_str(), to.parent.as_str()))
    }

    /// The drawing called `name`, through aliases. `None` if there is none or if it is hidden.
    pub fn icon(&self, name: &str) -> Option<Icon> {
        let (mut name, mut mirrored) = (name, false);
        // A chain longer than the alias table would be a circle.
        for _ in 0..=self.file.aliases.len() {
            if let Some(drawing) = self.file.icons.get(name) {
                return (!drawing.hidden).then(|| self.finish(drawing, mirrored));
            }
            let alias = self.file.aliases.get(name)?;
            mirrored ^= alias.h_flip;
            name = &alias.parent;
        }
        None
    }

    fn finish(&self, drawing: &Drawing, mirrored: bool) -> Icon {
        Icon {
            body: drawing.body.clone(),
            left: drawing.left.unwrap_or(0.0),
            top: drawing.top.unwrap_or(0.0),
            width: drawing.width.unwrap_or(self.file.width),
            height: drawing.height.unwrap_or(self.file.height),
            mirrored,
        }
    }
}

impl Icon {
    /// A complete SVG document.
    pub fn svg(&self) -> String {
        let Icon { body, left, top, width, height, mirrored } = self;
        let (open, close) = if *mirrored {
            (format!("<g transform=\"translate({} 0) scale(-1 1)\">", 2.0 * left + width), "</g>")
        } else {
            (String::new(), "")
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"{left} {top} {width} {height}\">{open}{body}{close}</svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ICONS: &str = r#"{"width":32,"height":32,"icons":{
        "left":{"body":"<path/>"},"wide":{"body":"<g/>","width":64},"old":{"body":"","hidden":true}},
        "aliases":{"right":{"parent":"left","hFlip":true},"back":{"parent":"right","hFlip":true},
        "a":{"parent":"b"},"b":{"parent":"a"}}}"#;

    #[test]
    fn aliases_lead_to_their_parent_and_flip() {
        let set = IconSet::parse("x", ICONS, r#"{"2b05-fe0f":"left"}"#).unwrap();
        assert!(set.icon("right").unwrap().svg().contains("translate(32 0) scale(-1 1)"));
        assert_eq!(set.icon("back"), set.icon("left"));
        assert!(set.icon("wide").unwrap().svg().contains("viewBox=\"0 0 64 32\""));
        assert_eq!(set.chars["2b05"], "left");
    }

    #[test]
    fn hidden_missing_and_circular_icons_are_absent() {
        let set = IconSet::parse("x", ICONS, "{}").unwrap();
        for name in ["old", "none", "a"] {
            assert_eq!(set.icon(name), None);
        }
    }

    #[test]
    fn a_broken_file_is_named() {
        let error = IconSet::parse("x", "{", "{}").unwrap_err().to_string();
        assert!(error.starts_with("icons.json of the package x"), "{error}");
    }
}

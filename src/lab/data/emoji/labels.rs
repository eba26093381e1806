//! What there is to draw: the emoji of Unicode with name, group and subgroup.
//!
//! Two lists are joined by codepoint sequence. The variation selector `fe0f` says only "in colour,
//! please" and sets disagree on where to write it, so it is dropped before sequences are compared.

use std::collections::HashMap;

use serde::Deserialize;

use crate::{Error, Result};

/// Groups without pictures of things: flags, and signs such as arrows and zodiac letters.
const LEFT_OUT: [&str; 2] = ["Flags", "Symbols"];

/// One emoji, skin tones aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Codepoints in hexadecimal, joined by `-`, without `fe0f`.
    pub key: String,
    /// The emoji itself.
    pub emoji: String,
    /// The Unicode name.
    pub name: String,
    /// The name as an id: `cat-face`.
    pub slug: String,
    /// The Unicode group.
    pub group: String,
    /// The Unicode subgroup.
    pub subgroup: String,
}

impl Label {
    /// Whether it is part of the data set.
    pub fn is_concept(&self) -> bool {
        !LEFT_OUT.contains(&self.group.as_str())
    }
}

#[derive(Deserialize)]
struct Group {
    name: String,
    emojis: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    emoji: String,
    name: String,
    slug: String,
}

/// The codepoint key of an emoji.
pub fn key(emoji: &str) -> String {
    let points: Vec<String> = emoji.chars().map(|c| format!("{:x}", u32::from(c))).collect();
    without_fe0f(&points.join("-"))
}

/// A codepoint key without its variation selectors.
pub fn without_fe0f(key: &str) -> String {
    key.split('-').filter(|point| *point != "fe0f").collect::<Vec<_>>().join("-")
}

/// A name reduced to its letters and digits, for comparison across spellings.
pub fn normalise(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Joins `data-by-group.json` (names, groups) and `unicode-emoji.js` (subgroups), in Unicode order.
/// The left-out groups are part of the list: an icon named "cancer" must find the zodiac sign, or
/// it would be taken for something else.
pub fn read(by_group: &str, script: &str) -> Result<Vec<Label>> {
    let groups: Vec<Group> = serde_json::from_str(by_group)
        .map_err(|e| Error::Data(format!("The list of emoji names cannot be read: {e}.")))?;
    let subgroups = read_subgroups(script);
    let mut labels = Vec::new();
    for Group { name: group, emojis } in groups {
        for Named { emoji, name, slug } in emojis {
            let key = key(&emoji);
            let label = Label {
                subgroup: subgroups.get(&key).cloned().unwrap_or_default(),
                slug: slug.replace('_', "-"),
                group: group.clone(),
                key,
                emoji,
                name,
            };
            if label.is_concept() && label.subgroup.is_empty() {
                return Err(Error::Data(format!("The emoji \"{}\" has no subgroup.", label.name)));
            }
            labels.push(label);
        }
    }
    Ok(labels)
}

/// Reads `emoji:"…"` and the `subgroup:"…"` that follows it out of a script. Variants are listed
/// after their main emoji and have no subgroup of their own: they take over the last one.
fn read_subgroups(script: &str) -> HashMap<String, String> {
    let mut subgroups = HashMap::new();
    let mut last = String::new();
    for entry in script.split("emoji:\"").skip(1) {
        let Some((emoji, rest)) = entry.split_once('"') else { continue };
        if let Some((_, tail)) = rest.split_once("subgroup:\"")
            && let Some((subgroup, _)) = tail.split_once('"')
        {
            last = subgroup.to_owned();
        }
        if !last.is_empty() {
            subgroups.insert(key(emoji), last.clone());
        }
    }
    subgroups
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Three concepts and a sign.
    pub fn sample() -> Vec<Label> {
        let by_group = r#"[
            {"name":"Animals & Nature","emojis":[
                {"emoji":"🐱","name":"cat face","slug":"cat_face"},
                {"emoji":"🐈","name":"cat","slug":"cat"},
                {"emoji":"🕊️","name":"dove","slug":"dove"}]},
            {"name":"Symbols","emojis":[{"emoji":"♋","name":"Cancer","slug":"cancer"}]}]"#;
        let script = r#"components:{"x":[{emoji:"🏻",description:"tone"}]},emojis:[
            {emoji:"🐱",group:"a",subgroup:"animal-mammal",variations:[{emoji:"🐈",version:"1"}]},
            {emoji:"🕊️",group:"a",subgroup:"animal-bird"}]"#;
        read(by_group, script).unwrap()
    }

    #[test]
    fn names_and_subgroups_are_joined() {
        let labels = sample();
        assert_eq!(labels[0].slug, "cat-face");
        assert_eq!(labels[1].subgroup, "animal-mammal");
        assert_eq!((labels[2].key.as_str(), labels[2].subgroup.as_str()), ("1f54a", "animal-bird"));
        assert!(labels[2].is_concept() && !labels[3].is_concept());
    }

    #[test]
    fn a_concept_without_subgroup_is_an_error() {
        let by_group = r#"[{"name":"Objects","emojis":[{"emoji":"x","name":"x","slug":"x"}]}]"#;
        assert!(matches!(read(by_group, ""), Err(Error::Data(_))));
    }

    #[test]
    fn keys_and_names_are_normalised() {
        assert_eq!(key("❤️‍🔥"), "2764-200d-1f525");
        assert_eq!(without_fe0f("2764-fe0f"), "2764");
        assert_eq!(normalise("Twelve O’Clock_2!"), "twelveoclock2");
    }
}

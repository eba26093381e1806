//! Icon names that no rule can read, sorted out by eye.
//!
//! The oldest set, `fxemoji`, has names of its own making ("grinwideeyes"), misspellings, and names
//! whose meaning has moved since: its "cat" is the face and its "catside" the animal. Every row was
//! checked against the picture. Pictures that are broken, or that show something else than every
//! other set does, have no slug: they are left out.

/// The corrections for the style `id`: icon name, and the slug of the emoji that it draws (empty
/// if it draws none).
pub fn of(id: &str) -> Vec<(&'static str, &'static str)> {
    let table = match id {
        "fxemoji" => FXEMOJI,
        // The bat and ball, not the insect.
        "emojione" | "noto-v1" => "cricket",
        // Broken when they were packed: a red block, a grey box, half a disc.
        "fluent" => "bird\nface-in-clouds\nflying-disc",
        _ => "",
    };
    table.lines().map(|row| row.split_once(' ').unwrap_or((row, ""))).collect()
}

const FXEMOJI: &str = include_str!("fxemoji.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_and_every_slug_occurs_once() {
        let (icons, slugs): (Vec<&str>, Vec<&str>) = of("fxemoji").into_iter().unzip();
        for mut list in [icons, slugs] {
            list.retain(|name| !name.is_empty());
            let before = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), before);
        }
        assert!(of("fxemoji").contains(&("catside", "cat")));
        assert!(of("fxemoji").contains(&("window", "")));
        assert_eq!(of("fluent").len(), 3);
        assert!(of("noto").is_empty());
    }

    #[test]
    fn every_slug_is_a_concept_of_the_shipped_model() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/emoji-128/manifest.json");
        let text = std::fs::read_to_string(path).expect("the shipped manifest");
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let concepts = manifest["classes"]["axes"][2]["classes"].as_array().expect("concepts");
        let known: Vec<&str> = concepts.iter().filter_map(|class| class["id"].as_str()).collect();
        let slugs = of("fxemoji").into_iter().map(|(_, slug)| slug).filter(|s| !s.is_empty());
        let unknown: Vec<&str> = slugs.filter(|slug| !known.contains(slug)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

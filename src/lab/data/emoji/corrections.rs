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
}

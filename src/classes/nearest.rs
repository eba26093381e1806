//! Known ids near one that is unknown: most unknown ids are typing mistakes.

use crate::bounds::{NAME, shortened};

/// Most pairs of characters that are compared for one hint, some 0.1 s of work: what is left of a longer list
/// is only looked through for ids that contain the text.
const MOST_PAIRS: usize = 1 << 25;

/// A sentence that names the ids nearest to `wanted`, or says where they are listed. `what`: what they are
/// ids of.
pub(super) fn hint<'a>(what: &str, wanted: &str, ids: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> =
        nearest(wanted, ids).into_iter().map(|id| format!("\"{}\"", shortened(id))).collect();
    match quoted.as_slice() {
        [] => format!("The class table lists every {what}."),
        [one] => format!("Did you mean {one}?"),
        [first @ .., last] => format!("Did you mean {} or {last}?", first.join(", ")),
    }
}

/// Up to three ids near `wanted`: those that contain it (shortest first), then those a few typing
/// mistakes away.
fn nearest<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if wanted.chars().nth(NAME).is_some() {
        return Vec::new();
    }
    let wanted: String = wanted.trim().to_lowercase().replace([' ', '_'], "-");
    let length = wanted.chars().count();
    let tolerance = length / 3 + 1;
    let mut left = MOST_PAIRS;
    let mut scored: Vec<(usize, &str)> = ids
        .filter(|id| id.len() <= 4 * NAME)
        .filter_map(|id| {
            if wanted.len() > 1 && id.contains(&wanted) {
                return Some((usize::from(id != wanted), id));
            }
            // Texts of other lengths are farther apart than the difference.
            let own = id.chars().count();
            if own.abs_diff(length) > tolerance {
                return None;
            }
            left = left.checked_sub(own * length)?;
            let distance = strsim::levenshtein(&wanted, id);
            (distance <= tolerance).then_some((distance + 1, id))
        })
        .collect();
    scored.sort_by_key(|(score, id)| (*score, id.len()));
    scored.into_iter().take(3).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_three_near_ids_are_named() {
        let ids = ["cat", "cat-face", "weary-cat", "crocodile", "grinning-cat", "owl"];
        let hint = |wanted: &str| hint("concept", wanted, ids.into_iter());
        assert_eq!(hint("crocodyle"), "Did you mean \"crocodile\"?");
        assert_eq!(hint("Cat"), "Did you mean \"cat\", \"cat-face\" or \"weary-cat\"?");
        assert_eq!(hint("oil painting"), "The class table lists every concept.");
        assert_eq!(hint(&"cat".repeat(100_000)), "The class table lists every concept.");
    }
}

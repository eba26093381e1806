//! Photographs left out after a look at every contact sheet.

/// Name (path in the repository) and reason, tab-separated; lines that begin with # are notes.
const LIST: &str = include_str!("exclusions.tsv");

/// Why a photograph is left out, if it is.
pub fn reason(name: &str) -> Option<&'static str> {
    entries().find_map(|(excluded, reason)| (excluded == name).then_some(reason))
}

/// All names and reasons.
fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = LIST.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(entries().count(), lines);
        assert!(entries().all(|(name, why)| name.ends_with(".jpg") && !why.is_empty()));
        if let Some((name, why)) = entries().next() {
            assert_eq!(reason(name), Some(why));
        }
        assert_eq!(reason("dataset/none.jpg"), None);
    }
}

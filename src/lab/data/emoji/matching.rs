//! Which icon of a set draws which emoji.
//!
//! Some sets say so by codepoint (`chars.json`); that is believed. The others only have names, from
//! different years of Unicode. Such a name is looked up among the Unicode names, then among the
//! names that the first kind of set uses for a codepoint, then among those sets' aliases (which
//! keep older names). A name that fits two emoji equally well decides nothing and is left out:
//! a missing picture costs little, a wrong label teaches the model something false.

use std::collections::{BTreeMap, HashMap};

use super::icons::IconSet;
use super::labels::{Label, normalise, without_fe0f};

/// How far a name is to be trusted; smaller is better.
type Distrust = usize;

const UNICODE: Distrust = 0;
const CHARS: Distrust = 1;
const ALIAS: Distrust = 2;

/// Names, and the emoji (indices into the labels) that they stand for.
#[derive(Debug, Default)]
pub struct Names {
    by_key: HashMap<String, usize>,
    by_slug: HashMap<String, usize>,
    by_name: HashMap<String, Vec<(Distrust, usize)>>,
}

impl Names {
    /// Collects every name that the labels and the sets give to an emoji.
    pub fn new<'a>(labels: &[Label], sets: impl IntoIterator<Item = &'a IconSet>) -> Self {
        let mut names = Names::default();
        for (i, label) in labels.iter().enumerate() {
            names.by_key.insert(label.key.clone(), i);
            names.by_slug.insert(label.slug.clone(), i);
            names.add(&label.name, UNICODE, i);
            names.add(&label.slug, UNICODE, i);
        }
        for set in sets {
            let mut known = HashMap::new();
            for (key, icon) in &set.chars {
                if let Some(&i) = names.by_key.get(&without_fe0f(key)) {
                    known.insert(icon.as_str(), i);
                    names.add(icon, CHARS, i);
                }
            }
            for (alias, parent) in set.aliases() {
                if let Some(&i) = known.get(parent) {
                    names.add(alias, ALIAS, i);
                }
            }
        }
        names
    }

    fn add(&mut self, name: &str, distrust: Distrust, label: usize) {
        self.by_name.entry(normalise(name)).or_default().push((distrust, label));
    }

    /// The one emoji that `name` stands for, and how far to trust it.
    pub fn find(&self, name: &str) -> Option<(Distrust, usize)> {
        let candidates = self.by_name.get(&normalise(name))?;
        let best = *candidates.iter().min()?;
        let rival = candidates.iter().any(|&(d, label)| d == best.0 && label != best.1);
        (!rival).then_some(best)
    }

    /// Finds an icon name for as many concepts as the set draws; the keys are indices into
    /// `labels`. `corrections` maps icon names to slugs and overrules the look-up; an empty slug
    /// leaves the icon out.
    pub fn match_set(
        &self,
        labels: &[Label],
        set: &IconSet,
        corrections: &[(&str, &str)],
    ) -> BTreeMap<usize, String> {
        let corrected: HashMap<&str, &str> = corrections.iter().copied().collect();
        let mut found: BTreeMap<usize, (Distrust, String)> = BTreeMap::new();
        let mut offer = |label: usize, distrust: Distrust, icon: &str| {
            if !labels[label].is_concept() || set.icon(icon).is_none() {
                return;
            }
            let better = found.get(&label).is_none_or(|(held, _)| distrust < *held);
            if better {
                found.insert(label, (distrust, icon.to_owned()));
            }
        };
        for (key, icon) in &set.chars {
            if let Some(&label) = self.by_key.get(key) {
                offer(label, UNICODE, icon);
            }
        }
        for (icon, slug) in corrections {
            if let Some(&label) = self.by_slug.get(*slug) {
                offer(label, UNICODE, icon);
            }
        }
        for icon in set.names().filter(|icon| !corrected.contains_key(icon)) {
            if let Some((distrust, label)) = self.find(icon) {
                offer(label, distrust + 1, icon);
            }
        }
        found.into_iter().map(|(label, (_, icon))| (label, icon)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::labels::tests::sample;
    use super::*;

    fn set(icons: &[&str], aliases: &str, chars: &str) -> IconSet {
        let icons: Vec<String> =
            icons.iter().map(|name| format!("\"{name}\":{{\"body\":\"\"}}")).collect();
        let file = format!("{{\"icons\":{{{}}},\"aliases\":{aliases}}}", icons.join(","));
        IconSet::parse("x", &file, chars).unwrap()
    }

    fn matched(set: &IconSet, others: &[IconSet], corrections: &[(&str, &str)]) -> Vec<String> {
        let labels = sample();
        Names::new(&labels, others)
            .match_set(&labels, set, corrections)
            .into_iter()
            .map(|(label, icon)| format!("{}={icon}", labels[label].slug))
            .collect()
    }

    #[test]
    fn codepoints_win_over_names() {
        let set = set(&["cat", "kitty"], "{}", r#"{"1f408":"kitty"}"#);
        assert_eq!(matched(&set, &[], &[]), ["cat=kitty"]);
    }

    #[test]
    fn spelling_and_other_sets_names_are_seen_through() {
        let other = set(
            &["peace-bird"],
            r#"{"pigeon":{"parent":"peace-bird"}}"#,
            r#"{"1f54a-fe0f":"peace-bird"}"#,
        );
        let ours = set(&["CatFace", "pigeon", "cancer"], "{}", "{}");
        assert_eq!(matched(&ours, &[other], &[]), ["cat-face=CatFace", "dove=pigeon"]);
    }

    #[test]
    fn a_name_for_two_emoji_decides_nothing() {
        let other = set(&["a", "b"], r#"{"pet":{"parent":"a"}}"#, r#"{"1f431":"a","1f54a":"b"}"#);
        let third = set(&["c"], r#"{"pet":{"parent":"c"}}"#, r#"{"1f408":"c"}"#);
        assert!(matched(&set(&["pet"], "{}", "{}"), &[other, third], &[]).is_empty());
    }

    #[test]
    fn corrections_overrule_and_leave_out() {
        let set = set(&["cat", "catside", "dove"], "{}", "{}");
        let corrections = [("cat", "cat-face"), ("catside", "cat"), ("dove", "")];
        assert_eq!(matched(&set, &[], &corrections), ["cat-face=cat", "cat=catside"]);
    }
}

//! Which photographs are held back: whole groups, a tenth of every subject.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::lab::data::Split;

/// Share of the photographs of a subject in `held-out`.
pub const SHARE: f64 = 0.1;
/// Largest share of a subject that one group may take into `held-out`.
const LARGEST: f64 = 0.25;

/// Splits photographs by their groups and subjects; `names` tells one from another (all three: one
/// entry a photograph). Same input, same splits.
///
/// Groups are taken in the order of a hash of the seed and their first name until the share is
/// reached: when a few photographs are left out later, the others stay where they are. A group that
/// would take more than a quarter of a subject away stays in training, so a subject of few large
/// groups may have nothing held back.
pub fn assign(groups: &[usize], subjects: &[u16], names: &[&str], seed: u64) -> Vec<Split> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(i, &group)| members.entry(group).or_default().push(i));
    let mut sizes: BTreeMap<u16, f64> = BTreeMap::new();
    subjects.iter().for_each(|&subject| *sizes.entry(subject).or_default() += 1.0);
    let place = |members: &Vec<usize>| {
        let first = members.iter().map(|&i| names[i]).min().unwrap_or_default();
        Sha256::digest(format!("{seed}/{first}"))
    };
    let mut order: Vec<&Vec<usize>> = members.values().collect();
    order.sort_by_cached_key(|members| place(members));

    let mut splits = vec![Split::Train; groups.len()];
    let mut held: BTreeMap<u16, f64> = BTreeMap::new();
    for members in order {
        let mut counts: BTreeMap<u16, f64> = BTreeMap::new();
        members.iter().for_each(|&i| *counts.entry(subjects[i]).or_default() += 1.0);
        let fits = counts.iter().all(|(subject, count)| {
            let before = held.get(subject).copied().unwrap_or_default();
            before < SHARE * sizes[subject] && before + count <= LARGEST * sizes[subject]
        });
        if fits {
            members.iter().for_each(|&i| splits[i] = Split::HeldOut);
            counts.into_iter().for_each(|(subject, n)| *held.entry(subject).or_default() += n);
        }
    }
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_on_one_side_and_a_tenth_of_every_subject_is_held_back() {
        // Three subjects of 100: alone, in groups of 5, in groups of 50.
        let subjects: Vec<u16> = (0..300).map(|i| i / 100).collect();
        let group = |i: usize| match i / 100 {
            0 => i,
            1 => 1000 + i / 5,
            _ => 2000 + i / 50,
        };
        let groups: Vec<usize> = (0..300).map(group).collect();
        let names: Vec<String> = (0..300).map(|i| format!("photo {i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for seed in 0..20 {
            let splits = assign(&groups, &subjects, &names, seed);
            let held = |subject: u16| {
                let of = |i: &usize| subjects[*i] == subject && splits[*i] == Split::HeldOut;
                (0..300).filter(of).count()
            };
            assert_eq!([held(0), held(1), held(2)], [10, 10, 0]);
            for i in 0..300 {
                assert!((0..300).all(|j| groups[i] != groups[j] || splits[i] == splits[j]));
            }
        }
        assert_ne!(assign(&groups, &subjects, &names, 1), assign(&groups, &subjects, &names, 2));

        // Without the last photograph of the first subject the others stay where they are.
        let without = |i: usize| i != 99;
        let left: Vec<usize> = (0..300).filter(|i| without(*i)).collect();
        let all = assign(&groups, &subjects, &names, 1);
        let fewer = assign(
            &left.iter().map(|&i| groups[i]).collect::<Vec<_>>(),
            &left.iter().map(|&i| subjects[i]).collect::<Vec<_>>(),
            &left.iter().map(|&i| names[i]).collect::<Vec<_>>(),
            1,
        );
        let moved = left.iter().zip(fewer).filter(|(i, split)| all[**i] != *split).count();
        assert!(moved <= 1, "{moved}");
    }
}

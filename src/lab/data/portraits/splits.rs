//! Which portraits are trained on: combinations held back whole, and a plain share of the rest.
//!
//! *Can the generator draw a combination that it never saw?* A tenth of the combinations of style,
//! hair colour and expression is held back, each with every portrait that shows it. *Does it recite?*
//! Of the other combinations a few portraits are held back too, to be compared with those trained on.

use std::collections::BTreeMap;

use crate::lab::data::Split;
use crate::rng::Rng;

/// Share of the combinations in `test-cells`.
pub const COMBINATION_SHARE: f64 = 0.1;
/// Share of the portraits of the other combinations in `held-out`.
pub const PLAIN_SHARE: f64 = 0.05;

/// Splits portraits by their `combinations`, one a portrait. Same input, same splits; a combination
/// is only held back if training keeps every pair of its classes in other combinations.
pub fn assign(combinations: &[[u16; 3]], seed: u64) -> Vec<Split> {
    let rng = Rng::new(seed);
    let mut counts: BTreeMap<[u16; 3], usize> = BTreeMap::new();
    for &combination in combinations {
        *counts.entry(combination).or_default() += 1;
    }
    let mut order: Vec<[u16; 3]> = counts.keys().copied().collect();
    let quota = (order.len() as f64 * COMBINATION_SHARE).round() as usize;
    rng.fork(1).shuffle(&mut order);

    let pairs = |[a, b, c]: [u16; 3]| [(0, a, b), (1, a, c), (2, b, c)];
    // In how many combinations of training a pair of classes occurs.
    let mut left: BTreeMap<(u8, u16, u16), usize> = BTreeMap::new();
    for pair in order.iter().flat_map(|&combination| pairs(combination)) {
        *left.entry(pair).or_default() += 1;
    }
    let mut held = Vec::new();
    for combination in order {
        let pairs = pairs(combination);
        if held.len() < quota && pairs.iter().all(|pair| left[pair] > 1) {
            pairs.iter().for_each(|pair| *left.entry(*pair).or_default() -= 1);
            held.push(combination);
        }
    }

    let mut splits: Vec<Split> = combinations
        .iter()
        .map(|combination| match held.contains(combination) {
            true => Split::TestCells,
            false => Split::Train,
        })
        .collect();
    let mut rest: Vec<usize> = (0..splits.len()).filter(|&i| splits[i] == Split::Train).collect();
    rng.fork(2).shuffle(&mut rest);
    rest.truncate((rest.len() as f64 * PLAIN_SHARE).round() as usize);
    rest.into_iter().for_each(|i| splits[i] = Split::HeldOut);
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 × 4 × 5 combinations, each ten times.
    fn combinations() -> Vec<[u16; 3]> {
        (0..600u16).map(|i| [i % 3, i / 3 % 4, i / 12 % 5]).collect()
    }

    #[test]
    fn a_tenth_of_the_combinations_is_held_back_whole() {
        let all = combinations();
        for seed in 0..20 {
            let splits = assign(&all, seed);
            let of = |split: Split| {
                let mut found: Vec<[u16; 3]> =
                    (0..600).filter(|&i| splits[i] == split).map(|i| all[i]).collect();
                found.sort_unstable();
                found
            };
            let (train, plain) = (of(Split::Train), of(Split::HeldOut));
            let mut held = of(Split::TestCells);
            assert_eq!((held.len(), plain.len(), train.len()), (60, 27, 513));
            held.dedup();
            assert_eq!(held.len(), 6);
            for combination in held {
                assert!(!train.contains(&combination) && !plain.contains(&combination));
                let [a, b, c] = combination;
                assert!(train.iter().any(|t| (t[0], t[1]) == (a, b)));
                assert!(train.iter().any(|t| (t[0], t[2]) == (a, c)));
                assert!(train.iter().any(|t| (t[1], t[2]) == (b, c)));
            }
        }
        assert_eq!(assign(&all, 1), assign(&all, 1));
        assert_ne!(assign(&all, 1), assign(&all, 2));
    }

    #[test]
    fn a_pair_that_occurs_once_stays_in_training() {
        let splits = assign(&[[0, 0, 0], [0, 1, 1], [1, 0, 1]].repeat(30), 1);
        assert!(!splits.contains(&Split::TestCells));
    }
}

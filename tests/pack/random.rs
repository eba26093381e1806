//! Random damage.

use proptest::prelude::*;
use varigrain::pack::{Manifest, check};

use crate::allocations::largest_allocation;
use crate::models::{entry, int8_file, load_one, one_file, raw, tensor};

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(load_one(bytes.clone()).is_err());
        prop_assert!(Manifest::parse(&bytes).is_err());
    }

    #[test]
    fn garbage_behind_a_true_length_is_refused(
        header in "[ -~]{0,120}",
        data in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        prop_assert!(load_one(raw(&header, &data)).is_err());
    }

    #[test]
    fn random_claims_are_accepted_only_if_they_are_true(
        shape in prop::collection::vec(any::<u64>().prop_map(|n| n >> (n % 64)), 0..4),
        start in prop_oneof![Just(0u64), any::<u64>()],
        end in prop_oneof![Just(16u64), any::<u64>()],
    ) {
        let claim = tensor("weight", "F32", &format!("{shape:?}"), start, end);
        let bytes = raw(&format!("{{{claim}}}"), &[0; 16]);
        let (result, largest) = largest_allocation(|| load_one(bytes));
        prop_assert_eq!(result.is_ok(), (start, end) == (0, 16) && shape == [2, 2]);
        prop_assert!(largest <= 64 << 10, "{}", largest);
    }

    #[test]
    fn several_changed_bytes_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        for good in [one_file([1.0, 2.0, 3.0, 4.0]), int8_file([1, -2, 3, 127], [0.5, 2.0])] {
            let mut bytes = good.clone();
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            prop_assert_eq!(check(&entry(&good), &bytes, None).is_ok(), bytes == good);
            let (_, largest) = largest_allocation(|| load_one(bytes));
            prop_assert!(largest <= 64 << 10, "{}", largest);
        }
    }
}

//! Damaged weights files: flipped bytes, wrong lengths, and headers that lie.

use burn::tensor::Device;
use sha2::{Digest, Sha256};
use varigrain::pack::{Weights, check, save};

use crate::allocations::largest_allocation;
use crate::models::{entry, load_one, model, one_file, raw, refused, tensor};

#[test]
fn one_flipped_byte_in_any_region_is_refused() {
    let bytes = save(&model(2, true), true).unwrap();
    let entry = entry(&bytes);
    check(&entry, &bytes, None).unwrap();
    for start in (0..bytes.len()).step_by(64) {
        let at = (start + (start / 64 * 37) % 64).min(bytes.len() - 1);
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (start / 64 % 8);
        let error = check(&entry, &damaged, None).unwrap_err();
        assert!(error.to_string().contains("SHA-256"), "{error}");
        // Without the hash the flip may pass as another weight, but must not panic.
        if let Ok(weights) = Weights::read("m", damaged) {
            let _ = weights.load_into(model(2, true), &Device::flex());
        }
    }
}

#[test]
fn a_hash_that_is_brought_along_counts() {
    let bytes = save(&model(2, true), true).unwrap();
    let entry = entry(&bytes);
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    check(&entry, &bytes, Some(digest)).unwrap();
    let error = check(&entry, &bytes, Some([7; 32])).unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
}

#[test]
fn truncated_and_lengthened_files_are_refused() {
    let bytes = one_file([1.0, 2.0, 3.0, 4.0]);
    let entry = entry(&bytes);
    for length in 0..bytes.len() {
        let error = check(&entry, &bytes[..length], None).unwrap_err();
        assert!(error.to_string().contains("instead of"), "{error}");
        refused(bytes[..length].to_vec());
    }
    for more in [1, 7, 4096] {
        let mut longer = bytes.clone();
        longer.resize(bytes.len() + more, 0);
        assert!(check(&entry, &longer, None).is_err());
        refused(longer);
    }
}

#[test]
fn header_lengths_beyond_the_file_are_refused() {
    let good = one_file([1.0; 4]);
    for length in [u64::MAX, u64::MAX - 7, 1 << 63, 1 << 32, (1 << 20) + 1, 1 << 20, 1000, 0, 1] {
        let mut bytes = good.clone();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        refused(bytes);
    }
    // A header that is really there but longer than the cap.
    let padded = format!("{{{}}}{}", tensor("weight", "F32", "[2,2]", 0, 16), " ".repeat(1 << 20));
    refused(raw(&padded, &[0; 16]));
}

#[test]
fn claims_that_contradict_the_data_are_refused() {
    let max = u64::MAX;
    let huge = 1u64 << 61;
    let wide: Vec<String> =
        (0..9).map(|i| tensor(&i.to_string(), "F16", "[1152921504606846975]", 0, 0)).collect();
    let cases: Vec<(&str, String)> = vec![
        ("beyond the data", tensor("weight", "F32", "[2,3]", 0, 24)),
        ("far beyond the data", tensor("weight", "F32", "[1099511627776]", 0, 4 << 40)),
        ("ends at the largest number", tensor("weight", "F32", "[2,2]", 0, max)),
        ("backwards", tensor("weight", "F32", "[2,2]", 16, 0)),
        ("empty", tensor("weight", "F32", "[2,0]", 0, 0)),
        ("gap", tensor("weight", "F32", "[3]", 4, 16)),
        ("uncovered end", tensor("weight", "F32", "[3]", 0, 12)),
        ("product overflows", tensor("weight", "F32", "[4294967296,4294967296,4]", 0, 16)),
        ("product wraps to 4", tensor("weight", "F32", "[9223372036854775809,2,2]", 0, 16)),
        ("size wraps to 16", tensor("weight", "F32", "[4611686018427387908]", 0, 16)),
        ("product with zero", tensor("weight", "F32", "[18446744073709551615,0]", 0, 16)),
        ("too many dimensions", tensor("weight", "F32", "[2,2,1,1,1,1,1,1,1]", 0, 16)),
        (
            "overlap",
            [tensor("a", "F32", "[3]", 0, 12), tensor("weight", "F32", "[2]", 8, 16)].join(","),
        ),
        (
            "the same range twice",
            [tensor("a", "F32", "[4]", 0, 16), tensor("weight", "F32", "[2,2]", 0, 16)].join(","),
        ),
        (
            "the same name twice",
            [tensor("weight", "F32", "[2]", 0, 8), tensor("weight", "F32", "[2]", 8, 16)].join(","),
        ),
        (
            "ends whose sum wraps around",
            [tensor("a", "F16", "[1]", 0, huge), tensor("weight", "F16", "[1]", huge, max)]
                .join(","),
        ),
        ("nine large claims", wide.join(",")),
        ("integer type", tensor("weight", "I32", "[2,2]", 0, 16)),
        ("bfloat", tensor("weight", "BF16", "[2,4]", 0, 16)),
        ("double", tensor("weight", "F64", "[2,1]", 0, 16)),
        ("unknown type", tensor("weight", "Q9", "[2,2]", 0, 16)),
        ("negative extent", tensor("weight", "F32", "[-2,-2]", 0, 16)),
        ("fraction", tensor("weight", "F32", "[2.5,2]", 0, 16)),
        ("number beyond 64 bits", tensor("weight", "F32", "[18446744073709551616]", 0, 16)),
        ("not an object", r#""weight":7"#.into()),
        ("unclosed", r#""weight":{"#.into()),
        ("nothing", String::new()),
    ];
    for (what, claims) in cases {
        println!("{what}: {}", refused(raw(&format!("{{{claims}}}"), &[0; 16])));
    }
    refused(raw("[]", &[0; 16]));
    refused(raw(&"[".repeat(100_000), &[0; 16]));
    refused(raw(&format!("{{\"__metadata__\":{}", "[".repeat(100_000)), &[0; 16]));
}

#[test]
fn many_claims_and_long_names_are_refused_with_short_messages() {
    let many: Vec<String> =
        (0..5000).map(|i| tensor(&i.to_string(), "F16", "[1]", 2 * i, 2 * i + 2)).collect();
    let text = refused(raw(&format!("{{{}}}", many.join(",")), &[0; 10_000]));
    assert!(text.contains("too many"), "{text}");
    refused(raw(&format!("{{{}}}", tensor(&"x".repeat(500_000), "F32", "[4]", 0, 16)), &[0; 16]));
    let shape = format!("[{}1]", "1,".repeat(200_000));
    let bytes = raw(&format!("{{{}}}", tensor("weight", "F32", &shape, 0, 16)), &[0; 16]);
    let length = bytes.len();
    // Two characters for each extent of eight bytes, in a vector that doubles.
    let (result, largest) = largest_allocation(|| load_one(bytes));
    assert!(result.is_err() && largest <= 8 * length, "{largest}");
}

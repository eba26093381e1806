//! Manifests: the rules they must keep, and what happens if they do not.

use serde_json::{Value, json};
use varigrain::bounds::MANIFEST_BYTES;
use varigrain::error::{Error, Result};
use varigrain::pack::{FORMAT, Manifest, Role};

use crate::allocations::largest_allocation;

pub fn manifest_json() -> Value {
    let file = |name: &str, role: &str| json!({"name": name, "role": role, "bytes": 10, "sha256": "0".repeat(64)});
    json!({
        "format": FORMAT, "name": "test", "version": "1",
        "architecture": {"decoder": {"width": 8}},
        "classes": {"axes": []},
        "files": [file("decoder.safetensors", "decoder"), file("grain-map.safetensors", "grain-map")],
        "licences": ["CC BY 4.0"], "credits": ["Somebody"],
    })
}

pub fn parse(manifest: &Value) -> Result<Manifest> {
    Manifest::parse(&serde_json::to_vec(manifest).unwrap())
}

#[derive(serde::Deserialize, Debug)]
struct Config {
    width: usize,
}

#[test]
fn a_good_manifest_is_read() {
    let manifest = parse(&manifest_json()).unwrap();
    assert_eq!(manifest.entry(Role::GrainMap).unwrap().name, "grain-map.safetensors");
    assert_eq!(manifest.config::<Config>("decoder").unwrap().width, 8);
    assert_eq!(manifest.classes()["axes"], json!([]));
    let error = manifest.entry(Role::Ar).unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("\"ar\"")), ("pack-missing", true));
    assert_eq!(manifest.config::<Config>("nar").unwrap_err().code(), "pack-damaged");
    assert_eq!(manifest.config::<String>("decoder").unwrap_err().code(), "pack-damaged");
}

#[test]
fn the_format_is_checked_before_everything_else() {
    for found in [0, 1, u32::MAX] {
        let bytes = serde_json::to_vec(&json!({"format": found, "news": [1, 2]})).unwrap();
        let error = Manifest::parse(&bytes).unwrap_err();
        assert!(
            matches!(error, Error::PackVersion { found: f, expected: FORMAT } if f == found),
            "{error:?}"
        );
    }
}

#[test]
fn bad_manifests_are_refused() {
    let set = |pointer: &str, value: Value| {
        let mut manifest = manifest_json();
        *manifest.pointer_mut(pointer).unwrap() = value;
        manifest
    };
    let mut cases: Vec<Value> = [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc/x",
        "C:x",
        ".hidden",
        "a b",
        "a\0b",
        "é",
        "a%2fb",
        "manifest.json",
        "Manifest.JSON",
        "grain-map.safetensors",
        "GRAIN-map.safetensors",
    ]
    .into_iter()
    .map(|name| set("/files/0/name", json!(name)))
    .collect();
    cases.push(set("/files/0/name", json!("x".repeat(100_000))));
    for bytes in [json!(-1), json!(1.5), json!("10"), json!(u64::MAX), json!((64 << 20) + 1)] {
        cases.push(set("/files/0/bytes", bytes));
    }
    for sha in ["", "00", "g", "A", "0\n"] {
        cases.push(set("/files/0/sha256", json!(sha.repeat(64))));
    }
    for precision in [json!("int4"), json!("Int8"), json!(8), Value::Null] {
        let mut wrong = manifest_json();
        wrong["files"][0]["precision"] = precision;
        cases.push(wrong);
    }
    cases.push(set("/files/1/role", json!("decoder")));
    cases.push(set("/files/1/role", json!("Decoder")));
    cases.push(set("/files/1/role", json!("x".repeat(100_000))));
    for pointer in ["/format", "/name", "/architecture", "/files", "/licences", "/files/0"] {
        cases.push(set(pointer, Value::Null));
        cases.push(set(pointer, json!([[[]]])));
    }
    cases.push(set("/format", json!(1u64 << 32)));
    cases.push(json!([]));
    let mut unknown = manifest_json();
    unknown["surprise"] = json!(1);
    cases.push(unknown);
    for key in ["format", "name", "version", "architecture", "classes", "files", "credits"] {
        let mut lacking = manifest_json();
        lacking.as_object_mut().unwrap().remove(key);
        cases.push(lacking);
    }
    let mut large = manifest_json();
    large["files"] = ["decoder", "encoder", "nar"]
        .map(
            |role| json!({"name": role, "role": role, "bytes": 64 << 20, "sha256": "0".repeat(64)}),
        )
        .into();
    cases.push(large);
    for case in &cases {
        let error = parse(case).expect_err("a bad manifest was accepted");
        assert_eq!(error.code(), "pack-damaged", "{error}");
        assert!(error.to_string().len() < 500, "{error}");
    }
}

#[test]
fn many_files_long_manifests_and_broken_json_are_refused() {
    let mut many = manifest_json();
    let file = many["files"][0].clone();
    many["files"] = vec![file; 20_000].into();
    assert_eq!(parse(&many).unwrap_err().code(), "pack-damaged");

    let mut long = serde_json::to_vec(&manifest_json()).unwrap();
    long.resize(MANIFEST_BYTES as usize, b' ');
    Manifest::parse(&long).unwrap();
    long.push(b' ');
    let (result, largest) = largest_allocation(|| Manifest::parse(&long));
    assert_eq!(result.unwrap_err().code(), "pack-damaged");
    assert!(largest < 4096, "{largest}");

    let good = serde_json::to_vec(&manifest_json()).unwrap();
    for length in 0..good.len() {
        assert!(Manifest::parse(&good[..length]).is_err());
    }
    let twice = br#"{"format":1,"format":1}"#;
    for bad in [&b"\xFF\xFE"[..], b"{\"format\":1", twice, "[".repeat(1 << 20).as_bytes()] {
        assert_eq!(Manifest::parse(bad).unwrap_err().code(), "pack-damaged");
    }
}

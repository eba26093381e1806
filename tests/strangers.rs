//! What a stranger's pack, request or picture can do: nothing but be refused, soon and in few words.
//!
//! Every case is measured: the memory that all threads together take beyond what they had, and the time.

#[path = "../fuzz/src/targets.rs"]
#[allow(dead_code)]
mod targets;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use burn::tensor::Device;
use serde_json::{Value, json};
use varigrain::bounds::{self, CELLS, PIXELS};
use varigrain::classes::{Axis, Class, ClassTable};
use varigrain::description::Description;
use varigrain::dgit::{Ar, Nar};
use varigrain::dqvae::{DecoderHalf, EncoderHalf};
use varigrain::encoding::{EncodeOptions, Picture};
use varigrain::grain::{Grid, Shares};
use varigrain::model::Model;
use varigrain::pack::{Manifest, Role, Weights, save, sha256_hex};
use varigrain::sampler::{Prompt, Request, halton_order};
use varigrain::{Error, Result};

/// Most bytes and time that anything takes before it is refused.
const MEMORY: usize = 256 << 20;
const TIME: Duration = Duration::from_secs(2);
/// Most characters of a message.
const MESSAGE: usize = 700;

/// Counts what all threads hold, and the most that they held.
struct Counting;
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn more(bytes: usize) {
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(held, Relaxed);
}

// SAFETY: every request goes unchanged to the system's allocator; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are there while one is copied to the other.
        more(size);
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(old, layout, size) }
    }
    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Tests of one program run side by side; memory is everybody's.
static ALONE: Mutex<()> = Mutex::new(());

/// To be held for the whole of a test.
fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What `f` returns, within memory and time.
#[track_caller]
fn measured<T>(what: &str, f: impl FnOnce() -> T) -> T {
    weighed(what, f).0
}

/// The same, and the bytes that it took.
#[track_caller]
fn weighed<T>(what: &str, f: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    let from = Instant::now();
    let result = f();
    let (time, memory) = (from.elapsed(), MOST.load(Relaxed).saturating_sub(before));
    assert!(memory <= MEMORY, "{what}: {} MB", memory >> 20);
    assert!(time <= TIME, "{what}: {time:?}");
    (result, memory)
}

/// The error of `f`, within memory and time and in few words.
#[track_caller]
fn refused<T>(what: &str, f: impl FnOnce() -> Result<T>) -> Error {
    let result = measured(what, || f().map(drop));
    let error = result.expect_err(what);
    let length = error.to_string().chars().count();
    assert!(length <= MESSAGE, "{what}: a message of {length} characters");
    error
}

/// Whether or not it is refused.
#[track_caller]
fn survived<T>(what: &str, f: impl FnOnce() -> Result<T>) {
    if let Err(error) = measured(what, || f().map(drop)) {
        let length = error.to_string().chars().count();
        assert!(length <= MESSAGE, "{what}: a message of {length} characters");
    }
}

fn open(manifest: &Value) -> Result<Model> {
    open_text(&serde_json::to_vec(manifest).expect("JSON"))
}

fn open_text(text: &[u8]) -> Result<Model> {
    let model = Model::new(Manifest::parse(text)?, Device::flex())?;
    serde_json::to_string(&Description::of(&model)?).expect("JSON");
    Ok(model)
}

/// A small manifest with a change of its architecture.
fn sizes(change: impl FnOnce(&mut Value)) -> Result<Model> {
    let mut manifest = targets::manifest(2);
    change(&mut manifest["architecture"]);
    open(&manifest)
}

fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

#[test]
fn networks_are_not_built_for_weights_that_are_not_theirs() {
    let _alone = alone();
    // Of the report: 2.2 KB of manifest and 64 bytes of weights took 868 MB and 39 s.
    let wide = |network: &mut Value| {
        (network["width"], network["layers"]) = (2048.into(), 4.into());
        network["heads"] = 32.into();
    };
    let error = refused("width 2048", || sizes(|all| wide(&mut all["nar"])));
    assert_eq!(error.code(), "pack-damaged");

    // As large as sizes may be, each network alone.
    let tall = |network: &mut Value| {
        (network["width"], network["layers"]) = (1088.into(), 4.into());
        network["heads"] = 17.into();
    };
    let file = safetensors(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    let mut manifest = targets::manifest(2);
    tall(&mut manifest["architecture"]["nar"]);
    tall(&mut manifest["architecture"]["grain-map"]);
    tall(&mut manifest["architecture"]["ar"]["transformer"]);
    let tokenizer = &mut manifest["architecture"]["tokenizer"];
    tokenizer["channels"] = json!([440, 440]);
    tokenizer["decoder_channels"] = json!([520]);
    tokenizer["blocks"] = 8.into();
    for entry in manifest["files"].as_array_mut().expect("files") {
        (entry["bytes"], entry["sha256"]) = (file.len().into(), sha256_hex(&file).into());
        entry["precision"] = "f32".into();
    }
    let mut model = measured("large networks", || open(&manifest)).expect("within the bounds");
    for role in Role::ALL {
        let error = refused(role.as_str(), || model.add(role, file.clone()));
        assert!(error.to_string().contains("it lacks"), "{role}: {error}");
        // A skeleton of names and shapes is not a network: a hundredth of the weights at most.
        let (_, most) = weighed(role.as_str(), || model.add(role, file.clone()));
        assert!(most < 4 << 20, "{role}: {most} bytes");
    }
}

#[test]
fn a_network_of_another_number_of_granularities_is_refused_by_its_name() {
    let _alone = alone();
    let device = Device::flex();
    // A decoder has weights for each granularity where it is told of them.
    let manifest_of = |granularities| {
        let mut manifest = targets::manifest(granularities);
        manifest["architecture"]["tokenizer"]["told"] = true.into();
        manifest
    };
    for (own, other) in [(2, 3), (3, 2), (1, 4), (4, 3)] {
        let theirs = open(&manifest_of(other)).expect("a model").architecture().clone();
        let (nar, ar) = (theirs.nar.expect("sizes"), theirs.ar.expect("sizes"));
        let files = [
            (Role::Encoder, save(&EncoderHalf::new(&theirs.tokenizer, &device), false)),
            (Role::Decoder, save(&DecoderHalf::new(&theirs.tokenizer, &device), false)),
            (Role::Nar, save(&Nar::new(&nar, &device), false)),
            (Role::Ar, save(&Ar::new(&ar, &device), false)),
        ];
        for (role, file) in files {
            let file = file.expect("bytes");
            let mut manifest = manifest_of(own);
            let entries = manifest["files"].as_array_mut().expect("files");
            let entry = entries.iter_mut().find(|entry| entry["role"] == role.as_str());
            let entry = entry.expect("the file");
            (entry["bytes"], entry["sha256"]) = (file.len().into(), sha256_hex(&file).into());
            entry["precision"] = "f32".into();
            let mut model = open(&manifest).expect("a model");
            let what = format!("{role} of {other} for {own}");
            let (result, most) = weighed(&what, || model.add(role, file));
            let error = result.expect_err(&what);
            assert_eq!(error.code(), "pack-damaged", "{what}");
            assert!(error.to_string().contains(&format!("{role}.safetensors")), "{what}: {error}");
            assert!(most < 4 << 20, "{what}: {most} bytes");
        }
    }
}

#[test]
fn a_network_filled_from_a_file_is_the_one_that_was_saved() {
    let _alone = alone();
    // Made without values, it must not keep any of its own.
    let (bytes, model) = (targets::manifest(3), Device::flex());
    let manifest = Manifest::parse(&serde_json::to_vec(&bytes).expect("JSON")).expect("a manifest");
    let mut loaded = Model::new(manifest.clone(), model.clone()).expect("a model");
    let sizes = loaded.architecture().clone();
    let network = varigrain::dgit::Nar::new(sizes.nar.as_ref().expect("sizes"), &model);
    let file = varigrain::pack::save(&network, false).expect("bytes");
    let entry =
        varigrain::pack::FileEntry::of(Role::Nar, "nar.safetensors", &file).expect("an entry");
    let files = manifest.files.into_iter().filter(|file| file.role != Role::Nar);
    let manifest = Manifest { files: files.chain([entry]).collect(), ..loaded.manifest().clone() };
    loaded = Model::new(manifest, model).expect("a model");
    loaded.add(Role::Nar, file.clone()).expect("its own weights");
    let again = varigrain::pack::save(loaded.nar().expect("a network"), false).expect("bytes");
    assert_eq!(again, file);
}

#[test]
fn sizes_that_overflow_or_are_beyond_all_bounds_are_refused() {
    let _alone = alone();
    for count in [33, 65, 1000] {
        refused("channels", || {
            sizes(|all| {
                let own = &mut all["tokenizer"];
                (own["channels"], own["decoder_channels"]) = (vec![8; count].into(), json!([]));
                own["image"] = 16.into();
            })
        });
    }
    let whole = [0u64, 1 << 12, 8_388_608, 1 << 31, 1 << 32, (1 << 32) + 32, 1 << 53, u64::MAX];
    let tokenizer = ["image", "code_dim", "codes", "blocks", "fixed", "attention"];
    let transformer =
        ["vocabulary", "width", "layers", "heads", "granularities", "cells", "classes"];
    for number in whole {
        for field in tokenizer {
            // Half of a size is not refused for itself: few blocks, no attention.
            if (number, field) != (0, "attention") {
                refused(field, || sizes(|all| all["tokenizer"][field] = number.into()));
            }
        }
        for network in ["nar", "grain-map"] {
            for field in transformer {
                refused(field, || sizes(|all| all[network][field] = number.into()));
            }
        }
        for field in transformer {
            refused(field, || sizes(|all| all["ar"]["transformer"][field] = number.into()));
        }
        for field in ["regions", "granularities"] {
            refused(field, || sizes(|all| all["tokenizer"]["grid"][field] = number.into()));
            refused(field, || {
                sizes(|all| all["nar"]["sketch"] = json!({"regions": number, "channels": number}))
            });
        }
        refused("levels", || {
            sizes(|all| all["tokenizer"]["quantiser"] = json!({"fsq": [number, number, number]}))
        });
        refused("threshold", || sizes(|all| all["density"]["thresholds"][14] = json!(1e300)));
        refused("position layers", || sizes(|all| all["ar"]["position-layers"] = number.into()));
    }
}

#[test]
fn work_is_bounded_as_well_as_size() {
    let _alone = alone();
    // Of the report: 58 regions of four granularities, 464 cells a side.
    let grid = |regions: usize, granularities: usize, levels: usize| {
        move |all: &mut Value| {
            let cells = regions << (granularities - 1);
            let own = &mut all["tokenizer"];
            own["grid"] = json!({"regions": regions, "granularities": granularities});
            own["channels"] = vec![8; levels].into();
            own["decoder_channels"] = vec![8; levels + 1 - granularities].into();
            own["image"] = (regions << levels).into();
            for network in ["nar", "grain-map"] {
                all[network]["cells"] = cells.into();
            }
            all["nar"]["granularities"] = granularities.into();
            all.as_object_mut().expect("an object").remove("ar");
        }
    };
    refused("58 regions", || sizes(grid(58, 4, 4)));
    // The most cells that there may be pass with small networks, and not with ones that take long.
    measured("64 cells", || sizes(grid(16, 3, 4))).expect("within the bounds");
    measured("64 cells", || sizes(grid(32, 2, 3))).expect("within the bounds");
    let reason = |what: &str, change: &dyn Fn(&mut Value)| {
        let error = refused(what, || sizes(|all| change(all))).to_string();
        assert!(error.contains(what), "{error}");
    };
    reason("work", &|all| {
        grid(16, 3, 6)(all);
        all["tokenizer"]["channels"][0] = 256.into();
    });
    reason("memory", &|all| {
        grid(16, 3, 4)(all);
        let nar = &mut all["nar"];
        (nar["width"], nar["heads"]) = (512.into(), 64.into());
    });
    // Attention over every pixel.
    reason("memory", &|all| {
        grid(16, 3, 6)(all);
        all["tokenizer"]["attention"] = 6.into();
    });
}

#[test]
fn the_largest_repaint_is_read_and_checked_soon() {
    let _alone = alone();
    let mut manifest = targets::manifest(4);
    let own = &mut manifest["architecture"]["tokenizer"];
    own["grid"] = json!({"regions": CELLS / 8, "granularities": 4});
    (own["channels"], own["decoder_channels"]) = (vec![8; 4].into(), json!([8]));
    own["image"] = (2 * CELLS).into();
    for network in ["nar", "grain-map"] {
        manifest["architecture"][network]["cells"] = CELLS.into();
    }
    manifest["architecture"].as_object_mut().expect("an object").remove("ar");
    let model = open(&manifest).expect("the largest grid");
    let regions = CELLS * CELLS / 64;
    let request = |grain: u8, cells: Vec<u16>| {
        let drawn: Vec<u8> = (0..regions).map(|region| u8::from(region == 5)).collect();
        let repaint = json!({"grains": vec![grain; regions], "cells": cells, "regions": drawn});
        json!({"repaint": repaint}).to_string()
    };
    let mut cells = vec![7; CELLS * CELLS];
    for grain in 0..4 {
        let text = request(grain, cells.clone());
        measured("a repaint", || Request::from_json(&text, &model)).expect("it fits");
    }
    cells[CELLS * CELLS - 1] = 8;
    let text = request(0, cells);
    assert_eq!(refused("one code off", || Request::from_json(&text, &model)).code(), "bad-request");
    let places: Vec<(f32, f32)> = (0..CELLS * CELLS)
        .map(|cell| ((cell / CELLS) as f32 / 64.0, (cell % CELLS) as f32 / 64.0))
        .collect();
    measured("the order of its cells", || halton_order(&places, (0.3, 0.6)));
}

#[test]
fn names_that_nothing_has_are_refused_soon_and_shortened() {
    let _alone = alone();
    let model = open(&targets::manifest(2)).expect("a model");
    for length in [1000, 200_000, 1 << 20] {
        let long = "a".repeat(length);
        for request in [
            json!({"prompt": {"concept": long}}),
            json!({"prompt": {&long: "disc"}}),
            json!({&long: 1}),
            json!({"mode": long}),
            json!({"schedule": long}),
            json!({"shares": long}),
        ] {
            refused("a long name", || Request::from_json(&request.to_string(), &model));
        }
        for options in [json!({"measure": long}), json!({&long: 1}), json!({"seed": long})] {
            refused("a long name", || EncodeOptions::from_json(&options.to_string(), model.grid()));
        }
        for prompt in [format!("concept={long}"), format!("{long}=disc"), long.clone()] {
            refused("a prompt", || prompt.parse::<Prompt>()?.resolve(model.classes()));
        }
        refused("shares", || long.parse::<Shares>());
        refused("a file", || Err::<(), _>(Error::damaged(&long, "it is not listed.")));
    }
    // The most classes, all about as long as what is asked for and almost it.
    let classes =
        (0..bounds::CLASSES).map(|i| Class::new(format!("{}{i:06}", "ab".repeat(40)), ""));
    let table = ClassTable { axes: vec![Axis::new("many", classes.collect())], trained: None };
    table.validate().expect("within the bounds");
    for asked in ["ab".repeat(43), "ba".repeat(43), "x".repeat(86)] {
        let prompt = Prompt::new([("many", asked)]).expect("a prompt");
        refused("the nearest of many", || prompt.resolve(&table));
    }
}

#[test]
fn a_picture_has_a_size_that_can_be() {
    let _alone = alone();
    for size in [0, PIXELS + 1, 1 << 16, 1 << 31, 1 << 32, usize::MAX] {
        assert_eq!(refused("a size", || Picture::new(&[], size)).code(), "bad-image");
        assert_eq!(refused("a size", || Picture::new(&[0; 12], size)).code(), "bad-image");
    }
}

/// Numbers of every kind are shortened, too.
#[test]
fn numbers_in_messages_have_few_digits() {
    let _alone = alone();
    let model = open(&targets::manifest(2)).expect("a model");
    let fields = ["seed", "steps", "guidance", "temperature", "priority", "noise", "every", "topK"];
    for number in [1e308, -1e308, 1e-308, 1.5e-300, 9.007_199_254_740_993e15] {
        for field in fields {
            let request = json!({field: number}).to_string();
            if let Err(error) = Request::from_json(&request, &model) {
                assert!(error.to_string().len() < 200, "{error}");
            }
            let options = json!({"counts": [number]}).to_string();
            let error = refused("counts", || EncodeOptions::from_json(&options, model.grid()));
            assert!(error.to_string().len() < 200, "{error}");
        }
    }
}

/// About `size` bytes of JSON that is much when it is read.
fn bombs(size: usize) -> Vec<(&'static str, String)> {
    let list = |item: &str| format!("[{}]", vec![item; size / (item.len() + 1)].join(","));
    let keys = |value: &str| {
        let pair = |i: usize| format!("\"{i:x}\":{value}");
        let count = size / (8 + value.len());
        format!("{{{}}}", (0..count).map(pair).collect::<Vec<_>>().join(","))
    };
    let nested = |open: &str, close: &str| {
        let depth = size / (open.len() + close.len());
        open.repeat(depth) + "1" + &close.repeat(depth)
    };
    vec![
        ("objects", list("{\"\":0}")),
        ("empty objects", list("{}")),
        ("empty lists", list("[]")),
        ("lists", list("[0]")),
        ("zeros", list("0")),
        ("numbers", list("1e308")),
        ("nulls", list("null")),
        ("empty texts", list("\"\"")),
        ("texts", list("\"\\u0000\"")),
        ("keys", keys("0")),
        ("keys of objects", keys("{\"\":0}")),
        ("nested lists", nested("[", "]")),
        ("nested objects", nested("{\"\":", "}")),
        ("some nesting", list(&(nested_by("[", 100) + &nested_by("]", 100)))),
        ("a long text", format!("\"{}\"", "a".repeat(size))),
        ("escapes", format!("\"{}\"", "\\u00e9".repeat(size / 6))),
        ("a long number", "9".repeat(size)),
        ("a long fraction", format!("0.{}", "0".repeat(size))),
        ("a long key", format!("{{\"{}\":0}}", "a".repeat(size))),
        ("classes", list("{\"id\":\"\",\"name\":\"\"}")),
        ("axes", list("{\"id\":\"a\",\"name\":\"\",\"classes\":[]}")),
        (
            "files",
            list("{\"name\":\"a\",\"role\":\"ar\",\"bytes\":4503599627370496,\"sha256\":\"\"}"),
        ),
        ("tensors", keys("{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,0]}")),
    ]
}

fn nested_by(text: &str, times: usize) -> String {
    text.repeat(times)
}

/// The text of `value` with `bomb` where `"@"` stands.
fn with(value: &Value, bomb: &str) -> String {
    value.to_string().replacen("\"@\"", bomb, 1)
}

#[test]
fn no_input_of_a_megabyte_takes_much_memory_or_time() {
    let _alone = alone();
    let model = open(&targets::manifest(2)).expect("a model");
    let places = [
        "/architecture",
        "/classes",
        "/defaults",
        "/files",
        "/licences",
        "/credits",
        "/name",
        "/version",
        "/format",
        "/architecture/tokenizer",
        "/architecture/tokenizer/channels",
        "/architecture/tokenizer/image",
        "/architecture/tokenizer/quantiser/fsq",
        "/architecture/density/thresholds",
        "/architecture/nar",
        "/architecture/nar/classes",
        "/architecture/ar/transformer",
        "/classes/axes",
        "/classes/axes/0/classes",
        "/classes/axes/0/classes/0/id",
        "/classes/axes/0/name",
        "/classes/trained",
        "/classes/trained/axes",
        "/classes/trained/combinations",
        "/classes/trained/combinations/0",
        "/files/0",
        "/files/0/name",
        "/files/0/bytes",
    ];
    let bombs = bombs((1 << 20) - 8192);
    for (what, bomb) in &bombs {
        for place in places {
            let mut manifest = targets::manifest(2);
            manifest["defaults"] = json!({"nar": {}});
            *manifest.pointer_mut(place).expect(place) = "@".into();
            let text = with(&manifest, bomb);
            survived(&format!("{what} in {place}"), || open_text(text.as_bytes()));
        }
        survived(&format!("{what} as a manifest"), || open_text(bomb.as_bytes()));
        let mut extra = targets::manifest(2);
        extra["more"] = "@".into();
        let text = with(&extra, bomb);
        refused(&format!("{what} beside a manifest"), || open_text(text.as_bytes()));

        for request in [
            json!("@"),
            json!({"prompt": "@"}),
            json!({"prompt": {"concept": "@"}}),
            json!({"mode": "@"}),
            json!({"shares": "@"}),
            json!({"steps": "@"}),
            json!({"x": "@"}),
            json!({"repaint": "@"}),
            json!({"repaint": {"cells": "@", "grains": [], "regions": []}}),
            json!({"repaint": {"cells": [], "grains": "@", "regions": []}}),
        ] {
            let text = with(&request, bomb);
            refused(&format!("{what} in {request}"), || Request::from_json(&text, &model));
        }
        for options in
            [json!("@"), json!({"shares": "@"}), json!({"counts": "@"}), json!({"x": "@"})]
        {
            let text = with(&options, bomb);
            refused(&format!("{what} in {options}"), || {
                EncodeOptions::from_json(&text, model.grid())
            });
        }
        for header in [
            json!("@"),
            json!({"a": "@"}),
            json!({"__metadata__": "@"}),
            json!({"a": {"dtype": "F32", "shape": "@", "data_offsets": [0, 4]}}),
            json!({"a": {"dtype": "@", "shape": [1], "data_offsets": [0, 4]}}),
        ] {
            let text = with(&header, &bomb[..]);
            survived(&format!("{what} in {header}"), || {
                Weights::read("it.safetensors", safetensors(&text, &[0; 4]))
            });
        }
    }
}

#[test]
fn manifests_as_long_as_they_may_be_are_refused_as_soon() {
    let _alone = alone();
    // Of the report: 3.5 MB of objects in "architecture" took 634 MB.
    for (what, bomb) in bombs(3_500_000) {
        for place in ["/architecture", "/classes", "/classes/trained/combinations", "/licences"] {
            let mut manifest = targets::manifest(2);
            *manifest.pointer_mut(place).expect(place) = "@".into();
            let text = with(&manifest, &bomb);
            survived(&format!("{what} in {place}"), || open_text(text.as_bytes()));
        }
    }
}

#[test]
fn a_pack_lists_few_files_and_few_texts() {
    let _alone = alone();
    let mut many = targets::manifest(2);
    let file = many["files"][0].clone();
    many["files"] = vec![file; 6000].into();
    let error = refused("files", || open(&many));
    assert!(error.to_string().contains("6000 files"), "{error}");
    for (field, value) in [
        ("name", json!("x".repeat(101))),
        ("version", json!("x".repeat(101))),
        ("licences", json!(vec!["x"; 101])),
        ("credits", json!(["x".repeat(4001)])),
    ] {
        let mut manifest = targets::manifest(2);
        manifest[field] = value;
        assert_eq!(refused(field, || open(&manifest)).code(), "pack-damaged");
    }
    for (at, length) in [("id", 101), ("name", 101), ("glyph", 101), ("thumbnail", 101)] {
        let mut manifest = targets::manifest(2);
        manifest["classes"]["axes"][0]["classes"][0][at] = "x".repeat(length).into();
        assert_eq!(refused(at, || open(&manifest)).code(), "pack-damaged");
    }
}

#[test]
fn grids_that_cannot_be_are_refused_with_words() {
    let _alone = alone();
    for regions in [0, 65, 1 << 16, 1 << 31, 1 << 33, usize::MAX] {
        for granularities in [0, 1, 4, 5, 33, 65, usize::MAX] {
            let grid = Grid { regions, granularities };
            assert!(!grid.is_valid());
            let shares = Shares::even(grid, 0.5);
            refused("a map", || varigrain::grain::GrainMap::new(grid, vec![]));
            refused("levels", || varigrain::grain::GrainMap::from_levels(grid, &[], &shares));
            refused("counts", || varigrain::grain::Counts::new(grid, &[1]));
        }
    }
}

#[test]
fn a_description_says_the_bounds() {
    let _alone = alone();
    let model = open(&targets::manifest(2)).expect("a model");
    let said = serde_json::to_value(Description::of(&model).expect("a description")).expect("JSON");
    assert_eq!(said["bounds"], serde_json::to_value(bounds::BOUNDS).expect("JSON"));
    assert_eq!(said["bounds"]["manifestBytes"], 4 << 20);
}

//! One function for each kind of input: whatever the bytes are, it is refused with a typed error of few words
//! or it keeps its promises.

use std::sync::OnceLock;

use burn::tensor::Device;
use serde_json::{Value, json};
use varigrain::Error;
use varigrain::classes::ClassTable;
use varigrain::density::DensityLevels;
use varigrain::description::Description;
use varigrain::encoding::{CodedPicture, EncodeOptions, Picture, even_map};
use varigrain::grain::{Counts, GrainMap, Grid, Positions, Shares, Token};
use varigrain::model::Model;
use varigrain::pack::{FORMAT, Manifest, Role, Weights, sha256_hex};
use varigrain::sampler::{Mode, Prompt, Request, complete};

/// A target and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 7] = [
    ("pack", pack),
    ("weights", weights),
    ("request", request),
    ("classes", classes),
    ("maps", maps),
    ("encode", encode),
    ("bitstream", bitstream),
];

/// Every message is readable, and its code is one of those that such an input can have.
#[track_caller]
fn refused(error: &Error, codes: &[&str]) {
    let text = error.to_string();
    assert!(text.chars().count() < 700, "a message of {} characters", text.chars().count());
    assert!(codes.contains(&error.code()), "{}: {text}", error.code());
}

/// What is before the first zero byte, and what is behind it.
fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &[]),
    }
}

/// A manifest, and behind a zero byte the one weights file that all its roles are given.
pub fn pack(data: &[u8]) {
    let (text, file) = halves(data);
    let damaged = ["pack-damaged", "pack-version", "pack-missing"];
    let mut manifest = match Manifest::parse(text) {
        Ok(manifest) => manifest,
        Err(error) => return refused(&error, &damaged),
    };
    // Length and hash would stop everything that is not the file itself.
    let precision = Weights::read("it", file.to_vec()).map(|weights| weights.precision());
    for entry in &mut manifest.files {
        (entry.bytes, entry.sha256) = (file.len() as u64, sha256_hex(file));
        entry.precision = precision.as_ref().copied().unwrap_or_default();
    }
    let mut model = match Model::new(manifest, Device::flex()) {
        Ok(model) => model,
        Err(error) => return refused(&error, &damaged),
    };
    match Description::of(&model) {
        Ok(said) => {
            serde_json::to_string(&said).expect("JSON");
        }
        Err(error) => refused(&error, &damaged),
    }
    for role in Role::ALL {
        if let Err(error) = model.add(role, file.to_vec()) {
            refused(&error, &damaged);
        }
    }
}

/// A safetensors file.
pub fn weights(data: &[u8]) {
    match Weights::read("it.safetensors", data.to_vec()) {
        Ok(weights) => {
            let stored: usize =
                weights.tensors().map(|(_, shape)| shape.iter().product::<usize>()).sum();
            assert_eq!(stored, weights.parameters());
            assert!(stored <= data.len());
        }
        Err(error) => refused(&error, &["pack-damaged"]),
    }
}

/// Small models of one to four granularities, without weights.
fn models() -> &'static [Model; 4] {
    static MODELS: OnceLock<[Model; 4]> = OnceLock::new();
    MODELS.get_or_init(|| {
        [1, 2, 3, 4].map(|granularities| {
            let bytes = serde_json::to_vec(&manifest(granularities)).expect("JSON");
            let manifest = Manifest::parse(&bytes).expect("a manifest");
            Model::new(manifest, Device::flex()).expect("a model")
        })
    })
}

/// The manifest of a small model of 4 regions; cells, pixels and layers follow from the granularities.
pub fn manifest(granularities: usize) -> Value {
    let cells = 2usize << (granularities - 1);
    let transformer = |vocabulary: usize, granularities: usize| {
        json!({"vocabulary": vocabulary, "width": 16, "layers": 2, "heads": 2,
               "granularities": granularities, "cells": cells, "classes": [2, 3]})
    };
    let file = |role: &str| {
        json!({"name": format!("{role}.safetensors"), "role": role, "bytes": 1,
               "sha256": "0".repeat(64)})
    };
    let class = |id: &str| json!({"id": id, "name": id});
    let concept = |id: &str, parent: &str| json!({"id": id, "name": id, "parent": parent});
    json!({
        "format": FORMAT, "name": "small", "version": "1",
        "architecture": {
            "tokenizer": {
                "image": 2 * cells, "grid": {"regions": 2, "granularities": granularities},
                "channels": vec![8; granularities], "decoder_channels": [8],
                "blocks": 1, "codes": 64, "code_dim": 3, "measure": "deviation",
                "quantiser": {"fsq": [4, 4, 4]},
            },
            "density": {"thresholds": (1..16).map(|i| i as f32 / 16.0).collect::<Vec<_>>()},
            "grain-map": transformer(16, 1), "nar": transformer(64, granularities),
            "ar": {"transformer": transformer(64, granularities), "position-layers": 1,
                   "shared-positions": false, "granularity-embedding": true},
        },
        "classes": {
            "axes": [
                {"id": "category", "name": "Category", "classes": [class("round"), class("square")]},
                {"id": "concept", "name": "Concept", "parent": "category", "classes": [
                    concept("disc", "round"), concept("ring", "round"), concept("box", "square")]},
            ],
            "trained": {"axes": ["concept"], "combinations": [[0], [2]]},
        },
        "files": Role::ALL.map(|role| file(role.as_str())),
        "licences": [], "credits": [],
    })
}

/// A byte that picks the granularities, then the JSON of a request.
pub fn request(data: &[u8]) {
    let Some((pick, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let model = &models()[usize::from(pick % 4)];
    match Request::from_json(text, model) {
        Ok(request) => {
            request.validate().expect("what was read is in range");
            request.fits(model).expect("what was read fits");
            // Its settings read back as itself. Beside a repaint shares do not matter, so any pass.
            if request.repaint.is_some() {
                return;
            }
            let mut settings = request.settings();
            settings.insert("mode".into(), request.mode.as_str().into());
            settings.insert("seed".into(), request.seed.into());
            let prompt = Prompt::of(&request.condition, model.classes());
            settings.insert("prompt".into(), serde_json::to_value(&prompt).expect("JSON"));
            let again = Value::Object(settings).to_string();
            let again = Request::from_json(&again, model).expect("settings of a request");
            assert_eq!((again.seed, again.mode), (request.seed, request.mode));
            assert_eq!(again.settings(), request.settings());
        }
        Err(error) => {
            refused(&error, &["bad-request", "out-of-range", "unknown-axis", "unknown-class"])
        }
    }
}

/// A class table as JSON, and behind a zero byte a prompt as the command line spells it.
pub fn classes(data: &[u8]) {
    let (table, prompt) = halves(data);
    let table = match table {
        [] => models()[1].classes().clone(),
        text => match serde_json::from_slice::<ClassTable>(text) {
            Ok(table) => table,
            Err(_) => return,
        },
    };
    if let Err(error) = table.validate() {
        return refused(&error, &["pack-damaged"]);
    }
    assert!(table.agrees_with(&table));
    let Ok(text) = std::str::from_utf8(prompt) else { return };
    match text.parse::<Prompt>().and_then(|prompt| prompt.resolve(&table)) {
        Ok(condition) => {
            let whole = complete(&condition, &table, 7);
            for axis in 0..table.axes.len() {
                assert!(condition.get(axis).is_none_or(|class| whole.get(axis) == Some(class)));
            }
            let named = Prompt::of(&whole, &table);
            assert_eq!(named.resolve(&table).expect("names of a condition"), whole);
        }
        Err(error) => refused(&error, &["bad-request", "unknown-axis", "unknown-class"]),
    }
}

/// Regions, granularities, shares, then one byte a region, again and again; sizes that are no grid's, too.
pub fn maps(data: &[u8]) {
    let [regions, granularities, share, rest @ ..] = data else { return };
    // Few regions mostly, and some that no grid has.
    let regions = match regions {
        0..=199 => usize::from(regions % 9),
        200..=249 => usize::from(*regions),
        _ => usize::MAX >> (regions - 250),
    };
    let granularities = match granularities {
        0..=249 => usize::from(granularities % 6),
        _ => usize::MAX >> (granularities - 250),
    };
    let grid = Grid { regions, granularities };
    let bad = ["bad-request", "out-of-range"];
    let each = f32::from(*share) / 255.0;
    let shares = Shares::even(grid, each);
    let counts = [usize::from(*share), 1, 0];
    if !grid.is_valid() {
        refused(&GrainMap::new(grid, rest.to_vec()).expect_err("no grid"), &bad);
        refused(&GrainMap::from_levels(grid, rest, &shares).expect_err("no grid"), &bad);
        refused(&Counts::new(grid, &counts[..1]).expect_err("no grid"), &bad);
        return;
    }
    let wanted = grid.region_count();
    let grains: Vec<u8> = rest.iter().copied().cycle().take(wanted).collect();
    if let Ok(counts) = Counts::new(grid, &counts[..usize::from(grid.finest())]) {
        let densities: Vec<f32> = grains.iter().map(|grain| f32::from(*grain)).collect();
        for map in [even_map(grid, &counts), GrainMap::densest(grid, &densities, &counts)] {
            if densities.len() == wanted || map.is_ok() {
                assert_eq!(map.expect("a map").counts(), counts);
            }
        }
        assert!(counts.map_bits(grid) >= 0.0);
    }
    if let Ok(levels) = DensityLevels::from_samples(grains.iter().map(|g| f32::from(*g)).collect())
    {
        levels.validate().expect("quantiles in order");
    }
    let fitting: Vec<u8> = grains.iter().map(|grain| grain % granularities as u8).collect();
    match GrainMap::new(grid, grains) {
        Ok(map) => check(&map),
        Err(error) => refused(&error, &bad),
    }
    if let Ok(map) = GrainMap::new(grid, fitting) {
        check(&map);
    }
    if let Ok(map) = GrainMap::from_levels(grid, &vec![*share % 16; wanted], &shares) {
        check(&map);
    }
}

/// Layout, sequence and counts of a map say the same.
fn check(map: &GrainMap) {
    let (grid, layout) = (map.grid(), map.layout());
    assert_eq!(layout.len(), map.code_length());
    let numbers: Vec<u32> = (0..layout.len() as u32).collect();
    let cells = layout.unpack(&numbers);
    assert_eq!(cells.len(), grid.cell_count());
    assert_eq!(layout.pack(&cells), numbers);
    let mut covered = 0;
    for (token, number) in layout.tokens().iter().zip(&numbers) {
        assert!(token.covers(grid, &cells, *number));
        assert!(token.spot(grid) < grid.spots());
        assert_eq!(Token::at(grid, token.grain, token.centre()), *token);
        covered += token.span * token.span;
    }
    assert_eq!(covered, grid.cell_count());
    let positions = Positions::new(grid);
    let sequence = positions.sequence(map);
    assert!(sequence.len() <= positions.longest());
    assert_eq!(positions.map(&sequence), *map);
    assert!(positions.settled(&sequence).iter().all(|settled| *settled));
    let half = &sequence[..sequence.len() / 2];
    assert_eq!(positions.settled(half).len(), grid.region_count());
}

/// A byte that picks the granularities, the size of a picture (a byte), the JSON of options, and behind a zero
/// byte pixels.
pub fn encode(data: &[u8]) {
    let [pick, size, rest @ ..] = data else { return };
    let (text, pixels) = halves(rest);
    let size = match size {
        0..=249 => usize::from(*size),
        _ => usize::MAX >> (size - 250),
    };
    match Picture::new(pixels, size) {
        Ok(picture) => {
            assert_eq!(picture.planes().len(), 3 * size * size);
            let rgb = vec![0; 3 * size * size];
            assert!((0.0..=100.0).contains(&picture.psnr(&rgb)));
        }
        Err(error) => refused(&error, &["bad-image"]),
    }
    let Ok(text) = std::str::from_utf8(text) else { return };
    let grid = models()[usize::from(pick % 4)].grid();
    match EncodeOptions::from_json(text, grid) {
        Ok(options) => options.validate(grid).expect("what was read fits"),
        Err(error) => refused(&error, &["bad-request", "out-of-range"]),
    }
    let defaults = Request::defaults(&models()[usize::from(pick % 4)], Mode::Nar);
    defaults.expect("defaults").validate().expect("in range");
}

/// A byte that picks the granularities, then a picture's bytes. Every second input gets the header that it should have:
/// the check would stop everything that is not written by ourselves.
pub fn bitstream(data: &[u8]) {
    let Some((pick, bytes)) = data.split_first() else { return };
    let model = &models()[usize::from(pick % 4)];
    let mut bytes = bytes.to_vec();
    if pick & 4 != 0 && bytes.len() >= 9 {
        bytes[..5].copy_from_slice(&[1, 0, 0, 0, 0]);
        (bytes[8], bytes[5], bytes[6], bytes[7]) = (0, 0, 0, 0);
        let mut rest = bytes.clone();
        rest.drain(5..8);
        let hash = sha256_hex(&rest);
        for (at, byte) in bytes[5..8].iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hash[2 * at..2 * at + 2], 16).expect("two digits");
        }
    }
    match CodedPicture::from_bytes(&bytes, model) {
        Ok(picture) => {
            picture.validate(&model.architecture().tokenizer).expect("what was read fits");
            assert_eq!(picture.to_bytes(model).expect("bytes"), bytes);
        }
        Err(error) => refused(&error, &["picture-damaged", "picture-version"]),
    }
}

//! The weights in this repository: they load, keep their size limits, and draw the same twice.

mod common;

use std::path::Path;

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor};
use varigrain::description::Description;
use varigrain::dgit::{Condition, Places};
use varigrain::grain::GrainMap;
use varigrain::kernels::tuning::Tuning;
use varigrain::model::Model;
use varigrain::pack::{PackDir, Role};
use varigrain::sampler::{Mode, Prompt, Request, Schedule, Step};

use common::steps;

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/emoji-128");
const PORTRAITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/portraits-256");
const MIB: u64 = 1 << 20;

fn model() -> Model {
    let roles = [Role::Decoder, Role::GrainMap, Role::Nar, Role::Ar];
    Model::open(PACK, &roles, &Device::flex()).expect("the shipped pack loads")
}

/// A probability where a code is known, the same all over a coarse region, and 0 elsewhere.
fn confident_where_known(step: &Step) {
    assert_eq!(step.confidence.len(), 256);
    for (cell, p) in step.confidence.iter().enumerate() {
        assert_eq!(*p > 0.0, step.known[cell] == 1, "{p} in cell {cell}");
        assert!(*p <= 1.0 + 1e-6, "{p} in cell {cell}");
        let (row, column) = (cell / 16, cell % 16);
        if step.grains[row / 2 * 8 + column / 2] == 0 {
            assert_eq!(*p, step.confidence[row / 2 * 32 + column / 2 * 2]);
        }
    }
}

#[test]
fn sizes_stay_within_their_limits_and_every_network_loads() {
    let pack = PackDir::open(PACK).expect("the shipped pack opens");
    let files = &pack.manifest().files;
    let all: u64 = files.iter().map(|f| f.bytes).sum();
    assert!(all <= 40 * MIB, "{all} bytes in all");
    let first_visit = [Role::Decoder, Role::GrainMap, Role::Nar];
    let first: u64 = files.iter().filter(|f| first_visit.contains(&f.role)).map(|f| f.bytes).sum();
    let manifest = std::fs::metadata(Path::new(PACK).join("manifest.json")).expect("a file").len();
    assert!(first + manifest <= 20 * MIB, "a first visit downloads {first} bytes");
    let roles: Vec<Role> = files.iter().map(|f| f.role).collect();
    Model::open(PACK, &roles, &Device::flex()).expect("every network loads");
    assert!(!pack.manifest().licences.is_empty() && !pack.manifest().credits.is_empty());
}

#[test]
fn prompts_with_and_without_names_work_and_seeds_decide() {
    let model = model();
    let prompt = |text: &str| {
        text.parse::<Prompt>().expect("a prompt").resolve(model.classes()).expect("a known prompt")
    };
    let anything = prompt("any");
    let food = prompt("style=twemoji,category=food-fruit");
    let cat = prompt("style=noto-v1,concept=cat-face");
    let image = |condition: &Condition, seed| {
        let condition = condition.clone();
        let request = Request { condition, seed, steps: 3, ..Request::default() };
        steps(&model, &request).pop().expect("a last step")
    };
    let first = image(&cat, 1);
    assert_eq!(first, image(&cat, 1), "the same request gave another image");
    for other in [image(&cat, 2), image(&food, 1), image(&anything, 1)] {
        assert_ne!(first.rgb, other.rgb);
    }
}

#[test]
fn known_cells_only_grow_and_known_codes_never_change() {
    let model = model();
    for schedule in [Schedule::Priority, Schedule::TwoPhase] {
        let request = Request { seed: 4, steps: 4, schedule, ..Request::default() };
        let steps = steps(&model, &request);
        assert_eq!(steps.len(), 4);
        for pair in steps.windows(2) {
            assert!(pair[0].codes < pair[1].codes);
            for cell in 0..pair[0].known.len() {
                if pair[0].known[cell] == 1 {
                    assert_eq!(pair[1].known[cell], 1);
                    assert_eq!(pair[0].cells[cell], pair[1].cells[cell]);
                    assert_eq!(pair[0].confidence[cell], pair[1].confidence[cell]);
                }
            }
        }
        steps.iter().for_each(confident_where_known);
        let last = steps.last().expect("a step");
        assert!(last.done && last.codes == last.tokens && last.known.iter().all(|k| *k == 1));
    }
}

#[test]
fn code_after_code_the_picture_does_not_depend_on_how_often_it_is_painted() {
    let model = model();
    let request = Request { seed: 6, every: 16, ..Request::of(Mode::Ar) };
    let steps = steps(&model, &request);
    for pair in steps.windows(2) {
        let [before, after] = pair else { panic!("windows of two") };
        assert!(after.total <= before.total && after.tokens <= before.tokens, "they only shrink");
        for cell in 0..256 {
            if before.known[cell] == 1 {
                assert_eq!(before.cells[cell], after.cells[cell], "a code changed");
                assert_eq!(before.order[cell], after.order[cell]);
                assert_eq!(before.confidence[cell], after.confidence[cell]);
            }
        }
        confident_where_known(after);
    }
    let last = steps.last().expect("a step");
    assert!(last.done && last.codes == last.tokens && last.index + 1 == last.total);
    assert!(last.known.iter().all(|k| *k == 1));
    let seldom = Request { every: 64, ..request };
    let other = self::steps(&model, &seldom).pop().expect("a step");
    assert_eq!((&other.cells, &other.rgb, &other.order), (&last.cells, &last.rgb, &last.order));
    assert_eq!(other.confidence, last.confidence);
}

#[test]
fn code_after_code_a_larger_share_gives_more_codes() {
    let model = model();
    let codes = |share| {
        // As pages ask: "any" draws a class first.
        let request = |seed: u64| {
            let json =
                format!(r#"{{"mode": "ar", "seed": {seed}, "every": 64, "shares": [{share}]}}"#);
            Request::from_json(&json, &model).expect("a request")
        };
        let codes = (0..3).map(|seed| steps(&model, &request(seed)).pop().expect("a step").codes);
        codes.sum::<usize>()
    };
    let [few, some, all] = [0.0, 0.5, 1.0].map(codes);
    assert!(few < some && some < all, "{few}, {some} and {all} codes in three pictures");
    assert!(few <= 3 * 90 && all >= 3 * 250, "the ends are nearly met: {few} and {all}");
}

/// What the model drew when its classes were three fixed axes: codes of six requests, both generators.
#[test]
fn it_draws_what_it_drew() {
    #[derive(serde::Deserialize)]
    struct Golden {
        request: serde_json::Value,
        drawn: Prompt,
        grains: Vec<u8>,
        cells: Vec<u16>,
    }
    let golden: Vec<Golden> =
        serde_json::from_str(include_str!("golden/emoji-128.json")).expect("golden results");
    let model = model();
    for Golden { request: json, drawn, grains, cells } in golden {
        let request = Request::from_json(&json.to_string(), &model).expect("a request");
        let prompt = Prompt::of(&request.condition, model.classes());
        let last = steps(&model, &request).pop().expect("a last step");
        assert_eq!((prompt, last.grains, last.cells), (drawn, grains, cells), "{json}");
    }
}

#[test]
fn it_describes_itself() {
    let description = Description::of(&model()).expect("a description");
    let json = serde_json::to_value(&description).expect("JSON");
    assert_eq!(json["name"], "emoji-128");
    assert_eq!(json["image"], 128);
    let grid = serde_json::json!({"regions": 8, "cells": 16, "granularities": 2, "names": ["coarse", "fine"]});
    assert_eq!(json["grid"], grid);
    assert_eq!(json["generators"], serde_json::json!(["nar", "ar"]));
    assert_eq!(json["defaults"]["nar"]["shares"], serde_json::json!([0.75]));
    assert_eq!(json["defaults"]["ar"]["temperature"], 0.3);
    assert_eq!(json["defaults"]["encode"]["shares"], serde_json::json!([0.5]));
    assert_eq!(json["limits"]["steps"]["generators"], serde_json::json!(["nar"]));
    assert_eq!(json["limits"]["shares"]["count"], 1);
    let counts: Vec<usize> = description.axes.iter().map(|axis| axis.classes.len()).collect();
    assert_eq!(counts, [7, 58, 1420]);
    assert!(description.trained.is_some_and(|trained| trained.combinations.len() > 7000));
}

/// What a page computes on a processor, against the formulas: what each code may be, and the picture of some.
#[test]
fn whole_numbers_say_what_floats_say() {
    for pack in [PACK, PORTRAITS] {
        let device = Device::flex();
        let model = Model::open(pack, &[Role::Decoder, Role::Nar], &device).expect("it loads");
        let (grid, nar) = (model.grid(), model.nar().expect("a network"));
        let grains = (0..grid.region_count()).map(|i| (i % grid.granularities) as u8).collect();
        let layout = GrainMap::new(grid, grains).expect("a map").layout();
        let code = |i: usize| {
            if i.is_multiple_of(3) { (i * 37 % nar.mask()) as i32 } else { nar.mask() as i32 }
        };
        let codes: Vec<i32> = (0..layout.len()).map(code).collect();
        let codes = Tensor::<1, Int>::from_ints(codes.as_slice(), &device).unsqueeze::<2>();
        let places = Places::new(&[&layout], layout.len(), &device);
        let classes = Condition::tensor(&[Condition(vec![Some(1)])], model.slots(), &device);
        let chances =
            || log_softmax(nar.forward(codes.clone(), &places, classes.clone()), 2).squeeze::<2>();

        let cells: Vec<i32> = (0..grid.cell_count()).map(|i| (i / 3 * 31 % 900) as i32).collect();
        let cells = Tensor::<1, Int>::from_ints(cells.as_slice(), &device);
        let owner = Tensor::<1, Int>::arange(0..grid.cell_count() as i64, &device);
        let decoder = model.decoder().expect("a network");
        let picture = || decoder.decode_tokens(cells.clone(), owner.clone());

        let (floats, in_floats) = (chances(), picture());
        Tuning { int16: true, ..Tuning::default() }.set();
        let (whole, in_whole) = (chances(), picture());
        Tuning::default().set();

        // Nats of a code that would be lost by going by the others' probabilities.
        let lost = (floats.clone().exp() * (floats.clone() - whole.clone())).sum_dim(1).mean();
        let same = floats.argmax(1).equal(whole.argmax(1)).float().mean().into_scalar::<f32>();
        let (lost, off) = (
            lost.into_scalar::<f32>(),
            (in_floats - in_whole).abs().mean().into_scalar::<f32>() * 127.5,
        );
        println!("{pack}: {lost:.2e} nats lost, {same:.4} the same choice, {off:.3} of 255 off");
        assert!(lost.abs() < 1e-3 && same > 0.98 && off < 0.5, "{lost} {same} {off}");
        assert!(off > 0.0, "nothing was rounded");
    }
}

//! SampledImage a part of a picture again, on random weights.
#![cfg(feature = "cli")]

mod common;

use std::sync::OnceLock;

use burn::tensor::Device;
use proptest::prelude::*;
use varigrain::density::LEVELS;
use varigrain::dqvae::Quantiser;
use varigrain::encoding::{EncodeOptions, encode};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::sampler::{NarSampler, Repaint, Request, Sampler, Schedule, Step, block_on};

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let dir = common::folder("repaint");
        tiny_pack::write(
            &dir,
            &TinyPack { quantiser: Quantiser::fsq1024(), ..TinyPack::default() },
        )
        .expect("a pack");
        let roles = [Role::Decoder, Role::Encoder, Role::GrainMap, Role::Nar, Role::Ar];
        let model = Model::open(&dir, &roles, &Device::flex()).expect("it loads");
        std::fs::remove_dir_all(&dir).expect("an empty place");
        model
    })
}

fn all(mut sampler: NarSampler) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = block_on(sampler.next()).expect("a step") {
        steps.push(step);
    }
    steps
}

fn draw(request: &Request) -> Vec<Step> {
    all(block_on(NarSampler::start(model(), request.clone())).expect("it starts"))
}

/// A picture to draw parts of again.
fn base() -> &'static Step {
    static BASE: OnceLock<Step> = OnceLock::new();
    BASE.get_or_init(|| {
        draw(&Request { seed: 3, steps: 4, ..Request::default() }).pop().expect("a last step")
    })
}

fn repaint(regions: Vec<bool>) -> Repaint {
    Repaint { grains: base().grains.clone(), cells: base().cells.clone(), regions }
}

fn region_of(cell: usize) -> usize {
    cell / 16 / 2 * 8 + cell % 16 / 2
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_is_kept_never_changes(
        mut regions in prop::collection::vec(any::<bool>(), 64),
        surely in 0..64usize,
        seed in 0..1000u64,
        steps in 1..5usize,
        schedule in prop::sample::select(vec![
            Schedule::Priority, Schedule::Halton, Schedule::Strict, Schedule::TwoPhase,
        ]),
    ) {
        regions[surely] = true;
        let base = base();
        let repaint = repaint(regions.clone());
        let request =
            Request { seed, steps, schedule, repaint: Some(repaint), ..Request::default() };
        let drawn = draw(&request);
        let mut before = None;
        for step in &drawn {
            prop_assert_eq!(&step.grains, &base.grains);
            for cell in 0..256 {
                let kept = !regions[region_of(cell)];
                if kept {
                    prop_assert_eq!(step.cells[cell], base.cells[cell]);
                    prop_assert_eq!((step.known[cell], step.order[cell]), (1, 0));
                }
                prop_assert_eq!(step.confidence[cell] > 0.0, step.known[cell] == 1 && !kept);
            }
            prop_assert!(before < Some(step.codes), "every step decides something");
            before = Some(step.codes);
        }
        let last = drawn.last().expect("a step");
        prop_assert!(last.done && last.codes == last.tokens && last.known.iter().all(|k| *k == 1));
        prop_assert_eq!(drawn.len(), last.total);
        prop_assert_eq!(&drawn, &draw(&request));
    }
}

#[test]
fn all_of_a_picture_is_drawn_again_as_from_the_beginning() {
    let map: Vec<u8> = (0..64).map(|region| u8::from(region % 3 == 0)).collect();
    let level = |grain: &u8| grain * (LEVELS as u8 - 1);
    let levels: Vec<u8> = map.iter().map(level).collect();
    for (seed, schedule) in [(1, Schedule::Priority), (2, Schedule::TwoPhase)] {
        let plain = Request { seed, steps: 4, schedule, ..Request::default() };
        let drawn = NarSampler::with_levels(model(), plain.clone(), &levels).expect("it starts");
        let everything =
            Repaint { grains: map.clone(), cells: vec![0; 256], regions: vec![true; 64] };
        let again = draw(&Request { repaint: Some(everything), ..plain });
        assert_eq!(again, all(drawn));
    }
}

#[test]
fn an_encoded_picture_is_a_base_and_its_map_may_change_where_it_is_drawn_again() {
    let pixels: Vec<u8> = (0..128 * 128 * 3).map(|i| (i * i / 7 % 251) as u8).collect();
    let coded =
        block_on(encode(model(), &pixels, &EncodeOptions::on(model().grid()))).expect("codes");
    let mut grains = coded.grains.clone();
    (grains[0], grains[1]) = (1 - grains[0], 1 - grains[1]);
    let regions: Vec<bool> = (0..64).map(|region| region < 2).collect();
    let repaint = Repaint { grains: grains.clone(), cells: coded.cells.clone(), regions };
    let request = Request { steps: 3, repaint: Some(repaint), ..Request::default() };
    let last = draw(&request).pop().expect("a step");
    assert_eq!(last.grains, grains);
    for cell in (0..256).filter(|cell| region_of(*cell) >= 2) {
        assert_eq!(last.cells[cell], coded.cells[cell]);
    }
    let other = draw(&Request { seed: 9, ..request }).pop().expect("a step");
    assert_ne!(other.cells, last.cells, "the seed decides the rest");
}

#[test]
fn what_does_not_fit_has_its_code() {
    let json = |mode: &str, cells: usize, code: i64, flag: u8| {
        let (grains, cells) = (vec![0; 64], vec![code; cells]);
        let mut regions = vec![0; 64];
        regions[5] = flag;
        let repaint = serde_json::json!({"grains": grains, "cells": cells, "regions": regions});
        serde_json::json!({"mode": mode, "repaint": repaint}).to_string()
    };
    let code = |json: String| {
        let request = match Request::from_json(&json, model()) {
            Ok(request) => request,
            Err(error) => return error.code(),
        };
        match block_on(Sampler::start(model(), request)) {
            Ok(_) => "none",
            Err(error) => error.code(),
        }
    };
    assert_eq!(code(json("nar", 256, 1023, 1)), "none");
    assert_eq!(code(json("nar", 255, 1023, 1)), "bad-request");
    assert_eq!(code(json("nar", 256, 1024, 1)), "out-of-range");
    assert_eq!(code(json("nar", 256, 70_000, 1)), "out-of-range");
    assert_eq!(code(json("nar", 256, -1, 1)), "bad-request");
    assert_eq!(code(json("nar", 256, 1, 0)), "bad-request");
    assert_eq!(code(json("nar", 256, 1, 2)), "bad-request");
    assert_eq!(code(json("ar", 256, 1, 1)), "bad-request");
}

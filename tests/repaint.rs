//! SampledImage a part of a picture again, on random weights.
#![cfg(feature = "cli")]

mod common;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use burn::tensor::Device;
use proptest::prelude::*;
use varigrain::density::LEVELS;
use varigrain::dqvae::Quantiser;
use varigrain::encoding::{EncodeOptions, encode};
use varigrain::grain::{Grid, Shares};
use varigrain::lab::cli::tiny_pack::{self, TinyPack};
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::sampler::{Mode, NarSampler, Repaint, Request, Sampler, Schedule, Step, block_on};

/// With one to four granularities; the grid of two is that of the shipped model.
fn models() -> &'static [Model; 4] {
    static MODELS: OnceLock<[Model; 4]> = OnceLock::new();
    MODELS.get_or_init(|| [1, 2, 3, 4].map(tiny))
}

fn tiny(granularities: u8) -> Model {
    let dir = common::folder("repaint");
    let (image, regions) = if granularities == 2 { (128, 8) } else { (64, 4) };
    let sizes = TinyPack {
        granularities,
        image,
        regions: Some(regions),
        quantiser: Quantiser::fsq1024(),
        ..TinyPack::default()
    };
    tiny_pack::write(&dir, &sizes).expect("a pack");
    let roles = [Role::Decoder, Role::Encoder, Role::GrainMap, Role::Nar, Role::Ar];
    let model = Model::open(&dir, &roles, &Device::flex()).expect("it loads");
    std::fs::remove_dir_all(&dir).expect("an empty place");
    model
}

fn model() -> &'static Model {
    &models()[1]
}

fn all(mut sampler: NarSampler) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = block_on(sampler.next()).expect("a step") {
        steps.push(step);
    }
    steps
}

fn draw_with(model: &Model, request: &Request) -> Vec<Step> {
    all(block_on(NarSampler::start(model, request.clone())).expect("it starts"))
}

fn draw(request: &Request) -> Vec<Step> {
    draw_with(model(), request)
}

/// A picture of each model to draw parts of again, with regions of every granularity.
fn bases() -> &'static [Step; 4] {
    static BASES: OnceLock<[Step; 4]> = OnceLock::new();
    BASES.get_or_init(|| {
        models().each_ref().map(|model| {
            let grid = model.grid();
            let shares = Shares::even(grid, 1.0 / grid.granularities as f32);
            let request = Request { seed: 3, steps: 4, shares, ..Request::on(grid, Mode::Nar) };
            let last = draw_with(model, &request).pop().expect("a last step");
            let grains: BTreeSet<u8> = last.grains.iter().copied().collect();
            assert_eq!(grains.len(), grid.granularities, "every granularity is drawn");
            last
        })
    })
}

/// The region in which a cell lies.
fn region_of(grid: Grid, cell: usize) -> usize {
    let (row, column) = (cell / grid.cells(), cell % grid.cells());
    row / grid.region_side() * grid.regions + column / grid.region_side()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_kept_never_changes(
        which in 0..4usize,
        mut regions in prop::collection::vec(any::<bool>(), 64),
        surely in 0..64usize,
        seed in 0..1000u64,
        steps in 1..5usize,
        schedule in prop::sample::select(vec![
            Schedule::Priority, Schedule::Halton, Schedule::Strict, Schedule::TwoPhase,
        ]),
    ) {
        let (model, base) = (&models()[which], &bases()[which]);
        let grid = model.grid();
        regions.truncate(grid.region_count());
        regions[surely % grid.region_count()] = true;
        let (grains, cells) = (base.grains.clone(), base.cells.clone());
        let repaint = Some(Repaint { grains, cells, regions: regions.clone() });
        let request =
            Request { seed, steps, schedule, repaint, ..Request::on(grid, Mode::Nar) };
        let drawn = draw_with(model, &request);
        let mut before = None;
        for step in &drawn {
            prop_assert_eq!(&step.grains, &base.grains);
            for cell in 0..grid.cell_count() {
                let kept = !regions[region_of(grid, cell)];
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
        prop_assert_eq!(&drawn, &draw_with(model, &request));
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
    for cell in (0..256).filter(|cell| region_of(model().grid(), *cell) >= 2) {
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

//! Many images at once are the same images as one by one: random weights, CPU backend.
#![cfg(feature = "cli")]

mod common;

use std::path::Path;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Distribution, Tensor};
use clap::Parser;
use varigrain::dgit::Condition;
use varigrain::grain::{Grid, Shares};
use varigrain::lab::cli::tiny_pack;
use varigrain::model::Model;
use varigrain::pack::Role;
use varigrain::sampler::{
    BatchSampler, Mode, NarSampler, Repaint, Request, SampledImage, Sampler, Schedule, block_on,
    sample_levels,
};

#[derive(Parser)]
struct TinyPack {
    #[command(flatten)]
    args: tiny_pack::Args,
}

/// All weights a little off: at first some are zero, and the class would hardly matter.
fn stirred<M: Module>(network: M) -> M {
    struct Stir;
    impl ModuleMapper for Stir {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|x| x.clone() + x.random_like(Distribution::Normal(0.0, 0.2)))
        }
    }
    network.map(&mut Stir)
}

fn tiny_model(dir: &Path, device: &Device) -> Model {
    tiny_model_of(dir, device, "2")
}

fn tiny_model_of(dir: &Path, device: &Device, granularities: &str) -> Model {
    let out = dir.to_string_lossy();
    let arguments = ["test", "--out", &out, "--granularities", granularities];
    let parsed = TinyPack::try_parse_from(arguments).expect("arguments");
    tiny_pack::run(parsed.args).expect("a tiny pack");
    let roles = [Role::Decoder, Role::GrainMap, Role::Nar, Role::Ar];
    let model = Model::open(dir, &roles, device).expect("the tiny pack opens");
    device.seed(3);
    let nar = stirred(model.nar().expect("it has all").clone());
    let grain_map = stirred(model.grain_map().expect("it has all").clone());
    model.with_nar(nar).with_grain_map(grain_map)
}

/// What a sampler of one image makes.
fn alone(model: &Model, request: &Request) -> SampledImage {
    let last = common::steps(model, request).pop();
    last.map(|step| SampledImage { rgb: step.rgb, codes: step.tokens }).expect("a step")
}

/// A mix of everything: lengths, schedules, guidance, noise, both generators.
fn requests(grid: Grid) -> Vec<Request> {
    use Schedule::*;
    let schedules = [Priority, Confidence, Random, Halton, Strict, TwoPhase];
    let nar = schedules.iter().enumerate().flat_map(|(i, schedule)| {
        [0.0, 1.5].map(|priority| Request {
            condition: Condition(vec![Some(i as u16 % 2), None, Some(i as u16 % 3)]),
            seed: 10 * i as u64 + priority as u64,
            steps: 4 + i,
            guidance: [0.0, 3.0, 6.0][i % 3],
            noise: [0.0, 2.0][i / 3],
            temperature: 0.5 + 0.1 * i as f32,
            shares: Shares::even(grid, [0.0, 0.5, 0.7, 1.0][i % 4]),
            priority,
            schedule: *schedule,
            ..Request::default()
        })
    });
    let ar =
        [0.0, 2.0].map(|guidance| Request { guidance, seed: 5, ..Request::on(grid, Mode::Ar) });
    let [first, second] = ar;
    [first].into_iter().chain(nar).chain([second]).collect()
}

#[test]
fn a_batch_gives_the_images_of_the_samplers_of_one() {
    ["1", "2", "3", "4"].into_iter().for_each(batch_is_one_by_one);
}

fn batch_is_one_by_one(granularities: &str) {
    let dir = common::folder(&format!("sampler-{granularities}"));
    let device = Device::flex();
    let model = tiny_model_of(&dir, &device, granularities);
    let requests = requests(model.grid());
    let sampler = BatchSampler::new(&model, &device).with_batch(5);
    let drawn = sampler.images(&requests).expect("they can be drawn");
    assert_eq!(drawn.len(), requests.len());
    for (drawing, request) in drawn.iter().zip(&requests) {
        let expected = alone(&model, request);
        assert_eq!(drawing.codes, expected.codes, "{request:?}");
        let differ = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 2;
        let off = drawing.rgb.iter().zip(&expected.rgb).filter(|pair| differ(*pair)).count();
        assert_eq!(off, 0, "{off} of {} values: {request:?}", expected.rgb.len());
    }
    // The check above means something: another seed is another image.
    let other = Request { seed: 999, ..requests[3].clone() };
    let other = sampler.sample(&[other]).expect("it can be drawn");
    let off = other[0].iter().zip(&drawn[3].rgb).filter(|(a, b)| a.abs_diff(**b) > 2).count();
    assert!(off > 1000, "{off}");
    std::fs::remove_dir_all(dir).expect("the folder goes");
}

#[test]
fn a_batch_keeps_what_a_repaint_keeps() {
    let dir = common::folder("sampler-repaint");
    let device = Device::flex();
    let model = tiny_model(&dir, &device);
    let start = Sampler::start(&model, Request { seed: 2, steps: 3, ..Request::default() });
    let mut sampler = block_on(start).expect("it starts");
    let mut base = None;
    while let Some(step) = block_on(sampler.next()).expect("it goes on") {
        base = Some(step);
    }
    let base = base.expect("a picture");
    // One region, half of them, all: beside each other, and beside a request that keeps nothing.
    let regions = [|at: usize| at == 9, |at: usize| at % 8 > 3, |_: usize| true];
    let repaints = regions.map(|again| Repaint {
        grains: base.grains.clone(),
        cells: base.cells.clone(),
        regions: (0..base.grains.len()).map(again).collect(),
    });
    let mut requests: Vec<Request> = repaints
        .into_iter()
        .zip([0.0, 3.0, 3.0])
        .map(|(repaint, guidance)| Request {
            repaint: Some(repaint),
            seed: 7,
            steps: 4,
            guidance,
            ..Request::default()
        })
        .collect();
    requests.push(Request { seed: 7, steps: 4, guidance: 3.0, ..Request::default() });
    let drawn = BatchSampler::new(&model, &device).images(&requests).expect("they can be drawn");
    for (drawing, request) in drawn.iter().zip(&requests) {
        let expected = alone(&model, request);
        assert_eq!(drawing.codes, expected.codes);
        let differ = |(a, b): (&u8, &u8)| a.abs_diff(*b) > 2;
        let off = drawing.rgb.iter().zip(&expected.rgb).filter(|pair| differ(*pair)).count();
        assert_eq!(off, 0, "{off} of {} values: {request:?}", expected.rgb.len());
    }
    assert_ne!(drawn[0].rgb, drawn[2].rgb);
    let mut bad = requests[0].clone();
    bad.repaint.as_mut().expect("one that repaints").cells.pop();
    let refused = BatchSampler::new(&model, &device).sample(&[bad]).expect_err("it does not fit");
    assert_eq!(refused.code(), "bad-request");
    std::fs::remove_dir_all(dir).expect("the folder goes");
}

/// What the map sources need: a data set of the model's size, and its tokenizer.
#[cfg(feature = "train")]
#[test]
fn maps_come_from_where_they_should() {
    use varigrain::dqvae::TokenizerConfig;
    use varigrain::lab::data::{Dataset, Item, Split};
    use varigrain::lab::evaluation::{MapSource, Maps};
    use varigrain::rng::Rng;

    let dir = common::folder("maps");
    let device = Device::flex();
    let model = tiny_model(&dir, &device);
    let sampler = BatchSampler::new(&model, &device);
    let (spec, tokenizer) = Model::open(&dir, &[Role::Encoder, Role::Decoder], &device)
        .and_then(|model| model.tokenizer())
        .expect("a tokenizer");
    // Five images, the last one held out: noise in one corner, of another size in each.
    let size = TokenizerConfig::emoji128().image;
    let mut rng = Rng::new(1);
    let pixel = |image: usize, at: usize, rng: &mut Rng| {
        let inside = at / size < 20 * (image + 1) && at % size < 20 * (image + 1);
        if inside { rng.below(256) as u8 } else { 255 }
    };
    let pixels = (0..5).flat_map(|image| (0..size * size).map(move |at| (image, at)));
    let pixels = pixels.flat_map(|(image, at)| [pixel(image, at, &mut rng); 3]).collect();
    let split = |i| if i == 4 { Split::TestCells } else { Split::Train };
    let items = (0..5).map(|i| Item { classes: vec![Some(0); 3], split: split(i) }).collect();
    let data = Dataset::new(size, model.classes().clone(), items, pixels).expect("a data set");
    let maps = Maps::new(&data, &spec, &tokenizer, &device);

    let items = [3, 0, 3, 1, 2, 0];
    let requests: Vec<Request> =
        (0..6).map(|seed| Request { seed, ..Request::default() }).collect();
    let of = |source| maps.levels(source, &sampler, &requests, &items).expect("levels");
    let fine = |levels: &Vec<u8>| levels.iter().filter(|level| **level > 0).count();
    let truth = of(MapSource::Truth);
    assert_eq!(truth[0], truth[2]);
    assert!(fine(&truth[1]) < fine(&truth[3]) && fine(&truth[3]) < fine(&truth[0]));
    let drawn = of(MapSource::Model);
    assert_eq!(drawn, sampler.levels(&requests).expect("levels"));
    let dealt = of(MapSource::Random);
    assert_ne!(dealt, drawn);
    for (mut dealt, mut drawn) in dealt.into_iter().zip(drawn) {
        dealt.sort_unstable();
        drawn.sort_unstable();
        assert_eq!(dealt, drawn);
    }
    let empirical = of(MapSource::Empirical);
    assert_eq!(empirical, of(MapSource::Empirical));
    assert!(empirical.iter().all(|levels| truth.contains(levels)) && empirical != truth);
    let held_out = maps.levels(MapSource::Truth, &sampler, &requests[..1], &[4]);
    assert_eq!(held_out.expect_err("refused").code(), "bad-request");
    std::fs::remove_dir_all(dir).expect("the folder goes");
}

#[test]
fn given_levels_are_kept_and_misuse_is_an_error() {
    let dir = common::folder("sampler-levels");
    let device = Device::flex();
    let model = tiny_model(&dir, &device);
    let sampler = BatchSampler::new(&model, &device);
    let requests: Vec<Request> =
        (0..3).map(|seed| Request { seed, steps: 3, ..Request::default() }).collect();
    let levels = sampler.levels(&requests).expect("levels");
    let one = block_on(sample_levels(&model, &requests[1])).expect("levels");
    assert_eq!(levels[1], one);

    let flat = vec![vec![0; levels[0].len()], levels[1].clone(), vec![15; levels[0].len()]];
    let drawn = sampler.sample_on(&requests, &flat).expect("they can be drawn");
    assert_eq!(drawn[0].codes, 64);
    assert_eq!(drawn[2].codes, 256);
    let mut single = NarSampler::with_levels(&model, requests[1].clone(), &one).expect("starts");
    let mut last = Vec::new();
    while let Some(step) = block_on(single.next()).expect("it goes on") {
        last = step.rgb;
    }
    let off = last.iter().zip(&drawn[1].rgb).filter(|(a, b)| a.abs_diff(**b) > 2).count();
    assert_eq!(off, 0);

    let bad = |requests: &[Request], levels: &[Vec<u8>]| {
        sampler.sample_on(requests, levels).expect_err("refused").code()
    };
    assert_eq!(bad(&requests, &flat[..2]), "bad-request");
    assert_eq!(bad(&requests[..1], &[vec![0; 3]]), "bad-request");
    assert_eq!(bad(&[Request::of(Mode::Ar)], &flat[..1]), "bad-request");
    let off = Request { guidance: 99.0, ..Request::default() };
    assert!(sampler.sample(&[off]).is_err());
    assert!(sampler.sample(&[]).expect("nothing to do").is_empty());
    std::fs::remove_dir_all(dir).expect("the folder goes");
}

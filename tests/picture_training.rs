//! Short trainings of DQVAE++ on pictures made up here, on the CPU.
//!
//! The CPU backend has one stream of random numbers for the whole program. What a short training learns depends on
//! them, so nothing else may draw any meanwhile: these tests have a program of their own, and run one after another.
#![cfg(feature = "train")]

mod common;

use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Distribution, Tensor};
use clap::Parser;
use varigrain::classes::ClassTable;
use varigrain::density::Measure;
use varigrain::dqvae::{Allocation, DqVae, ErrorHead, Quantiser, TokenizerConfig, TokenizerSpec};
use varigrain::grain::{Counts, GrainMap};
use varigrain::lab::data::originals::{Encoding, Index, Item};
use varigrain::lab::data::{Dataset, Originals, Split, dataset, image_batch};
use varigrain::lab::metrics::reconstruction::Originals as Compared;
use varigrain::lab::run_folder;
use varigrain::lab::train::Trainer;
use varigrain::lab::train::picture_options::PictureOptions;
use varigrain::lab::train::picture_report::HeldOut;
use varigrain::lab::train::pictures::train;
use varigrain::lab::train::tokenizer_run::with_measure;
use varigrain::rng::Rng;

use common::{alone, column, column_of, draw_pictures, folder};

#[derive(Parser)]
#[command(args_override_self = true)]
struct Line {
    #[command(flatten)]
    options: PictureOptions,
}

/// What the trainings on one device and on two write.
const EVERY_STEP: [&str; 8] =
    ["--disturb", "0", "--log-every", "1", "--save-every", "6", "--follow-every", "6"];

/// Twelve photographs of coloured discs, 40×36 pixels, three of them held out.
fn photographs(dir: &Path) {
    let (width, height) = (40usize, 36usize);
    let mut rng = Rng::new(6);
    let (mut bytes, mut items) = (Vec::new(), Vec::new());
    for i in 0..12 {
        let mut colour = || [0; 3].map(|_: u8| rng.below(256) as u8);
        let (ground, disc) = (colour(), colour());
        let inside = |p: usize| {
            let (x, y) = ((p % width) as f32 - 20.0, (p / width) as f32 - 18.0);
            x * x + y * y < 81.0
        };
        let pixel = |p| if inside(p) { disc } else { ground };
        let rgb: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        let offset = bytes.len();
        let encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
        encoder.encode(&rgb, 40, 36, jpeg_encoder::ColorType::Rgb).unwrap();
        items.push(Item {
            classes: Vec::new(),
            split: if i % 4 == 3 { Split::HeldOut } else { Split::Train },
            offset,
            bytes: bytes.len() - offset,
            width,
            height,
            name: i.to_string(),
        });
    }
    let (encoding, sources) = (Encoding::Jpeg, Vec::new());
    let index = Index { encoding, seed: 1, classes: ClassTable::default(), items, sources };
    index.write(dir, &bytes).unwrap();
}

fn options(data: &Path, out: &Path, more: &[&str]) -> PictureOptions {
    let mut line = vec!["train", "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()];
    line.extend(["--batch", "8", "--warm-up", "2", "--log-every", "10", "--save-every", "40"]);
    line.extend(["--quantiser", "fsq:4,4,4", "--counts", "1,1", "--critic-width", "8"]);
    line.extend(["--follow-every", "40", "--ema", "0.5", "--mixed", "0.5", "--disturb", "0.5"]);
    line.extend(more);
    Line::try_parse_from(line).unwrap().options
}

#[test]
fn a_tokenizer_learns_with_a_critic_and_resumes() {
    let _alone = alone();
    let (data, out) = (folder("data"), folder("run"));
    photographs(&data);
    let more = ["--steps", "80", "--critic-augment", "--edges", "0.1", "--learning-rate", "3e-3"];
    train(&options(&data, &out, &more), TokenizerConfig::tiny_triple()).unwrap();

    let l1 = column(&out, "l1");
    assert!(l1.len() == 8 && l1[7] < 0.85 * l1[0], "{l1:?}");
    let critic = column(&out, "critic");
    assert!(critic[1] == 0.0 && critic[7] > 0.0 && critic[7] < 2.0, "{critic:?}");
    let factor = column(&out, "factor");
    assert!(factor[1] == 0.0 && factor[7] > 0.0, "{factor:?}");
    assert_eq!(column_of(&out.join("held-out.csv"), "step"), [40.0, 80.0]);
    for step in [40, 80] {
        assert!(out.join(format!("samples-{step:06}.png")).exists());
    }

    // What is written is what was measured.
    let text = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let first = &report["held_out"][0];
    assert_eq!(first["codes"], 2.0 + 4.0 + 16.0);
    let device = Device::flex();
    let (spec, model) = run_folder::tokenizer(&out, &device).unwrap();
    let originals = Arc::new(Originals::open(&data).unwrap());
    let held = HeldOut::new(&originals, spec.config.image, &device).unwrap();
    let counts = Counts::new(spec.config.grid, &[1, 1]).unwrap();
    let again = held.measure((&spec, &model), &counts, None).unwrap();
    assert_eq!(again.images, 3);
    assert!((again.psnr - first["psnr"].as_f64().unwrap()).abs() < 1e-3, "{again:?} {first}");

    // The state says how many steps there were to be; a longer training starts as one.
    let state = out.join("resume").join("state.json");
    std::fs::write(state, r#"{"step":80,"steps":100}"#).unwrap();
    train(&options(&data, &out, &["--resume"]), TokenizerConfig::tiny_triple()).unwrap();
    let steps = column(&out, "step");
    assert_eq!(steps[8..], [90.0, 100.0]);
    let (_, resumed) = run_folder::tokenizer(&out, &device).unwrap();
    let better = held.measure((&spec, &resumed), &counts, None).unwrap();
    assert!((better.psnr - again.psnr).abs() < 3.0, "{again:?} {better:?}");
    for dir in [data, out] {
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn a_fixed_length_between_the_grids_trains_and_is_measured_on_the_central_squares() {
    let _alone = alone();
    let (data, out) = (folder("fixed-data"), folder("fixed-run"));
    photographs(&data);
    let more = ["--steps", "40", "--fixed", "5", "--learning-rate", "3e-3", "--disturb", "1"];
    train(&options(&data, &out, &more), TokenizerConfig::tiny_triple()).unwrap();
    let l1 = column(&out, "l1");
    assert!(l1[3] < 0.9 * l1[0], "{l1:?}");

    let device = Device::flex();
    let (spec, model) = run_folder::tokenizer(&out, &device).unwrap();
    let size = spec.config.image;
    let squares = Dataset::open_at(&data, size, &[Split::HeldOut]).unwrap();
    assert_eq!((squares.items.len(), squares.size), (3, 32));
    let counts = Counts::new(spec.config.grid, &[0, 0]).unwrap();
    let found = Compared::new(&squares, &[0, 1, 2], &device)
        .compare(&spec, &model, Allocation::Densest(counts))
        .unwrap();
    assert_eq!((found.codes, found.bits), (25.0, 150.0));
    let text = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["held_out"].as_array().unwrap().len(), 1);
    // The same pictures, there not rounded to 8 bits.
    let trained = report["held_out"][0]["psnr"].as_f64().unwrap();
    assert!((found.psnr - trained).abs() < 0.05, "{found:?} {trained}");
    for dir in [data, out] {
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn a_decoder_trained_alone_leaves_the_codes_as_they_are() {
    let _alone = alone();
    let (data, first, second) = (folder("codes-data"), folder("codes-1"), folder("codes-2"));
    photographs(&data);
    let config = TokenizerConfig::tiny_triple;
    train(&options(&data, &first, &["--steps", "10"]), config()).unwrap();
    let more = ["--from", first.to_str().unwrap(), "--decoder-only", "--predicts"];
    let more = [&more[..], &["--critic", "0", "--steps", "40", "--learning-rate", "3e-3"]].concat();
    train(&options(&data, &second, &more), config()).unwrap();

    let device = Device::flex();
    let [one, two] = [&first, &second].map(|dir| run_folder::tokenizer(dir, &device).unwrap());
    assert_eq!(TokenizerConfig { predicts: true, ..one.0.config.clone() }, two.0.config);
    let squares = Dataset::open_at(&data, 32, &[Split::HeldOut]).unwrap();
    let images: Vec<&[u8]> = (0..3).map(|i| squares.image(i)).collect();
    let images = image_batch(&images, 32, &device);
    let maps = vec![GrainMap::new(one.0.config.grid, vec![0, 1, 2, 0]).unwrap(); 3];
    let codes = [&one, &two].map(|(_, model)| model.encode(images.clone(), &maps).codes);
    let made = [(&one, &codes[0]), (&two, &codes[1])]
        .map(|((_, model), codes)| model.decode(codes.clone()).into_data());
    assert_eq!(codes[0].to_data(), codes[1].to_data());
    assert_ne!(made[0], made[1]);

    // The head learns meanwhile, and a tokenizer that has one can go by it.
    let guess = column(&second, "guess");
    assert!(guess.iter().all(|error| *error > 0.0), "{guess:?}");
    let by_head = |(spec, model): &(TokenizerSpec, DqVae)| {
        with_measure(spec, model, Measure::PredictedError, None, &device)
    };
    assert_eq!(by_head(&one).unwrap_err().code(), "bad-request");
    let spec = by_head(&two).unwrap();
    let densities = spec.densities(&two.1, images);
    assert!(densities.concat().iter().all(|error| *error > 0.0), "{densities:?}");
    let l1 = column(&second, "l1");
    let before = column(&first, "l1");
    assert!(l1[3] < before[0], "{before:?} {l1:?}");

    // A code of fixed length may start from it, and is not told granularities that there are none of.
    let fixed =
        ["--from", first.to_str().unwrap(), "--fixed", "5", "--critic", "0", "--steps", "10"];
    train(&options(&data, &second, &fixed), config()).unwrap();
    let (spec, model) = run_folder::tokenizer(&second, &device).unwrap();
    assert_eq!(
        (spec.config.fixed, spec.config.told, model.decoder.decoder.told()),
        (Some(5), false, None)
    );

    // Sizes are those of the first training; what else is asked for has to be what it had.
    let others = [&more[..], &["--quantiser", "fsq:4,4,2"]].concat();
    let found = train(&options(&data, &second, &others), config()).unwrap_err();
    assert_eq!(found.code(), "bad-request");
    for dir in [data, first, second] {
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn images_of_the_models_size_train_too_and_the_parts_of_a_step_are_timed() {
    let _alone = alone();
    let (data, images, out) = (folder("large"), folder("equal"), folder("equal-run"));
    photographs(&data);
    let squares = Dataset::open_at(&data, 32, &Split::ALL).unwrap();
    let pixels: Vec<u8> = (0..12).flat_map(|i| squares.image(i)).copied().collect();
    let index = dataset::Index {
        size: 32,
        seed: 1,
        classes: squares.classes.clone(),
        items: squares.items.clone(),
        sources: Vec::new(),
    };
    std::fs::create_dir_all(&images).unwrap();
    dataset::write(&images, &index, &pixels).unwrap();
    let more = ["--steps", "60", "--time-parts", "--critic-from", "0.1"];
    train(&options(&images, &out, &more), TokenizerConfig::tiny_triple()).unwrap();
    let text = std::fs::read_to_string(out.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let parts = report["parts"].as_array().unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"optimiser") && names.contains(&"training of the critic"), "{names:?}");
    assert!(parts.iter().all(|part| part["seconds"].as_f64().unwrap() > 0.0), "{parts:?}");
    assert_eq!(report["held_out"][0]["images"], 3);
    for dir in [data, images, out] {
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn the_head_learns_that_features_apart_mean_a_large_error() {
    let _alone = alone();
    let (device, out) = (Device::flex(), folder("head"));
    device.seed(5);
    let config = TokenizerConfig::tiny_triple();
    let more = ["--learning-rate", "1e-2", "--steps", "300"];
    let common = options(&out, &out, &more).common;
    let mut trainer = Trainer::new(ErrorHead::new(&config, &device), &common, &device).unwrap();
    let mut losses = Vec::new();
    for _ in 0..300 {
        // The error that one vector leaves in a region is the variance of those that it stands for.
        let normal = |side| {
            let x =
                Tensor::<4>::random([8, 3, side, side], Distribution::Normal(0.0, 1.0), &device);
            x * Tensor::random([8, 1, 1, 1], Distribution::Uniform(0.01, 1.0), &device)
        };
        let features = [2, 4, 8].map(normal);
        let finest = features[2].clone().reshape([8, 3, 2, 4, 2, 4]);
        let mean = finest.clone().mean_dims(&[3, 5]);
        let wanted = (finest - mean).square().mean_dims(&[1, 3, 5]).reshape([8, 4]).log();
        let guess = trainer.view().forward(&features.map(Tensor::from_inner));
        let loss = (guess - Tensor::from_inner(wanted)).square().mean();
        losses.push(loss.clone().inner().into_scalar::<f32>());
        trainer.update(&loss);
    }
    let mean = |some: &[f32]| some.iter().sum::<f32>() / some.len() as f32;
    assert!(mean(&losses[280..]) < 0.1 * mean(&losses[..20]), "{losses:?}");
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let (data, out) = (folder("no-data"), folder("no-run"));
    let config = TokenizerConfig::tiny_triple;
    let code = |more: &[&str]| train(&options(&data, &out, more), config()).unwrap_err().code();
    assert_eq!(code(&["--steps", "0"]), "bad-request");
    assert_eq!(code(&["--device", "gpu"]), "bad-request");
    assert_eq!(code(&["--devices", "cpu,gpu"]), "bad-request");
    assert_eq!(code(&[]), "io");
    let lattice = Quantiser::Fsq(vec![1, 4]);
    let lattice = PictureOptions { quantiser: lattice, ..options(&data, &out, &[]) };
    assert_eq!(train(&lattice, config()).unwrap_err().code(), "pack-damaged");
    let counts = PictureOptions { counts: vec![3, 3], ..options(&data, &out, &[]) };
    assert_eq!(train(&counts, config()).unwrap_err().code(), "out-of-range");
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn two_devices_make_the_steps_of_one_and_either_resumes_the_other() {
    let _alone = alone();
    let data = folder("shared-data");
    draw_pictures(&data);
    let devices = ["cpu", "cpu,cpu"];
    let outs = [folder("one"), folder("two")];
    let train_on = |i: usize, more: &[&str]| {
        let more = [&["--devices", devices[i]], more].concat();
        train(
            &options(&data, &outs[i], &[&EVERY_STEP, &more[..]].concat()),
            TokenizerConfig::tiny_triple(),
        )
        .unwrap();
    };
    let same = |name: &str| {
        let [one, two] = [0, 1].map(|i: usize| column(&outs[i], name));
        assert_eq!(one.len(), two.len());
        for (a, b) in one.iter().zip(&two) {
            assert!((a - b).abs() <= 2e-3 * a.abs().max(1.0), "{name}: {one:?} {two:?}");
        }
    };
    (0..2).for_each(|i| train_on(i, &["--steps", "12"]));
    ["loss", "l1", "realism", "factor", "critic", "margin"].into_iter().for_each(same);
    // Each goes on from what the other has left.
    let other = folder("other").join("resume");
    let [one, two] = [0, 1].map(|i: usize| outs[i].join("resume"));
    for (from, to) in [(&one, &other), (&two, &one), (&other, &two)] {
        std::fs::rename(from, to).unwrap();
    }
    for (i, out) in outs.iter().enumerate() {
        std::fs::write(out.join("resume/state.json"), r#"{"step":12,"steps":16}"#).unwrap();
        train_on(i, &["--resume"]);
        assert_eq!(column(out, "step").len(), 16);
    }
    same("loss");
    for dir in [&data, &outs[0], &outs[1], other.parent().unwrap()] {
        std::fs::remove_dir_all(dir).unwrap();
    }
}

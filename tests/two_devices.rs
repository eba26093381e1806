//! A training on two devices makes the steps of a training on one.
//!
//! The CPU backend has one stream of random numbers for the whole program. Both trainings must draw
//! the same ones, so no other test may run beside this one: it has a program of its own.
#![cfg(feature = "train")]

mod common;

use std::path::Path;

use clap::Parser;
use varigrain::dqvae::TokenizerConfig;
use varigrain::lab::train::picture_options::PictureOptions;
use varigrain::lab::train::pictures::train;

use common::{column, draw_pictures, folder};

#[derive(Parser)]
#[command(args_override_self = true)]
struct Line {
    #[command(flatten)]
    options: PictureOptions,
}

fn options(data: &Path, out: &Path, more: &[&str]) -> PictureOptions {
    let mut line = vec!["train", "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()];
    line.extend(["--batch", "8", "--warm-up", "2", "--quantiser", "fsq:4,4,4", "--counts", "1,1"]);
    line.extend(["--critic-width", "8", "--ema", "0.5", "--mixed", "0.5", "--disturb", "0"]);
    line.extend(["--log-every", "1", "--save-every", "6", "--follow-every", "6"]);
    line.extend(more);
    Line::try_parse_from(line).unwrap().options
}

#[test]
fn two_devices_make_the_steps_of_one_and_either_resumes_the_other() {
    let data = folder("shared-data");
    draw_pictures(&data);
    let devices = ["cpu", "cpu,cpu"];
    let outs = [folder("one"), folder("two")];
    let train_on = |i: usize, more: &[&str]| {
        let more = [&["--devices", devices[i]], more].concat();
        train(&options(&data, &outs[i], &more), TokenizerConfig::tiny_triple()).unwrap();
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

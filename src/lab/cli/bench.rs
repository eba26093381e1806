//! `varigrain bench`: times of the passes and of an image on the CPU, for comparing with the page's.
//!
//! The inputs are those of `www/lib/bench/inputs.js`, number for number.

use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::{Device, Int, Tensor};
use serde_json::{Value, json};

use crate::dgit::{Places, bucket};
use crate::grain::{Counts, GrainMap, Grid};
use crate::lab::results::quantile;
use crate::model::Model;
use crate::pack::Role;
use crate::rng::Rng;
use crate::sampler::{Mode, NarSampler, Request, block_on};
use crate::{Error, Result};

const SEED: u64 = 1;
/// How far chance moves a region up or down the order in which they become fine.
const SPREAD: usize = 40;

/// Arguments of `varigrain bench`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Length of the code that the passes are measured with; the model's usual one if nothing is said.
    #[arg(long)]
    tokens: Option<usize>,
    /// Runs of each, after one that does not count.
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Measure nothing; write inputs and outputs of both passes as JSON, for tests of other engines.
    #[arg(long)]
    dump: Option<PathBuf>,
}

/// Measures and prints, or writes the dump.
pub fn run(args: Args) -> Result<()> {
    let roles = [Role::Decoder, Role::GrainMap, Role::Nar];
    let model = Model::open(&args.model, &roles, &Device::flex())?;
    let image = Request { seed: SEED, ..Request::defaults(&model, Mode::Nar)? };
    let counts = match args.tokens {
        Some(tokens) => counts(model.grid(), tokens)?,
        None => Counts::of(model.grid(), &image.shares),
    };
    if let Some(path) = &args.dump {
        let text = serde_json::to_vec(&dump(&model, &counts)?).unwrap_or_default();
        return std::fs::write(path, text).map_err(Error::io(path));
    }
    let cells = decoder_codes(&model, &counts);
    let one = Input::new(&model, &counts, 1);
    let two = Input::new(&model, &counts, 2);
    let drawn = format!("image of {} steps, guidance {}", image.steps, image.guidance);
    let rows = [
        measure("transformer, batch 1", args.runs, || logits(&model, &one).map(drop))?,
        measure("transformer, batch 2", args.runs, || logits(&model, &two).map(drop))?,
        measure("decoder", args.runs, || picture(&model, &cells).map(drop))?,
        measure(&drawn, args.runs.div_ceil(4), || draw(&model, &image))?,
    ];
    if args.json {
        println!("{}", json!({ "backend": "native cpu", "tokens": one.codes.len(), "rows": rows }));
    } else {
        println!("{:<28}{:>12}{:>10}{:>10}  runs", "native, CPU", "median ms", "IQR", "min");
        for row in &rows {
            let ms = |key: &str| row[key].as_f64().unwrap_or_default();
            let name = row["name"].as_str().unwrap_or_default();
            let (median, iqr, min) = (ms("median"), ms("iqr"), ms("min"));
            println!("{name:<28}{median:>12.2}{iqr:>10.2}{min:>10.2}  {}", row["n"]);
        }
    }
    Ok(())
}

/// One input of the transformer; `codes` and the like are of one image, repeated for a batch.
struct Input {
    map: GrainMap,
    batch: usize,
    codes: Vec<i64>,
    axes: usize,
}

impl Input {
    fn new(model: &Model, counts: &Counts, batch: usize) -> Self {
        let (grid, vocabulary) = (model.grid(), model.architecture().tokenizer.codes);
        let mut rng = Rng::new(SEED);
        let map = layout(grid, counts, &mut rng);
        let length = bucket(map.code_length(), grid);
        let mut codes = vec![vocabulary as i64; length];
        for code in codes.iter_mut().take(map.code_length()) {
            let value = rng.below(vocabulary);
            if rng.below(2) == 1 {
                *code = value as i64;
            }
        }
        Self { map, batch, codes, axes: model.classes().axes.len() }
    }

    fn places(&self, device: &Device) -> Places {
        let layout = self.map.layout();
        Places::new(&vec![&layout; self.batch], self.codes.len(), device)
    }

    /// Class vectors of an image: one an axis, and one that is always the same without axes.
    fn slots(&self) -> usize {
        self.axes.max(1)
    }

    /// With classes for the first of the batch, without for the second.
    fn classes(&self) -> Vec<i64> {
        (0..self.slots() * self.batch).map(|i| i64::from(i < self.axes)).collect()
    }
}

/// Regions of each finer granularity that make a code of about `tokens`: as many as possible of the
/// finest, then of the next.
fn counts(grid: Grid, tokens: usize) -> Result<Counts> {
    let (mut left, mut free) = (tokens.saturating_sub(grid.region_count()), grid.region_count());
    let mut finer: Vec<usize> = (1..=grid.finest())
        .rev()
        .map(|grain| {
            let more = grid.codes_per_region(grain) - 1;
            // What is left for the last of them is rounded.
            let half = if grain == 1 { more / 2 } else { 0 };
            let count = ((left + half) / more).min(free);
            (left, free) = (left.saturating_sub(count * more), free - count);
            count
        })
        .collect();
    finer.reverse();
    Counts::new(grid, &finer)
}

/// A map with these counts: detail is mostly in the middle of a picture.
fn layout(grid: Grid, counts: &Counts, rng: &mut Rng) -> GrainMap {
    let (side, count) = (grid.regions, grid.region_count());
    let from_centre = |at: usize| (2 * at + 1).abs_diff(side).pow(2);
    let mut order: Vec<(usize, usize)> = (0..count)
        .map(|i| (from_centre(i / side) + from_centre(i % side) + rng.below(SPREAD), i))
        .collect();
    order.sort_unstable();
    let mut grains = vec![0; count];
    for ((_, region), grain) in order.iter().zip(counts.grains()) {
        grains[*region] = grain;
    }
    GrainMap::new(grid, grains).unwrap_or(GrainMap::uniform(grid, 0))
}

/// A random code for each token, in every cell that it covers.
fn decoder_codes(model: &Model, counts: &Counts) -> Vec<i64> {
    let mut rng = Rng::new(SEED);
    let layout = layout(model.grid(), counts, &mut rng).layout();
    let codes = model.architecture().tokenizer.codes;
    let drawn: Vec<i64> = (0..layout.len()).map(|_| rng.below(codes) as i64).collect();
    layout.unpack(&drawn)
}

fn logits(model: &Model, input: &Input) -> Result<Vec<f32>> {
    let device = model.device();
    let codes = Tensor::<1, Int>::from_ints(input.codes.as_slice(), device).unsqueeze::<2>();
    let classes = Tensor::<1, Int>::from_ints(input.classes().as_slice(), device);
    let logits = model.nar()?.forward(
        codes.repeat_dim(0, input.batch),
        &input.places(device),
        classes.reshape([input.batch, input.slots()]),
    );
    values(logits)
}

fn picture(model: &Model, cells: &[i64]) -> Result<Vec<f32>> {
    let cells = Tensor::<1, Int>::from_ints(cells, model.device()).unsqueeze::<2>();
    values(model.decoder()?.decode(cells))
}

fn draw(model: &Model, request: &Request) -> Result<()> {
    block_on(async {
        let mut sampler = NarSampler::start(model, request.clone()).await?;
        while sampler.next().await?.is_some() {}
        Ok(())
    })
}

fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    tensor.into_data().convert::<f32>().try_to_vec().map_err(|e| Error::Device(format!("{e:?}")))
}

fn measure(name: &str, runs: usize, work: impl Fn() -> Result<()>) -> Result<Value> {
    work()?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs.max(1) {
        let from = Instant::now();
        work()?;
        times.push(from.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_unstable_by(f64::total_cmp);
    let [low, median, high] = [0.25, 0.5, 0.75].map(|share| quantile(&times, share));
    let n = times.len();
    Ok(json!({ "name": name, "n": n, "median": median, "iqr": high - low, "min": times[0] }))
}

fn dump(model: &Model, counts: &Counts) -> Result<Value> {
    let cells = decoder_codes(model, counts);
    let picture = picture(model, &cells)?;
    let passes = [1, 2].map(|batch| {
        let input = Input::new(model, counts, batch);
        let tokens = input.map.layout();
        let centres: Vec<_> = tokens.tokens().iter().map(|t| t.centre()).collect();
        let grains: Vec<u8> = tokens.tokens().iter().map(|t| t.grain).collect();
        let logits = logits(model, &input)?;
        // Padding is left out of `grains` and `centres`, and one copy stands for the batch.
        Ok(json!({
            "batch": batch, "length": input.codes.len(), "codes": input.codes, "grains": grains,
            "centres": centres, "classes": input.classes(), "logits": logits,
        }))
    });
    let passes = passes.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(json!({ "passes": passes, "cells": cells, "picture": picture }))
}

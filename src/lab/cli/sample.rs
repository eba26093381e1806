//! `varigrain sample`: images from a model pack, as a sheet, as steps, or as golden results.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::json;

use crate::lab::data::Sheet;
use crate::model::Model;
use crate::pack::{Role, sha256_hex};
use crate::sampler::{Mode, Prompt, Repaint, Request, Sampler, Schedule, Step, block_on};
use crate::{Error, Result};

/// Arguments of `varigrain sample`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// What to draw, `STYLE/CATEGORY/CONCEPT`; one row each. An empty part is any: a class is drawn
    /// first, with the seed, evenly among those of the training set (but with --repaint).
    #[arg(default_value = "//")]
    prompts: Vec<String>,
    /// Images per prompt; the seeds count up.
    #[arg(long, default_value_t = 8)]
    count: u64,
    /// Pictures in a row of the sheet, instead of those of one prompt.
    #[arg(long)]
    columns: Option<usize>,
    /// First seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which generator draws.
    #[arg(long, value_enum, default_value_t = Mode::Nar)]
    mode: Mode,
    /// NAR: passes of the network.
    #[arg(long, default_value_t = Request::default().steps)]
    steps: usize,
    /// Classifier-free guidance; each generator has its own default.
    #[arg(long)]
    guidance: Option<f32>,
    /// Temperature of the code distribution; each generator has its own default.
    #[arg(long)]
    temperature: Option<f32>,
    /// NAR: noise on the confidence.
    #[arg(long, default_value_t = Request::default().noise)]
    noise: f32,
    /// NAR: order of commitment.
    #[arg(long, value_enum, default_value_t = Schedule::Priority)]
    schedule: Schedule,
    /// NAR: priority β of dense regions; each schedule has its own default.
    #[arg(long)]
    priority: Option<f32>,
    /// Share of fine regions; each generator has its own default.
    #[arg(long)]
    fine_ratio: Option<f32>,
    /// AR: codes in a step.
    #[arg(long, default_value_t = Request::default().every)]
    every: usize,
    /// AR: only the most likely codes.
    #[arg(long)]
    top_k: Option<usize>,
    /// AR: only the codes that make up this probability.
    #[arg(long)]
    top_p: Option<f32>,
    /// Temperature of where codes go: of AR's positions, of the grain map for NAR.
    #[arg(long, default_value_t = Request::default().position_temperature)]
    position_temperature: f32,
    /// Sheet to write.
    #[arg(long, default_value = "samples.png")]
    out: PathBuf,
    /// Put every step of every image on the sheet, one image a row.
    #[arg(long)]
    every_step: bool,
    /// JSON file of a picture to draw a part of again: `{grains, cells, regions}`.
    #[arg(long)]
    repaint: Option<PathBuf>,
    /// Also write what a test needs to compare with, as JSON.
    #[arg(long)]
    golden: Option<PathBuf>,
}

/// Generates and writes the sheet.
pub fn run(args: Args) -> Result<()> {
    let roles: &[Role] = match args.mode {
        Mode::Nar => &[Role::Decoder, Role::GrainMap, Role::Nar],
        Mode::Ar => &[Role::Decoder, Role::Ar],
    };
    let model = Model::open(&args.model, roles, &Device::flex())?;
    let repaint = args.repaint.as_deref().map(read_repaint).transpose()?;
    let mut columns = args.count as usize;
    let mut pictures: Vec<Step> = Vec::new();
    let mut golden = Vec::new();
    for prompt in &args.prompts {
        let condition = parse(prompt).resolve(model.classes())?;
        for seed in args.seed..args.seed + args.count {
            let repaint = repaint.clone();
            let mut request = Request { condition, seed, repaint, ..args.request() };
            request.choose_class(model.classes());
            let drawn = Prompt::of(request.condition, model.classes());
            let mut steps = block_on(generate(&model, request))?;
            if let Some(last) = steps.last() {
                golden.push(json!({
                    "prompt": prompt, "drawn": spell(&drawn), "seed": seed, "steps": args.steps, "grains": last.grains,
                    "cells": last.cells, "rgb_sha256": sha256_hex(&last.rgb), "rgb": last.rgb,
                }));
            }
            if args.every_step {
                columns = steps.len();
                pictures.append(&mut steps);
            } else {
                pictures.extend(steps.pop());
            }
        }
    }
    let size = pictures.first().map_or(1, |p| p.size);
    let columns = args.columns.unwrap_or(columns);
    let mut sheet = Sheet::new(columns.max(1), size, 4);
    for picture in &pictures {
        sheet.add(&with_gaps(picture), picture.size)?;
    }
    sheet.save(&args.out)?;
    if let Some(path) = &args.golden {
        let text = serde_json::to_vec(&golden).unwrap_or_default();
        std::fs::write(path, text).map_err(crate::Error::io(path))?;
    }
    Ok(())
}

impl Args {
    /// What to do, except for whom.
    fn request(&self) -> Request {
        let default = Request::of(self.mode);
        Request {
            steps: self.steps,
            guidance: self.guidance.unwrap_or(default.guidance),
            temperature: self.temperature.unwrap_or(default.temperature),
            priority: self.priority.unwrap_or(self.schedule.default_priority()),
            fine_ratio: self.fine_ratio.unwrap_or(default.fine_ratio),
            schedule: self.schedule,
            noise: self.noise,
            every: self.every,
            top_k: self.top_k.or(default.top_k),
            top_p: self.top_p.unwrap_or(default.top_p),
            position_temperature: self.position_temperature,
            ..default
        }
    }
}

/// The picture with cells that are not known yet in grey: only what has been decided shows.
fn with_gaps(step: &Step) -> Vec<u8> {
    let (size, cells) = (step.size, step.known.len().isqrt());
    let pixels = step.rgb.chunks_exact(3).enumerate();
    pixels
        .flat_map(|(i, rgb)| {
            let cell = (i / size * cells / size) * cells + i % size * cells / size;
            if step.known[cell] == 1 { [rgb[0], rgb[1], rgb[2]] } else { [222, 222, 226] }
        })
        .collect()
}

/// All steps of one image.
async fn generate(model: &Model, request: Request) -> Result<Vec<Step>> {
    let mut sampler = Sampler::start(model, request).await?;
    let mut steps = Vec::new();
    while let Some(step) = sampler.next().await? {
        steps.push(step);
    }
    Ok(steps)
}

fn read_repaint(path: &Path) -> Result<Repaint> {
    Repaint::from_json(&std::fs::read_to_string(path).map_err(Error::io(path))?)
}

/// The other way round.
fn spell(prompt: &Prompt) -> String {
    let parts = [&prompt.style, &prompt.category, &prompt.concept];
    parts.map(|part| part.as_deref().unwrap_or_default()).join("/")
}

/// `STYLE/CATEGORY/CONCEPT`; empty or missing parts mean any.
fn parse(prompt: &str) -> Prompt {
    let mut parts = prompt.split('/').map(|p| (!p.is_empty()).then(|| p.to_string()));
    let mut next = || parts.next().flatten();
    Prompt { style: next(), category: next(), concept: next() }
}

//! `varigrain sample`: images from a model pack, as a sheet, as steps, or as golden results.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::grain::Shares;
use crate::lab::backend::Backend;
use crate::lab::data::Sheet;
use crate::model::Model;
use crate::pack::{Role, sha256_hex};
use crate::sampler::{
    BatchSampler, Mode, Prompt, Repaint, Request, Sampler, Schedule, Step, block_on,
};
use crate::{Error, Result};

/// Arguments of `varigrain sample`. What is left out is as the pack has it for its generator.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// What to draw: AXIS=CLASS,AXIS=CLASS or any; one row each. Where the pack tells which combinations of
    /// classes training had, an axis that is left out is one of these, drawn with the seed (but with
    /// --repaint); else it is left to the network.
    #[arg(long = "prompt", default_value = "any")]
    prompts: Vec<Prompt>,
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
    #[arg(long)]
    steps: Option<usize>,
    /// Classifier-free guidance.
    #[arg(long)]
    guidance: Option<f32>,
    /// Temperature of the code distribution.
    #[arg(long)]
    temperature: Option<f32>,
    /// NAR: noise on the confidence.
    #[arg(long)]
    noise: Option<f32>,
    /// NAR: order of commitment.
    #[arg(long, value_enum)]
    schedule: Option<Schedule>,
    /// NAR: priority β of dense regions; each schedule has its own default.
    #[arg(long)]
    priority: Option<f32>,
    /// Shares of regions at the finer granularities, as in 0.3,0.3.
    #[arg(long)]
    shares: Option<Shares>,
    /// AR: codes in a step.
    #[arg(long)]
    every: Option<usize>,
    /// AR: only the most likely codes.
    #[arg(long)]
    top_k: Option<usize>,
    /// AR: only the codes that make up this probability.
    #[arg(long)]
    top_p: Option<f32>,
    /// Temperature of where codes go: of AR's positions, of the grain map for NAR.
    #[arg(long)]
    position_temperature: Option<f32>,
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
    /// Where to compute: cpu, gpu (any graphics card; see docs/building.md), torch, cuda or cuda:N.
    #[arg(long, default_value = "cpu")]
    device: Backend,
    /// Kernels that draw perhaps another picture. On gpu: half (for cards with f16), int8, subgroups. On cpu: int16, which
    /// pages use there.
    #[arg(long, value_delimiter = ',')]
    kernels: Vec<String>,
    /// Draws all pictures together and only as they are at the end, which is much faster.
    #[arg(long, conflicts_with_all = ["every_step", "golden", "repaint"])]
    together: bool,
}

/// The files that a generator draws with.
pub(super) fn roles_of(mode: Mode) -> &'static [Role] {
    match mode {
        Mode::Nar => &[Role::Decoder, Role::GrainMap, Role::Nar],
        Mode::Ar => &[Role::Decoder, Role::Ar],
    }
}

/// Generates and writes the sheet.
pub fn run(args: Args) -> Result<()> {
    args.device.use_kernels(&args.kernels)?;
    let device = args.device.device()?;
    let model = Model::open(&args.model, roles_of(args.mode), &device)?;
    let wanted = args.wanted(&model)?;
    if args.together {
        let size = model.architecture().tokenizer.image;
        return draw_together(&args, &BatchSampler::new(&model, &device), &wanted, size);
    }
    let mut columns = args.count as usize;
    let mut pictures: Vec<Step> = Vec::new();
    let mut golden = Vec::new();
    for Wanted { prompt, request } in wanted {
        let (seed, passes) = (request.seed, request.steps);
        let drawn = Prompt::of(&request.condition, model.classes());
        let mut steps = block_on(generate(&model, request))?;
        if let Some(last) = steps.last() {
            golden.push(json!({
                "prompt": prompt, "drawn": drawn, "seed": seed, "steps": passes, "grains": last.grains,
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

/// All of `wanted` in one batch.
fn draw_together(
    args: &Args,
    sampler: &BatchSampler,
    wanted: &[Wanted],
    size: usize,
) -> Result<()> {
    let requests: Vec<Request> = wanted.iter().map(|one| one.request.clone()).collect();
    let mut sheet = Sheet::new(args.columns.unwrap_or(args.count as usize).max(1), size, 4);
    for image in &sampler.sample(&requests)? {
        sheet.add(image, size)?;
    }
    sheet.save(&args.out)
}

/// One picture that is asked for.
struct Wanted<'a> {
    prompt: &'a Prompt,
    request: Request,
}

impl Args {
    /// Every prompt with every seed.
    fn wanted(&self, model: &Model) -> Result<Vec<Wanted<'_>>> {
        let default = self.request(&Request::defaults(model, self.mode)?);
        let repaint = self.repaint.as_deref().map(read_repaint).transpose()?;
        let mut wanted = Vec::new();
        for prompt in &self.prompts {
            let condition = prompt.resolve(model.classes())?;
            for seed in self.seed..self.seed + self.count {
                let (condition, repaint) = (condition.clone(), repaint.clone());
                let mut request = Request { condition, seed, repaint, ..default.clone() };
                request.choose_class(model.classes());
                wanted.push(Wanted { prompt, request });
            }
        }
        Ok(wanted)
    }

    /// What to do, except for whom.
    fn request(&self, default: &Request) -> Request {
        let schedule = self.schedule.unwrap_or(default.schedule);
        let priority = match schedule == default.schedule {
            true => default.priority,
            false => schedule.default_priority(),
        };
        Request {
            steps: self.steps.unwrap_or(default.steps),
            guidance: self.guidance.unwrap_or(default.guidance),
            temperature: self.temperature.unwrap_or(default.temperature),
            priority: self.priority.unwrap_or(priority),
            shares: self.shares.unwrap_or(default.shares),
            schedule,
            noise: self.noise.unwrap_or(default.noise),
            every: self.every.unwrap_or(default.every),
            top_k: self.top_k.or(default.top_k),
            top_p: self.top_p.unwrap_or(default.top_p),
            position_temperature: self.position_temperature.unwrap_or(default.position_temperature),
            ..default.clone()
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

//! `varigrain eval ar`: trained variants of DGiT-AR beside each other.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::Device;
use serde::Serialize;

use crate::dgit::{Ar, ArConfig};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::grain::Shares;
use crate::lab::backend::Backend;
use crate::lab::data::{Dataset, Split};
use crate::lab::evaluation::FeatureExtractor;
use crate::lab::evaluation::extractor::{real, rebuilt};
use crate::lab::metrics::frechet::Reference;
use crate::lab::run_folder;
use crate::lab::train::{ar, held_out};
use crate::rng::Rng;
use crate::sampler::{Mode, Request, SampledImage, sample_ar};
use crate::{Error, Result};

/// Held-out images whose loss is looked at, at most.
const FOLLOWED: usize = 512;

/// Arguments of `varigrain eval ar`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Variants, `NAME=FOLDER@SHARES`: what to call it, its run folder, the shares it is asked for,
    /// one for each finer granularity.
    #[arg(required = true)]
    runs: Vec<Run>,
    /// Folder of the tokenizer, or of a model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    tokenizer: PathBuf,
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// EfficientNet-Lite2 weights that `varigrain features` wrote.
    #[arg(long)]
    features: PathBuf,
    /// Images of each variant.
    #[arg(long, default_value_t = 1000)]
    samples: usize,
    /// Images that are drawn at once.
    #[arg(long, default_value_t = 250)]
    batch: usize,
    /// Images that are drawn alone, for the time.
    #[arg(long, default_value_t = 8)]
    timed: usize,
    /// Classifier-free guidance.
    #[arg(long, default_value_t = Request::of(Mode::Ar).guidance)]
    guidance: f32,
    /// Temperature of the code distribution.
    #[arg(long, default_value_t = Request::of(Mode::Ar).temperature)]
    temperature: f32,
    /// Only the codes that make up this probability.
    #[arg(long, default_value_t = Request::of(Mode::Ar).top_p)]
    top_p: f32,
    /// First seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Also write the figures as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone)]
struct Run {
    name: String,
    folder: PathBuf,
    shares: Shares,
}

impl std::str::FromStr for Run {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, rest) = text.split_once('=').ok_or("NAME=FOLDER@SHARES is expected")?;
        let (folder, shares) = rest.rsplit_once('@').ok_or("NAME=FOLDER@SHARES is expected")?;
        let shares = shares.parse().map_err(|e: Error| e.to_string())?;
        Ok(Self { name: name.into(), folder: folder.into(), shares })
    }
}

/// Figures of a variant.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    shares: Vec<f32>,
    /// Nats per code of held-out images.
    content: f32,
    /// Nats per position to choose.
    position: f32,
    /// Nats of all codes and positions of a held-out image, mean.
    nats: f64,
    /// FD-lite of the samples against training images of the same classes.
    fd_lite: f64,
    /// Codes of a sample, mean.
    codes: f64,
    /// Seconds for an image drawn alone, mean.
    seconds: f64,
    /// Images a second, many at a time.
    per_second: f64,
}

/// What all variants are measured with.
struct Bench {
    data: Arc<Dataset>,
    spec: TokenizerSpec,
    tokenizer: DqVae,
    extractor: FeatureExtractor,
    /// Training images whose classes are drawn.
    indices: Vec<usize>,
    real: Reference,
    device: Device,
}

/// Measures and prints a table.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    let (spec, tokenizer) = run_folder::tokenizer(&args.tokenizer, &device)?;
    let data = Arc::new(Dataset::open(&args.data)?);
    let extractor = FeatureExtractor::load(&args.features, &device)?;
    let indices = Rng::new(11).some(data.indices(Split::Train), args.samples);
    let real = extractor.features(&real(&data, &indices), data.size).reference()?;
    let bench = Bench { data, spec, tokenizer, extractor, indices, real, device };

    println!("{} samples of as many training classes, seeds from {}", args.samples, args.seed);
    for each in [0.5, 1.0] {
        let shares = Shares::even(bench.spec.config.grid, each);
        println!("FD-lite of reconstructions at r = {shares}: {:.2}", bench.floor(shares)?);
    }
    println!(
        "variant               shares   nats/code  nats/position  nats/image   FD-lite   codes   s/image  images/s"
    );
    let mut rows = Vec::new();
    for run in &args.runs {
        let row = bench.measure(run, args)?;
        println!(
            "{:18} {:>9} {:11.4} {:14.4} {:11.1} {:9.2} {:7.1} {:9.4} {:9.1}",
            row.name,
            run.shares.to_string(),
            row.content,
            row.position,
            row.nats,
            row.fd_lite,
            row.codes,
            row.seconds,
            row.per_second
        );
        rows.push(row);
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_vec_pretty(&rows).unwrap_or_default();
        std::fs::write(path, text).map_err(Error::io(path))?;
    }
    Ok(())
}

impl Bench {
    /// FD-lite of what the tokenizer makes of the real images: no generator on its codes can be
    /// expected to do better.
    fn floor(&self, shares: Shares) -> Result<f64> {
        let tokenizer = (&self.spec, &self.tokenizer);
        let originals = real(&self.data, &self.indices);
        let (made, _) = rebuilt(&originals, self.data.size, tokenizer, shares, &self.device)?;
        self.distance(&made)
    }

    fn measure(&self, run: &Run, args: &Args) -> Result<Row> {
        let (config, model) = run_folder::ar(&run.folder, &self.device)?;
        let request = |i: usize| Request {
            condition: self.data.condition(self.indices[i]),
            seed: args.seed + i as u64,
            guidance: args.guidance,
            temperature: args.temperature,
            top_p: args.top_p,
            shares: run.shares,
            ..Request::on(config.positions().grid(), Mode::Ar)
        };
        let requests: Vec<Request> = (0..self.indices.len()).map(request).collect();

        let begun = Instant::now();
        let mut drawn = Vec::with_capacity(requests.len());
        for requests in requests.chunks(args.batch.max(1)) {
            drawn.extend(self.draw(&model, &config, requests)?);
        }
        let seconds = begun.elapsed().as_secs_f64();
        let codes: usize = drawn.iter().map(|drawing| drawing.codes).sum();
        let images: Vec<Vec<u8>> = drawn.into_iter().map(|drawing| drawing.rgb).collect();
        let alone = &requests[..args.timed.min(requests.len())];
        let begun = Instant::now();
        for request in alone {
            self.draw(&model, &config, std::slice::from_ref(request))?;
        }
        let each = begun.elapsed().as_secs_f64() / alone.len().max(1) as f64;
        let tokenizer = (&self.spec, &self.tokenizer);
        let (data, device) = (&self.data, &self.device);
        let unseen =
            held_out::followed(data, Split::TestCells, FOLLOWED, tokenizer, run.shares, device)?;
        let unseen: Vec<_> = ar::batches(&config, &unseen, device).collect();
        let loss = ar::loss(&model, &unseen);
        Ok(Row {
            name: run.name.clone(),
            shares: run.shares.as_slice().to_vec(),
            content: loss.content,
            position: loss.position,
            nats: loss.per_image,
            fd_lite: self.distance(&images)?,
            codes: codes as f64 / requests.len() as f64,
            seconds: each,
            per_second: requests.len() as f64 / seconds,
        })
    }

    fn draw(
        &self,
        model: &Ar,
        config: &ArConfig,
        requests: &[Request],
    ) -> Result<Vec<SampledImage>> {
        sample_ar(model, config, &self.tokenizer.decoder, requests, &self.device)
    }

    /// FD-lite against the real images.
    fn distance(&self, images: &[impl AsRef<[u8]>]) -> Result<f64> {
        self.real.distance(self.extractor.features(images, self.data.size).rows())
    }
}

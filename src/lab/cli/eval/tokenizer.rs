//! `varigrain eval tokenizer`: how well tokenizers give images back, and at what price.

use std::path::PathBuf;

use burn::tensor::Device;

use crate::density::Measure;
use crate::dqvae::{Allocation, DqVae, TokenizerConfig, TokenizerSpec};
use crate::grain::{Counts, Shares};
use crate::lab::backend::Backend;
use crate::lab::data::{Dataset, Split};
use crate::lab::metrics::reconstruction::{Originals, Reconstruction};
use crate::lab::metrics::{EfficientNetLite, EfficientNetLiteConfig, PerceptualLoss};
use crate::lab::results::{Cell, Column, Form, Plot, Results};
use crate::lab::run_folder;
use crate::lab::train::tokenizer_run::{comparison_sheet, with_measure};
use crate::rng::Rng;
use crate::{Error, Result};

/// Fine ratios where nothing is asked for.
const RATIOS: [f32; 3] = [0.25, 0.5, 1.0];
/// Concepts on the sheet.
const SHEET: usize = 32;

/// Arguments of `varigrain eval tokenizer`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A variant, `NAME=FOLDER[,FOLDER…]`: what to call it, and the run folders or model packs of
    /// its seeds. May be given many times.
    #[arg(long, default_value = "shipped=www/models/emoji-128")]
    run: Vec<Variant>,
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// EfficientNet-Lite2 weights that `varigrain features` wrote; without them no FD-lite.
    #[arg(long)]
    features: Option<PathBuf>,
    /// EfficientNet-Lite0 weights that `varigrain features` wrote; without them no perceptual
    /// distance.
    #[arg(long)]
    perceptual: Option<PathBuf>,
    /// Images to give back: those of one split, or of several.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "test-concepts")]
    split: Vec<Split>,
    /// Only so many of them, drawn at random.
    #[arg(long)]
    limit: Option<usize>,
    /// Measures so many random halves of the images instead of all of them, each by itself: the spread says how
    /// much a figure owes to the choice of images.
    #[arg(long)]
    halves: Option<usize>,
    /// Shares over the training images, each for every granularity finer than the coarsest [default:
    /// 0.25,0.5,1 unless --fine-regions is given].
    #[arg(long, value_delimiter = ',')]
    ratios: Vec<f32>,
    /// Numbers of fine regions, the same for every image; with more than two granularities one for each
    /// finer one, coarse to fine, as in 19+19.
    #[arg(long, value_delimiter = ',')]
    fine_regions: Vec<Finer>,
    /// What decides the density, instead of what each tokenizer was trained with.
    #[arg(long, value_enum, value_delimiter = ',')]
    allocators: Vec<Measure>,
    /// Seed of the random allocator.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Folder for the table as JSON and the plots as SVG; without it the table is only printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Name of these files.
    #[arg(long, default_value = "tokenizer")]
    name: String,
    /// Also write a PNG of 32 concepts of the split, original beside reconstruction at r = 0.5, by
    /// the first folder of the first variant.
    #[arg(long)]
    sheet: Option<PathBuf>,
}

#[derive(Debug, Clone)]
struct Variant {
    name: String,
    folders: Vec<PathBuf>,
}

impl std::str::FromStr for Variant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, folders) = text.split_once('=').ok_or("NAME=FOLDER[,FOLDER…] is expected")?;
        let folders: Vec<PathBuf> = folders.split(',').map(PathBuf::from).collect();
        match folders.iter().any(|folder| folder.as_os_str().is_empty()) {
            true => Err("a folder has no name".into()),
            false => Ok(Self { name: name.into(), folders }),
        }
    }
}

/// Regions of the finer granularities, coarse to fine.
#[derive(Debug, Clone)]
struct Finer(Vec<usize>);

impl std::str::FromStr for Finer {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('+').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl std::fmt::Display for Finer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.write_str(&counts.join("+"))
    }
}

/// One line of the table: a variant with one allocator and one allocation, over its seeds.
struct Line {
    variant: String,
    allocator: String,
    given: String,
    /// Of every seed and every half.
    seeds: Vec<Reconstruction>,
}

/// Measures, prints a table and writes the files.
pub fn run(args: &Args) -> Result<()> {
    let device = args.device.device()?;
    device.seed(args.seed);
    let variants =
        args.run.iter().map(|variant| Ok((variant.name.clone(), variant.load(&device)?)));
    let variants = variants.collect::<Result<Vec<_>>>()?;
    let splits: &[Split] = match args.ratios().is_empty() {
        true => &args.split,
        false => &Split::ALL, // quantiles are those of the training images
    };
    let size = variants[0].1[0].0.config.image;
    let data = Dataset::open_at(&args.data, size, splits)?;
    let of_splits: Vec<usize> = args.split.iter().flat_map(|s| data.indices(*s)).collect();
    let indices = Rng::new(11).some(of_splits.clone(), args.limit.unwrap_or(usize::MAX));
    let lite2 = |path| EfficientNetLite::load(EfficientNetLiteConfig::LITE2, path, &device);
    let features = args.features.as_deref().map(lite2).transpose()?;
    let perceptual = args.perceptual.as_deref().map(|path| PerceptualLoss::load(path, &device));
    let perceptual = perceptual.transpose()?;
    let groups = args.groups(indices);
    let originals = groups.iter().map(|group| {
        let mut originals = Originals::new(&data, group, &device);
        if let Some(network) = &features {
            originals = originals.with_features(network)?;
        }
        if let Some(network) = &perceptual {
            originals = originals.with_perceptual(network);
        }
        Ok(originals)
    });
    let originals = originals.collect::<Result<Vec<_>>>()?;

    let quantiles = (!args.ratios().is_empty()).then_some(&data);
    let mut lines: Vec<Line> = Vec::new();
    for (variant, seeds) in &variants {
        if let (true, Some(path), Some(first)) = (lines.is_empty(), &args.sheet, seeds.first()) {
            comparison_sheet(&data, of_splits.clone(), SHEET, first, &device, path)?;
        }
        for allocator in args.allocators(seeds) {
            let seeds = seeds.iter().map(|(spec, model)| {
                let spec = with_measure(spec, model, allocator, quantiles, &device)?;
                Ok((spec, model))
            });
            let seeds = seeds.collect::<Result<Vec<(TokenizerSpec, &DqVae)>>>()?;
            let first = lines.len();
            let fixed = seeds[0].0.config.fixed.is_some();
            for (given, allocation) in args.allocations(&seeds[0].0.config)? {
                let all = originals.iter().flat_map(|o| seeds.iter().map(move |seed| (o, seed)));
                let figures = all.map(|(o, (spec, model))| o.compare(spec, model, allocation));
                let seeds = figures.collect::<Result<Vec<Reconstruction>>>()?;
                let variant = variant.clone();
                let allocator = match fixed {
                    true => "none".into(),
                    false => allocator.to_string(),
                };
                eprintln!("{variant}, {allocator}, {given}: {:.2} dB", seeds[0].psnr);
                lines.push(Line { variant, allocator, given, seeds });
            }
            lines[first..].sort_by(|a, b| a.seeds[0].bits.total_cmp(&b.seeds[0].bits));
        }
    }
    let results = report(args, &groups, &lines)?;
    match &args.out {
        Some(out) => results.write(out, &args.name),
        None => {
            print!("{}", results.to_markdown());
            Ok(())
        }
    }
}

impl Variant {
    /// The tokenizers of all seeds, at least one, with the same sizes.
    fn load(&self, device: &Device) -> Result<Vec<(TokenizerSpec, DqVae)>> {
        let seeds = self.folders.iter().map(|folder| run_folder::tokenizer(folder, device));
        let seeds = seeds.collect::<Result<Vec<_>>>()?;
        match seeds.windows(2).all(|two| two[0].0.config == two[1].0.config) {
            true => Ok(seeds),
            false => Err(Error::BadRequest(format!("the runs of {} are not alike.", self.name))),
        }
    }
}

impl Args {
    /// The measures to try on a tokenizer: those asked for, else its own.
    fn allocators(&self, seeds: &[(TokenizerSpec, DqVae)]) -> Vec<Measure> {
        let config = &seeds[0].0.config;
        match config.fixed.is_some() || self.allocators.is_empty() {
            true => vec![config.measure],
            false => self.allocators.clone(),
        }
    }

    /// The images that are measured together: all of them, or random halves.
    fn groups(&self, indices: Vec<usize>) -> Vec<Vec<usize>> {
        let Some(count) = self.halves else { return vec![indices] };
        let half =
            |number| Rng::new(12).fork(number as u64).some(indices.clone(), indices.len() / 2);
        (0..count.max(1)).map(half).collect()
    }

    /// The fine ratios to try.
    fn ratios(&self) -> &[f32] {
        match self.ratios.is_empty() && self.fine_regions.is_empty() {
            true => &RATIOS,
            false => &self.ratios,
        }
    }

    /// How much to make fine, with a name for each; fixed lengths leave no choice.
    fn allocations(&self, config: &TokenizerConfig) -> Result<Vec<(String, Allocation)>> {
        if let Some(side) = config.fixed {
            return Ok(vec![(
                format!("{side} × {side}"),
                Allocation::Shares(Shares::even(config.grid, 0.5)),
            )]);
        }
        let mut all = Vec::new();
        for ratio in self.ratios() {
            crate::error::in_range("a fine ratio", f64::from(*ratio), 0.0, 1.0)?;
            all.push((
                format!("r = {ratio}"),
                Allocation::Shares(Shares::even(config.grid, *ratio)),
            ));
        }
        for fine in &self.fine_regions {
            all.push((
                format!("k = {fine}"),
                Allocation::Densest(Counts::new(config.grid, &fine.0)?),
            ));
        }
        if config.measure == Measure::Router {
            all.push(("router's own".into(), Allocation::Router));
        }
        Ok(all)
    }
}

/// The table, and what to draw of it.
fn report(args: &Args, groups: &[Vec<usize>], lines: &[Line]) -> Result<Results> {
    let columns = vec![
        Column::key("variant", "", 0),
        Column::key("allocator", "", 0),
        Column::key("fine", "", 0),
        Column::measure("fine share", "", 3),
        Column::measure("codes", "", 1),
        Column::measure("bits", "", 0),
        Column::measure("PSNR", "dB", 2),
        Column::measure("SSIM", "", 4),
        Column::measure("perceptual", "", 4),
        Column::measure("FD-lite", "", 2),
        Column::measure("busy error", "%", 2),
        Column::measure("codes used", "%", 1),
        Column::measure("perplexity", "", 0),
    ];
    let mut results = Results::new("Reconstruction", columns);
    let splits: Vec<&str> = args.split.iter().map(|split| split.name()).collect();
    let (images, splits) = (groups[0].len(), splits.join(" and "));
    results.note(match args.halves {
        None => format!("{images} images of the split {splits}."),
        Some(_) => format!(
            "{} random halves of the split {splits}, of {images} images each; ± is their spread.",
            groups.len()
        ),
    });
    for Line { variant, allocator, given, seeds } in lines {
        let all = |figure: &dyn Fn(&Reconstruction) -> f64| -> Cell {
            Cell::from(seeds.iter().map(figure).collect::<Vec<f64>>().as_slice())
        };
        results.row(vec![
            variant.as_str().into(),
            allocator.as_str().into(),
            given.as_str().into(),
            all(&|r| r.fine),
            all(&|r| r.codes),
            all(&|r| r.bits),
            all(&|r| r.psnr),
            all(&|r| r.ssim),
            all(&|r| r.perceptual.unwrap_or(f64::NAN)),
            all(&|r| r.fd_lite.unwrap_or(f64::NAN)),
            all(&|r| 100.0 * r.busy_error),
            all(&|r| 100.0 * r.codebook_use),
            all(&|r| r.perplexity),
        ])?;
    }
    let measured = [Some("PSNR"), args.features.as_ref().map(|_| "FD-lite"), Some("busy error")];
    for figure in measured.into_iter().flatten() {
        results.plot(match args.allocators.len() {
            0 => Plot::new(Form::Lines, "bits", &[figure]).by(&["variant"]),
            _ => Plot::new(Form::Groups, "allocator", &[figure]).by(&["variant", "fine"]),
        });
    }
    Ok(results)
}

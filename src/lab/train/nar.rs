//! Trains DGiT-NAR on the codes of a tokenizer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use serde::Serialize;

use super::buckets::Buckets;
use super::examples::ExampleSource;
use super::held_out;
use super::masking::{MaskedBatch, MaskedExample};
use super::prepared::Prepared;
use super::tokens::{TokenSet, Variants};
use super::{Options, Trainer, run};
use crate::density::LEVELS;
use crate::dgit::{Nar, SketchConfig, TransformerConfig};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::error::in_range;
use crate::lab::data::{Dataset, Sheet, Split};
use crate::lab::run_folder;
use crate::model::{Architecture, Model};
use crate::pack::{self, FORMAT, Manifest};
use crate::rng::Rng;
use crate::sampler::{NarSampler, Request, block_on};
use crate::{Error, Result};

/// Options of `varigrain train nar` and `varigrain train grain-map`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct GeneratorOptions {
    /// Options of every training run.
    #[command(flatten)]
    pub common: Options,
    /// Folder of the trained tokenizer, or of a model pack.
    #[arg(long)]
    pub tokenizer: PathBuf,
    /// Encoded variants of each image, moved differently.
    #[arg(long, default_value_t = 8)]
    pub variants: usize,
    /// Fine ratio of all examples, instead of a mix.
    #[arg(long)]
    pub fine_ratio: Option<f32>,
    /// Share of examples with another grain map than the image has, 0..1; not for the grain-map model.
    #[arg(long, default_value_t = 0.0)]
    pub other_maps: f32,
    /// Share of examples that certainly keep their whole class, 0..1; of the others nearly half lose
    /// some of it.
    #[arg(long, default_value_t = 0.0)]
    pub whole: f32,
    /// Largest shift of a variant in pixels, instead of 1 for each 64 pixels of the image. Shifted
    /// variants make more of little data; without them a drawing has one code, and unknown codes
    /// agree about it sooner.
    #[arg(long)]
    pub shift: Option<usize>,
    /// Folder for the codes, instead of the tokenizer's.
    #[arg(long)]
    pub codes: Option<PathBuf>,
    /// Number of blocks, instead of the usual one.
    #[arg(long)]
    pub layers: Option<usize>,
    /// Width of the hidden vectors, instead of the usual one.
    #[arg(long)]
    pub width: Option<usize>,
    /// Channels of the sketch, 0 for none, instead of the usual number.
    #[arg(long)]
    pub sketch: Option<usize>,
    /// Run folder or model pack whose weights, of the same sizes, are the start instead of random
    /// ones; what they lack starts at random. Its codes must come from the same tokenizer.
    #[arg(long)]
    pub init: Option<PathBuf>,
}

impl GeneratorOptions {
    /// `sizes` with what the options say instead; `regions` along each side of the image.
    ///
    /// # Errors
    /// Those of [`TransformerConfig::validate`].
    pub fn resize(&self, sizes: &mut TransformerConfig, regions: usize) -> Result<()> {
        sizes.layers = self.layers.unwrap_or(sizes.layers);
        sizes.width = self.width.unwrap_or(sizes.width);
        if let Some(channels) = self.sketch {
            sizes.sketch = (channels > 0).then_some(SketchConfig { regions, channels });
        }
        sizes.validate()
    }

    /// What training starts from: `fresh`, or `NAME.safetensors` of --init.
    ///
    /// # Errors
    /// [`Error::Io`] without such a file, those of [`Weights`](crate::pack::Weights) if its sizes are others.
    pub fn start<M: Module>(&self, fresh: M, name: &str, device: &Device) -> Result<M> {
        let Some(folder) = &self.init else { return Ok(fresh) };
        let file = format!("{name}.safetensors");
        run_folder::weights(folder, &file)?.load_known_into(fresh, device)
    }
}

/// The losses of a step.
pub const LOSSES: &[&str] = &["loss", "ce_coarse", "ce_fine"];

/// What generators train on: the data set, its tokenizer, and its codes.
pub struct Codes {
    /// Images and labels.
    pub data: Arc<Dataset>,
    /// Sizes and densities.
    pub run: TokenizerSpec,
    /// The tokenizer.
    pub model: DqVae,
    /// Training images as codes.
    pub tokens: Arc<TokenSet>,
}

impl Codes {
    /// Loads the tokenizer and the codes, encoding the data set if that has not been done yet.
    pub fn load(options: &GeneratorOptions, device: &Device) -> Result<Self> {
        in_range("other-maps", f64::from(options.other_maps), 0.0, 1.0)?;
        in_range("whole", f64::from(options.whole), 0.0, 1.0)?;
        let data = Arc::new(Dataset::open(&options.common.data)?);
        let (run, model) = run_folder::tokenizer(&options.tokenizer, device)?;
        let shift = options.shift.map_or(String::new(), |s| format!("-shift{s}"));
        let folder = options.codes.as_ref().unwrap_or(&options.tokenizer);
        let path = folder.join(format!("codes-{}{shift}.bin", options.variants));
        let tokens = if path.exists() {
            TokenSet::load(&path, &run)?
        } else {
            std::fs::create_dir_all(folder).map_err(Error::io(folder))?; // before the work, not after it
            let indices = data.indices(Split::Train);
            let variants = Variants {
                count: options.variants.max(1),
                shift: options.shift.unwrap_or(data.size / 64),
            };
            let seed = options.common.seed;
            let tokens = TokenSet::encode(&data, &indices, &run, &model, variants, seed, device)?;
            tokens.save(&path)?;
            tokens
        };
        if tokens.coded.iter().any(|c| c.item as usize >= data.items.len()) {
            return Err(Error::Data("the codes are of another data set; remove them.".into()));
        }
        Ok(Self { data, run, model, tokens: Arc::new(tokens) })
    }

    /// How examples are drawn from them.
    pub fn examples(&self, options: &GeneratorOptions) -> ExampleSource {
        ExampleSource {
            data: self.data.clone(),
            tokens: self.tokens.clone(),
            grid: self.run.config.grid,
            ratio: options.fine_ratio,
            other_maps: options.other_maps,
            whole: options.whole,
        }
    }

    /// Sizes of the class axes.
    pub fn classes(&self) -> Vec<usize> {
        self.data.classes.counts()
    }
}

/// Trains from `options`, with the usual sizes where they say nothing else.
pub fn train(options: &GeneratorOptions) -> Result<()> {
    let common = &options.common;
    common.prepare()?;
    let device = common.device.device()?;
    device.seed(common.seed);
    let codes = Codes::load(options, &device)?;
    let (config, grid) = (&codes.run.config, codes.run.config.grid);
    let mut sizes =
        TransformerConfig::nar(config.codes, grid.granularities, grid.cells(), codes.classes());
    options.resize(&mut sizes, grid.regions)?;

    let model = options.start(Nar::new(&sizes, &device), "nar", &device)?;
    let trainer = Trainer::new(model, common, &device)?;
    let seed = common.seed.wrapping_add(trainer.step as u64);
    let mask = trainer.model.mask();
    let batches = batches(codes.examples(options), common.batch, mask, seed, &device);
    let ratio = options.fine_ratio.unwrap_or(0.5);
    let tokenizer = (&codes.run, &codes.model);
    let followed = |split| held_out::masked(&codes.data, split, tokenizer, ratio, mask, &device);
    let (unseen, known) = (followed(Split::TestCells)?, followed(Split::Train)?);
    run::train(
        trainer,
        common,
        LOSSES,
        |trainer| {
            let (loss, coarse, fine) = batches.next()??.step(trainer, Nar::forward);
            Ok(vec![loss, coarse, fine])
        },
        |trainer| {
            save(&common.out, "nar", &sizes, &trainer.average())?;
            let [coarse, fine] = held_out::masked_loss(&trainer.average(), &unseen);
            let [known_coarse, known_fine] = held_out::masked_loss(&trainer.average(), &known);
            let named = [
                ("coarse", coarse),
                ("fine", fine),
                ("known_coarse", known_coarse),
                ("known_fine", known_fine),
            ];
            held_out::note(&common.out, trainer.step, &named)?;
            let sheet = common.out.join(format!("samples-{:06}.png", trainer.step));
            sample_sheet(&codes, &sizes, &trainer.average(), &device, &sheet)
        },
    )?;
    Ok(())
}

fn batches(
    source: ExampleSource,
    batch: usize,
    mask: usize,
    seed: u64,
    device: &Device,
) -> Prepared<Result<MaskedBatch>> {
    Prepared::spawn(|thread| {
        let (source, device) = (source.clone(), device.clone());
        let mut rng = Rng::new(seed).fork(13 + 64 * thread);
        let mut buckets = Buckets::new(batch);
        move || {
            let (length, examples) = buckets.next(|| {
                let drawn = source.next(&mut rng)?;
                Ok((drawn.map.clone(), MaskedExample::new(&drawn, &mut rng)))
            })?;
            Ok(MaskedBatch::new(&examples, length, mask, &device))
        }
    })
}

/// Writes a generator to its run folder: `NAME.json` and `NAME.safetensors`.
pub fn save<M: Module>(dir: &Path, name: &str, sizes: &impl Serialize, model: &M) -> Result<()> {
    let put = |name: String, bytes: Vec<u8>| {
        let path = dir.join(name);
        std::fs::write(&path, bytes).map_err(Error::io(&path))
    };
    put(format!("{name}.json"), serde_json::to_vec_pretty(sizes).unwrap_or_default())?;
    put(format!("{name}.safetensors"), pack::save(model, false)?)
}

/// A model in memory out of parts that are still in training.
pub fn assemble(codes: &Codes, nar: &TransformerConfig, device: &Device) -> Result<Model> {
    let (run, classes) = (&codes.run, codes.classes());
    let grid = run.config.grid;
    let grain_map = TransformerConfig::grain_map(LEVELS, grid.regions, grid.cells(), classes);
    let architecture = Architecture {
        tokenizer: run.config.clone(),
        density: run.density.clone(),
        grain_map: Some(grain_map),
        nar: Some(nar.clone()),
        ar: None,
    };
    let json = |e: serde_json::Error| Error::Data(format!("the sizes cannot be written: {e}"));
    let manifest = Manifest {
        format: FORMAT,
        name: "in-training".into(),
        version: "0".into(),
        architecture: serde_json::to_value(architecture).map_err(json)?,
        classes: serde_json::to_value(&codes.data.classes).map_err(json)?,
        defaults: Default::default(),
        files: vec![],
        licences: vec![],
        credits: vec![],
    };
    let model = Model::new(manifest, device.clone())?;
    Ok(model.with_synthesis(codes.model.synthesis.clone()))
}

/// Held-out cells of the concept × style table: the true drawing beside what the model source from
/// its class and its true density levels.
fn sample_sheet(
    codes: &Codes,
    sizes: &TransformerConfig,
    nar: &Nar,
    device: &Device,
    path: &Path,
) -> Result<()> {
    let data = &codes.data;
    let mut indices = data.indices(Split::TestCells);
    Rng::new(2).shuffle(&mut indices);
    indices.truncate(24);
    let model = assemble(codes, sizes, device)?.with_nar(nar.clone());
    let truth =
        TokenSet::encode(data, &indices, &codes.run, &codes.model, Variants::ONE, 0, device)?;
    let mut sheet = Sheet::new(8, data.size, 4);
    for (seed, coded) in truth.coded.iter().enumerate() {
        let item = coded.item as usize;
        let condition = data.condition(item);
        let request = Request { condition, seed: seed as u64, ..Request::default() };
        let mut sampler = NarSampler::with_levels(&model, request, &coded.levels)?;
        let mut last = Vec::new();
        while let Some(step) = block_on(sampler.next())? {
            last = step.rgb;
        }
        sheet.add(data.image(item), data.size)?;
        sheet.add(&last, data.size)?;
    }
    sheet.save(path)
}

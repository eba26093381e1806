//! What the trainings of generators share: options, the codes of a tokenizer, the run folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use serde::Serialize;

use super::Options;
use super::examples::{ExampleSource, default_shares};
use super::tokens::{TokenSet, Variants};
use crate::dgit::{SketchConfig, TransformerConfig};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::error::in_range;
use crate::grain::Shares;
use crate::lab::data::{Dataset, Sheet, Split};
use crate::lab::run_folder;
use crate::pack;
use crate::rng::Rng;
use crate::sampler::SampledImage;
use crate::{Error, Result};

/// Options of every generator.
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
    /// Shares of all examples, one for each granularity finer than the coarsest, such as 0.3,0.3, instead
    /// of a mix.
    #[arg(long)]
    pub shares: Option<Shares>,
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
        let (run, model) = run_folder::tokenizer(&options.tokenizer, device)?;
        if let Some(shares) = &options.shares {
            shares.fit(run.config.grid)?;
        }
        in_range("other-maps", f64::from(options.other_maps), 0.0, 1.0)?;
        in_range("whole", f64::from(options.whole), 0.0, 1.0)?;
        let data = Arc::new(Dataset::open(&options.common.data)?);
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
            shares: options.shares,
            other_maps: options.other_maps,
            whole: options.whole,
        }
    }

    /// The shares in which held-out images are looked at: those of the options, or the default ones.
    pub fn shares(&self, options: &GeneratorOptions) -> Shares {
        options.shares.unwrap_or_else(|| default_shares(self.run.config.grid))
    }

    /// Sizes of the class axes.
    pub fn classes(&self) -> Vec<usize> {
        self.data.classes.counts()
    }

    /// A picture for the eye: held-out images, the true one beside what a generator draws of its class.
    /// `draw`: one picture for each of these images of the data set.
    ///
    /// # Errors
    /// Those of `draw` and of writing to `path`.
    pub fn sample_sheet(
        &self,
        path: &Path,
        draw: impl FnOnce(&[usize]) -> Result<Vec<SampledImage>>,
    ) -> Result<()> {
        let mut indices = self.data.indices(Split::TestCells);
        Rng::new(2).shuffle(&mut indices);
        indices.truncate(24);
        let mut sheet = Sheet::new(8, self.data.size, 4);
        for (item, drawn) in indices.iter().zip(draw(&indices)?) {
            sheet.add(self.data.image(*item), self.data.size)?;
            sheet.add(&drawn.rgb, self.data.size)?;
        }
        sheet.save(path)
    }
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

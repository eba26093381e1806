//! What the trainings of generators share: options, the codes of a tokenizer, the run folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::Serialize;

use super::code_bank::{CodeSource, FreshCodes};
use super::examples::{ExamplePlan, ExampleSource, default_shares};
use super::flat::Flat;
use super::labels::Labels;
use super::lattice::Lattice;
use super::tokens::{TokenSet, Variants};
use super::{Options, held_out};
use crate::dgit::{SketchConfig, TransformerConfig};
use crate::dqvae::{DqVae, TokenizerSpec};
use crate::error::in_range;
use crate::grain::Shares;
use crate::lab::backend::Backend;
use crate::lab::data::{Dataset, Originals, Sheet, Split, dataset};
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
    /// Several devices that share every batch, instead of --device: cuda:0,cuda:1.
    #[arg(long, value_delimiter = ',')]
    pub devices: Vec<Backend>,
    /// Encoded variants of each image, moved differently; not for larger pictures, of which every crop is
    /// encoded anew.
    #[arg(long, default_value_t = 8)]
    pub variants: usize,
    /// Larger pictures: share of the examples whose crop is encoded for them; the others have the codes of
    /// an earlier crop.
    #[arg(long, default_value_t = 0.25)]
    pub fresh: f32,
    /// Larger pictures: uses so many of the training set, and a quarter of that held out.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Tokens of a batch, at most: of long codes there are fewer in one. On each device.
    #[arg(long)]
    pub tokens: Option<usize>,
    /// Steps between two looks at the loss on held-out images; the best weights are kept in best/.
    #[arg(long, default_value_t = 500)]
    pub follow_every: usize,
    /// Held-out images whose loss is looked at, at most, and as many of the training set.
    #[arg(long, default_value_t = 512)]
    pub followed: usize,
    /// Shares of all examples, one for each granularity finer than the coarsest, such as 0.3,0.3, instead
    /// of a mix.
    #[arg(long)]
    pub shares: Option<Shares>,
    /// Share of examples in the shares that requests have by default, 0..1; the others have any.
    #[arg(long, default_value_t = 0.25)]
    pub default_shares: f32,
    /// What the default shares are, instead of those of every model with such a grid. A pack of the network
    /// has to say the same in its defaults.
    #[arg(long, value_name = "SHARES")]
    pub usual_shares: Option<Shares>,
    /// Share of examples with another grain map than the image has, 0..1; not for the grain-map model.
    #[arg(long, default_value_t = 0.0)]
    pub other_maps: f32,
    /// Share of examples that certainly keep their whole class, 0..1; of the others nearly half lose
    /// some of it.
    #[arg(long, default_value_t = 0.0)]
    pub whole: f32,
    /// Adds vectors of the lattice's digits to the table of codes, which neighbours share.
    #[arg(long)]
    pub lattice: bool,
    /// Dropout of what every block adds, 0..1; not for the grain-map model.
    #[arg(long, default_value_t = 0.0)]
    pub dropout: f32,
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
    /// Attention heads, each 8, 16, 32 or 64 wide, instead of the usual number.
    #[arg(long)]
    pub heads: Option<usize>,
    /// Channels of the sketch, 0 for none, instead of the usual number.
    #[arg(long)]
    pub sketch: Option<usize>,
    /// Run folder or model pack whose weights, of the same sizes, are the start instead of random
    /// ones; what they lack starts at random. Its codes must come from the same tokenizer. Of several,
    /// A,B, the mean: for runs that went on from the same weights.
    #[arg(long, value_delimiter = ',')]
    pub init: Vec<PathBuf>,
}

impl GeneratorOptions {
    /// `sizes` with what the options say instead; `regions` along each side of the image.
    ///
    /// # Errors
    /// Those of [`TransformerConfig::validate`].
    pub fn resize(&self, sizes: &mut TransformerConfig, regions: usize) -> Result<()> {
        sizes.layers = self.layers.unwrap_or(sizes.layers);
        sizes.width = self.width.unwrap_or(sizes.width);
        sizes.heads = self.heads.unwrap_or(sizes.heads);
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
        let file = format!("{name}.safetensors");
        let load = |folder: &PathBuf| {
            run_folder::weights(folder, &file)?.load_known_into(fresh.clone(), device)
        };
        let networks = self.init.iter().map(load).collect::<Result<Vec<M>>>()?;
        Ok(match networks.as_slice() {
            [] => fresh,
            [network] => network.clone(),
            networks => mean(networks),
        })
    }
}

/// What generators train on: the data set, its tokenizer, and its codes.
pub struct Codes {
    /// Images to look at while training goes on: all of the data set, or some central squares of its larger
    /// pictures.
    pub data: Arc<Dataset>,
    /// What all pictures show.
    pub labels: Arc<Labels>,
    /// Sizes and densities.
    pub run: TokenizerSpec,
    /// The tokenizer, on the first device.
    pub model: DqVae,
    /// Training images as codes.
    pub source: CodeSource,
}

impl Codes {
    /// Loads the tokenizer and the pictures. Equal images are encoded once, if that has not been done
    /// yet; crops of larger pictures as they are needed.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an option that is, [`Error::Io`], [`Error::Data`] or
    /// [`Error::PackDamaged`] for files that are not what they should be.
    pub fn load(options: &GeneratorOptions, device: &Device) -> Result<Self> {
        let (run, model) = run_folder::tokenizer(&options.tokenizer, device)?;
        for shares in options.shares.iter().chain(&options.usual_shares) {
            shares.fit(run.config.code_grid())?;
        }
        for (name, value, least) in [
            ("other-maps", options.other_maps, 0.0),
            ("whole", options.whole, 0.0),
            ("default-shares", options.default_shares, 0.0),
            ("fresh", options.fresh, 1e-3),
        ] {
            in_range(name, f64::from(value), least, 1.0)?;
        }
        in_range("dropout", f64::from(options.dropout), 0.0, 0.9)?;
        if options.follow_every == 0 || options.followed == 0 {
            return Err(Error::BadRequest("the followed loss needs images and steps.".into()));
        }
        match dataset::side(&options.common.data)? {
            Some(_) => Self::of_equal_images(options, (run, model), device),
            None => Self::of_pictures(options, (run, model)),
        }
    }

    fn of_equal_images(
        options: &GeneratorOptions,
        (run, model): (TokenizerSpec, DqVae),
        device: &Device,
    ) -> Result<Self> {
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
        let (labels, source) = (Labels::from(&*data), CodeSource::Stored(Arc::new(tokens)));
        Ok(Self { data, labels: Arc::new(labels), run, model, source })
    }

    fn of_pictures(
        options: &GeneratorOptions,
        (spec, model): (TokenizerSpec, DqVae),
    ) -> Result<Self> {
        let begun = Instant::now();
        let pictures = Arc::new(Originals::open_limited(&options.common.data, options.limit)?);
        println!("{} pictures in {:.0} s", pictures.items.len(), begun.elapsed().as_secs_f64());
        let data = looked_at(&pictures, spec.config.image, options.followed)?;
        let indices = pictures.indices(Split::Train);
        if indices.is_empty() {
            return Err(Error::Data("there are no pictures to train on.".into()));
        }
        let labels = Arc::new(Labels::from(&*pictures));
        let fresh = FreshCodes {
            data: pictures,
            indices,
            spec: spec.clone(),
            model: model.clone(),
            share: options.fresh,
            batch: options.common.batch,
        };
        let source = CodeSource::Fresh(Arc::new(fresh));
        Ok(Self { data: Arc::new(data), labels, run: spec, model, source })
    }

    /// Numbers of the pictures that are trained on.
    pub fn training(&self) -> Vec<usize> {
        match &self.source {
            CodeSource::Stored(tokens) => {
                tokens.coded.iter().map(|coded| coded.item as usize).collect()
            }
            CodeSource::Fresh(fresh) => fresh.indices.clone(),
        }
    }

    /// Where one thread has its examples from; another `seed` gives others.
    pub fn examples(
        &self,
        options: &GeneratorOptions,
        seed: u64,
        device: &Device,
    ) -> ExampleSource {
        let plan = ExamplePlan {
            labels: self.labels.clone(),
            grid: self.run.config.code_grid(),
            shares: options.shares,
            usual: self.usual(options),
            default_shares: options.default_shares,
            other_maps: options.other_maps,
            whole: options.whole,
            rivals: None,
        };
        ExampleSource { plan, bank: self.source.bank(seed, device) }
    }

    /// Vectors for the digits of the codes, `width` wide, where the options want them.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if the codes are no lattice.
    pub fn lattice(
        &self,
        options: &GeneratorOptions,
        width: usize,
        device: &Device,
    ) -> Result<Option<Lattice>> {
        if !options.lattice {
            return Ok(None);
        }
        let lattice = Lattice::new(&self.run.config.quantiser, width, device);
        lattice.map(Some).ok_or_else(|| {
            Error::BadRequest("learned codes have no digits: leave --lattice out.".into())
        })
    }

    /// The shares in which held-out images are looked at: those of the options, or the default ones.
    pub fn shares(&self, options: &GeneratorOptions) -> Shares {
        options.shares.unwrap_or_else(|| self.usual(options))
    }

    fn usual(&self, options: &GeneratorOptions) -> Shares {
        options.usual_shares.unwrap_or_else(|| default_shares(self.run.config.code_grid()))
    }

    /// Sizes of the class axes.
    pub fn classes(&self) -> Vec<usize> {
        self.labels.classes.counts()
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
        let indices = Rng::new(2).some(self.data.indices(held_out::unseen(&self.data)), 24);
        let mut sheet = Sheet::new(8, self.data.size, 4);
        for (item, drawn) in indices.iter().zip(draw(&indices)?) {
            sheet.add(self.data.image(*item), self.data.size)?;
            sheet.add(&drawn.rgb, self.data.size)?;
        }
        sheet.save(path)
    }
}

/// The mean of the weights of `networks`, of which there is at least one (model soups, Wortsman et al. 2022).
fn mean<M: Module>(networks: &[M]) -> M {
    let order = Flat::new(&networks[0]);
    let all = networks.iter().map(|network| order.flatten(network)).collect();
    let mean = Tensor::<1>::stack::<2>(all, 0).mean_dim(0).squeeze_dim::<1>(0);
    order.unflatten(&networks[0], &mean)
}

/// Central squares of some pictures of every split.
fn looked_at(pictures: &Originals, size: usize, most: usize) -> Result<Dataset> {
    let of = |split| Rng::new(3).some(pictures.indices(split), most);
    let chosen: Vec<usize> = Split::ALL.into_iter().flat_map(of).collect();
    Dataset::of_squares(pictures, &chosen, size)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dgit::{Nar, TransformerConfig};

    #[test]
    fn the_mean_of_networks_is_that_of_each_weight() {
        let device = Device::flex();
        let sizes = TransformerConfig::nar(8, 2, 8, vec![2]);
        let sizes = TransformerConfig { width: 16, layers: 1, heads: 2, ..sizes };
        let networks = [(); 3].map(|()| Nar::new(&sizes, &device));
        let order = Flat::new(&networks[0]);
        let values =
            |network: &Nar| order.flatten(network).into_data().try_to_vec::<f32>().unwrap();
        let found = values(&mean(&networks));
        let each = networks.each_ref().map(values);
        assert!(each[0] != each[1]);
        for (i, found) in found.iter().enumerate() {
            let wanted = each.iter().map(|values| values[i]).sum::<f32>() / 3.0;
            assert!((found - wanted).abs() < 1e-6, "{i}: {found} instead of {wanted}");
        }
    }
}

//! Trains DGiT-NAR on the codes of a tokenizer.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use serde::Serialize;

use super::Trainer;
use super::buckets::Buckets;
use super::course::{self, Lesson};
use super::dropout::Dropout;
use super::exchange::Seat;
use super::generator::{Codes, GeneratorOptions, save};
use super::held_out;
use super::lattice::{OnLattice, whole};
use super::masking::{MaskedBatch, MaskedExample};
use super::tokens::{TokenSet, Variants};
use crate::density::LEVELS;
use crate::dgit::{Nar, TransformerConfig};
use crate::error::in_range;
use crate::lab::data::{Dataset, Split};
use crate::model::{Architecture, Model};
use crate::pack::{FORMAT, Manifest};
use crate::rng::Rng;
use crate::sampler::{BatchSampler, Mode, Request, SampledImage};
use crate::{Error, Result};

/// Options of `varigrain train nar`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct NarOptions {
    /// Options of every generator.
    #[command(flatten)]
    pub generator: GeneratorOptions,
    /// Share of the codes seen that are swapped for random ones, 0..1.
    #[arg(long, default_value_t = 0.0)]
    pub noise: f32,
}

/// Trains from `options`, with the usual sizes where they say nothing else.
///
/// # Errors
/// Those of [`course::prepare`] and [`course::train`].
pub fn train(options: &NarOptions) -> Result<()> {
    let generator = &options.generator;
    in_range("noise", f64::from(options.noise), 0.0, 1.0)?;
    let (devices, codes) = course::prepare(generator)?;
    let (config, grid) = (&codes.run.config, codes.run.config.code_grid());
    let mut sizes =
        TransformerConfig::nar(config.codes, grid.granularities, grid.cells(), codes.classes());
    generator.resize(&mut sizes, grid.regions)?;
    let start = generator.start(Nar::new(&sizes, &devices[0]), "nar", &devices[0])?;
    let lattice = codes.lattice(generator, sizes.width, &devices[0])?;
    let lesson = NarLesson { options, codes: &codes, sizes };
    course::train(&lesson, generator, (start, lattice), &devices)
}

struct NarLesson<'a> {
    options: &'a NarOptions,
    codes: &'a Codes,
    sizes: TransformerConfig,
}

impl Lesson for NarLesson<'_> {
    type Network = OnLattice<Nar>;
    type Batch = MaskedBatch;

    fn data(&self) -> &Dataset {
        &self.codes.data
    }

    fn losses(&self) -> Vec<String> {
        let names = self.codes.run.config.code_grid().names();
        let grains = names.iter().map(|name| format!("ce_{name}"));
        std::iter::once("loss".to_owned()).chain(grains).collect()
    }

    fn batches(
        &self,
        size: usize,
        seed: u64,
        device: &Device,
    ) -> impl FnMut() -> Result<MaskedBatch> + Send + 'static {
        let mut source = self.codes.examples(&self.options.generator, seed, device);
        let (codes, noise, device) = (self.sizes.vocabulary, self.options.noise, device.clone());
        let tokens = self.options.generator.tokens;
        let mut rng = Rng::new(seed).fork(13);
        let mut buckets = Buckets::new(size, tokens);
        move || {
            let (length, examples) = buckets.next(|| {
                let drawn = source.next(&mut rng)?;
                let example = MaskedExample::new(&drawn, codes, noise, &mut rng);
                Ok((drawn.map, example))
            })?;
            Ok(MaskedBatch::new(&examples, length, codes, &device))
        }
    }

    fn step(
        &self,
        trainer: &mut Trainer<OnLattice<Nar>>,
        batch: &MaskedBatch,
        seat: &Seat,
    ) -> Result<Vec<Tensor<1>>> {
        let dropout = Dropout { rate: self.options.generator.dropout, twins: 0 };
        batch.step(trainer, seat, |nar, codes, at, class| {
            whole(nar.clone()).forward_through(codes, at, class, &dropout)
        })
    }

    fn followed(&self, split: Split, device: &Device) -> Result<Vec<MaskedBatch>> {
        let Codes { data, run, model, .. } = self.codes;
        let options = &self.options.generator;
        let (shares, most) = (self.codes.shares(options), options.followed);
        let drawn = held_out::followed(data, split, most, (run, model), shares, device)?;
        let (codes, mut rng) = (self.sizes.vocabulary, Rng::new(0));
        let examples: Vec<MaskedExample> =
            drawn.iter().map(|d| MaskedExample::new(d, codes, 0.0, &mut rng)).collect();
        Ok(held_out::masked(&examples, codes, device))
    }

    fn follow(&self, network: &OnLattice<Nar>, batches: &[MaskedBatch]) -> Vec<(String, f32)> {
        let network = whole(network.clone());
        let losses =
            held_out::masked_loss(batches, |codes, at, class| network.forward(codes, at, class));
        let names = self.codes.run.config.code_grid().names().iter().map(ToString::to_string);
        std::iter::once("all".to_owned()).chain(names).zip(losses).collect()
    }

    fn save(&self, folder: &Path, network: &OnLattice<Nar>) -> Result<()> {
        save(folder, "nar", &self.sizes, &whole(network.clone()))
    }

    fn sheet(&self, path: &Path, network: OnLattice<Nar>, device: &Device) -> Result<()> {
        self.codes.sample_sheet(path, |indices| {
            draw(self.codes, indices, &self.sizes, whole(network), device)
        })
    }
}

/// A model in memory out of parts that are still in training.
pub fn assemble(codes: &Codes, nar: &TransformerConfig, device: &Device) -> Result<Model> {
    let (run, classes) = (&codes.run, codes.classes());
    let grid = run.config.code_grid();
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
        known: Default::default(),
        files: vec![],
        licences: vec![],
        credits: vec![],
    };
    let model = Model::in_laboratory(manifest, device.clone())?;
    Ok(model.with_decoder(codes.model.decoder.clone()))
}

/// What the model makes of the class and the true density levels of these images.
fn draw(
    codes: &Codes,
    indices: &[usize],
    sizes: &TransformerConfig,
    nar: Nar,
    device: &Device,
) -> Result<Vec<SampledImage>> {
    let model = assemble(codes, sizes, device)?.with_nar(nar);
    let (data, one) = (&codes.data, Variants::ONE);
    let truth = TokenSet::encode(data, indices, &codes.run, &codes.model, one, 0, device)?;
    let request = |(item, seed): (&usize, u64)| {
        let condition = data.condition(*item);
        Request { condition, seed, ..Request::on(model.grid(), Mode::Nar) }
    };
    let requests: Vec<Request> = indices.iter().zip(0..).map(request).collect();
    let levels: Vec<Vec<u8>> = truth.coded.into_iter().map(|coded| coded.levels).collect();
    BatchSampler::new(&model, device).sample_on(&requests, &levels)
}

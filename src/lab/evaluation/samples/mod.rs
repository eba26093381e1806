//! Samples of a generator on larger pictures, drawn once and looked at in every way: how close their
//! distribution comes to that of real pictures ([`fidelity`]), whether they show what was asked for, also in
//! combinations that training never had ([`attributes`]), whether they are new ([`novelty`]), and whether
//! eight of one prompt are eight pictures ([`variety`]).
//!
//! Key trait: each figure stands beside that of real pictures that the generator has not seen, after the
//! same tokenizer, which is what the best generator would reach.

pub mod attributes;
pub mod fidelity;
pub mod novelty;
pub mod settings;
pub mod variety;

use std::time::Instant;

use super::Evaluator;
use super::evaluator::pictures;
use crate::lab::data::{Sheet, Split};
use crate::lab::metrics::Classifier;
use crate::lab::metrics::generation::FeatureSet;
use crate::rng::Rng;
use crate::sampler::Request;
use crate::{Error, Result};

/// How much is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Samples of the classes of training pictures, as they come.
    pub samples: usize,
    /// Samples of held-out combinations, at most: as many as there are pictures of them.
    pub combinations: usize,
    /// Prompts of which several pictures are drawn.
    pub prompts: usize,
    /// Samples whose nearest training pictures are looked for, at most.
    pub novelty: usize,
}

/// Pictures of some items of the data set, real or made, with their features.
pub struct Pictures {
    /// The items whose classes they show, or are asked to show.
    pub items: Vec<usize>,
    /// RGB bytes.
    pub images: Vec<Vec<u8>>,
    /// EfficientNet-Lite2 features.
    pub features: FeatureSet,
}

impl Pictures {
    /// Takes the features of `images`.
    pub fn new(evaluator: &Evaluator, items: Vec<usize>, images: Vec<Vec<u8>>) -> Self {
        let features = evaluator.features(&images);
        Self { items, images, features }
    }

    /// Pictures of the data set as they are.
    pub fn real(evaluator: &Evaluator, items: Vec<usize>) -> Self {
        let images = evaluator.real(&items).into_iter().map(<[u8]>::to_vec).collect();
        Self::new(evaluator, items, images)
    }

    /// The images as slices.
    pub fn slices(&self) -> Vec<&[u8]> {
        self.images.iter().map(Vec::as_slice).collect()
    }
}

/// What all figures are computed from.
pub struct Gallery<'a> {
    /// The model and its data.
    pub evaluator: &'a Evaluator,
    /// Who judges classes, if anybody.
    pub classifier: Option<Classifier>,
    /// What is asked for, apart from classes and seeds.
    pub request: Request,
    /// What tables call the generator.
    pub title: String,
    /// How much is drawn.
    pub amounts: Amounts,
    /// All training pictures, or as many as the options say.
    pub training: Pictures,
    /// Held-out pictures of classes and combinations that training has.
    pub held_out: Pictures,
    /// The same after the tokenizer.
    pub held_out_rebuilt: Pictures,
    /// Pictures of held-out combinations.
    pub combinations: Pictures,
    /// Samples of the classes of training pictures.
    pub samples: Pictures,
    /// The training pictures whose classes these are, after the tokenizer.
    pub rebuilt: Pictures,
    /// Samples of the classes of the held-out combinations.
    pub of_combinations: Pictures,
    /// Codes of a sample, mean.
    pub codes: f64,
    /// Samples drawn in a second.
    pub per_second: f64,
}

impl<'a> Gallery<'a> {
    /// Draws and rebuilds everything with the first seed of the evaluator.
    ///
    /// # Errors
    /// Those of the samplers; [`Error::Data`] without training or held-out pictures.
    pub fn new(
        evaluator: &'a Evaluator,
        classifier: Option<Classifier>,
        (title, request): (&str, Request),
        amounts: Amounts,
        training: Pictures,
    ) -> Result<Self> {
        let data = &evaluator.data;
        let seed = evaluator.seeds[0];
        let real = |items| Pictures::real(evaluator, items);
        let rebuild = |items: Vec<usize>| -> Result<Pictures> {
            let (images, _) = evaluator.rebuild(&evaluator.real(&items), request.shares)?;
            Ok(Pictures::new(evaluator, items, images))
        };
        let held = data.indices(Split::HeldOut);
        if training.items.len() < 2 || held.len() < 2 || amounts.samples < 2 {
            let why = "there must be training pictures, held-out ones and samples, two or more.";
            return Err(Error::Data(why.into()));
        }
        let asked = as_they_come(&data.indices(Split::Train), amounts.samples, seed);
        let cells = Rng::new(14).some(data.indices(Split::TestCells), amounts.combinations);
        let (held_out, held_out_rebuilt) = (real(held.clone()), rebuild(held)?);
        let combinations = real(cells.clone());
        say("reconstructions");
        let rebuilt = rebuild(asked.clone())?;

        say("samples");
        let begun = Instant::now();
        let drawn = evaluator.draw(&request, &asked, seed)?;
        let seconds = begun.elapsed().as_secs_f64();
        let codes = drawn.iter().map(|drawing| drawing.codes).sum::<usize>() as f64;
        let (codes, per_second) = (codes / drawn.len() as f64, drawn.len() as f64 / seconds);
        let of = |items: Vec<usize>, drawn: Vec<_>| {
            let images = pictures(&drawn).into_iter().map(<[u8]>::to_vec).collect();
            Pictures::new(evaluator, items, images)
        };
        let samples = of(asked, drawn);
        say("samples of held-out combinations");
        let drawn = evaluator.draw(&request, &cells, seed)?;
        let of_combinations = of(cells, drawn);
        Ok(Self {
            evaluator,
            classifier,
            request,
            title: title.to_owned(),
            amounts,
            training,
            held_out,
            held_out_rebuilt,
            combinations,
            samples,
            rebuilt,
            of_combinations,
            codes,
            per_second,
        })
    }

    /// The first samples, none of them picked: `columns` in as many rows, each `side` pixels wide.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn sheet(&self, columns: usize, side: usize) -> Result<Sheet> {
        let mut sheet = Sheet::new(columns, side, 4);
        for image in self.samples.images.iter().take(columns * columns) {
            sheet.add(image, self.evaluator.data.size)?;
        }
        Ok(sheet)
    }
}

/// `count` of `items` in random order, every one once before any comes twice.
pub fn as_they_come(items: &[usize], count: usize, seed: u64) -> Vec<usize> {
    let mut rng = Rng::new(seed).fork(31);
    let (mut order, mut drawn) = (items.to_vec(), Vec::with_capacity(count));
    while drawn.len() < count && !order.is_empty() {
        rng.shuffle(&mut order);
        drawn.extend(order.iter().take(count - drawn.len()));
    }
    drawn
}

/// Tells what is being made.
fn say(what: &str) {
    eprintln!("{what}");
}

#[cfg(test)]
mod tests;

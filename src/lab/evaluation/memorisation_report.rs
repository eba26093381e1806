//! Nearest training drawings of samples and of held-out drawings, side by side.

use super::Evaluator;
use super::memorisation::{COPIES, Matches, Memory, QUANTILES, Space, THUMBNAIL, bin_width, moved};
use crate::lab::data::{Sheet, Split};
use crate::lab::results::{Cell, Column, Form, Plot, Results};
use crate::rng::Rng;
use crate::sampler::{Request, SampledImage};
use crate::{Error, Result};

/// Pairs on a sheet.
const SHOWN: usize = 48;
/// Side of an image on a sheet in pixels.
const SIDE: usize = 80;
/// Bins of the histograms, at most.
const BINS: usize = 40;

/// Images of one kind, after the tokenizer: one list a seed.
struct Set {
    name: &'static str,
    images: Vec<Vec<Vec<u8>>>,
}

/// The nearest training drawings of every set, by its name; one list a seed.
pub type Found = Vec<(&'static str, Vec<Matches>)>;

/// Everything that is compared.
pub struct MemorisationReport<'a> {
    evaluator: &'a Evaluator,
    title: String,
    sets: Vec<Set>,
    training: Vec<usize>,
    /// Training drawings after the tokenizer.
    memory: Vec<Vec<u8>>,
}

/// Where in the list of sets they are.
const SAMPLES: usize = 0;
const HELD_OUT: usize = 2;
const MOVED: usize = 4;

impl<'a> MemorisationReport<'a> {
    /// Samples the classes of the training drawings `known` (one list a seed) and of the held-out
    /// cells as `request` says, and rebuilds all drawings; at most `limit` held-out ones of a kind,
    /// and as many training drawings moved by a pixel as there are samples.
    ///
    /// # Errors
    /// Those of the samplers.
    pub fn new(
        evaluator: &'a Evaluator,
        title: &str,
        request: &Request,
        known: &[Vec<usize>],
        limit: usize,
    ) -> Result<Self> {
        let chosen = |items: Vec<usize>, seed, count| Rng::new(seed).some(items, count);
        let rebuild = |images: &[&[u8]]| -> Result<Vec<Vec<u8>>> {
            Ok(evaluator.rebuild(images, request.shares)?.0)
        };
        let cells = chosen(evaluator.data.indices(Split::TestCells), 14, limit);
        let concepts = chosen(evaluator.data.indices(Split::TestConcepts), 15, limit);
        let samples = known.first().map_or(0, Vec::len);
        let shifted: Vec<Vec<u8>> = chosen(evaluator.training(), 13, samples)
            .into_iter()
            .map(|i| moved(evaluator.data.image(i), evaluator.data.size))
            .collect();
        let bytes = |drawn: Vec<SampledImage>| drawn.into_iter().map(|d| d.rgb).collect::<Vec<_>>();
        let draw = |items: &[usize], seed: u64| evaluator.draw(request, items, seed).map(bytes);
        let seeds = || evaluator.seeds.iter().copied();
        let of_known = seeds().zip(known).map(|(seed, items)| draw(items, seed));
        let of_cells = seeds().map(|seed| draw(&cells, seed));
        let slices: Vec<&[u8]> = shifted.iter().map(Vec::as_slice).collect();
        let sets = vec![
            Set { name: "samples, training classes", images: of_known.collect::<Result<_>>()? },
            Set { name: "samples, held-out cells", images: of_cells.collect::<Result<_>>()? },
            Set {
                name: "drawings, held-out cells",
                images: vec![rebuild(&evaluator.real(&cells))?],
            },
            Set {
                name: "drawings, held-out concepts",
                images: vec![rebuild(&evaluator.real(&concepts))?],
            },
            Set { name: "training drawings, moved by a pixel", images: vec![rebuild(&slices)?] },
        ];
        let training = evaluator.training();
        let memory = rebuild(&evaluator.real(&training))?;
        Ok(Self { evaluator, title: title.to_owned(), sets, training, memory })
    }

    /// Nearest training drawings of every set by `space`; and of training drawings among others.
    ///
    /// # Errors
    /// [`Error::Data`] if there are fewer than two training drawings.
    pub fn matches(&self, space: Space) -> Result<Found> {
        let images: Vec<&[u8]> = self.memory.iter().map(Vec::as_slice).collect();
        let memory = Memory::new(self.evaluator, space, &self.training, &images);
        let mut all = Vec::new();
        for set in &self.sets {
            let found = set.images.iter().map(|images| {
                let images: Vec<&[u8]> = images.iter().map(Vec::as_slice).collect();
                memory.matches(self.evaluator, &images)
            });
            all.push((set.name, found.collect::<Result<_>>()?));
        }
        all.push(("training drawings, to others", vec![memory.among_themselves(self.evaluator)?]));
        Ok(all)
    }

    /// Quantiles of the distances, and how many images are as near as copies.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn table(&self, found: &[(Space, Found)]) -> Result<Results> {
        let mut columns = vec![Column::key("images", "", 0), Column::key("distance by", "", 0)];
        columns.extend(QUANTILES.map(|q| Column::measure(&format!("{q} %"), "", 3)));
        columns.push(Column::measure("as near as a copy", "%", 1));
        let title = format!("{}: distances to the nearest training drawing", self.title);
        let mut results = Results::new(title, columns);
        for (space, sets) in found {
            let copy = sets[MOVED].1[0].quantile(COPIES);
            for (name, matches) in sets {
                let values = |of: &dyn Fn(&Matches) -> f64| {
                    Cell::from(&matches.iter().map(of).collect::<Vec<f64>>()[..])
                };
                let mut row = vec![Cell::from(*name), space.name().into()];
                row.extend(QUANTILES.map(|q| values(&|m| m.quantile(f64::from(q) / 100.0))));
                row.push(values(&|m| 100.0 * m.within(copy)));
                results.row(row)?;
            }
        }
        let count = |set: usize| self.sets[set].images.first().map_or(0, Vec::len);
        results.note(format!(
            "{} samples of training classes a seed, {} of held-out cells; {} and {} held-out \
             drawings; {} training drawings; all of them after the tokenizer. Columns in percent: \
             the distance that so many images lie below. As near as a copy: as near as {:.0} % of \
             training drawings that were moved by a pixel. Pixels: root mean square of {THUMBNAIL} \
             × {THUMBNAIL} thumbnails.",
            count(SAMPLES),
            count(SAMPLES + 1),
            count(HELD_OUT),
            count(HELD_OUT + 1),
            self.training.len(),
            100.0 * COPIES,
        ));
        results.plot(Plot::new(Form::Bars, "distance by", &["as near as a copy"]).by(&["images"]));
        Ok(results)
    }

    /// How many images of each set lie at which distance.
    ///
    /// # Errors
    /// [`Error::Data`] if a set is empty.
    pub fn histogram(
        &self,
        space: Space,
        sets: &[(&'static str, Vec<Matches>)],
    ) -> Result<Results> {
        let columns = vec![
            Column::key("images", "", 0),
            Column::key("distance", "", 3),
            Column::measure("share", "%", 2),
        ];
        let title = format!("{}: distance to the nearest training drawing", self.title);
        let mut results = Results::new(format!("{title}, by {}", space.name()), columns);
        let tops = sets.iter().flat_map(|(_, matches)| matches).map(|m| m.quantile(0.99));
        let tops: Vec<f64> = tops.collect();
        if tops.iter().any(|top| !top.is_finite()) {
            return Err(Error::Data("there are no images to compare.".into()));
        }
        let width = bin_width(tops.into_iter().fold(0.0, f64::max), BINS);
        for (name, matches) in sets {
            let shares: Vec<Vec<f64>> = matches.iter().map(|m| m.histogram(width, BINS)).collect();
            for bin in 0..BINS {
                let values: Vec<f64> = shares.iter().map(|seed| 100.0 * seed[bin]).collect();
                let centre = (bin as f64 + 0.5) * width;
                results.row(vec![(*name).into(), centre.into(), Cell::from(&values[..])])?;
            }
        }
        let bins =
            format!("Bins of {width}, named by their centres; the last takes what is beyond.");
        results.note(bins);
        results.plot(Plot::new(Form::Lines, "distance", &["share"]).by(&["images"]));
        Ok(results)
    }

    /// The closest pairs of samples, and of drawings of held-out cells, each beside the training
    /// drawing that it is close to; four pairs a row.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn sheets(
        &self,
        found: &[(&'static str, Vec<Matches>)],
    ) -> Result<[(&'static str, Sheet); 2]> {
        let sheet = |set: usize| -> Result<Sheet> {
            match self.sets[set].images.first().zip(found[set].1.first()) {
                Some((images, matches)) => {
                    matches.sheet(&self.evaluator.data, images, (SHOWN, SIDE))
                }
                None => Ok(Sheet::new(8, SIDE, 4)),
            }
        };
        Ok([("samples", sheet(SAMPLES)?), ("held-out", sheet(HELD_OUT)?)])
    }
}

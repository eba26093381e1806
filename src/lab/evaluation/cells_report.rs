//! Drawings of held-out cells beside the truth: distances, what the classifier sees, and a sheet.

use super::accuracy::{Accuracy, accuracy, concept_accuracy};
use super::cells::{Cell, Closeness, closeness};
use super::distance::Distance;
use super::evaluator::{Evaluator, pictures};
use crate::Result;
use crate::lab::data::Sheet;
use crate::lab::metrics::{Classifier, PerceptualLoss};
use crate::lab::results::{self, Column, Form, Plot, Results};
use crate::sampler::{Request, SampledImage};

/// Cells on the sheet.
const SHOWN: usize = 48;
/// Side of an image on the sheet in pixels.
const SIDE: usize = 80;
/// What the share of drawings closer than the nearest other style should reach, in percent.
const GOAL: f64 = 60.0;

/// Cells with everything that is compared on them.
pub struct CellReport<'a> {
    evaluator: &'a Evaluator,
    cells: &'a [Cell],
    /// What the generator is called.
    title: &'a str,
    /// Its images, one list a seed.
    drawn: Vec<Vec<SampledImage>>,
    /// The truths after the tokenizer.
    rebuilt: Vec<Vec<u8>>,
    /// All other-style drawings, cell by cell, after the tokenizer.
    others_rebuilt: Vec<Vec<u8>>,
}

/// Distances of images from their counterparts.
type Measure<'a> = dyn Fn(&[&[u8]], &[&[u8]]) -> Vec<f64> + 'a;

/// Images that stand for the cells: what they are called, and one list a seed.
struct Entry<'a> {
    name: &'a str,
    images: Vec<Vec<&'a [u8]>>,
}

impl<'a> CellReport<'a> {
    /// Samples `cells` as `request` says, once a seed, and rebuilds what they are compared with.
    ///
    /// # Errors
    /// Those of the samplers.
    pub fn new(
        evaluator: &'a Evaluator,
        cells: &'a [Cell],
        title: &'a str,
        request: &Request,
    ) -> Result<Self> {
        let items: Vec<usize> = cells.iter().map(|cell| cell.item).collect();
        let draw = |seed: &u64| evaluator.draw(request, &items, *seed);
        let drawn = evaluator.seeds.iter().map(draw).collect::<Result<_>>()?;
        let others: Vec<usize> = cells.iter().flat_map(|cell| cell.others.clone()).collect();
        let rebuild = |items: &[usize]| evaluator.rebuild(&evaluator.real(items), request.shares);
        let (rebuilt, _) = rebuild(&items)?;
        let (others_rebuilt, _) = rebuild(&others)?;
        Ok(Self { evaluator, cells, title, drawn, rebuilt, others_rebuilt })
    }

    fn items(&self) -> Vec<usize> {
        self.cells.iter().map(|cell| cell.item).collect()
    }

    /// The generator, and what it is compared with.
    fn entries(&self) -> Vec<Entry<'_>> {
        let strangers: Vec<usize> = self.cells.iter().map(|cell| cell.stand_in).collect();
        let drawn = self.drawn.iter().map(|seed| pictures(seed)).collect();
        vec![
            Entry { name: self.title, images: drawn },
            Entry { name: "truth after the tokenizer", images: vec![slices(&self.rebuilt)] },
            Entry {
                name: "right style, other concept",
                images: vec![self.evaluator.real(&strangers)],
            },
        ]
    }

    /// How close the entries come to the truth, by three distances.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn distances(&self, perceptual: &PerceptualLoss) -> Result<Results> {
        let columns = vec![
            Column::key("images", "", 0),
            Column::key("distance by", "", 0),
            Column::measure("closer than nearest other style", "%", 1),
            Column::measure("the same after the tokenizer", "%", 1),
            Column::measure("closer than mean other style", "%", 1),
            Column::measure("distance", "", 3),
            Column::measure("of nearest other style's", "", 3),
        ];
        let title = format!("{} on held-out cells: how close to the true drawing", self.title);
        let mut results = Results::new(title, columns);
        let truths = self.evaluator.real(&self.items());
        for distance in Distance::ALL {
            let measure =
                |a: &[&[u8]], b: &[&[u8]]| distance.between(self.evaluator, perceptual, a, b);
            let others = self.of_others(None, &measure);
            let again = self.of_others(Some(&slices(&self.others_rebuilt)), &measure);
            for entry in self.entries() {
                let found: Vec<Vec<f64>> =
                    entry.images.iter().map(|images| measure(images, &truths)).collect();
                let values = |others: &[Vec<f64>], of: &dyn Fn(Closeness) -> f64| {
                    let found = found.iter().map(|ours| of(closeness(ours, others)));
                    results::Cell::from(&found.collect::<Vec<f64>>()[..])
                };
                results.row(vec![
                    entry.name.into(),
                    distance.name().into(),
                    values(&others, &|c| 100.0 * c.than_nearest),
                    values(&again, &|c| 100.0 * c.than_nearest),
                    values(&others, &|c| 100.0 * c.than_mean),
                    values(&others, &|c| c.distance),
                    values(&others, &|c| c.ratio),
                ])?;
            }
        }
        let count = self.cells.len().max(1) as f64;
        results.note(format!(
            "{} cells that training never saw, each with {:.1} training drawings of its concept in \
             other styles on average. After the tokenizer: against the nearest of them as the \
             tokenizer gives them back, so that its traces count on both sides. ± is over seeds; \
             by the number of cells alone, a share has a standard error of up to {:.1} points.",
            self.cells.len(),
            self.others_rebuilt.len() as f64 / count,
            50.0 / count.sqrt(),
        ));
        for y in ["closer than nearest other style", "the same after the tokenizer"] {
            let plot = Plot::new(Form::Bars, "distance by", &[y]).by(&["images"]);
            results.plot(plot.reference("goal", GOAL));
        }
        Ok(results)
    }

    /// Distances of the other-style drawings of every cell to its truth; of other `images` of them,
    /// if given.
    fn of_others(&self, images: Option<&[&[u8]]>, measure: &Measure) -> Vec<Vec<f64>> {
        let pairs = self.cells.iter().flat_map(|c| c.others.iter().map(|other| (*other, c.item)));
        let (others, truths): (Vec<usize>, Vec<usize>) = pairs.unzip();
        let originals = self.evaluator.real(&others);
        let found = measure(images.unwrap_or(&originals), &self.evaluator.real(&truths));
        let mut found = found.into_iter();
        self.cells.iter().map(|c| found.by_ref().take(c.others.len()).collect()).collect()
    }

    /// The nearest other-style drawing of every cell, by features.
    pub fn nearest(&self, perceptual: &PerceptualLoss) -> Vec<usize> {
        let measure =
            |a: &[&[u8]], b: &[&[u8]]| Distance::Features.between(self.evaluator, perceptual, a, b);
        let distances = self.of_others(None, &measure);
        let nearest = |(cell, distances): (&Cell, &Vec<f64>)| {
            let order = 0..distances.len();
            let least = order.min_by(|a, b| distances[*a].total_cmp(&distances[*b]));
            least.map_or(cell.item, |i| cell.others[i])
        };
        self.cells.iter().zip(&distances).map(nearest).collect()
    }

    /// What the classifier, and the concept of the nearest training drawing, say of every entry, of the
    /// truth and of the drawings `nearest`.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) if there are no training drawings.
    pub fn classified(
        &self,
        classifier: Option<&Classifier>,
        nearest: &[usize],
    ) -> Result<Results> {
        let axes: Vec<String> = classifier.map_or(Vec::new(), |classifier| {
            let of = |axis: &usize| self.evaluator.data.classes.axes[*axis].id.clone();
            classifier.axes().iter().map(of).collect()
        });
        let names: Vec<&str> = axes.iter().map(String::as_str).chain(["concept"]).collect();
        let mut columns = vec![Column::key("images", "", 0)];
        columns.extend(names.iter().map(|name| Column::measure(name, "%", 1)));
        let title = format!("{} on held-out cells: what the classifier sees", self.title);
        let (evaluator, items) = (self.evaluator, self.items());
        let mut results = Results::new(title, columns);
        let training = evaluator.training();
        let base = evaluator.features(&evaluator.real(&training));
        let truth = Entry { name: "true drawing", images: vec![evaluator.real(&items)] };
        let other = Entry { name: "nearest other style", images: vec![evaluator.real(nearest)] };
        for entry in [truth].into_iter().chain(self.entries()).chain([other]) {
            let mut found: Vec<Accuracy> = Vec::new();
            let mut concepts: Vec<f64> = Vec::new();
            for images in &entry.images {
                let of = |classifier| {
                    accuracy(classifier, &evaluator.data, &items, images, &evaluator.device)
                };
                found.extend(classifier.map(of));
                let features = evaluator.features(images);
                let (data, device) = (&evaluator.data, &evaluator.device);
                concepts.push(concept_accuracy(data, &items, &features, &training, &base, device)?);
            }
            let percent = |shares: Vec<f64>| {
                let shares: Vec<f64> = shares.into_iter().map(|share| 100.0 * share).collect();
                results::Cell::from(&shares[..])
            };
            let on_axis = |at: usize| percent(found.iter().map(|shares| shares[at].1).collect());
            let mut row = vec![results::Cell::from(entry.name)];
            row.extend((0..axes.len()).map(on_axis));
            row.push(percent(concepts));
            results.row(row)?;
        }
        results.note(
            "Classes by the classifier, which was trained on real training images; the true \
             drawings are its ceiling. Concept: the nearest training drawing in \
             EfficientNet-Lite2 features shows the same concept.",
        );
        let plot = Plot::new(Form::Bars, "images", &names);
        results.plot(plot.y_label("as asked for (%)"));
        Ok(results)
    }

    /// The first cells: truth, truth after the tokenizer, ours, and the drawing `nearest`; two
    /// cells a row.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn sheet(&self, nearest: &[usize]) -> Result<Sheet> {
        let (data, mut sheet) = (&self.evaluator.data, Sheet::new(8, SIDE, 4));
        for (i, cell) in self.cells.iter().enumerate().take(SHOWN) {
            let ours = self.drawn.first().map_or(&[][..], |drawn| &drawn[i].rgb);
            sheet.add(data.image(cell.item), data.size)?;
            sheet.add(&self.rebuilt[i], data.size)?;
            sheet.add(ours, data.size)?;
            sheet.add(data.image(nearest[i]), data.size)?;
        }
        Ok(sheet)
    }
}

fn slices(images: &[Vec<u8>]) -> Vec<&[u8]> {
    images.iter().map(Vec::as_slice).collect()
}

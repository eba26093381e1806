//! The whole evaluation of a model of random weights, small.

use burn::tensor::Device;

use super::settings::{self, Tries};
use super::*;
use crate::lab::cli::tiny_pack::{TinyPack, write};
use crate::lab::data::{Dataset, Item};
use crate::lab::evaluation::evaluator::open_all;
use crate::lab::evaluation::extractor::FeatureExtractor;
use crate::lab::results::{Cell, Results};
use crate::lab::train::Precision;

const SIZE: usize = 64;

/// Squares of two greys for every class of the first axis: nine for training of each but the last, two held
/// out; of the last one three, held out as a combination.
fn data(classes: &crate::classes::ClassTable) -> Dataset {
    let (mut items, mut pixels, mut rng) = (vec![], vec![], Rng::new(3));
    for class in 0..3u16 {
        let copies = if class == 2 { 3 } else { 11 };
        for copy in 0..copies {
            let split = match (class, copy) {
                (2, _) => Split::TestCells,
                (_, 9..) => Split::HeldOut,
                _ => Split::Train,
            };
            let mut own = vec![None; classes.axes.len()];
            own[0] = Some(class);
            items.push(Item { classes: own, split });
            let (light, dark) = (rng.below(256) as u8, rng.below(256) as u8);
            let side = 8 + 4 * rng.below(10);
            let square = |i: usize| if i / SIZE < side && i % SIZE < side { light } else { dark };
            pixels.extend((0..SIZE * SIZE).flat_map(|i| [square(i); 3]));
        }
    }
    Dataset::new(SIZE, classes.clone(), items, pixels).unwrap()
}

/// The values of the row `name` by the headings of their columns.
fn row(results: &Results, name: &str) -> Vec<(String, f64)> {
    let row = results.rows.iter().find(|row| row[0] == Cell::from(name)).expect(name);
    let value = |(column, cell): (&crate::lab::results::Column, &Cell)| {
        Some((column.name.clone(), cell.statistics().0?))
    };
    results.columns.iter().zip(row).filter_map(value).collect()
}

#[test]
fn reconstructions_given_out_as_samples_are_as_close_and_are_found_to_be_copies() {
    let dir = std::env::temp_dir().join(format!("varigrain-samples-{}", std::process::id()));
    let sizes = TinyPack { axes: 1, image: SIZE, granularities: 3, ..TinyPack::default() };
    write(&dir, &sizes).unwrap();
    let device = Device::flex();
    let model = open_all(&dir, Precision::F32, &device).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    let data = data(model.classes());
    let extractor = FeatureExtractor::tiny(&device);
    let evaluator = Evaluator::of_parts(model, data, extractor, 4).unwrap();

    let base = Request {
        steps: 2,
        ..Request::defaults(&evaluator.model, crate::sampler::Mode::Nar).unwrap()
    };
    let training = Pictures::real(&evaluator, evaluator.training());
    let tries = Tries { try_guidance: vec![0.0, 1.0], try_temperature: vec![], tried: 6 };
    let (request, tried) =
        settings::best(&evaluator, &training, "NAR", tries.requests(&base), tries.tried).unwrap();
    let tried = tried.expect("a table of two");
    let distances: Vec<f64> = tried.rows.iter().map(|row| row[2].statistics().0.unwrap()).collect();
    assert_eq!(request.guidance, if distances[0] <= distances[1] { 0.0 } else { 1.0 });

    let amounts = Amounts { samples: 20, combinations: 2, prompts: 2, novelty: 20 };
    let mut gallery = Gallery::new(&evaluator, None, ("NAR", request), amounts, training).unwrap();
    assert_eq!((gallery.samples.items.len(), gallery.of_combinations.items.len()), (20, 2));
    assert!(gallery.codes >= 64.0 && attributes::table(&gallery).unwrap().is_none());
    let (variety, _) = variety::table(&gallery).unwrap();
    assert!(row(&variety, "features").iter().all(|(_, value)| value.is_finite()));

    let before = fidelity::table(&gallery).unwrap();
    assert_ne!(row(&before, "samples")[1], row(&before, "reconstructions")[1]);
    let given = evaluator.rebuild(&evaluator.real(&gallery.samples.items), gallery.request.shares);
    gallery.samples = Pictures::new(&evaluator, gallery.samples.items.clone(), given.unwrap().0);
    let fidelity = fidelity::table(&gallery).unwrap();
    let (samples, rebuilt) = (row(&fidelity, "samples"), row(&fidelity, "reconstructions"));
    for ((name, a), (_, b)) in samples.iter().zip(&rebuilt) {
        assert!((a - b).abs() < 1e-6 * (1.0 + b), "{name}: {a} and {b}");
    }
    let (novelty, sheets) = novelty::table(&gallery).unwrap();
    let samples = row(&novelty, "samples");
    let value = |name: &str| samples.iter().find(|(column, _)| column == name).expect(name).1;
    assert!(value("75 %") < 1e-3 && value("as near as a copy") == 100.0, "{samples:?}");
    let held: Vec<(String, f64)> = row(&novelty, "held-out pictures");
    assert!(held.iter().any(|(name, value)| name == "5 %" && *value > 1e-3), "{held:?}");
    let (width, height, page) = sheets[0].1.compose();
    assert!(page.len() == 3 * width * height && height > 5 * 128);
}

#[test]
fn pictures_come_once_before_any_comes_twice() {
    let drawn = as_they_come(&[5, 6, 7], 7, 1);
    for round in drawn.chunks(3).take(2) {
        let mut round = round.to_vec();
        round.sort_unstable();
        assert_eq!(round, [5, 6, 7]);
    }
    assert_eq!(drawn.len(), 7);
    assert_eq!(drawn, as_they_come(&[5, 6, 7], 7, 1));
    assert!(as_they_come(&[], 4, 1).is_empty());
}

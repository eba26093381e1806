//! DGiT-AR on random weights: what must hold whatever it has learned.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};
use varigrain::dgit::ar::{SamplingParameters, Sequence, granularity};
use varigrain::dgit::{Ar, ArConfig, Condition, Sequences, TransformerConfig};
use varigrain::grain::{Place, Positions};
use varigrain::rng::Rng;
use varigrain::sampler::{Mode, Request, sample_sequences};

fn tiny() -> ArConfig {
    let whole = ArConfig::new(24, 8, vec![3, 3, 3]);
    let transformer = TransformerConfig { width: 32, layers: 4, heads: 2, ..whole.transformer };
    ArConfig { transformer, ..whole }
}

/// The same with all weights random: at first some are zero, and the class would not matter.
fn stirred(ar: Ar) -> Ar {
    struct Stir;
    impl ModuleMapper for Stir {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|x| x.clone() + x.random_like(Distribution::Normal(0.0, 0.2)))
        }
    }
    ar.map(&mut Stir)
}

fn values<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().iter::<f32>().collect()
}

/// Covered exactly once, coarse positions rising, and nothing after the last code.
fn check(sequence: &[usize], positions: Positions) {
    let cells = positions.grid().cells();
    let mut covered = vec![0; cells * cells];
    for token in sequence.iter().filter_map(|n| positions.token(*n)) {
        for row in token.row..token.row + token.span {
            for col in token.col..token.col + token.span {
                covered[row * cells + col] += 1;
            }
        }
    }
    assert!(covered.iter().all(|n| *n == 1), "{sequence:?}");
    let end = sequence.iter().position(|n| *n == positions.end()).expect("END");
    let (coarse, fine) = (&sequence[1..end], &sequence[end + 1..]);
    assert!(coarse.iter().all(|n| matches!(positions.place(*n), Place::Coarse(_))));
    assert!(fine.iter().all(|n| matches!(positions.place(*n), Place::Fine { .. })));
    assert!(coarse.is_sorted_by(|a, b| a < b) && fine.is_sorted_by(|a, b| a < b), "{sequence:?}");
}

#[test]
fn ten_thousand_drawn_sequences_cover_every_cell_once() {
    // Positions from random logits, a thousand images at a time; contents are not looked at.
    let device = Device::flex();
    let positions = Positions::new(varigrain::grain::Grid::dual(8));
    let (images, vocabulary) = (1000, 68);
    let (x, table) = (Tensor::zeros([images, 1, 1], &device), Tensor::zeros([400, 1], &device));
    let mut rng = Rng::new(8);
    let mut lengths = std::collections::BTreeSet::new();
    for round in 0..10 {
        let mut sequence = Sequence::new(positions, 24, 24 + 17, images, &device);
        sequence.begin(&vec![24; images]);
        let ends: Vec<f32> = (0..images).map(|_| 90.0 * rng.uniform()).collect();
        for now in 0..positions.longest() {
            let choices: Vec<[SamplingParameters; 2]> = (0..images)
                .map(|_| {
                    [1.0, 1.0].map(|temperature| SamplingParameters {
                        uniform: rng.uniform(),
                        guidance: 0.0,
                        temperature,
                        top_k: 1e9,
                        top_p: 1.0,
                    })
                })
                .collect();
            sequence.go_to(now, &choices);
            // Near regions are likelier in later rounds; END becomes likely from a region on.
            let slope = round as f32 * 0.2;
            let logits = (0..images * vocabulary).map(|i| match i % vocabulary {
                64 => -slope * ends[i / vocabulary],
                region => 3.0 * rng.uniform() - slope * region as f32,
            });
            let logits: Vec<f32> = logits.collect();
            let logits = Tensor::<1>::from_floats(logits.as_slice(), &device);
            let logits = logits.reshape([images, 1, vocabulary]);
            sequence.choose_position(logits, x.clone(), &table);
        }
        let entries = sequence.entries().into_data().iter::<i64>().collect::<Vec<_>>();
        for image in entries.chunks(2 * sequence.capacity()) {
            let numbers = image[..sequence.capacity()].iter().map(|n| *n as usize);
            let numbers: Vec<usize> = numbers.take_while(|n| *n != positions.done()).collect();
            // The longest one has no room for DONE; what follows it was never written.
            let numbers = &numbers[..numbers.len().min(positions.longest())];
            check(numbers, positions);
            lengths.insert(numbers.len());
        }
    }
    assert!(lengths.len() > 40, "lengths vary: {lengths:?}");
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence() {
    let (device, config) = (Device::flex(), tiny());
    device.seed(3);
    let ar = stirred(Ar::new(&config, &device));
    let (positions, images) = (config.positions(), 3);
    let codes = config.transformer.vocabulary;
    let mut rng = Rng::new(5);
    let conditions: Vec<Condition> = (0..images)
        .map(|i| Condition(vec![Some(i as u16 % 3), None, Some(2 - i as u16 % 3)]))
        .collect();
    let classes = Condition::whole_tensor(&conditions, &device);
    let class = ar.class_vectors(classes.clone());
    let mut sequence = Sequence::new(positions, codes, config.end(), images, &device);
    let mut caches = ar.caches(images, sequence.capacity(), &device);
    sequence.begin(&[config.start(0.0), config.start(0.5), config.start(1.0)]);
    let (mut stepped_positions, mut stepped_contents) = (vec![], vec![]);
    let steps = positions.longest() - 1;
    for now in 0..steps {
        let choices: Vec<[SamplingParameters; 2]> = (0..images)
            .map(|_| {
                let choice = |uniform| SamplingParameters {
                    uniform,
                    guidance: 0.0,
                    temperature: 1.0,
                    top_k: 1e9,
                    top_p: 1.0,
                };
                [choice(rng.uniform()), choice(rng.uniform())]
            })
            .collect();
        sequence.go_to(now, &choices);
        let (where_next, what_next) = ar.step(&mut sequence, &mut caches, &class);
        stepped_positions.push(where_next);
        stepped_contents.push(what_next);
    }
    let room = sequence.capacity();
    let entries: Vec<i64> = sequence.entries().into_data().iter::<i64>().collect();
    let rows = |row: usize, from: usize| {
        let values = entries
            .chunks(2 * room)
            .flat_map(|image| image[row * room + from..row * room + from + steps].iter().copied());
        let values: Vec<i64> = values.collect();
        Tensor::<1, Int>::from_ints(values.as_slice(), &device).reshape([images, steps])
    };
    let grains: Vec<i64> = (rows(0, 0).into_data().iter::<i64>())
        .map(|n| granularity(positions.place(n as usize)) as i64)
        .collect();
    let whole = Sequences {
        contents: rows(1, 0),
        positions: rows(0, 0),
        next: rows(0, 1),
        granularities: Tensor::<1, Int>::from_ints(grains.as_slice(), &device)
            .reshape([images, steps]),
    };
    let (all_positions, all_contents) = ar.forward(&whole, classes);
    for (stepped, all) in [(stepped_positions, all_positions), (stepped_contents, all_contents)] {
        let (stepped, all) = (values(Tensor::cat(stepped, 1)), values(all));
        let largest = all.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        let off = stepped.iter().zip(&all).fold(0.0f32, |m, (a, b)| m.max((a - b).abs()));
        assert!(largest > 0.01, "logits that mean something: {largest}");
        assert!(off < 1e-3 * largest.max(1.0), "off by {off} of {largest}");
    }
}

#[test]
fn the_same_seed_draws_the_same_and_every_sequence_is_whole() {
    let (device, config) = (Device::flex(), tiny());
    device.seed(4);
    let ar = Ar::new(&config, &device);
    let requests: Vec<Request> = (0..6)
        .map(|seed| Request { seed, guidance: 1.5, top_k: Some(9), ..Request::of(Mode::Ar) })
        .collect();
    let draw =
        |requests: &[Request]| sample_sequences(&ar, &config, requests, &device).expect("drawn");
    let all = draw(&requests);
    assert_eq!(all, draw(&requests));
    for (i, drawn) in all.iter().enumerate() {
        let numbers: Vec<usize> = drawn.iter().map(|(n, _)| *n).collect();
        check(&numbers, config.positions());
        assert!(drawn[1..].iter().all(|(n, c)| {
            *n == config.positions().end() || usize::from(*c) < config.transformer.vocabulary
        }));
        // Alone as in company.
        assert_eq!(draw(&requests[i..i + 1])[0], *drawn);
    }
    assert_ne!(all[0], all[1]);
}

//! DGiT-AR on random weights: what must hold whatever it has learned.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};
use varigrain::dgit::ar::{SamplingParameters, Sequence, share_rows};
use varigrain::dgit::{Ar, ArConfig, Condition, Plainly, Sequences, TransformerConfig};
use varigrain::grain::{Grid, Place, Positions, Shares};
use varigrain::rng::Rng;
use varigrain::sampler::{Mode, Request, SequenceParameters, sample_sequences};

const TRIPLE: Grid = Grid { regions: 2, granularities: 3 };

fn tiny(grid: Grid) -> ArConfig {
    let whole = ArConfig::new(24, grid, vec![3, 3, 3]);
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

/// Covered exactly once, one END for each granularity but the finest, all numbers rising.
fn check(sequence: &[usize], positions: Positions) {
    let grid = positions.grid();
    let mut covered = vec![0; grid.cell_count()];
    for token in sequence.iter().filter_map(|n| positions.token(*n)) {
        for row in token.row..token.row + token.span {
            for col in token.col..token.col + token.span {
                covered[row * grid.cells() + col] += 1;
            }
        }
    }
    assert!(covered.iter().all(|n| *n == 1), "{sequence:?}");
    let places: Vec<Place> = sequence.iter().map(|n| positions.place(*n)).collect();
    let ends: Vec<Place> = (0..grid.finest()).map(Place::End).collect();
    let found = places.iter().copied().filter(|place| matches!(place, Place::End(_)));
    assert_eq!(found.collect::<Vec<_>>(), ends);
    assert_eq!(places[0], Place::Start);
    // Numbers of a granularity are above those of coarser ones, and rise with regions and parts.
    assert!(sequence[1..].is_sorted_by(|a, b| a < b), "{sequence:?}");
}

/// Positions from random logits, `images` at a time; contents are not looked at.
fn draw_sequences(grid: Grid, images: usize, rounds: usize) {
    let device = Device::flex();
    let positions = Positions::new(grid);
    let vocabulary = positions.choices().max(1).next_multiple_of(4);
    let table = Tensor::zeros([positions.count(), 1], &device);
    let x = Tensor::zeros([images, 1, 1], &device);
    let mut rng = Rng::new(8);
    let mut maps = std::collections::HashSet::new();
    for round in 0..rounds {
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
            let logits = (0..images * vocabulary).map(|i| match positions.place(i % vocabulary) {
                Place::Code { region, .. } => 3.0 * rng.uniform() - slope * region as f32,
                _ => -slope * ends[i / vocabulary],
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
            maps.insert(positions.map(numbers).grains().to_vec());
        }
    }
    let many = if grid.granularities == 1 { 1 } else { images * rounds / 4 };
    assert!(maps.len() >= many, "{} different maps", maps.len());
}

#[test]
fn ten_thousand_drawn_sequences_cover_every_cell_once() {
    draw_sequences(Grid::dual(8), 1000, 10);
}

#[test]
fn ten_thousand_drawn_sequences_of_three_granularities_cover_every_cell_once() {
    draw_sequences(Grid { regions: 4, granularities: 3 }, 1000, 10);
}

#[test]
fn drawn_sequences_of_one_and_four_granularities_cover_every_cell_once() {
    draw_sequences(Grid { regions: 3, granularities: 1 }, 100, 1);
    draw_sequences(Grid { regions: 2, granularities: 4 }, 100, 2);
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence() {
    remembered(Grid::dual(4));
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence_of_three_granularities() {
    remembered(TRIPLE);
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence_of_one_granularity() {
    remembered(Grid { regions: 4, granularities: 1 });
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence_of_four_granularities() {
    remembered(Grid { regions: 2, granularities: 4 });
}

#[test]
fn remembered_entries_give_the_logits_of_the_whole_sequence_without_rotary_angles() {
    let whole = tiny(TRIPLE);
    let ablated = ArConfig { rotary: false, ..whole.clone() };
    assert!(whole.is_whole() && !ablated.is_whole());
    // What was written before there was a choice rotates.
    let text = serde_json::to_string(&whole).expect("JSON");
    assert!(!text.contains("rotary"), "{text}");
    assert!(serde_json::from_str::<ArConfig>(&text).expect("a configuration").rotary);
    assert_ne!(remembered_of(&whole), remembered_of(&ablated));
}

fn remembered(grid: Grid) {
    remembered_of(&tiny(grid));
}

/// The logits of contents of all images, one entry after the other.
fn remembered_of(config: &ArConfig) -> Vec<f32> {
    let device = Device::flex();
    let grid = config.positions().grid();
    device.seed(3);
    let ar = stirred(Ar::new(config, &device));
    let (positions, images) = (config.positions(), 3);
    let codes = config.transformer.vocabulary;
    let mut rng = Rng::new(5);
    let conditions: Vec<Condition> = (0..images)
        .map(|i| Condition(vec![Some(i as u16 % 3), None, Some(2 - i as u16 % 3)]))
        .collect();
    let classes = Condition::whole_tensor(&conditions, &device);
    // None, all and some of the regions as fine as can be.
    let shares: Vec<Shares> = [0.0, 1.0, 0.3].map(|each| Shares::even(grid, each)).into();
    let rows = share_rows(&shares, &device);
    let class = ar.class_vectors(classes.clone(), rows.clone());
    let mut sequence = Sequence::new(positions, codes, config.end(), images, &device);
    let mut caches = ar.caches(images, sequence.capacity(), &device);
    sequence.begin(&shares.iter().map(|shares| config.start(shares)).collect::<Vec<_>>());
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
    let row_of = |row: usize, from: usize| {
        let values = entries
            .chunks(2 * room)
            .flat_map(|image| image[row * room + from..row * room + from + steps].iter().copied());
        let values: Vec<i64> = values.collect();
        Tensor::<1, Int>::from_ints(values.as_slice(), &device).reshape([images, steps])
    };
    let grains: Vec<i64> = (row_of(0, 0).into_data().iter::<i64>())
        .map(|n| positions.rule(n as usize).stream.into())
        .collect();
    let whole = Sequences {
        contents: row_of(1, 0),
        positions: row_of(0, 0),
        next: row_of(0, 1),
        granularities: Tensor::<1, Int>::from_ints(grains.as_slice(), &device)
            .reshape([images, steps]),
        shares: rows,
    };
    let (all_positions, all_contents) = ar.forward(&whole, classes, &Plainly);
    let mut last = vec![];
    for (stepped, all) in [(stepped_positions, all_positions), (stepped_contents, all_contents)] {
        let (stepped, all) = (values(Tensor::cat(stepped, 1)), values(all));
        let largest = all.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        let off = stepped.iter().zip(&all).fold(0.0f32, |m, (a, b)| m.max((a - b).abs()));
        assert!(largest > 0.01, "logits that mean something: {largest}");
        assert!(off < 1e-3, "off by {off} of {largest}");
        last = stepped;
    }
    last
}

#[test]
fn the_same_seed_draws_the_same_and_every_sequence_is_whole() {
    for grid in [Grid { regions: 4, granularities: 1 }, Grid::dual(4), TRIPLE] {
        whole(grid);
    }
}

fn whole(grid: Grid) {
    let (device, config) = (Device::flex(), tiny(grid));
    device.seed(4);
    let ar = Ar::new(&config, &device);
    let requests: Vec<Request> = (0..6)
        .map(|seed| Request { seed, guidance: 1.5, top_k: Some(9), ..Request::on(grid, Mode::Ar) })
        .collect();
    let draw =
        |requests: &[Request]| sample_sequences(&ar, &config, requests, &device).expect("drawn");
    let all = draw(&requests);
    assert_eq!(all, draw(&requests));
    for (i, drawn) in all.iter().enumerate() {
        let numbers: Vec<usize> = drawn.iter().map(|(n, _)| *n).collect();
        check(&numbers, config.positions());
        assert!(drawn[1..].iter().all(|(n, c)| {
            let is_end = matches!(config.positions().place(*n), Place::End(_));
            is_end || usize::from(*c) < config.transformer.vocabulary
        }));
        // Alone as in company.
        assert_eq!(draw(&requests[i..i + 1])[0], *drawn);
    }
    assert_ne!(all[0], all[1]);
}

#[test]
fn shares_asked_for_change_what_is_likely() {
    let device = Device::flex();
    for grid in [Grid::dual(4), TRIPLE] {
        let config = tiny(grid);
        device.seed(6);
        let ar = stirred(Ar::new(&config, &device));
        let first = |shares: Shares| {
            let positions = config.positions();
            let classes = Condition::tensor(&[Condition::default()], ar.slots(), &device);
            let class = ar.class_vectors(classes, share_rows(&[shares], &device));
            let mut sequence = Sequence::new(positions, 24, config.end(), 1, &device);
            let mut caches = ar.caches(1, sequence.capacity(), &device);
            sequence.begin(&[config.start(&shares)]);
            let request = Request { shares, ..Request::on(grid, Mode::Ar) };
            sequence.go_to(0, &[SequenceParameters::new(&request, positions).next(0)]);
            values(ar.step(&mut sequence, &mut caches, &class).0)
        };
        let [few, many] = [0.0, 0.5].map(|each| first(Shares::even(grid, each)));
        let off = few.iter().zip(&many).fold(0.0f32, |m, (a, b)| m.max((a - b).abs()));
        assert!(off > 1e-3, "{grid:?}: off by {off}");
        // As much of it finer, but not as fine.
        if grid == TRIPLE {
            let of = |shares: [f32; 2]| first(Shares::new(&shares).expect("shares"));
            let (middle, fine) = (of([0.5, 0.0]), of([0.0, 0.5]));
            let off = middle.iter().zip(&fine).fold(0.0f32, |m, (a, b)| m.max((a - b).abs()));
            assert!(off > 1e-3, "equal sums: off by {off}");
        }
    }
}

//! Properties that must hold whatever the weights are (method specification 7.4).

use burn::tensor::{Device, Distribution, Int, Tensor};
use proptest::prelude::*;
use varigrain::density::{DensityLevels, Deviation, Entropy, InformationDensity};
use varigrain::dqvae::{DqVae, Router, TokenizerConfig, budget_loss, spread_gates};
use varigrain::grain::{GrainMap, Grid, Shares};
use varigrain::kernels::{Categorical, Choice};
use varigrain::rng::Rng;
use varigrain::sampler::{Candidate, Schedule, commit_counts, halton_order};

fn values<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().iter::<f32>().collect()
}

/// A grey image of four quarters: black, mid-grey, a ramp, and noise.
fn quarters(seed: u64) -> Tensor<4> {
    let mut rng = Rng::new(seed);
    let plane: Vec<f32> = (0..32 * 32)
        .map(|i| match ((i / 32) / 16, (i % 32) / 16) {
            (0, 0) => -1.0,
            (0, _) => 0.0131,
            (_, 0) => (i % 16) as f32 / 16.0 - 0.5,
            _ => 2.0 * rng.uniform() - 1.0,
        })
        .collect();
    Tensor::<1>::from_floats(plane.as_slice(), &Device::flex())
        .reshape([1, 1, 32, 32])
        .repeat_dim(1, 3)
}

#[test]
fn density_orders_noise_over_ramp_over_flat_and_flat_is_flat_at_every_grey() {
    let measures: [&dyn InformationDensity; 2] = [&Entropy::default(), &Deviation];
    for measure in measures {
        let d = values(measure.density(quarters(1), 2));
        assert!(d[3] > d[2] && d[2] > d[0] && d[2] > d[1], "{d:?}");
    }
    let entropy = Entropy::default();
    let flat: Vec<f32> = (0..40)
        .map(|i| {
            let grey = Tensor::full([1, 3, 16, 16], -0.95 + 0.0475 * i as f32, &Device::flex());
            values(entropy.density(grey, 1))[0]
        })
        .collect();
    let spread = flat.iter().fold(0.0f32, |m, e| m.max((e - flat[0]).abs()));
    // Three bins apart from each other would be ln 3; the public code's artefact is ln 2 = 0.69.
    assert!(spread < 0.15, "a flat patch scores differently at different greys: {flat:?}");
}

#[test]
fn thresholds_give_the_ratio_asked_for() {
    let mut rng = Rng::new(4);
    let samples: Vec<f32> = (0..4096).map(|_| rng.normal()).collect();
    let levels = DensityLevels::from_samples(samples.clone()).expect("samples");
    let grid = Grid::dual(64);
    for ratio in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let map = GrainMap::from_levels(grid, &levels.levels(&samples), &Shares::dual(ratio))
            .expect("a map");
        assert!((map.finest_share() - ratio).abs() < 1e-3, "{} for {ratio}", map.finest_share());
    }
}

#[test]
fn budget_loss_is_two_gamma_times_the_squared_miss() {
    let device = Device::flex();
    let gates =
        Tensor::<3>::from_floats([[[0.0, 1.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]], &device); // ρ = 3/4
    let loss = budget_loss(gates, &Shares::dual(0.5), 10.0).into_scalar::<f32>();
    assert!((loss - 2.0 * 10.0 * 0.0625).abs() < 1e-5);
    // Three granularities: ρ = (1/2, 1/4, 1/4), wanted (1/8, 5/8, 1/4); misses of 3/8, 3/8 and none.
    let gates = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    let gates = Tensor::<3>::from_floats([gates], &device);
    let shares = Shares::new(&[0.625, 0.25]).expect("shares");
    let loss = budget_loss(gates, &shares, 10.0).into_scalar::<f32>();
    assert!((loss - 10.0 * 2.0 * 0.140625).abs() < 1e-5, "{loss}");
    let logits = Tensor::<3>::random([2, 16, 2], Distribution::Normal(0.0, 1.0), &device);
    let gates = Router::gumbel_gates(logits.clone(), logits.zeros_like());
    assert!(values(gates).iter().all(|g| g.abs() < 1e-5 || (g - 1.0).abs() < 1e-5));
}

#[test]
fn codes_stand_in_all_their_cells_for_one_to_four_granularities() {
    let device = Device::flex();
    let dual = TokenizerConfig::tiny();
    let of = |regions, granularities, sizes: usize| TokenizerConfig {
        grid: Grid { regions, granularities },
        channels: vec![8; sizes],
        ..dual.clone()
    };
    let single = of(8, 1, 2);
    let (triple, four) = (of(2, 3, 4), of(1, 4, 5));
    for config in [single, dual.clone(), triple, four] {
        config.validate().expect("the sizes fit");
        let model = DqVae::new(&config, &device);
        let images = Tensor::random([1, 3, 32, 32], Distribution::Uniform(-1.0, 1.0), &device);
        let grains = config.grid.granularities as u8;
        let map: Vec<u8> = (0..config.grid.region_count()).map(|i| i as u8 % grains).collect();
        let map = GrainMap::new(config.grid, map).expect("a map");
        let codes: Vec<i64> = model
            .encode(images, std::slice::from_ref(&map))
            .codes
            .into_data()
            .iter::<i64>()
            .collect();
        let layout = map.layout();
        assert_eq!(layout.unpack(&layout.pack(&codes)), codes);
        let output = model.decode(
            Tensor::<1, burn::tensor::Int>::from_ints(codes.as_slice(), &device).unsqueeze(),
        );
        assert_eq!(output.dims(), [1, 3, 32, 32]);
    }
}

#[test]
fn gates_on_regions_spread_to_their_cells() {
    let gates = Tensor::<3>::from_floats(
        [[[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]],
        &Device::flex(),
    );
    let spread = spread_gates(gates, Grid::dual(2));
    assert_eq!(values(spread[1].clone())[..8], [0., 0., 1., 1., 0., 0., 1., 1.]);
    let sum = values(spread[0].clone() + spread[1].clone());
    assert!(sum.iter().all(|v| *v == 1.0));
}

fn any_map() -> impl Strategy<Value = GrainMap> {
    (1usize..=8, 1usize..=4).prop_flat_map(|(regions, granularities)| {
        let grid = Grid { regions, granularities };
        proptest::collection::vec(0..granularities as u8, regions * regions)
            .prop_map(move |grains| GrainMap::new(grid, grains).expect("values in range"))
    })
}

proptest! {
    #[test]
    fn any_grain_map_packs_and_unpacks(map in any_map(), seed in any::<u64>()) {
        let layout = map.layout();
        let mut rng = Rng::new(seed);
        let codes: Vec<u16> = (0..layout.len()).map(|_| rng.below(1024) as u16).collect();
        let cells = layout.unpack(&codes);
        prop_assert_eq!(layout.pack(&cells), codes);
        prop_assert_eq!(layout.len(), map.code_length());
        // Every token covers exactly its cells, and together they cover all of them once.
        let mut covered = vec![0usize; layout.len()];
        layout.token_of_cell().iter().for_each(|t| covered[*t] += 1);
        for (token, cells) in layout.tokens().iter().zip(covered) {
            prop_assert_eq!(cells, token.span * token.span);
        }
        if map.grid().granularities == 2 {
            let regions = map.grid().region_count() as f32;
            let length = (regions * (1.0 + 3.0 * map.finest_share())).round() as usize;
            prop_assert_eq!(layout.len(), length);
        }
    }

    #[test]
    fn schedules_commit_everything_once(
        steps in 1usize..40, by_grain in proptest::collection::vec(0usize..80, 1..=4),
        schedule in prop::sample::select(Schedule::ALL.to_vec()),
        priority in 0.0f32..3.0, seed in any::<u64>(),
    ) {
        let tokens: usize = by_grain.iter().sum();
        prop_assume!(tokens > 0);
        let counts = commit_counts(schedule, steps, &by_grain);
        let finest = by_grain.len() - 1;
        let grains: Vec<usize> =
            by_grain.iter().enumerate().flat_map(|(g, n)| std::iter::repeat_n(g, *n)).collect();
        let fineness = |token: usize| grains[token] as f32 / finest.max(1) as f32;
        prop_assert_eq!(counts.last(), Some(&tokens));
        prop_assert!(counts.len() <= steps && counts[0] >= 1);
        prop_assert!(counts.windows(2).all(|w| w[0] < w[1]), "{:?}", counts);

        let mut rng = Rng::new(seed);
        let all: Vec<Candidate> = (0..tokens).map(|token| Candidate {
            density: 0.25 + 0.75 * fineness(token),
            fineness: fineness(token),
            halton: rng.uniform(),
        }).collect();
        let log_p: Vec<f32> = (0..tokens).map(|_| -3.0 * rng.uniform()).collect();
        let strict = matches!(schedule, Schedule::Strict | Schedule::TwoPhase);
        let mut known = vec![false; tokens];
        let mut before = 0;
        for (t, after) in counts.iter().enumerate() {
            let progress = (t + 1) as f32 / counts.len() as f32;
            let rule = (schedule, priority, progress);
            known = commit(rule, &all, &log_p, &known, after - before, &mut rng);
            let count = known.iter().filter(|known| **known).count();
            prop_assert_eq!(count, *after, "a known token was committed again");
            let grains_that = |wanted: bool| {
                let tokens = grains.iter().zip(&known).filter(move |(_, known)| **known == wanted);
                tokens.map(|(grain, _)| *grain)
            };
            let coarsest = grains_that(true).min();
            if strict && let Some(left) = grains_that(false).max() {
                prop_assert!(coarsest >= Some(left), "a coarse code came before a fine one");
            }
            before = *after;
        }
    }

    #[test]
    fn halton_order_is_a_permutation(
        points in proptest::collection::vec((0.0f32..1.0, 0.0f32..1.0), 1..80),
        offset in (0.0f32..1.0, 0.0f32..1.0),
    ) {
        let mut rank = halton_order(&points, offset);
        rank.sort_unstable();
        prop_assert_eq!(rank, (0..points.len()).collect::<Vec<_>>());
    }
}

/// Which tokens are known after `count` more were committed.
fn commit(
    (schedule, priority, progress): (Schedule, f32, f32),
    all: &[Candidate],
    log_p: &[f32],
    known: &[bool],
    count: usize,
    rng: &mut Rng,
) -> Vec<bool> {
    let (device, n) = (Device::flex(), all.len());
    let row = |values: Vec<f32>| Tensor::<1>::from_floats(values.as_slice(), &device).unsqueeze();
    let ints = |values: Vec<i32>| Tensor::<1, Int>::from_ints(values.as_slice(), &device);
    let choice = Choice {
        noise: row((0..n).map(|_| schedule.noise(2.0, progress, rng)).collect()),
        bias: row(all.iter().map(|c| schedule.bias(priority, c)).collect()),
        confidence: &[schedule.confidence()],
        counts: &[count],
    };
    let codes = ints(known.iter().map(|known| i32::from(!known)).collect()).unsqueeze();
    let (drawn, log_p) = (ints(vec![0; n]).unsqueeze(), row(log_p.to_vec()));
    let (_, known) = choice.commit(1, [codes, drawn], log_p, Tensor::zeros([1, n], &device));
    known.into_data().iter::<f32>().map(|known| known == 1.0).collect()
}

#[test]
fn no_priority_is_plain_confidence() {
    let mut noise = Rng::new(2);
    let log_p: Vec<f32> = (0..50).map(|_| -noise.uniform()).collect();
    let all: Vec<Candidate> = (0..50)
        .map(|token| Candidate {
            density: noise.uniform(),
            fineness: (token % 2) as f32,
            halton: 0.0,
        })
        .collect();
    let pick = |schedule, priority| {
        commit((schedule, priority, 0.5), &all, &log_p, &[false; 50], 20, &mut Rng::new(3))
    };
    assert_eq!(pick(Schedule::Priority, 0.0), pick(Schedule::Confidence, 0.0));
    assert_ne!(pick(Schedule::Priority, 1.0), pick(Schedule::Confidence, 0.0));
}

/// Samples once for every number, at temperature 1.
fn draw(logits: Tensor<3>, weight: f32, uniform: &[f32]) -> (Vec<i64>, Vec<f32>) {
    let (device, n) = (logits.device(), uniform.len());
    let categorical = Categorical {
        uniform: Tensor::<1>::from_floats(uniform, &device).unsqueeze(),
        parameters: Tensor::<1>::from_floats([weight, 1.0], &device).unsqueeze(),
        keep: Tensor::zeros([1, n], &device),
    };
    let (drawn, log_p) = categorical.sample(0, logits, Tensor::zeros([n], &device));
    (drawn.into_data().iter::<i64>().collect(), values(log_p))
}

#[test]
fn guidance_of_zero_is_the_conditional_model() {
    let normal = Distribution::Normal(0.0, 1.0);
    let both = Tensor::<3>::random([2, 5, 7], normal, &Device::flex());
    let conditional = both.clone().narrow(0, 0, 1);
    let uniform = [0.1, 0.3, 0.5, 0.7, 0.9];
    let expected = draw(conditional.clone(), 0.0, &uniform);
    assert_eq!(draw(both.clone(), 0.0, &uniform), expected);
    assert_eq!(draw(conditional, 3.0, &uniform), expected);
    assert_ne!(draw(both, 3.0, &uniform), expected);
}

#[test]
fn drawing_follows_the_probabilities() {
    let n = 4000;
    let p = [0.5f32, 0.0, 0.3, 0.2];
    let logits: Vec<f32> = p.iter().map(|p| (p + 1e-9).ln()).collect();
    let logits = Tensor::<1>::from_floats(logits.as_slice(), &Device::flex()).unsqueeze::<3>();
    let mut rng = Rng::new(9);
    let uniform: Vec<f32> = (0..n).map(|_| rng.uniform()).collect();
    let (drawn, log_p) = draw(logits.repeat_dim(1, n), 0.0, &uniform);
    for (value, p) in p.iter().enumerate() {
        let share = drawn.iter().filter(|d| **d == value as i64).count() as f32 / n as f32;
        assert!((share - p).abs() < 0.03, "{value}: {share} instead of {p}");
    }
    assert!((log_p[0].exp() - p[drawn[0] as usize]).abs() < 1e-3);
}

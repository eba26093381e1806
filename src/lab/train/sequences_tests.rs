//! What batches of sequences hold, and their losses.

use super::*;
use crate::dgit::ArConfig;
use crate::grain::{GrainMap, Grid};
use crate::lab::train::examples::CodedExample;
use crate::rng::Rng;

/// A batch of random maps.
fn batch(grid: Grid, images: usize) -> (Vec<SequenceExample>, SequenceBatch) {
    let (device, mut rng) = (Device::flex(), Rng::new(9));
    let config = ArConfig::new(12, grid, vec![2]);
    let mut example = || {
        let grains = (0..grid.region_count()).map(|_| rng.below(grid.granularities) as u8);
        let map = GrainMap::new(grid, grains.collect()).expect("a map");
        let drawn = CodedExample {
            shares: Shares::even(grid, 0.3),
            levels: vec![0; grid.region_count()],
            own_map: true,
            cells: map.per_cell().into_iter().map(u16::from).collect(),
            condition: Condition(vec![Some(1)]),
            rival: None,
            map,
        };
        SequenceExample::new(&config, &drawn, 0.0, &mut rng)
    };
    let examples: Vec<SequenceExample> = (0..images).map(|_| example()).collect();
    let positions = config.positions();
    let batch = SequenceBatch::new(&examples, positions, positions.longest() - 1, &device);
    (examples, batch)
}

/// A small network with random weights.
fn small(grid: Grid) -> Ar {
    let mut config = ArConfig::new(12, grid, vec![2]);
    (config.transformer.width, config.transformer.layers, config.position_layers) = (32, 2, 1);
    Ar::new(&config, &Device::flex())
}

/// -log p where all that is legal is as likely, over all choices of these maps; from the order of
/// regions alone.
fn expected(grid: Grid, examples: &[SequenceExample]) -> f64 {
    let (mut sum, mut choices) = (0.0, 0.0);
    for example in examples {
        for stream in 0..grid.finest() {
            let left: Vec<u8> =
                example.grains.iter().copied().filter(|grain| *grain >= stream).collect();
            // One choice in front of each region of the stream, and END.
            let own = left.iter().enumerate().filter(|(_, grain)| **grain == stream);
            let fronts = [0].into_iter().chain(own.map(|(at, _)| at + 1));
            for front in fronts {
                sum += ((left.len() - front + 1) as f64).ln();
                choices += 1.0;
            }
        }
    }
    sum / choices
}

#[test]
fn exactly_the_legal_positions_are_chosen_among() {
    for granularities in 2..=4 {
        let grid = Grid { regions: 3, granularities };
        let (examples, batch) = batch(grid, 20);
        let [images, entries] = batch.region.dims();
        let choices = Positions::new(grid).choices().next_multiple_of(4);
        let device = Device::flex();
        let even = |values| Tensor::<3>::zeros([images, entries, values], &device);
        let losses = batch.losses((even(choices), even(12)), false);
        let position = f64::from(losses.position.into_scalar::<f32>());
        let wanted = expected(grid, &examples);
        assert!((position - wanted).abs() < 1e-4, "{position} instead of {wanted}");
        for loss in losses.grains.into_iter().chain([losses.content]) {
            assert!((loss.into_scalar::<f32>() - 12f32.ln()).abs() < 1e-4);
        }
        let codes: usize = examples.iter().map(|e| e.positions.len() - granularities).sum();
        assert_eq!(batch.counts()[0], codes as f64);
    }
}

#[test]
fn nats_of_images_are_their_codes_and_positions() {
    let grid = Grid { regions: 3, granularities: 3 };
    let (examples, batch) = batch(grid, 4);
    let (model, positions) = (small(grid), Positions::new(grid));
    let nats = batch.nats(&model);
    let (losses, [codes, choices]) = (batch.losses_of(&model, false, &Plainly), batch.counts());
    let all = f64::from(losses.content.into_scalar::<f32>()) * codes
        + f64::from(losses.position.into_scalar::<f32>()) * choices;
    let sum: f64 = nats.iter().map(|nats| f64::from(*nats)).sum();
    assert!((sum - all).abs() < 1e-3 * all, "{sum} instead of {all}");
    for (example, nats) in examples.iter().zip(&nats) {
        let alone = std::slice::from_ref(example);
        let alone =
            SequenceBatch::new(alone, positions, example.positions.len() - 1, &Device::flex());
        assert!((alone.nats(&model)[0] - nats).abs() < 1e-3 * nats);
    }
}

#[test]
fn rivals_are_compared_and_count_nowhere_else() {
    let grid = Grid { regions: 3, granularities: 3 };
    let (examples, plain) = batch(grid, 4);
    let (model, positions, device) = (small(grid), Positions::new(grid), Device::flex());
    let rival = Some(Condition(vec![Some(0)]));
    let with = |paired: [bool; 4]| {
        let of = |(e, paired): (&SequenceExample, bool)| SequenceExample {
            rival: rival.clone().filter(|_| paired),
            ..e.clone()
        };
        let examples: Vec<SequenceExample> = examples.iter().zip(paired).map(of).collect();
        SequenceBatch::new(&examples, positions, positions.longest() - 1, &device)
    };
    let batch = with([false, true, false, true]);
    assert_eq!((batch.images(), batch.twins(), batch.counts()), (4, 2, plain.counts()));
    let losses = |batch: &SequenceBatch| batch.losses_of(&model, false, &Plainly);
    let (found, alone) = (losses(&batch), losses(&plain));
    let value = |loss: &Tensor<1>| loss.clone().into_scalar::<f32>();
    assert!((value(&found.content) - value(&alone.content)).abs() < 1e-4);
    assert!((value(&found.position) - value(&alone.position)).abs() < 1e-4);
    assert_eq!([value(&alone.contrast), value(&alone.told)], [0.0; 2]);
    // Rows: the two that have a rival, the others, the two once more.
    let nats = batch.nats(&model);
    let margins = [nats[4] - nats[0], nats[5] - nats[1]];
    let expected: f32 = margins.iter().map(|m| (1.0 + (-m).exp()).ln()).sum::<f32>() / 2.0;
    assert!((value(&found.contrast) - expected).abs() < 1e-4, "{margins:?}");
    let told = margins.iter().filter(|m| **m > 0.0).count() as f32 / 2.0;
    assert_eq!(value(&found.told), told);
    // One row of classes for each of the six, the rival's last.
    let classes: Vec<i32> = batch.classes.into_data().iter::<i32>().collect();
    assert_eq!(classes, [2, 2, 2, 2, 1, 1]);
}

#[test]
fn of_one_granularity_no_position_is_chosen() {
    let (_, batch) = batch(Grid { regions: 3, granularities: 1 }, 2);
    let even = |values| Tensor::<3>::zeros([2, 9, values], &Device::flex());
    let losses = batch.losses((even(4), even(12)), false);
    assert_eq!(losses.position.into_scalar::<f32>(), 0.0);
    assert_eq!(batch.counts(), [18.0, 0.0]);
}

//! Operations that LibTorch has whole give the values and gradients of their formulas.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor};

use super::critic::{Critic, hinge};
use super::flat::Flat;
use super::masking::{MaskedBatch, MaskedExample, random_mask};
use crate::dgit::{
    Ar, ArConfig, Condition, Nar, Plainly, Sequences, SketchConfig, TransformerConfig,
};
use crate::dqvae::{DqVae, TokenizerConfig, grains_of};
use crate::grain::{GrainMap, Grid, Shares};
use crate::pack::{self, Weights};
use crate::rng::Rng;

#[allow(deprecated)]
fn devices() -> [Device; 2] {
    [Device::flex(), Device::libtorch()]
}

/// The same weights on both devices; `loss` is a number made with them. Compares the numbers and the
/// gradients.
fn compare<M: Module>(make: impl Fn(&Device) -> M, loss: impl Fn(&M, &Device) -> Tensor<1>) {
    let weights = pack::save(&make(&Device::flex()), false).unwrap();
    let [expected, found] = devices().map(|device| {
        let weights = Weights::read("test", weights.clone()).unwrap();
        let model = weights.load_into(make(&device), &device).unwrap().train();
        let loss = loss(&model, &device.autodiff());
        let value = loss.clone().into_scalar::<f32>();
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        let gradients = Flat::new(&model.valid()).gradients(&model, gradients).into_data();
        (value, gradients.iter::<f32>().collect::<Vec<_>>())
    });
    assert!(
        (expected.0 - found.0).abs() < 1e-4 * expected.0.abs().max(1.0),
        "{} {}",
        expected.0,
        found.0
    );
    let length = |v: &mut dyn Iterator<Item = f32>| v.map(|x| x * x).sum::<f32>().sqrt();
    let of_all = length(&mut expected.1.iter().copied());
    let off = length(&mut expected.1.iter().zip(&found.1).map(|(a, b)| a - b));
    assert!(of_all > 1e-3 && off < 1e-3 * of_all, "gradients {of_all} differ by {off}");
}

/// A number that depends on every value of `x` in another way.
fn number<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    let count = x.shape().num_elements();
    let weights: Vec<f32> = (0..count).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0).collect();
    let weights = Tensor::<1>::from_floats(weights.as_slice(), &x.device());
    (x.reshape([count]) * weights).sum() / (count as f32).sqrt()
}

fn images(device: &Device) -> Tensor<4> {
    let mut rng = Rng::new(3);
    let values: Vec<f32> = (0..2 * 3 * 32 * 32).map(|_| 2.0 * rng.uniform() - 1.0).collect();
    Tensor::<1>::from_floats(values.as_slice(), device).reshape([2, 3, 32, 32])
}

#[test]
fn encoder_and_decoder() {
    let config = TokenizerConfig::tiny();
    compare(
        |device| DqVae::new(&config, device),
        |model, device| {
            let features = model.encoder.features(images(device));
            let [batch, dim, cells, _] = features[1].dims();
            let z = features[1].clone().reshape([batch, dim, cells * cells]).transpose();
            number(model.decoder.decode_vectors(z, None)) + number(features[0].clone())
        },
    );
}

#[test]
fn decoder_that_is_told_the_grains() {
    let config = TokenizerConfig::tiny_triple();
    compare(
        |device| DqVae::new(&config, device),
        |model, device| {
            let features = model.encoder.features(images(device));
            let [batch, dim, cells, _] = features[2].dims();
            let z = features[2].clone().reshape([batch, dim, cells * cells]).transpose();
            let codes: Vec<i32> = (0..batch * cells * cells).map(|i| (i / 16) as i32).collect();
            let codes = Tensor::<1, Int>::from_ints(codes.as_slice(), device);
            let grains = grains_of(codes.reshape([batch, cells * cells]), 3);
            number(model.decoder.decode_vectors(z, Some(grains))) + number(features[0].clone())
        },
    );
}

#[test]
fn critic() {
    compare(
        |device| Critic::new(8, device),
        |critic, device| {
            let verdicts = critic.forward(images(device));
            hinge(verdicts.clone(), verdicts.clone()) + number(verdicts)
        },
    );
}

#[test]
fn masked_transformer() {
    let sizes = TransformerConfig {
        vocabulary: 12,
        classes: vec![3, 4, 5],
        granularities: 2,
        cells: 8,
        width: 32,
        layers: 2,
        heads: 4,
        sketch: Some(SketchConfig { regions: 4, channels: 3 }),
    };
    let mut rng = Rng::new(5);
    let grid = Grid::dual(4);
    let examples: Vec<MaskedExample> = [3usize, 6]
        .iter()
        .map(|fine| {
            let levels: Vec<u8> = (0..16).map(|i| if i < *fine { 15 } else { 0 }).collect();
            let layout = GrainMap::from_levels(grid, &levels, &Shares::dual(0.2)).unwrap().layout();
            let target: Vec<u16> = (0..layout.len()).map(|i| i as u16 % 12).collect();
            MaskedExample {
                seen: target.clone(),
                target,
                mask: random_mask(&vec![0.5; layout.len()], &mut rng),
                condition: Condition(vec![Some(1), None, Some(2)]),
                layout,
            }
        })
        .collect();
    let longest = examples.iter().map(|e| e.layout.len()).max().unwrap() + 3;
    compare(
        |device| Nar::new(&sizes, device),
        |model, device| {
            let batch = MaskedBatch::new(&examples, longest, model.mask(), &device.clone().inner());
            batch.losses_of(true, |input, places, classes| model.forward(input, places, classes)).0
        },
    );
}

#[test]
fn sequence_transformer() {
    let mut config = ArConfig::new(12, Grid::dual(4), vec![3, 4, 5]);
    config.transformer.width = 32;
    config.transformer.heads = 4;
    config.transformer.layers = 3;
    config.position_layers = 1;
    compare(
        |device| Ar::new(&config, device),
        |model, device| {
            let table =
                |values: [i64; 10]| Tensor::<1, Int>::from_ints(values, device).reshape([2, 5]);
            let batch = Sequences {
                contents: table([12, 1, 2, 3, 4, 13, 6, 7, 8, 9]),
                positions: table([0, 1, 4, 16, 20, 0, 2, 3, 17, 18]),
                next: table([1, 4, 16, 20, 21, 2, 3, 17, 18, 19]),
                granularities: table([0, 0, 0, 1, 1, 0, 0, 0, 1, 1]),
                shares: Tensor::zeros([2, 1], device),
            };
            let classes = Tensor::<1, Int>::from_ints([0, 1, 2, 2, 1, 0], device).reshape([2, 3]);
            let (positions, contents) = model.forward(&batch, classes, &Plainly);
            number(positions) + number(contents)
        },
    );
}

//! Against the formulas of floats.

use burn::tensor::{Device, TensorData, activation};

use super::super::GroupNorm;
use super::super::layers::{Conv2d, Linear};
use super::activation::{exp, gelu, silu};
use super::lines::nearest;
use super::*;
use crate::rng::Rng;

fn drawn<const D: usize>(rng: &mut Rng, shape: [usize; D]) -> Tensor<D> {
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.normal()).collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// How far off, of the largest.
fn off<const D: usize>(found: Tensor<D>, formula: Tensor<D>) -> f32 {
    assert_eq!(found.dims(), formula.dims());
    let most = formula.clone().abs().max().into_scalar::<f32>();
    (found - formula).abs().max().into_scalar::<f32>() / most
}

/// Weights that int8 has exactly.
fn whole<const D: usize>(weight: Tensor<D>) -> Tensor<D> {
    weight.sign()
}

#[test]
fn products_are_those_of_floats_but_for_the_inputs_last_bits() {
    let (mut rng, device) = (Rng::new(4), Device::flex());
    for (tokens, inputs, outputs) in [(1, 1, 1), (9, 7, 13), (33, 384, 40), (4, 1536, 21)] {
        let mut linear = Linear::new(inputs, outputs, &device);
        linear.weight = linear.weight.map(|_| whole(drawn(&mut rng, [inputs, outputs])));
        let x = drawn(&mut rng, [2, tokens, inputs]);
        let bias = linear.bias.as_ref().map(|bias| bias.val());
        let weight = linear.weight.val();
        let found = product(x.clone(), &Lines::of_product(weight.clone()), bias.clone(), false);
        let far = off(found.clone(), linear.forward(x.clone()));
        assert!(far < 1e-3, "{far} {tokens} {inputs} {outputs}");
        let transposed = product(x, &Lines::of_table(weight.transpose(), outputs), bias, false);
        assert_eq!(transposed.into_data(), found.into_data());
    }
}

#[test]
fn convolutions_are_those_of_floats_but_for_the_inputs_last_bits() {
    let (mut rng, device) = (Rng::new(5), Device::flex());
    for ([from, to], side, [height, width]) in
        [([1, 1], 1, [1, 1]), ([5, 6], 3, [7, 9]), ([64, 12], 3, [16, 24]), ([32, 48], 1, [8, 8])]
    {
        let mut layer = Conv2d::new([from, to], side, 1, &device);
        layer.weight = layer.weight.map(|_| whole(drawn(&mut rng, [to, from, side, side])));
        let x = drawn(&mut rng, [2, from, height, width]);
        let found = conv(x.clone(), &layer);
        let far = off(found, layer.forward(x));
        assert!(far < 1e-3, "{far} {from} {to} {side}");
    }
}

#[test]
fn weights_of_an_int8_file_are_exact_and_others_keep_more_bits() {
    let (mut rng, device) = (Rng::new(7), Device::flex());
    let step = drawn(&mut rng, [1, 24]);
    let mut whole = drawn(&mut rng, [96, 24]).mul_scalar(30.0).round().clamp(-127.0, 127.0);
    whole = whole.slice_assign([0..1, 0..24], Tensor::full([1, 24], -127.0, &device));
    let x = drawn(&mut rng, [2, 20, 96]).mul_scalar(900.0).round().clamp(-4095.0, 4095.0);
    let x = x.slice_assign([0..2, 0..20, 0..1], Tensor::full([2, 20, 1], 4095.0, &device));
    for (weight, int8, most) in [
        (whole.clone() * step.clone(), true, 1e-6), // whole numbers, of which floats have all
        (whole * step + 1e-3, false, 1e-3),
    ] {
        let lines = Lines::of_product(weight.clone());
        assert_eq!(lines.is_int8(), int8);
        let far =
            off(product(x.clone(), &lines, None, false), x.clone().matmul(weight.unsqueeze()));
        assert!(far < most, "{far}");
    }
}

#[test]
fn the_longest_sum_of_the_largest_numbers_does_not_overflow() {
    let device = Device::flex();
    for (inputs, jitter) in [(4096, 0.0), (4096, 0.4), (384, 0.4)] {
        let even = Tensor::<1>::from_floats([1.0, 1.0 - jitter], &device).repeat(&[inputs / 2]);
        let weight = even.clone().reshape([inputs, 1]);
        let x = Tensor::<3>::ones([1, 16, inputs], &device);
        let found = product(x, &Lines::of_product(weight), None, false);
        assert!(off(found, even.sum().reshape([1, 1, 1]).repeat(&[1, 16, 1])) < 2e-3);
    }
}

#[test]
fn activations_are_their_formulas() {
    let values: Vec<f32> = (-4000..4000).map(|i| i as f32 * 0.025).collect();
    let formula = |f: fn(Tensor<1>) -> Tensor<1>| -> Vec<f32> {
        let x = Tensor::<1>::from_floats(values.as_slice(), &Device::flex());
        f(x).into_data().iter::<f32>().collect()
    };
    for (own, formula) in
        [(silu as fn(f32) -> f32, formula(activation::silu)), (gelu, formula(activation::gelu))]
    {
        for (value, expected) in values.iter().zip(formula) {
            let off = (own(*value) - expected).abs();
            assert!(off < 1e-6 * expected.abs().max(1.0), "{value}: {off}");
        }
    }
    let rows: Tensor<4> = drawn(&mut Rng::new(8), [2, 3, 5, 37]) * 20.0;
    assert!(off(softmax(rows.clone()), activation::softmax(rows.clone(), 3)) < 1e-6);
    assert!(off(rms_norm(rows.clone()), super::super::rms_norm(rows)) < 1e-6);
    let far = |x: f32| (exp(x) / x.exp() - 1.0).abs();
    assert!((-870..880).all(|i| far(i as f32 * 0.1) < 1e-5));
}

#[test]
fn matrices_and_attention_are_those_of_any_order_but_for_the_last_digit() {
    let mut rng = Rng::new(9);
    for (rows, inner, columns) in [(1, 1, 1), (4, 7, 8), (9, 33, 21), (16, 64, 40)] {
        let [a, b] = [[2, rows, inner], [2, inner, columns]].map(|shape| drawn(&mut rng, shape));
        assert!(off(matmul(a.clone(), b.clone()), a.matmul(b)) < 1e-5);
    }
    let [x, table] = [[1, 3, 20], [1, 9, 20]].map(|shape| drawn(&mut rng, shape));
    let formula = x.clone().matmul(table.clone().narrow(1, 0, 7).transpose());
    assert!(off(dots(x, table.squeeze_dim(0), 7), formula) < 1e-5);
    for (queries, keys) in [(1, 5), (35, 35), (18, 3), (2, 700)] {
        let [q, k, v] = [queries, keys, keys].map(|n| drawn(&mut rng, [2, 3, n, 8]));
        let biases = [None, Some([2, 1, 1, keys]), Some([1, 1, queries, keys])];
        for bias in biases.map(|shape| shape.map(|shape| drawn(&mut rng, shape))) {
            let scores = q.clone().matmul(k.clone().transpose()) / 8f32.sqrt();
            let scores = bias.iter().fold(scores, |scores, bias| scores + bias.clone());
            let formula = activation::softmax(scores, 3).matmul(v.clone());
            let far = off(mix(q.clone(), k.clone(), v.clone(), bias), formula);
            assert!(far < 1e-3, "{far}");
        }
    }
}

#[test]
fn a_layer_of_a_sum_is_the_sum_of_its_rows() {
    let (mut rng, device) = (Rng::new(10), Device::flex());
    let mut linear = Linear::new(24, 10, &device);
    linear.weight = linear.weight.map(|_| whole(drawn(&mut rng, [24, 10])));
    let x = drawn(&mut rng, [3, 4, 24]);
    let formula = linear.forward(activation::silu(x.clone().sum_dim(1)));
    assert!(off(of_sum(x, &linear), formula) < 1e-3);
}

#[test]
fn a_normalised_convolution_is_that_of_floats_but_for_the_inputs_last_bits() {
    let (mut rng, device) = (Rng::new(6), Device::flex());
    let mut norm = GroupNorm::new(32, &device);
    norm.gamma = norm.gamma.map(|_| drawn(&mut rng, [32]));
    norm.beta = norm.beta.map(|_| drawn(&mut rng, [32]));
    let mut layer = Conv2d::new([32, 6], 3, 1, &device);
    layer.weight = layer.weight.map(|_| whole(drawn(&mut rng, [6, 32, 3, 3])));
    let x = drawn(&mut rng, [2, 32, 5, 8]) * 3.0 + 1.0;
    let far = off(norm_conv(x.clone(), &norm, &layer), layer.forward(norm.forward_silu(x)));
    assert!(far < 1e-3, "{far}");
}

#[test]
fn whole_numbers_are_the_nearest_and_pairs_keep_their_signs() {
    let found = [0.0, 0.4, 0.5, 0.6, 1.5, -0.5, -0.6, -1.5, 4094.7, -4095.0].map(nearest);
    assert_eq!(found, [0, 0, 0, 1, 2, 0, -1, -2, 4095, -4095]);
    let a = dot::pair(-3, 7);
    let sum =
        dot::add(dot::all(5), dot::all(a), dot::of([dot::pair(2, -1), dot::pair(-4, 0), 0, a]));
    assert_eq!(dot::numbers(sum), [5 - 13, 5 + 12, 5, 5 + 58]);
}

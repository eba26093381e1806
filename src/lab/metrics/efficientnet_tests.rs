//! Tests of the network on small random weights: no download is needed.

use super::*;
use crate::rng::Rng;
use burn::tensor::TensorData;

/// The narrowest and shallowest variant: one block a stage.
pub(in crate::lab::metrics) const TINY: EfficientNetLiteConfig =
    EfficientNetLiteConfig { width: 0.1, depth: 0.1, side: 32 };

/// Random weights for [`TINY`], scaled so that activations keep their size.
pub(crate) fn tiny_network(device: &Device) -> EfficientNetLite {
    let mut rng = Rng::new(11);
    let mut weights = Weights::new("tiny");
    let mut fill =
        |count: usize, scale: f32| (0..count).map(|_| scale * rng.normal()).collect::<Vec<_>>();
    for layer in TINY.layers() {
        let fan: usize = layer.shape[1..].iter().product();
        let kernel = fill(fan * layer.shape[0], (2.0 / fan as f32).sqrt());
        weights.insert(&format!("{}.weight", layer.name), &layer.shape, kernel).unwrap();
        let bias = fill(layer.shape[0], 0.1);
        weights.insert(&format!("{}.bias", layer.name), &layer.shape[..1], bias).unwrap();
    }
    weights
        .insert("classifier.weight", &[CLASSES, EMBEDDING], fill(CLASSES * EMBEDDING, 0.02))
        .unwrap();
    weights.insert("classifier.bias", &[CLASSES], fill(CLASSES, 0.02)).unwrap();
    EfficientNetLite::new(TINY, &weights, device).unwrap()
}

/// Noise in −1..1: `[count, 3, side, side]`.
pub(in crate::lab::metrics) fn random_images(
    count: usize,
    side: usize,
    seed: u64,
    device: &Device,
) -> Tensor<4> {
    let mut rng = Rng::new(seed);
    let values: Vec<f32> =
        (0..count * 3 * side * side).map(|_| 2.0 * rng.uniform() - 1.0).collect();
    Tensor::from_data(TensorData::new(values, [count, 3, side, side]), device)
}

#[test]
fn plans_have_the_published_sizes() {
    let count = |config: EfficientNetLiteConfig| {
        let weights: usize = config
            .layers()
            .iter()
            .map(|l| l.shape.iter().product::<usize>() + 2 * l.shape[0])
            .sum();
        weights + CLASSES * EMBEDDING + CLASSES // kernels, γ and β, classifier
    };
    assert_eq!(EfficientNetLiteConfig::LITE0.blocks().len(), 16);
    assert_eq!(EfficientNetLiteConfig::LITE2.blocks().len(), 21);
    assert_eq!(count(EfficientNetLiteConfig::LITE0), 4_652_008);
    assert_eq!(count(EfficientNetLiteConfig::LITE2), 6_092_072);
    let last = EfficientNetLiteConfig::LITE0.blocks().pop().unwrap();
    let names: Vec<_> = last.layers.iter().map(|l| (l.conv.as_str(), l.norm.as_str())).collect();
    assert_eq!(names[0], ("_blocks.15._expand_conv", "_blocks.15._bn0"));
    assert_eq!(names[2], ("_blocks.15._project_conv", "_blocks.15._bn2"));
    let first = &EfficientNetLiteConfig::LITE0.blocks()[0].layers;
    assert_eq!((first.len(), first[0].norm.as_str()), (2, "_blocks.0._bn1"));
}

#[test]
fn same_padding_matches_a_plain_loop() {
    let device = Device::flex();
    for (size, kernel, stride) in [(6_usize, 3, 2), (7, 3, 2), (6, 5, 2), (5, 5, 1), (1, 5, 2)] {
        let mut rng = Rng::new(size as u64);
        let x: Vec<f32> = (0..size * size).map(|_| rng.normal()).collect();
        let w: Vec<f32> = (0..kernel * kernel).map(|_| rng.normal()).collect();
        let conv = Conv {
            weight: Tensor::from_data(TensorData::new(w.clone(), [1, 1, kernel, kernel]), &device),
            bias: Tensor::from_floats([0.5], &device),
            stride,
            groups: 1,
            relu6: false,
        };
        let y = conv
            .forward(Tensor::from_data(TensorData::new(x.clone(), [1, 1, size, size]), &device));
        let out = size.div_ceil(stride);
        assert_eq!(y.dims(), [1, 1, out, out]);
        let y = y.into_data().try_to_vec::<f32>().unwrap();
        // TensorFlow: the odd padded line goes to the end.
        let before = ((out - 1) * stride + kernel).saturating_sub(size) / 2;
        for (i, found) in y.iter().enumerate() {
            let mut expected = 0.5;
            for (j, weight) in w.iter().enumerate() {
                let row = (i / out * stride + j / kernel).wrapping_sub(before);
                let column = (i % out * stride + j % kernel).wrapping_sub(before);
                if row < size && column < size {
                    expected += weight * x[row * size + column];
                }
            }
            assert!(
                (found - expected).abs() < 1e-4,
                "{size} {kernel} {stride}: {found} {expected}"
            );
        }
    }
}

#[test]
fn taps_halve_and_stop_and_embeddings_are_pooled() {
    let device = Device::flex();
    let network = tiny_network(&device);
    let x = random_images(2, 40, 1, &device);
    let taps = network.forward_taps(x.clone(), 4);
    let sides: Vec<_> = taps.iter().map(|t| t.dims()[2]).collect();
    assert_eq!(sides, [20, 10, 5, 3]);
    assert_eq!(network.forward_taps(x.clone(), 2).len(), 2);
    assert!(network.forward_taps(x.clone(), 0).is_empty());
    assert_eq!(network.embed(x.clone()).dims(), [2, EMBEDDING]);
    assert_eq!(network.classify(x.clone()).dims(), [2, CLASSES]);
    assert_eq!(resize(x, 64).dims(), [2, 3, 64, 64]);
}

#[cfg(feature = "train")]
#[test]
fn gradient_matches_finite_differences() {
    let device = Device::flex().autodiff();
    let network = tiny_network(&device);
    let x = random_images(1, 16, 5, &device);
    let direction = random_images(1, 16, 6, &device).inner();
    let score = |x: Tensor<4>| {
        network.forward_taps(x, 3).into_iter().map(|t| t.mean()).reduce(|a, b| a + b).unwrap()
    };
    let tracked = x.clone().require_grad();
    let gradient = tracked.grad(&score(tracked.clone()).backward()).unwrap();
    let slope = (gradient * direction.clone()).sum().into_scalar::<f32>();
    let step = 1e-4; // small, since every ReLU6 that bends within it adds an error
    let at = |t: f32| score(x.clone().inner() + direction.clone() * t).into_scalar::<f32>();
    let expected = (at(step) - at(-step)) / (2.0 * step);
    assert!((slope - expected).abs() < 0.03 * expected.abs().max(0.1), "{slope} {expected}");
}

#[cfg(feature = "train")]
#[test]
fn lopsided_padding_has_the_right_gradient() {
    // A convolution is linear: the gradient of the sum, times the input, is the sum less the bias.
    let device = Device::flex().autodiff();
    let x = random_images(1, 6, 7, &device).require_grad();
    let conv = Conv {
        weight: random_images(4, 3, 8, &device).inner(),
        bias: Tensor::from_floats([0.0; 4], &device).inner(),
        stride: 2,
        groups: 1,
        relu6: false,
    };
    let y = conv.forward(x.clone());
    let weights = random_images(4, 3, 9, &device).slice([0..1, 0..1, 0..3, 0..3]);
    let score = (y * weights).sum();
    let gradient = x.grad(&score.backward()).unwrap();
    let product = (gradient * x.inner()).sum().into_scalar::<f32>();
    assert!((product - score.into_scalar::<f32>()).abs() < 1e-4);
}

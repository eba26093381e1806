//! Choosing one value from logits: guidance, temperature, top-k, top-p.

use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Int, Tensor};

/// Numbers that one choice needs; [`SamplingParameters`] in a row.
pub const PARAMETERS: usize = 5;

/// How one value is chosen. The host decides all of it, so that every backend does the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamplingParameters {
    /// A number in (0, 1).
    pub uniform: f32,
    /// Weight w of classifier-free guidance.
    pub guidance: f32,
    /// Temperature.
    pub temperature: f32,
    /// Top-k: only this many of the most likely values may be drawn.
    pub top_k: f32,
    /// Top-p: a value may be drawn if those more likely than it have less than this probability together.
    pub top_p: f32,
}

impl SamplingParameters {
    /// In a row.
    pub fn row(&self) -> [f32; PARAMETERS] {
        [self.uniform, self.guidance, self.temperature, self.top_k, self.top_p]
    }
}

/// One value an image, drawn from softmax(((1 + w)·conditional − w·unconditional) / temperature)
/// cut to the `top_k` most likely values and to those that make up `top_p`.
///
/// Values as likely as the last one that may be drawn may be drawn, too. Drawn by inverting the
/// cumulative distribution in the order of the values: rounding then matters only where the number
/// falls on a boundary.
///
/// `logits`: `[2·images, vocabulary]`, the conditional ones first, or `[images, …]` without
/// guidance; `parameters`: a [`SamplingParameters`] a row, `[images, PARAMETERS]`; `legal`: what may be chosen,
/// `[images, vocabulary]` → the value, and its probability among those that stay, `[images, 1]` each.
pub(super) fn choose(
    logits: Tensor<2>,
    parameters: Tensor<2>,
    legal: Option<Tensor<2, Bool>>,
) -> (Tensor<2, Int>, Tensor<2>) {
    let ([rows, vocabulary], [images, _]) = (logits.dims(), parameters.dims());
    let parameter = |i| parameters.clone().narrow(1, i, 1); // [images, 1]
    let conditional = logits.clone().narrow(0, 0, images);
    let logits = match rows == images {
        true => conditional,
        false => {
            conditional * (parameter(1) + 1.0) - logits.narrow(0, images, images) * parameter(1)
        }
    };
    let logits = logits / parameter(2); // [images, vocabulary]
    let logits = match legal {
        Some(legal) => logits.mask_fill(legal.bool_not(), -1e9),
        None => logits,
    };
    let p = softmax(logits, 1);
    let sorted = p.clone().sort_descending(1);
    let before = sorted.clone().cumsum(1) - sorted.clone(); // probability of those more likely
    let rank = Tensor::<1, Int>::arange(0..vocabulary as i64, &p.device()).float();
    let shape = [images, vocabulary];
    let in_k = rank.unsqueeze::<2>().expand(shape).lower(parameter(3).expand(shape));
    let kept = in_k.bool_and(before.lower(parameter(4).expand(shape)));
    let least = sorted.mask_fill(kept.bool_not(), 2.0).min_dim(1); // [images, 1]
    let p = p.clone().mask_fill(p.lower(least.expand(shape)), 0.0);
    let cumulative = p.clone().cumsum(1);
    let total = cumulative.clone().narrow(1, vocabulary - 1, 1);
    let bound = parameter(0) * total.clone();
    let below = cumulative.lower(bound.expand(shape)).int().sum_dim(1); // that end below the bound
    let value = below.clamp_max(vocabulary as i64 - 1);
    (value.clone(), p.gather(1, value) / total)
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use burn::tensor::Device;

    fn draw(logits: &[f32], choice: SamplingParameters, legal: Option<&[bool]>) -> usize {
        draw_with(logits, choice, legal).0
    }

    /// The value, and its probability.
    fn draw_with(
        logits: &[f32],
        choice: SamplingParameters,
        legal: Option<&[bool]>,
    ) -> (usize, f32) {
        let device = Device::flex();
        let logits = Tensor::<1>::from_floats(logits, &device).unsqueeze::<2>();
        let choices = Tensor::<1>::from_floats(choice.row().as_slice(), &device).unsqueeze::<2>();
        let legal = legal.map(|legal| {
            let values: Vec<i32> = legal.iter().map(|l| i32::from(*l)).collect();
            let ints = Tensor::<1, Int>::from_ints(values.as_slice(), &device);
            ints.unsqueeze::<2>().equal_elem(1)
        });
        let (value, p) = choose(logits, choices, legal);
        (value.into_scalar::<i64>() as usize, p.into_scalar::<f32>())
    }

    const OPEN: SamplingParameters = SamplingParameters {
        uniform: 0.5,
        guidance: 0.0,
        temperature: 1.0,
        top_k: 1e9,
        top_p: 1.0,
    };

    #[test]
    fn frequencies_follow_the_probabilities() {
        let logits = [0.0, 2f32.ln(), 5f32.ln(), f32::ln(2.0)];
        let mut rng = Rng::new(4);
        let mut hits = [0; 4];
        for _ in 0..4000 {
            hits[draw(&logits, SamplingParameters { uniform: rng.uniform(), ..OPEN }, None)] += 1;
        }
        for (hits, share) in hits.iter().zip([0.1, 0.2, 0.5, 0.2]) {
            assert!((*hits as f32 / 4000.0 - share).abs() < 0.03, "{hits} of 4000 for {share}");
        }
    }

    #[test]
    fn the_probability_is_that_of_the_value_among_those_that_stay() {
        let logits = [0.0, 2f32.ln(), 5f32.ln(), f32::ln(2.0)];
        let mut rng = Rng::new(6);
        let legal = [true, false, false, true];
        for _ in 0..100 {
            let uniform = rng.uniform();
            for (choice, legal, shares) in [
                (OPEN, None, [0.1, 0.2, 0.5, 0.2]),
                (
                    SamplingParameters { temperature: 0.5, ..OPEN },
                    None,
                    [1.0, 4.0, 25.0, 4.0].map(|s| s / 34.0),
                ),
                (
                    SamplingParameters { top_k: 2.0, ..OPEN },
                    None,
                    [0.0, 2.0, 5.0, 2.0].map(|s| s / 9.0),
                ),
                (SamplingParameters { top_p: 0.4, ..OPEN }, None, [0.0, 0.0, 1.0, 0.0]),
                (OPEN, Some(&legal[..]), [1.0 / 3.0, 0.0, 0.0, 2.0 / 3.0]),
            ] {
                let (value, p) =
                    draw_with(&logits, SamplingParameters { uniform, ..choice }, legal);
                assert!((p - shares[value]).abs() < 1e-6, "{p} for {value} of {shares:?}");
            }
        }
    }

    #[test]
    fn limits_and_legality_leave_only_what_they_allow() {
        let logits = [0.0, 2f32.ln(), 5f32.ln(), f32::ln(2.0)];
        let mut rng = Rng::new(5);
        let all = |choice: SamplingParameters, legal: Option<&[bool]>, rng: &mut Rng| {
            let mut seen = [false; 4];
            for _ in 0..300 {
                seen[draw(
                    &logits,
                    SamplingParameters { uniform: rng.uniform(), ..choice },
                    legal,
                )] = true;
            }
            seen
        };
        // Of two equal values both stay.
        assert_eq!(
            all(SamplingParameters { top_k: 2.0, ..OPEN }, None, &mut rng),
            [false, true, true, true]
        );
        assert_eq!(
            all(SamplingParameters { top_p: 0.65, ..OPEN }, None, &mut rng),
            [false, true, true, true]
        );
        assert_eq!(
            all(SamplingParameters { top_k: 1.0, ..OPEN }, None, &mut rng),
            [false, false, true, false]
        );
        assert_eq!(
            all(SamplingParameters { top_p: 1e-6, ..OPEN }, None, &mut rng),
            [false, false, true, false]
        );
        let legal = [true, false, false, true];
        assert_eq!(all(OPEN, Some(&legal), &mut rng), legal);
        for uniform in [1e-9, 1.0 - 1e-7, 1.0] {
            assert!(legal[draw(&logits, SamplingParameters { uniform, ..OPEN }, Some(&legal))]);
        }
    }
}

//! SampledImage values for many images at once, each with its own guidance and temperature.

use burn::tensor::{Int, Tensor};

use crate::kernels::Categorical;

/// What one pass draws with; one row an image.
#[derive(Debug)]
pub struct BatchCategorical {
    /// A number in (0, 1) for each token, `[images, tokens]`.
    pub uniform: Tensor<2>,
    /// Weight of guidance, `[images, 1]`.
    pub guidance: Tensor<2>,
    /// Temperature, `[images, 1]`.
    pub temperature: Tensor<2>,
    /// 1 where a token keeps its value, else 0, `[images, tokens]`.
    pub keep: Tensor<2>,
}

impl BatchCategorical {
    /// Values and their log probabilities, `[images, tokens]` each, as [`Categorical::draw`] draws them.
    ///
    /// `logits`: `[2·images, tokens, vocabulary]`, the conditional ones first, or `[images, …]`
    /// without guidance; `before`: what tokens that keep their value have, `[images, tokens]`.
    pub fn sample(self, logits: Tensor<3>, before: Tensor<2, Int>) -> (Tensor<2, Int>, Tensor<2>) {
        let [rows, tokens, vocabulary] = logits.dims();
        let [images, _] = before.dims();
        let count = images * tokens;
        let parameter = |x: Tensor<2>| x.reshape([images, 1, 1]);
        let conditional = logits.clone().narrow(0, 0, images);
        let guided = if rows == images {
            conditional
        } else {
            let weight = parameter(self.guidance);
            conditional * (weight.clone() + 1.0) - logits.narrow(0, images, images) * weight
        };
        let logits = guided / parameter(self.temperature); // [images, tokens, vocabulary]
        let device = logits.device();
        let categorical = Categorical {
            uniform: self.uniform.reshape([1, count]),
            parameters: Tensor::from_floats([[0.0, 1.0]], &device), // both are in the logits already
            keep: self.keep.reshape([1, count]),
        };
        let flat = logits.reshape([1, count, vocabulary]);
        let (values, log_p) = categorical.sample(0, flat, before.reshape([count]));
        (values.reshape([images, tokens]), log_p.reshape([images, tokens]))
    }
}

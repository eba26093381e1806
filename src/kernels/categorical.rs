//! SampledImage values from logits on the device.

use burn::tensor::{Int, Tensor};

use super::norm::softmax;
#[cfg(feature = "gpu")]
use super::on_gpu;

/// What the host decides for a few rounds of drawing, one row a round.
#[derive(Debug, Clone)]
pub struct Categorical {
    /// A number in (0, 1) for each token, `[rounds, tokens]`: drawn by the host, so that every
    /// backend uses the same.
    pub uniform: Tensor<2>,
    /// Guidance weight and temperature, `[rounds, 2]`.
    pub parameters: Tensor<2>,
    /// 1 where a token keeps its value, else 0, `[rounds, tokens]`.
    pub keep: Tensor<2>,
}

impl Categorical {
    /// One value per token by inverting the cumulative distribution of
    /// softmax(((1 + w)·conditional − w·unconditional) / temperature).
    ///
    /// `logits`: `[2, tokens, vocabulary]`, the conditional first, or `[1, …]` without guidance;
    /// `before`: what tokens that keep their value have, `[tokens]`. Returns the values, and the
    /// log probability of what was drawn, `[tokens]` each.
    pub fn sample(
        &self,
        round: usize,
        logits: Tensor<3>,
        before: Tensor<1, Int>,
    ) -> (Tensor<1, Int>, Tensor<1>) {
        #[cfg(feature = "gpu")]
        if on_gpu(&logits.device()) {
            return gpu::sample(self, round, logits, before);
        }
        let [_, tokens, vocabulary] = logits.dims();
        let parameter = |i| self.parameters.clone().slice([round..round + 1, i..i + 1]); // [1, 1]
        let row = |x: &Tensor<2>| x.clone().narrow(0, round, 1).reshape([tokens]);
        let p = softmax(guide(logits, parameter(0)) / parameter(1));
        let cumulative = p.clone().cumsum(1);
        let total = cumulative.clone().narrow(1, vocabulary - 1, 1);
        let bound = (row(&self.uniform).reshape([tokens, 1]) * total).expand([tokens, vocabulary]);
        let below = cumulative.lower(bound).int().sum_dim(1); // values that end below the bound
        let value = below.clamp(0, vocabulary as i64 - 1); // [tokens, 1]
        let log_p = (p.gather(1, value.clone()) + 1e-20).log();
        let keep = row(&self.keep).greater_elem(0.5);
        (value.reshape([tokens]).mask_where(keep, before), log_p.reshape([tokens]))
    }
}

/// Classifier-free guidance, `[tokens, vocabulary]`; `weight`: `[1, 1]`.
fn guide(logits: Tensor<3>, weight: Tensor<2>) -> Tensor<2> {
    let [batch, tokens, vocabulary] = logits.dims();
    let conditional = logits.clone().narrow(0, 0, 1).reshape([tokens, vocabulary]);
    if batch == 1 {
        return conditional;
    }
    let unconditional = logits.narrow(0, 1, 1).reshape([tokens, vocabulary]);
    conditional * (weight.clone() + 1.0) - unconditional * weight
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, empty_ints, int_buffer, int_tensor, tensor};
    use super::*;

    pub fn sample(
        categorical: &Categorical,
        round: usize,
        logits: Tensor<3>,
        before: Tensor<1, Int>,
    ) -> (Tensor<1, Int>, Tensor<1>) {
        let [batch, tokens, vocabulary] = logits.dims();
        let logits = buffer(&logits);
        let (values, log_p) = (empty_ints(&logits, [tokens]), empty(&logits, [tokens]));
        Kernel::new("categorical", include_str!("categorical.wgsl"), 128)
            .with_sums()
            .with("VOCABULARY", vocabulary)
            .with_flag("GUIDED", batch == 2)
            .run(
                &[
                    &logits,
                    &buffer(&categorical.uniform),
                    &buffer(&categorical.parameters),
                    &buffer(&categorical.keep),
                    &int_buffer(&before),
                    &values,
                    &log_p,
                ],
                &[tokens, round],
                [tokens, 1, 1],
            );
        (int_tensor(values), tensor(log_p))
    }
}

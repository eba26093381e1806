//! A transformer block: attention and MLP, each modulated by the class (AdaLN-single).
//!
//! Key traits: RMS normalisation without parameters, one class-dependent modulation shared by all
//! layers plus a learned offset per layer (PixArt-α, Chen et al. 2023), normalised queries and keys,
//! rotary positions, no biases in attention.

use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::{gelu, softmax};
use burn::tensor::{Device, Tensor};

use super::{Rope, TransformerConfig};
use crate::nn::rms_norm;

/// Shift, scale and gate for attention, and the same for the MLP.
pub(super) const MODULATIONS: usize = 6;

/// x + gate·attention(modulate(norm(x))), then the same with the MLP.
#[derive(Module, Debug)]
pub struct Block {
    /// Offset to the shared modulation, `[MODULATIONS, width]`.
    offset: Param<Tensor<2>>,
    qkv: Linear,
    /// Scale of the normalised queries, `[head]`.
    sharpness: Param<Tensor<1>>,
    out: Linear,
    up: Linear,
    down: Linear,
    heads: usize,
}

impl Block {
    /// A randomly initialised block.
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        let d = config.width;
        let linear = |from, to, bias, std| {
            let normal = Initializer::Normal { mean: 0.0, std };
            LinearConfig::new(from, to).with_bias(bias).with_initializer(normal).init(device)
        };
        // Residual branches start small, so that deep stacks start near the identity.
        let branch = 0.02 / (2.0 * config.layers as f64).sqrt();
        Self {
            offset: Param::from_tensor(Tensor::zeros([MODULATIONS, d], device)),
            qkv: linear(d, 3 * d, false, 0.02),
            sharpness: Param::from_tensor(Tensor::ones([d / config.heads], device)),
            out: linear(d, d, false, branch),
            up: linear(d, 4 * d, true, 0.02),
            down: linear(4 * d, d, true, branch),
            heads: config.heads,
        }
    }

    /// `x`: `[batch, tokens, width]`; `modulation`: `[batch, MODULATIONS, width]`, shared by all
    /// blocks; `bias`: added to the attention scores, `[batch, 1, 1, tokens]`.
    pub fn forward(
        &self,
        x: Tensor<3>,
        modulation: Tensor<3>,
        rope: &Rope,
        bias: Option<Tensor<4>>,
    ) -> Tensor<3> {
        let m = modulation + self.offset.val().unsqueeze::<3>(); // [batch, MODULATIONS, width]
        let m = |i: usize| m.clone().narrow(1, i, 1); // [batch, 1, width]
        let h = rms_norm(x.clone()) * (m(1) + 1.0) + m(0);
        let x = x + self.attention(h, rope, bias) * (m(2) + 1.0);
        let h = rms_norm(x.clone()) * (m(4) + 1.0) + m(3);
        x + self.down.forward(gelu(self.up.forward(h))) * (m(5) + 1.0)
    }

    fn attention(&self, x: Tensor<3>, rope: &Rope, bias: Option<Tensor<4>>) -> Tensor<3> {
        let [batch, tokens, width] = x.dims();
        let head = width / self.heads;
        let qkv = self.qkv.forward(x).reshape([batch, tokens, 3, self.heads, head]);
        let qkv = qkv.permute([2, 0, 3, 1, 4]); // [3, batch, heads, tokens, head]
        let part = |i| qkv.clone().narrow(0, i, 1).squeeze_dim::<4>(0);
        let sharpness = self.sharpness.val().reshape([1, 1, 1, head]);
        let q = rope.apply(rms_norm(part(0)) * sharpness);
        let k = rope.apply(rms_norm(part(1)));
        let scores = q.matmul(k.transpose()) / (head as f32).sqrt(); // [batch, heads, query, key]
        let scores = match bias {
            Some(bias) => scores + bias,
            None => scores,
        };
        let mixed = softmax(scores, 3).matmul(part(2)); // [batch, heads, tokens, head]
        self.out.forward(mixed.swap_dims(1, 2).reshape([batch, tokens, width]))
    }
}

//! A transformer block: attention and MLP, each modulated by the class (AdaLN-single).
//!
//! Key traits: RMS normalisation without parameters, one class-dependent modulation shared by all
//! layers plus a learned offset per layer (PixArt-α, Chen et al. 2023), normalised queries and keys,
//! rotary positions, no biases in attention.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::TransformerConfig;
use crate::kernels::layers::{Linear, constant};
#[cfg(feature = "libtorch")]
use crate::kernels::torch;
use crate::kernels::{Branch, Extent, Modulation, gated_linear, modulated_linear};

/// Shift, scale and gate for attention, and the same for the MLP.
pub(super) const MODULATIONS: usize = 6;

/// How a block is passed through in a stack of them: as it is, or in training with something done to what it
/// adds.
pub trait Through {
    /// From what goes into `block` to what goes on to the next.
    fn pass(&self, x: Tensor<3>, block: impl FnOnce(Tensor<3>) -> Tensor<3>) -> Tensor<3>;
}

/// As it is.
#[derive(Debug, Clone, Copy)]
pub struct Plainly;

impl Through for Plainly {
    fn pass(&self, x: Tensor<3>, block: impl FnOnce(Tensor<3>) -> Tensor<3>) -> Tensor<3> {
        block(x)
    }
}

/// x + gate·attention(modulate(norm(x))), then the same with the MLP.
#[derive(Module, Debug)]
pub struct Block {
    /// Offset to the shared modulation, `[MODULATIONS, width]`.
    offset: Param<Tensor<2>>,
    qkv: Linear,
    /// Scale of the normalised queries, `[head]`.
    qk_scale: Param<Tensor<1>>,
    out: Linear,
    up: Linear,
    down: Linear,
    heads: usize,
}

impl Block {
    /// A randomly initialised block.
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        let d = config.width;
        let linear = |from, to, bias, std| Linear::normal(from, to, bias, std, device);
        // Residual branches start small, so that deep stacks start near the identity.
        let branch = 0.02 / (2.0 * config.layers as f64).sqrt();
        Self {
            offset: constant([MODULATIONS, d], 0.0, device),
            qkv: linear(d, 3 * d, false, 0.02),
            qk_scale: constant([d / config.heads], 1.0, device),
            out: linear(d, d, false, branch),
            up: linear(d, 4 * d, true, 0.02),
            down: linear(4 * d, d, true, branch),
            heads: config.heads,
        }
    }

    /// `x`: `[batch, tokens, width]`; `modulation`: `[batch, MODULATIONS, width]`, shared by all
    /// blocks; `extent`: how much of the lists is in use; `attend`: attention, from queries, keys and
    /// values (`[batch, tokens, 3 · width]`) and the scale of the queries → `[batch, tokens, width]`.
    pub fn forward(
        &self,
        x: Tensor<3>,
        modulation: Tensor<3>,
        extent: &Extent,
        attend: impl FnOnce(Tensor<3>, Tensor<1>) -> Tensor<3>,
    ) -> Tensor<3> {
        #[cfg(feature = "libtorch")]
        if torch::wanted(&x) {
            return torch::whole(self, [x, modulation], |block, [x, modulation]| {
                block.forward(x, modulation, extent, attend)
            });
        }
        let m = Modulation { shared: modulation, offset: self.offset.val() };
        let qkv = modulated_linear(x.clone(), &m, Branch::Attention, &self.qkv, false, extent);
        let mixed = attend(qkv, self.qk_scale.val()); // [batch, tokens, width]
        let x = gated_linear(mixed, &self.out, &m, Branch::Attention, x, extent);
        let h = modulated_linear(x.clone(), &m, Branch::Mlp, &self.up, true, extent); // [.., 4 · width]
        gated_linear(h, &self.down, &m, Branch::Mlp, x, extent)
    }
}

//! DGiT-NAR: fills the codes of a grain map in a few parallel steps.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::{MaskedTransformer, Places, Seen, Through, TransformerConfig};

/// The content model: p(code | known codes, grain map, class).
///
/// How its masks are drawn in training is in [`crate::lab::train`], in which order a sampler commits
/// its codes in [`crate::sampler`].
#[derive(Module, Debug)]
pub struct Nar {
    transformer: MaskedTransformer,
}

impl Nar {
    /// A randomly initialised model.
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        Self { transformer: MaskedTransformer::new(config, device) }
    }

    /// The same with another table of codes, made from the one it has: `[codes + 1, width]`.
    pub fn map_tokens(self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        Self { transformer: self.transformer.map_tokens(change) }
    }

    /// The network that it is.
    pub(super) fn into_masked(self) -> MaskedTransformer {
        self.transformer
    }

    /// Class vectors of an image; see [`slots`](super::slots).
    pub fn slots(&self) -> usize {
        self.transformer.slots()
    }

    /// Tokens in front of the codes: class vectors and the register.
    pub fn prefix(&self) -> usize {
        self.transformer.prefix()
    }

    /// The index that stands for "not known".
    pub fn mask(&self) -> usize {
        self.transformer.mask()
    }

    /// Codes `[batch or 1, tokens]` → logits `[batch, tokens, K]`.
    pub fn forward(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> Tensor<3> {
        self.transformer.forward(codes, places, classes)
    }

    /// [`forward`](Self::forward), and what the attention of every block starts from.
    pub fn forward_seen(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> (Tensor<3>, Vec<Seen>) {
        self.transformer.forward_seen(codes, places, classes)
    }

    /// [`forward`](Self::forward), through every block as `through` says.
    pub fn forward_through(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
        through: &impl Through,
    ) -> Tensor<3> {
        self.transformer.forward_through(codes, places, classes, through)
    }
}

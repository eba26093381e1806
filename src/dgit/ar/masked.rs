//! DGiT-AR that starts from DGiT-NAR of the same codes (ours, for training).
//!
//! A masked network has learned what the codes look like, which of them go together and what the classes
//! ask for, all of which holds in any order. What it lacks, [`Ar`] keeps as it is: positions, START and END,
//! shares, and the sketch.

use burn::tensor::Tensor;

use super::Ar;
use crate::dgit::Nar;

impl Ar {
    /// With the tables, modulation, bias and blocks of `nar`, which must be of the same sizes. Its first
    /// blocks become those of the Position-Transformer.
    pub fn from_masked(self, nar: Nar) -> Self {
        let masked = nar.into_masked();
        let mut blocks = masked.blocks;
        let content_blocks = blocks.split_off(self.position_blocks.len());
        let codes = self.content_bias.dims()[0];
        let contents = self.contents.map(|own| {
            let ends = own.clone().slice(codes..own.dims()[0]); // START, END
            Tensor::cat(vec![masked.tokens.val().detach().slice(0..codes), ends], 0)
        });
        Self {
            contents,
            granularities: self.granularities.is_some().then_some(masked.granularities),
            condition: masked.condition,
            modulation: masked.modulation,
            position_blocks: blocks,
            content_blocks,
            content_bias: masked.bias,
            ..self
        }
    }
}

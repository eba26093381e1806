//! The masked transformer: tokens, some of them unknown → a distribution for each.
//!
//! Key traits: works on the variable-length token *set* (each token carries its granularity and
//! its centre, their order does not matter), bidirectional, class-conditional through AdaLN,
//! through prefix tokens and through a [`Sketch`], output head tied to the token table.

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, Int, Tensor};

use super::block::{MODULATIONS, Plainly, Through};
use super::{Block, ConditionEmbedding, Places, Rope, Seen, Sketch, TransformerConfig};
use crate::kernels::layers::{Linear, constant, random};
use crate::kernels::{TokenTables, attention, class_rows, tied_head};

/// p(token | known tokens, places, class) for every token at once.
#[derive(Module, Debug)]
pub struct MaskedTransformer {
    /// `[vocabulary + 1, width]`; the last row is MASK.
    pub(super) tokens: Param<Tensor<2>>,
    /// `[granularities, width]`.
    pub(super) granularities: Param<Tensor<2>>,
    pub(super) condition: ConditionEmbedding,
    register: Param<Tensor<2>>,
    sketch: Option<Sketch>,
    pub(super) modulation: Linear,
    pub(super) blocks: Vec<Block>,
    pub(super) bias: Param<Tensor<1>>,
    rope: Rope,
}

impl MaskedTransformer {
    /// A randomly initialised network.
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        let d = config.width;
        let normal =
            |rows: usize, std: f64| random([rows, d], Distribution::Normal(0.0, std), device);
        Self {
            tokens: normal(config.vocabulary + 1, 0.02),
            granularities: normal(config.granularities, 0.02),
            condition: ConditionEmbedding::new(&config.classes, d, device),
            register: normal(1, 0.02),
            sketch: config.sketch.map(|size| Sketch::new(size, config.granularities, d, device)),
            modulation: Linear::zeros(d, MODULATIONS * d, device),
            blocks: (0..config.layers).map(|_| Block::new(config, device)).collect(),
            bias: constant([config.vocabulary], 0.0, device),
            rope: Rope::new(config.cells, d / config.heads, device),
        }
    }

    /// The same with another table of tokens, made from the one it has: `[vocabulary + 1, width]`.
    pub fn map_tokens(mut self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        self.tokens = self.tokens.map(change);
        self
    }

    /// Class vectors of an image; see [`slots`](super::slots).
    pub fn slots(&self) -> usize {
        self.condition.slots()
    }

    /// Tokens in front of the codes: class vectors and the register.
    pub fn prefix(&self) -> usize {
        self.condition.slots() + 1
    }

    /// The index that stands for "not known".
    pub fn mask(&self) -> usize {
        self.bias.dims()[0]
    }

    /// `codes`: unknown ones [`mask`](Self::mask), `[lists, tokens]`; `classes`: of each axis, 0 for any,
    /// `[batch, slots]` → logits `[batch, tokens, vocabulary]` in f32.
    ///
    /// One list of codes or places (`lists` = 1) serves a whole batch. Logits of padding mean nothing.
    pub fn forward(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> Tensor<3> {
        self.forward_through(codes, places, classes, &Plainly)
    }

    /// [`forward`](Self::forward), through every block as `through` says.
    pub fn forward_through(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
        through: &impl Through,
    ) -> Tensor<3> {
        self.run(codes, places, classes, through, &mut |_, _| ())
    }

    /// [`forward`](Self::forward), and what every block's attention starts from.
    pub fn forward_seen(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> (Tensor<3>, Vec<Seen>) {
        let mut seen = Vec::with_capacity(self.blocks.len());
        let mut see = |qkv: &Tensor<3>, scale: &Tensor<1>| {
            seen.push(Seen { qkv: qkv.clone(), scale: scale.clone() });
        };
        let logits = self.run(codes, places, classes, &Plainly, &mut see);
        (logits, seen)
    }

    /// `see` is shown queries, keys and values of every block, and the scale of its queries.
    fn run(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
        through: &impl Through,
        see: &mut impl FnMut(&Tensor<3>, &Tensor<1>),
    ) -> Tensor<3> {
        let prefix = self.prefix();
        let condition = self.condition.forward(classes); // [batch, slots, width]
        let modulation = class_rows(condition.clone(), &self.modulation, MODULATIONS); // [batch, 6, width]
        let tables = TokenTables {
            tokens: self.tokens.val(),
            granularities: self.granularities.val(),
            register: self.register.val(),
        };
        let x = tables.embed(condition.clone(), codes, places.grains.clone()); // [batch, prefix + tokens, width]
        let x = match &self.sketch {
            Some(sketch) => sketch.add(x, sketch.draw(condition), places.spots.clone()),
            None => x,
        };
        let angles = self.rope.angles(places, prefix);
        let x = self.blocks.iter().fold(x, |x, block| {
            let attend = |qkv, scale| {
                see(&qkv, &scale);
                attention(qkv, scale, &angles, places.padding.clone(), &places.extent)
            };
            through.pass(x, |x| block.forward(x, modulation.clone(), &places.extent, attend))
        });
        tied_head(x, prefix, tables.tokens, self.bias.val(), &places.extent)
    }
}

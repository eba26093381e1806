//! The masked transformer: tokens, some of them unknown → a distribution for each.
//!
//! Key traits: works on the variable-length token *set* (each token carries its granularity and
//! its centre, their order does not matter), bidirectional, class-conditional through AdaLN and
//! through prefix tokens, output head tied to the token table.

use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Distribution, FloatDType, Int, Tensor};

use super::block::MODULATIONS;
use super::{AXES, Block, ConditionEmbedding, Places, Rope, TransformerConfig};
use crate::nn::rms_norm;

/// Tokens in front of the codes: one per class axis and a free one, a register.
const PREFIX: usize = AXES + 1;

/// p(token | known tokens, places, class) for every token at once.
#[derive(Module, Debug)]
pub struct MaskedTransformer {
    /// `[vocabulary + 1, width]`; the last row is MASK.
    tokens: Param<Tensor<2>>,
    /// `[granularities, width]`.
    granularities: Param<Tensor<2>>,
    condition: ConditionEmbedding,
    register: Param<Tensor<2>>,
    modulation: Linear,
    blocks: Vec<Block>,
    bias: Param<Tensor<1>>,
    width: usize,
    head: usize,
    cells: usize,
}

impl MaskedTransformer {
    /// A randomly initialised network.
    pub fn new(config: &TransformerConfig, device: &Device) -> Self {
        let d = config.width;
        let normal = |rows: usize, std: f64| {
            let normal = Distribution::Normal(0.0, std);
            Param::from_tensor(Tensor::random([rows, d], normal, device))
        };
        Self {
            tokens: normal(config.vocabulary + 1, 0.02),
            granularities: normal(config.granularities, 0.02),
            condition: ConditionEmbedding::new(config.classes, d, device),
            register: normal(1, 0.02),
            modulation: LinearConfig::new(d, MODULATIONS * d)
                .with_initializer(Initializer::Zeros)
                .init(device),
            blocks: (0..config.layers).map(|_| Block::new(config, device)).collect(),
            bias: Param::from_tensor(Tensor::zeros([config.vocabulary], device)),
            width: d,
            head: d / config.heads,
            cells: config.cells,
        }
    }

    /// The index that stands for "not known".
    pub fn mask(&self) -> usize {
        self.bias.dims()[0]
    }

    /// `codes`: `[batch, tokens]`, unknown ones [`mask`](Self::mask); `classes`: rows of the class
    /// tables, `[batch, AXES]` → logits `[batch, tokens, vocabulary]` in f32.
    pub fn forward(
        &self,
        codes: Tensor<2, Int>,
        places: &Places,
        classes: Tensor<2, Int>,
    ) -> Tensor<3> {
        let [batch, count] = codes.dims();
        let table = self.tokens.val();
        let x = look_up(table.clone(), codes)
            + look_up(self.granularities.val(), places.grains.clone()); // [batch, tokens, width]
        let condition = self.condition.forward(classes); // [batch, AXES, width]
        let register = self.register.val().unsqueeze::<3>().expand([batch, 1, self.width]);
        let mut x = Tensor::cat(vec![condition.clone(), register, x], 1);

        let class = silu(condition.sum_dim(1)); // [batch, 1, width]
        let modulation = self.modulation.forward(class).reshape([batch, MODULATIONS, self.width]);
        let (rows, columns) = (places.rows.clone(), places.columns.clone());
        let rope = Rope::new(rows, columns, self.cells, self.head, PREFIX).cast(x.dtype());
        let bias = places.attention_bias(PREFIX).cast(FloatDType::from(x.dtype()));
        for block in &self.blocks {
            x = block.forward(x, modulation.clone(), &rope, Some(bias.clone()));
        }

        let x = rms_norm(x.narrow(1, PREFIX, count)); // [batch, tokens, width]
        let head = table.narrow(0, 0, self.mask()).transpose(); // [width, vocabulary]
        let logits = x.matmul(head.unsqueeze::<3>()) + self.bias.val().reshape([1, 1, -1]);
        logits.cast(FloatDType::F32)
    }
}

fn look_up(table: Tensor<2>, index: Tensor<2, Int>) -> Tensor<3> {
    let [batch, tokens] = index.dims();
    let width = table.dims()[1];
    table.select(0, index.reshape([batch * tokens])).reshape([batch, tokens, width])
}

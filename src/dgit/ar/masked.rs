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
    ///
    /// # Panics
    /// If `nar` has fewer blocks or codes, or tables of another width.
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

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use std::collections::BTreeMap;

    use burn::module::Module;
    use burn::tensor::Device;
    use safetensors::SafeTensors;

    use super::*;
    use crate::dgit::{ArConfig, TransformerConfig};
    use crate::grain::Grid;
    use crate::pack;

    const WIDTH: usize = 16;

    /// The bytes of every parameter by its path.
    fn stored(module: &impl Module) -> BTreeMap<String, Vec<u8>> {
        let bytes = pack::save(module, false).expect("bytes");
        let file = SafeTensors::deserialize(&bytes).expect("tensors");
        file.iter().map(|(path, tensor)| (path.to_owned(), tensor.data().to_vec())).collect()
    }

    #[test]
    fn it_takes_over_what_holds_in_any_order_and_keeps_the_rest() {
        let device = Device::flex();
        let mut config = ArConfig::new(8, Grid { regions: 2, granularities: 3 }, vec![3, 2]);
        let sizes = TransformerConfig { width: WIDTH, layers: 3, heads: 2, ..config.transformer };
        config.transformer = sizes.clone();
        let nar = Nar::new(&TransformerConfig { sketch: None, ..sizes }, &device);
        let fresh = Ar::new(&config, &device);
        let (before, masked) = (stored(&fresh), stored(&nar));
        let after = stored(&fresh.from_masked(nar));
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        // What a parameter is called in the masked network.
        let name = |path: &str| match path.split_once("_blocks.") {
            Some((kind, rest)) => {
                let (number, rest) = rest.split_once('.').expect("a block");
                let before = if kind == "content" { config.position_layers } else { 0 };
                format!("blocks.{}.{rest}", number.parse::<usize>().expect("a number") + before)
            }
            None => path.replace("content_bias", "bias").replace("contents", "tokens"),
        };
        for (path, values) in &after {
            let own = &before[path];
            let taken = masked.get(&format!("transformer.{}", name(path)));
            match (path.as_str(), taken) {
                ("contents", Some(taken)) => {
                    let codes = 8 * WIDTH * size_of::<f32>();
                    assert_eq!(values[..codes], taken[..codes]);
                    assert_eq!(values[codes..], own[codes..]);
                }
                ("positions" | "position_bias" | "shares", None) => {
                    assert_eq!(values, own, "{path}")
                }
                (path, None) if path.starts_with("sketch.") => assert_eq!(values, own, "{path}"),
                (path, taken) => assert_eq!(Some(values), taken, "{path}"),
            }
        }
    }
}

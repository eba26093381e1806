//! How time grows with size, for a benchmark page: passes of a transformer over lists of many lengths, and of decoders
//! for pictures of several sizes, as large as the shipped ones of 256 pixels, with random weights, so that no file is
//! needed.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use wasm_bindgen::prelude::*;

use super::bench::{DecoderPass, TransformerPass, work_of_lists, work_of_pictures};
use super::convert::js_error;
use super::engine::Engine;
use crate::dgit::{Nar, TransformerConfig};
use crate::dqvae::{DecoderHalf, TokenizerConfig};
use crate::grain::{GrainMap, Grid};
use crate::kernels;
use crate::kernels::layers::unfilled;
use crate::rng::Rng;
use crate::{Error, Result};

/// 32×32 cells: lists of 64 to 1,024 tokens.
const GRID: Grid = Grid { regions: 8, granularities: 3 };

/// DGiT-NAR of the shipped models of 256 pixels, without classes.
fn sizes() -> TransformerConfig {
    let config = TransformerConfig::nar(4096, GRID.granularities, GRID.cells(), vec![]);
    TransformerConfig { width: 384, layers: 10, heads: 6, ..config }
}

/// The decoder of the shipped models of 256 pixels, for pictures of another size.
fn decoder_sizes(side: usize) -> Result<TokenizerConfig> {
    if ![128, 256, 512].contains(&side) {
        return Err(Error::BadRequest(format!("there is no decoder of {side} pixels.")));
    }
    let usual = TokenizerConfig::picture256();
    let grid = Grid { regions: usual.grid.regions * side / usual.image, ..usual.grid };
    Ok(TokenizerConfig { image: side, grid, ..usual })
}

/// A transformer with random weights, and the passes that it has been asked for.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ListBench {
    nar: Nar,
    device: burn::tensor::Device,
    passes: Vec<([usize; 2], TransformerPass)>,
}

/// A decoder with random weights, for pictures of one size.
#[wasm_bindgen]
pub struct PictureBench {
    pass: DecoderPass,
    device: burn::tensor::Device,
    side: usize,
}

#[wasm_bindgen]
impl Engine {
    /// A [`ListBench`] on the engine's device; no model need be open.
    #[wasm_bindgen(js_name = listBench)]
    pub fn list_bench(&self) -> ListBench {
        let device = self.device().clone();
        let nar = Nar::new(&sizes(), &device).map(&mut Fill { rng: Rng::new(1) });
        ListBench { nar, device, passes: Vec::new() }
    }

    /// A [`PictureBench`] for pictures of 128, 256 or 512 pixels; no model need be open.
    #[wasm_bindgen(js_name = pictureBench)]
    pub fn picture_bench(&self, side: usize) -> Result<PictureBench, JsValue> {
        let (device, config) = (self.device().clone(), decoder_sizes(side).map_err(js_error)?);
        let decoder = DecoderHalf::new(&config, &device).map(&mut Fill { rng: Rng::new(1) });
        let cells = config.grid.cell_count();
        let mut pass = DecoderPass::new(decoder, cells, &device);
        let mut rng = Rng::new(2);
        pass.cells.set(&(0..cells).map(|_| rng.below(config.codes) as i32).collect::<Vec<_>>());
        Ok(PictureBench { pass, device, side })
    }
}

#[wasm_bindgen]
impl PictureBench {
    /// One pass; returns when the device has finished.
    pub async fn pass(&mut self) -> Result<(), JsValue> {
        self.pass.run(&self.device);
        kernels::finish(&self.device).await.map_err(js_error)
    }

    /// What it asks of a GPU, as JSON: `{multiplications, launches, bytes}`.
    pub async fn work(&self) -> Result<String, JsValue> {
        let config = decoder_sizes(self.side).map_err(js_error)?;
        let decoder = unfilled(|| DecoderHalf::new(&config, &self.device));
        Ok(work_of_pictures(decoder, &config, &self.device).await.to_string())
    }
}

#[wasm_bindgen]
impl ListBench {
    /// One pass over `batch` lists of that many tokens; returns when the device has finished.
    pub async fn pass(&mut self, tokens: usize, batch: usize) -> Result<(), JsValue> {
        self.run([batch, tokens]).await.map_err(js_error)
    }

    /// What it asks of a GPU, as JSON: `{multiplications, launches, bytes}`.
    pub async fn work(&self, tokens: usize, batch: usize) -> String {
        work_of_lists(self.nar.clone(), &sizes(), [batch, tokens], &self.device).await.to_string()
    }
}

impl ListBench {
    async fn run(&mut self, shape: [usize; 2]) -> Result<()> {
        let found = self.passes.iter().position(|(other, _)| *other == shape);
        let at = match found {
            Some(at) => at,
            None => {
                self.passes.push((shape, self.prepared(shape)?));
                self.passes.len() - 1
            }
        };
        self.passes[at].1.run(&self.device);
        kernels::finish(&self.device).await
    }

    /// A pass over a list with all of its codes unknown.
    fn prepared(&self, [batch, tokens]: [usize; 2]) -> Result<TransformerPass> {
        let layout = map(tokens)?.layout();
        let slots = self.nar.slots();
        let mut pass = TransformerPass::new(self.nar.clone(), [batch, tokens], slots, &self.device);
        pass.codes.set(&vec![self.nar.mask() as i32; batch * tokens]);
        pass.places.set(&vec![&layout; batch]);
        Ok(pass)
    }
}

/// A map whose code has exactly `tokens` tokens: as many regions as possible of the finest granularity,
/// then of the middle one.
fn map(tokens: usize) -> Result<GrainMap> {
    let more = tokens.wrapping_sub(GRID.region_count());
    let (fine, middle) = (more / 15, more % 15 / 3);
    if fine + middle > GRID.region_count() || more % 3 > 0 {
        let why = format!("there is no list of {tokens} tokens; 64 + 3k up to 1,024 are.");
        return Err(Error::BadRequest(why));
    }
    let grain = |region| match region {
        _ if region < fine => 2,
        _ if region < fine + middle => 1,
        _ => 0,
    };
    GrainMap::new(GRID, (0..GRID.region_count()).map(grain).collect())
}

/// Random values, small enough for a pass to stay in range.
struct Fill {
    rng: Rng,
}

impl ModuleMapper for Fill {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let shape = tensor.dims();
            let values = (0..shape.iter().product()).map(|_| (self.rng.uniform() - 0.5) * 0.1);
            let data = TensorData::new(values.collect::<Vec<f32>>(), shape);
            Tensor::from_data(data, &tensor.device())
        })
    }
}

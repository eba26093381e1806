//! What a benchmark page needs: single passes on given inputs, times of their parts, memory.

use std::rc::Rc;

use burn::tensor::{Device, Int, Tensor};
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::convert::js_error;
use super::engine::{Engine, not_open};
use crate::dgit::ar::cases;
use crate::dgit::{Nar, PlacesInput, TransformerConfig};
use crate::dqvae::{DecoderHalf, TokenizerConfig};
use crate::grain::{Grid, Token};
use crate::kernels::{self, Input, Recording};
use crate::model::Model;
use crate::{Error, Result};

#[wasm_bindgen]
impl Engine {
    /// One pass of DGiT-NAR: logits, `[batch · tokens · K]`; nothing where `read` is false, but
    /// then, too, the device has finished. `times`: so often in a row, with one wait at the end.
    ///
    /// `codes`, `grains`, `rows`, `columns`, `padding`: `[batch · tokens]`; `classes`:
    /// `[batch · axes]`, at least one.
    #[wasm_bindgen(js_name = transformerPass)]
    #[allow(clippy::too_many_arguments)] // JavaScript passes arrays
    pub async fn transformer_pass(
        &self,
        batch: usize,
        codes: Vec<i32>,
        grains: Vec<i32>,
        rows: Vec<i32>,
        columns: Vec<i32>,
        padding: Vec<f32>,
        classes: Vec<i32>,
        read: bool,
        times: usize,
    ) -> Result<Vec<f32>, JsValue> {
        let model = self.model()?;
        let length = codes.len() / batch.max(1);
        let fits = batch > 0
            && codes.len() == batch * length
            && [&grains, &rows, &columns].iter().all(|v| v.len() == codes.len())
            && padding.len() == codes.len()
            && classes.len() == batch * model.slots();
        if !fits {
            return Err(js_error(Error::BadRequest("the arrays do not fit each other.".into())));
        }
        let nar = model.nar().map_err(js_error)?;
        let make =
            || TransformerPass::new(nar.clone(), [batch, length], model.slots(), model.device());
        let mut pass = model.workspaces().take(("transformer", length, batch), make);
        pass.codes.set(&codes);
        let spots = spots(model.grid(), &grains, &rows, &columns);
        pass.places.set_values([&grains, &spots, &rows, &columns], &padding);
        pass.classes.set(&classes);
        (1..times).for_each(|_| drop(pass.run(model.device())));
        let logits = pass.run(model.device());
        let logits = finish(&model, logits, read).await.map_err(js_error)?;
        model.workspaces().put(("transformer", length, batch), pass);
        Ok(logits)
    }

    /// One pass of the decoder: codes on the cell grid → `[3 · image²]`, as
    /// [`transformer_pass`](Self::transformer_pass).
    #[wasm_bindgen(js_name = decoderPass)]
    pub async fn decoder_pass(
        &self,
        cells: Vec<i32>,
        read: bool,
        times: usize,
    ) -> Result<Vec<f32>, JsValue> {
        let model = self.model()?;
        let count = cells.len();
        if count != model.grid().cells().pow(2) {
            return Err(js_error(Error::BadRequest("a code for every cell is needed.".into())));
        }
        let decoder = model.decoder().map_err(js_error)?;
        let make = || DecoderPass::new(decoder.clone(), count, model.device());
        let mut pass = model.workspaces().take(("decoder", count, 1), make);
        pass.cells.set(&cells);
        (1..times).for_each(|_| drop(pass.run(model.device())));
        let picture = pass.run(model.device());
        let picture = finish(&model, picture, read).await.map_err(js_error)?;
        model.workspaces().put(("decoder", count, 1), pass);
        Ok(picture)
    }

    /// One pass of the decoder, read as a page does: codes on the cell grid → bytes, see [`kernels::pixels`].
    #[wasm_bindgen(js_name = picturePass)]
    pub async fn picture_pass(&self, cells: Vec<i32>) -> Result<Vec<i32>, JsValue> {
        let model = self.model()?;
        let decoder = model.decoder().map_err(js_error)?;
        let make = || DecoderPass::new(decoder.clone(), cells.len(), model.device());
        let mut pass = model.workspaces().take(("picture", cells.len(), 1), make);
        pass.cells.set(&cells);
        let (read, _) =
            kernels::read(&[pass.picture(model.device())], &[]).await.map_err(js_error)?;
        model.workspaces().put(("picture", cells.len(), 1), pass);
        Ok(read.into_iter().next().unwrap_or_default())
    }

    /// A number to the device and, where `read` is true, back: what no pass can be faster than.
    #[wasm_bindgen(js_name = roundTrip)]
    pub async fn round_trip(&self, read: bool) -> Result<Vec<f32>, JsValue> {
        let model = self.model()?;
        let mut number = Input::floats([1], model.device());
        number.set(&[1.0]);
        finish(&model, number.tensor(), read).await.map_err(js_error)
    }

    /// GPU time of every operation of both passes, batch 1 with that many tokens, as JSON:
    /// `[{pass, op, count, ms}]`. Empty where the device has no timestamps.
    pub async fn profile(&self, tokens: usize) -> Result<String, JsValue> {
        let model = self.model()?;
        profile(&model, tokens).await.map_err(js_error)
    }

    /// What a pass of each network asks of a GPU, batch 1 with that many tokens, as JSON: `[{pass, launches, bytes,
    /// multiplications}]`; see `kernels::pipelines::Work`. On the CPU launches and bytes are 0.
    pub async fn work(&self, tokens: usize) -> Result<String, JsValue> {
        let model = self.model()?;
        let Some(sizes) = model.architecture().nar.clone() else { return Ok("[]".into()) };
        let (hollow, device) = (model.hollow(), model.device());
        let nar = hollow.nar().map_err(js_error)?.clone();
        let transformer = work_of_lists(nar, &sizes, [1, tokens], device).await;
        let decoder = hollow.decoder().map_err(js_error)?.clone();
        let picture = work_of_pictures(decoder, &model.architecture().tokenizer, device).await;
        let entries = [("transformer", transformer), ("decoder", picture)];
        let entries = entries.map(|(pass, work)| {
            let mut entry = json!({"pass": pass});
            entry
                .as_object_mut()
                .map(|all| all.extend(work.as_object().cloned().unwrap_or_default()));
            entry
        });
        Ok(json!(entries).to_string())
    }

    /// What this device makes of one of [`cases::all`], or `undefined` after the last.
    #[wasm_bindgen(js_name = kernelCase)]
    pub async fn kernel_case(&self, index: usize) -> Result<Option<Vec<f32>>, JsValue> {
        match cases::all().nth(index) {
            Some(case) => case.run(self.device()).await.map(Some).map_err(js_error),
            None => Ok(None),
        }
    }

    /// Bytes of memory as JSON: `{gpuReserved, gpuInUse, wasm}`.
    pub fn memory(&self) -> Result<String, JsValue> {
        let model = self.model()?;
        let (reserved, in_use) = kernels::device_memory(model.device());
        let wasm = core::arch::wasm32::memory_size(0) * 65_536;
        Ok(json!({"gpuReserved": reserved, "gpuInUse": in_use, "wasm": wasm}).to_string())
    }

    fn model(&self) -> Result<Rc<Model>, JsValue> {
        self.model.clone().ok_or_else(|| js_error(not_open()))
    }
}

async fn finish(model: &Model, result: Tensor<1>, read: bool) -> Result<Vec<f32>> {
    if read {
        let (_, floats) = kernels::read(&[], &[result]).await?;
        return Ok(floats.into_iter().next().unwrap_or_default());
    }
    kernels::finish(model.device()).await?;
    Ok(Vec::new())
}

/// Work of a pass over lists: multiplications from the sizes, launches and bytes from the kernels that it runs.
pub(super) async fn work_of_lists(
    nar: Nar,
    sizes: &TransformerConfig,
    [batch, tokens]: [usize; 2],
    device: &Device,
) -> serde_json::Value {
    let slots = nar.slots();
    let mut pass = TransformerPass::new(nar, [batch, tokens], slots, device);
    let multiplications = sizes.cost(tokens).times(batch).multiplications;
    work(multiplications, || drop(pass.run(device))).await
}

/// The same for a decoder.
pub(super) async fn work_of_pictures(
    decoder: DecoderHalf,
    sizes: &TokenizerConfig,
    device: &Device,
) -> serde_json::Value {
    let mut pass = DecoderPass::new(decoder, sizes.grid.cell_count(), device);
    work(sizes.decoder_cost().multiplications, || drop(pass.run(device))).await
}

async fn work(multiplications: u64, run: impl FnOnce()) -> serde_json::Value {
    #[cfg(feature = "gpu")]
    let kernels::pipelines::Work { launches, bytes, .. } =
        kernels::pipelines::work(async { run() }).await;
    #[cfg(not(feature = "gpu"))]
    let (launches, bytes) = {
        drop(run);
        (0, 0)
    };
    json!({"multiplications": multiplications, "launches": launches, "bytes": bytes})
}

#[cfg(feature = "gpu")]
async fn profile(model: &Model, tokens: usize) -> Result<String> {
    let mut entries = Vec::new();
    for name in ["transformer", "decoder"] {
        let run = || -> Result<()> {
            match name {
                "transformer" => {
                    let (nar, device) = (model.nar()?.clone(), model.device());
                    TransformerPass::new(nar, [1, tokens], model.slots(), device).run(device)
                }
                _ => {
                    let (decoder, device) = (model.decoder()?.clone(), model.device());
                    DecoderPass::new(decoder, model.grid().cells().pow(2), device).run(device)
                }
            };
            Ok(())
        };
        run()?; // compiles
        kernels::profile::start();
        run()?;
        let mut sums: Vec<(String, usize, f64)> = Vec::new();
        for (op, ms) in kernels::profile::finish().await {
            match sums.iter_mut().find(|(other, ..)| *other == op) {
                Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + ms),
                None => sums.push((op, 1, ms)),
            }
        }
        let entry = |(op, count, ms)| json!({"pass": name, "op": op, "count": count, "ms": ms});
        entries.extend(sums.into_iter().map(entry));
    }
    Ok(serde_json::Value::from(entries).to_string())
}

#[cfg(not(feature = "gpu"))]
async fn profile(_model: &Model, _tokens: usize) -> Result<String> {
    Ok("[]".into())
}

/// The squares that tokens cover, from granularities and centres.
fn spots(grid: Grid, grains: &[i32], rows: &[i32], columns: &[i32]) -> Vec<i32> {
    let centres = rows.iter().zip(columns).map(|(row, column)| (*row as usize, *column as usize));
    let tokens = grains.iter().zip(centres).map(|(grain, centre)| {
        Token::at(grid, (*grain).clamp(0, i32::from(grid.finest())) as u8, centre)
    });
    tokens.map(|token| token.spot(grid) as i32).collect()
}

/// The buffers of DGiT-NAR's passes over lists of one shape, and their recording.
#[derive(Debug)]
pub(super) struct TransformerPass {
    nar: Nar,
    pub codes: Input<2, Int>,
    pub places: PlacesInput,
    classes: Input<2, Int>,
    recording: Recording<Tensor<1>>,
}

impl TransformerPass {
    pub fn new(nar: Nar, [batch, length]: [usize; 2], slots: usize, device: &Device) -> Self {
        Self {
            nar,
            codes: Input::ints([batch, length], device),
            places: PlacesInput::new([batch, length], device),
            classes: Input::ints([batch, slots], device),
            recording: Recording::default(),
        }
    }

    pub fn run(&mut self, device: &Device) -> Tensor<1> {
        let (codes, places, classes) =
            (self.codes.tensor(), self.places.tensors(), self.classes.tensor());
        let nar = &self.nar;
        self.recording
            .run(device, || kernels::flat(nar.forward(codes.clone(), &places, classes.clone())))
    }
}

/// The buffers of a decoder's passes, and their recording.
pub(super) struct DecoderPass {
    decoder: DecoderHalf,
    pub cells: Input<1, Int>,
    owner: Input<1, Int>,
    recording: Recording<Tensor<1>>,
    bytes: Recording<Tensor<1, Int>>,
}

impl DecoderPass {
    pub fn new(decoder: DecoderHalf, cells: usize, device: &Device) -> Self {
        let mut owner = Input::ints([cells], device);
        owner.set(&(0..cells as i32).collect::<Vec<_>>());
        Self {
            decoder,
            cells: Input::ints([cells], device),
            owner,
            recording: Recording::default(),
            bytes: Recording::default(),
        }
    }

    pub fn run(&mut self, device: &Device) -> Tensor<1> {
        let (cells, owner, decoder) = (self.cells.tensor(), self.owner.tensor(), &self.decoder);
        self.recording
            .run(device, || kernels::flat(decoder.decode_tokens(cells.clone(), owner.clone())))
    }

    fn picture(&mut self, device: &Device) -> Tensor<1, Int> {
        let (cells, owner, decoder) = (self.cells.tensor(), self.owner.tensor(), &self.decoder);
        self.bytes
            .run(device, || kernels::pixels(decoder.decode_tokens(cells.clone(), owner.clone())))
    }
}

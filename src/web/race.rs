//! The race of tilings: which candidate of each sort of kernels is the fastest on this graphics processor.

use std::rc::Rc;

use burn::tensor::Device;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Performance;

use super::bench::{DecoderPass, TransformerPass};
use super::convert::js_error;
use super::engine::{Engine, not_open};
use crate::kernels;
use crate::kernels::tuning::{Sort, Tuning};
use crate::model::Model;
use crate::{Error, Result};

/// Passes that a candidate is timed by.
const RUNS: usize = 5;
/// Milliseconds of a pass from which a race would take too long.
const SLOW: f64 = 500.0;
/// How much less time than the default's a winner takes: less than this is chance.
const LEAD: f64 = 0.93;

/// A race under way: one candidate at a time, so that drawing can go on between.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Race {
    model: Rc<Model>,
    /// Tokens of the lists that it is run with.
    tokens: usize,
    /// Candidates to come.
    left: Vec<(Sort, u8)>,
    best: Tuning,
    /// Milliseconds of the best candidate of the sort under way.
    least: f64,
}

#[wasm_bindgen]
impl Engine {
    /// Begins a race with DGiT-NAR and the decoder, which must have been added, on lists of so many tokens.
    pub fn race(&self, tokens: usize) -> Result<Race, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        model.nar().and(model.decoder().map(|_| ())).map_err(js_error)?;
        if !(1..=model.grid().cell_count()).contains(&tokens) {
            return Err(js_error(Error::BadRequest("there is no such list.".into())));
        }
        let candidates = (0..Sort::CANDIDATES).rev();
        let left = Sort::ALL.iter().rev().flat_map(|sort| candidates.clone().map(|c| (*sort, c)));
        Ok(Race { model, tokens, left: left.collect(), best: Tuning::now(), least: f64::MAX })
    }
}

#[wasm_bindgen]
impl Race {
    /// Times the next candidate: JSON `{sort, candidate, ms}`, or `undefined` after the last. Launches go by what they
    /// went by before when it returns.
    pub async fn next(&mut self) -> Result<Option<String>, JsValue> {
        let Some((sort, candidate)) = self.left.pop() else { return Ok(None) };
        let before = Tuning::now();
        self.best.with(sort, candidate).set();
        let ms = self.time(sort).await;
        before.set();
        let ms = ms.map_err(js_error)?;
        if ms > SLOW {
            self.left.clear();
        } else if candidate == 0 || ms < self.least * LEAD {
            (self.best, self.least) = (self.best.with(sort, candidate), ms);
        }
        Ok(Some(json!({"sort": sort.as_str(), "candidate": candidate, "ms": ms}).to_string()))
    }

    /// The best [`Tuning`] so far, as JSON for [`Engine::tune`].
    pub fn winner(&self) -> String {
        serde_json::to_string(&self.best).unwrap_or_default()
    }
}

impl Race {
    /// Milliseconds of a pass: the middle of [`RUNS`], or the first where that is long.
    async fn time(&self, sort: Sort) -> Result<f64> {
        let (model, device) = (&*self.model, self.model.device());
        if sort == Sort::Windows {
            let cells = model.grid().cell_count();
            let mut pass = DecoderPass::new(model.decoder()?.clone(), cells, device);
            return middle(device, || drop(pass.run(device))).await;
        }
        let shape = [1, self.tokens];
        let mut pass = TransformerPass::new(model.nar()?.clone(), shape, model.slots(), device);
        middle(device, || drop(pass.run(device))).await
    }
}

/// Milliseconds since the worker began.
fn now() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("performance"));
    performance.map_or(0.0, |object| object.unchecked_into::<Performance>().now())
}

async fn middle(device: &Device, mut run: impl FnMut()) -> Result<f64> {
    let mut times = Vec::new();
    run(); // compiles
    kernels::finish(device).await?;
    while times.len() < RUNS && times.first().is_none_or(|first| *first <= SLOW) {
        let from = now();
        run();
        kernels::finish(device).await?;
        times.push(now() - from);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

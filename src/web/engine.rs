//! What a worker holds: a device, a model, and the generations under way.

use std::rc::Rc;

use burn::tensor::Device;
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::convert::{js_error, js_step};
use crate::density::LEVELS;
use crate::model::Model;
use crate::pack::Manifest;
use crate::sampler::{Mode, NarSampler, Prompt, Request, Sampler};
use crate::{Error, Result};

/// Tasks that are gathered before they go to the GPU as one command.
#[cfg(feature = "gpu")]
const TASKS: usize = 32;

/// Milliseconds that a first step takes only where the GPU is imitated in software.
const SLOW_START: f64 = 20_000.0;

/// Milliseconds of a step on a device that is worth more preparations.
const FAST_STEP: f64 = 50.0;

/// A device and the model on it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    backend: String,
    pub(super) device: Device,
    pub(super) model: Option<Rc<Model>>,
}

#[wasm_bindgen]
impl Engine {
    /// Gets a device: `"webgpu"` or `"cpu"`, whichever this build has.
    pub async fn create(backend: String) -> Result<Engine, JsValue> {
        let device = device(&backend).await.map_err(js_error)?;
        Ok(Engine { backend, device, model: None })
    }

    /// The backend in use.
    #[wasm_bindgen(getter)]
    pub fn backend(&self) -> String {
        self.backend.clone()
    }

    /// Reads a manifest; returns what the page needs of it as JSON.
    pub fn open(&mut self, manifest: &[u8]) -> Result<String, JsValue> {
        let model = Manifest::parse(manifest)
            .and_then(|manifest| Model::new(manifest, self.device.clone()))
            .map_err(js_error)?;
        let manifest = model.manifest();
        let summary = json!({
            "name": manifest.name,
            "version": manifest.version,
            "size": model.architecture().tokenizer.image,
            "classes": model.classes(),
            "files": manifest.files,
        });
        self.model = Some(Rc::new(model));
        Ok(summary.to_string())
    }

    /// Adds a file of the pack: checks its size and hash, then builds its network.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), JsValue> {
        let model = self.model.as_mut().ok_or_else(|| js_error(not_open()))?;
        let role = model.manifest().files.iter().find(|f| f.name == name).map(|f| f.role);
        let role =
            role.ok_or_else(|| js_error(Error::damaged(name, "the manifest does not list it.")))?;
        Rc::make_mut(model).add(role, bytes).map_err(js_error)
    }

    /// Runs every network of a mode, `"nar"` or `"ar"`, once, so that the GPU's pipelines are
    /// compiled before the first image.
    #[wasm_bindgen(js_name = warmUp)]
    pub async fn warm_up(&self, mode: String) -> Result<(), JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        match mode.as_str() {
            "nar" => warm_up_nar(&model).await,
            "ar" => warm_up_ar(&model).await,
            other => Err(Error::BadRequest(format!(
                "there is no mode \"{other}\". Use \"nar\" or \"ar\"."
            ))),
        }
        .map_err(js_error)
    }

    /// Begins a generation; see [`Request::from_json`] for the fields. The networks of its mode must
    /// have been added.
    pub fn start(&self, request: &str) -> Result<Generation, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let request = Request::from_json(request, model.classes()).map_err(js_error)?;
        request.fits(&model).map_err(js_error)?;
        loaded(&model, request.mode).map_err(js_error)?;
        let prompt = Prompt::of(request.condition, model.classes());
        Ok(Generation { model, request, prompt, sampler: None })
    }
}

/// One image under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Generation {
    model: Rc<Model>,
    request: Request,
    /// What is drawn, by name.
    prompt: Prompt,
    sampler: Option<Sampler>,
}

#[wasm_bindgen]
impl Generation {
    /// The next step as an object, or `undefined` after the last. The first call draws the grain
    /// map as well.
    pub async fn next(&mut self) -> Result<JsValue, JsValue> {
        self.step().await.map_err(js_error)
    }
}

impl Generation {
    async fn step(&mut self) -> Result<JsValue> {
        if self.sampler.is_none() {
            self.sampler = Some(Sampler::start(&self.model, self.request.clone()).await?);
        }
        let step = match &mut self.sampler {
            Some(sampler) => sampler.next().await?,
            None => None,
        };
        Ok(step.map_or(JsValue::UNDEFINED, |step| js_step(&step, &self.prompt)))
    }
}

// Which of the last patterns can be reached depends on the features.
#[allow(unreachable_patterns)]
async fn device(backend: &str) -> Result<Device> {
    match backend {
        #[cfg(feature = "cpu")]
        "cpu" => Ok(Device::flex()),
        #[cfg(feature = "gpu")]
        "webgpu" => Device::wgpu_options()
            .tasks_max(TASKS)
            .init_async()
            .await
            .map_err(|e| Error::Device(format!("{e}"))),
        "cpu" | "webgpu" => Err(Error::BackendMissing(backend.into())),
        other => Err(Error::BadRequest(format!(
            "there is no backend \"{other}\". Use \"webgpu\" or \"cpu\"."
        ))),
    }
}

/// Whether the networks of a mode are there.
fn loaded(model: &Model, mode: Mode) -> Result<()> {
    model.synthesis()?;
    match mode {
        Mode::Nar => {
            model.grain_map()?;
            model.nar()?;
        }
        Mode::Ar => {
            model.ar()?;
        }
    }
    Ok(())
}

async fn warm_up_nar(model: &Model) -> Result<()> {
    loaded(model, Mode::Nar)?;
    let request = Request { steps: 2, ..Request::default() };
    let from = js_sys::Date::now();
    let mut sampler = NarSampler::start(model, request.clone()).await?;
    sampler.next().await?;
    // Compiled and recorded; the second step only tells how fast the device is.
    if js_sys::Date::now() - from > SLOW_START {
        return Ok(());
    }
    let from = js_sys::Date::now();
    sampler.next().await?;
    drop(sampler);
    if js_sys::Date::now() - from > FAST_STEP {
        return Ok(());
    }
    // Every length that a code can have: what a device keeps for each is then there from the start.
    let regions = model.grid().region_count();
    let levels: Vec<u8> = (0..regions).map(|i| (i * LEVELS / regions) as u8).collect();
    for eighth in 0..=8 {
        let request = Request { steps: 1, fine_ratio: eighth as f32 / 8.0, ..request.clone() };
        NarSampler::with_levels(model, request, &levels)?.next().await?;
    }
    Ok(())
}

async fn warm_up_ar(model: &Model) -> Result<()> {
    let request = Request { every: 4, ..Request::of(Mode::Ar) };
    loaded(model, request.mode)?;
    Sampler::start(model, request).await?.next().await.map(|_| ())
}

pub(super) fn not_open() -> Error {
    Error::BadRequest("no model pack is open. Call open() with its manifest first.".into())
}

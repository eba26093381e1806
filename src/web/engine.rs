//! What a worker holds: a device, a model, and the generations under way.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::OffscreenCanvas;

use super::convert::{js_error, js_step};
use super::device::Acquired;
use super::shown::Shown;
use crate::bounds::shortened;
use crate::description::Description;
use crate::kernels::on_gpu;
use crate::kernels::tuning::Tuning;
#[cfg(feature = "gpu")]
use crate::kernels::{Stored, pipelines, widen};
use crate::model::Model;
use crate::pack::Manifest;
#[cfg(feature = "gpu")]
use crate::pack::{Precision, Role};
#[cfg(feature = "gpu")]
use crate::sampler::sample_levels;
use crate::sampler::{Mode, Prompt, Request, Sampler, known};
use crate::{Error, Result};

/// A device and the model on it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    backend: String,
    acquired: Rc<Acquired>,
    pub(super) model: Option<Rc<Model>>,
}

#[wasm_bindgen]
impl Engine {
    /// Gets a device: `"webgpu"` or `"cpu"`, whichever this build has.
    pub async fn create(backend: String) -> Result<Engine, JsValue> {
        let acquired = Acquired::new(&backend).await.map_err(js_error)?;
        Tuning::usual(&acquired.device).set();
        Ok(Engine { backend, acquired: Rc::new(acquired), model: None })
    }

    /// The backend in use.
    #[wasm_bindgen(getter)]
    pub fn backend(&self) -> String {
        self.backend.clone()
    }

    /// What the graphics processor says of itself, as JSON; `null` on the CPU.
    pub fn adapter(&self) -> String {
        self.acquired.describe().to_string()
    }

    /// The kinds of kernels beside the usual ones that can be had here: of `"half"`, `"int8"` and `"subgroups"` on a graphics
    /// processor, which are used where [`Engine::tune`] says so, and `"int16"` on a processor, which is used at first.
    #[wasm_bindgen(getter)]
    pub fn kernels(&self) -> Vec<String> {
        self.acquired.kernels().into_iter().map(String::from).collect()
    }

    /// Reads a manifest; returns the model's [`Description`] as JSON.
    pub fn open(&mut self, manifest: &[u8]) -> Result<String, JsValue> {
        let model = Manifest::parse(manifest)
            .and_then(|manifest| Model::new(manifest, self.acquired.device.clone()))
            .map_err(js_error)?;
        let description = Description::of(&model).map_err(js_error)?;
        self.model = Some(Rc::new(model));
        serde_json::to_string(&description)
            .map_err(|e| js_error(Error::damaged("manifest.json", format!("{}.", shortened(e)))))
    }

    /// Adds a file of the pack: checks its size and hash, then builds its network. `digest`: its SHA-256, 32 bytes,
    /// where the browser has worked that out (`crypto.subtle`), which is faster; it is worked out here otherwise.
    pub fn add(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        digest: Option<Vec<u8>>,
    ) -> Result<(), JsValue> {
        let model = self.model.as_mut().ok_or_else(|| js_error(not_open()))?;
        let role = model.manifest().files.iter().find(|f| f.name == name).map(|f| f.role);
        let role =
            role.ok_or_else(|| js_error(Error::damaged(name, "the manifest does not list it.")))?;
        let digest = digest.and_then(|digest| <[u8; 32]>::try_from(digest).ok());
        Rc::make_mut(model).add_hashed(role, bytes, digest).map_err(js_error)
    }

    /// The browser's own device (`GPUDevice`); `undefined` on the CPU.
    #[wasm_bindgen(js_name = gpuDevice)]
    pub fn gpu_device(&self) -> JsValue {
        self.acquired.handle()
    }

    /// The WGSL texts that the networks of a mode, `"nar"` or `"ar"`, need, whether their files are there or not:
    /// for compiling them side by side, and early. None on the CPU.
    pub async fn shaders(&self, mode: String) -> Result<Vec<String>, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let mode = parse_mode(&mode).map_err(js_error)?;
        Ok(shaders(&model.hollow(), mode).await)
    }

    /// Draws one step of a known picture with a mode, `"nar"` or `"ar"`, so that the GPU's pipelines are compiled before
    /// the first image, and compares it with the pack's.
    #[wasm_bindgen(js_name = warmUp)]
    pub async fn warm_up(&self, mode: String) -> Result<(), JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let mode = parse_mode(&mode).map_err(js_error)?;
        warm_up(&model, mode).await.map_err(js_error)
    }

    /// Begins a generation; see [`Request::from_json`] for the fields. The networks of its mode must
    /// have been added.
    pub fn start(&self, request: &str) -> Result<Generation, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let request = Request::from_json(request, &model).map_err(js_error)?;
        loaded(&model, request.mode).map_err(js_error)?;
        let prompt = Prompt::of(&request.condition, model.classes());
        let (acquired, shown) = (self.acquired.clone(), Shown::nowhere());
        Ok(Generation { model, acquired, request, prompt, sampler: None, shown })
    }
}

impl Engine {
    /// Where tensors live.
    pub(super) fn device(&self) -> &burn::tensor::Device {
        &self.acquired.device
    }
}

/// One image under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Generation {
    model: Rc<Model>,
    acquired: Rc<Acquired>,
    request: Request,
    /// What is drawn, by name.
    prompt: Prompt,
    sampler: Option<Sampler>,
    /// Where its steps are painted.
    shown: Shown,
}

#[wasm_bindgen]
impl Generation {
    /// Paints every step from now on onto `canvas`, of whatever size. `direct`: by the graphics processor, from its own
    /// memory, if it takes that canvas; returns whether it does.
    #[wasm_bindgen(js_name = paintOn)]
    pub fn paint_on(&mut self, canvas: OffscreenCanvas, direct: bool) -> Result<bool, JsValue> {
        let size = self.model.architecture().tokenizer.image;
        self.shown.paint_on(canvas, &self.acquired, direct, size).map_err(js_error)?;
        Ok(self.shown.is_direct())
    }

    /// Steps from now on have no `image`; where the graphics processor paints, pixels are not even read.
    #[wasm_bindgen(js_name = withoutImages)]
    pub fn without_images(&mut self) {
        self.shown.pixels = false;
    }

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
            Some(sampler) => sampler.next_on(&mut self.shown).await?,
            None => None,
        };
        let Some(step) = step else { return Ok(JsValue::UNDEFINED) };
        let rgba = self.shown.paint(&step)?;
        Ok(js_step(&step, rgba.as_deref(), &self.prompt, self.model.classes()))
    }
}

fn parse_mode(mode: &str) -> Result<Mode> {
    Mode::ALL.into_iter().find(|known| known.as_str() == mode).ok_or_else(|| {
        let asked = shortened(mode);
        Error::BadRequest(format!("there is no mode \"{asked}\". Use \"nar\" or \"ar\"."))
    })
}

/// Texts of the kernels of a mode, from the first step of a picture.
#[cfg(feature = "gpu")]
async fn shaders(model: &Model, mode: Mode) -> Vec<String> {
    let noted = pipelines::work(async {
        widen_all(model, mode);
        // Each ends at its first read, and that is all that is wanted of it.
        let _ = known::answer(model, mode).await;
        if let (Mode::Nar, Ok(request)) = (mode, Request::defaults(model, mode)) {
            let _ = sample_levels(model, &request).await;
        }
    });
    noted.await.texts
}

/// Launches what the files of a mode are widened with when they come.
#[cfg(feature = "gpu")]
fn widen_all(model: &Model, mode: Mode) {
    let roles: &[Role] = match mode {
        Mode::Nar => &[Role::Decoder, Role::GrainMap, Role::Nar],
        Mode::Ar => &[Role::Decoder, Role::Ar],
    };
    for entry in roles.iter().filter_map(|role| model.manifest().entry(*role).ok()) {
        let int8 = Stored::Int8 { scales: &[1.0], stride: 1 };
        let kinds: &[Stored] = match entry.precision {
            Precision::F32 => &[],
            Precision::F16 => &[Stored::Half],
            // What is small is f16 there.
            Precision::Int8 => &[Stored::Half, int8],
        };
        for kind in kinds {
            widen(&[0; 4], *kind, [1], model.device());
        }
    }
}

#[cfg(not(feature = "gpu"))]
async fn shaders(_model: &Model, _mode: Mode) -> Vec<String> {
    Vec::new()
}

/// Whether the networks of a mode are there.
fn loaded(model: &Model, mode: Mode) -> Result<()> {
    model.decoder()?;
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

/// Has the device answer what the pack knows the answer to. A processor is trusted: there is nothing to turn to, and the
/// time of this step is what pages plan with. What a GPU keeps for the grain map and for another length of a code is
/// recorded when one comes, which takes as long as a few steps.
async fn warm_up(model: &Model, mode: Mode) -> Result<()> {
    loaded(model, mode)?;
    let answer = known::answer(model, mode).await?;
    if on_gpu(model.device()) { known::check(model, mode, &answer) } else { Ok(()) }
}

pub(super) fn not_open() -> Error {
    Error::BadRequest("no model pack is open. Call open() with its manifest first.".into())
}

//! The device of a worker, and what it tells of itself.

use burn::tensor::Device;
#[cfg(feature = "gpu")]
use burn_wgpu::WgpuSetup;
#[cfg(feature = "gpu")]
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

use crate::bounds::shortened;
use crate::{Error, Result};

/// A device, with the handles behind it where it is a GPU.
#[derive(Debug)]
pub struct Acquired {
    /// Where tensors live.
    pub device: Device,
    /// The very adapter, device and queue that Burn computes with.
    #[cfg(feature = "gpu")]
    pub setup: WgpuSetup,
}

impl Acquired {
    /// Gets a device: `"webgpu"` or `"cpu"`, whichever this build has.
    ///
    /// # Errors
    /// [`Error::BackendMissing`] for the other one, [`Error::Device`] if the GPU refuses.
    // Which of the patterns can be reached depends on the features.
    #[allow(unreachable_patterns)]
    pub async fn new(backend: &str) -> Result<Self> {
        match backend {
            #[cfg(all(feature = "cpu", not(feature = "gpu")))]
            "cpu" => Ok(Self { device: Device::flex() }),
            #[cfg(feature = "gpu")]
            "webgpu" => {
                let (device, setup) = crate::kernels::acquire().await?;
                Ok(Self { device, setup })
            }
            "cpu" | "webgpu" => Err(Error::BackendMissing(backend.into())),
            other => Err(Error::BadRequest(format!(
                "there is no backend \"{}\". Use \"webgpu\" or \"cpu\".",
                shortened(other)
            ))),
        }
    }

    /// The browser's device, `undefined` on the CPU.
    pub fn handle(&self) -> JsValue {
        #[cfg(feature = "gpu")]
        if let Some(device) = self.setup.device.as_webgpu() {
            return (**device).clone().into();
        }
        JsValue::UNDEFINED
    }

    /// The kinds of kernels beside the usual ones that can be had here; see `kernels::tuning::Tuning::kinds`.
    pub fn kernels(&self) -> Vec<&'static str> {
        #[cfg(feature = "gpu")]
        {
            use burn_wgpu::wgpu::Features;
            const LANGUAGE: [&str; 3] = ["navigator", "gpu", "wgslLanguageFeatures"];
            let features = self.setup.device.features();
            let all = [
                (features.contains(Features::SHADER_F16), "half"),
                (has(js_sys::global().into(), &LANGUAGE, "packed_4x8_integer_dot_product"), "int8"),
                // wgpu 30 does not know that a browser has them.
                (has(self.handle(), &["features"], "subgroups"), "subgroups"),
            ];
            all.into_iter().filter_map(|(has, name)| has.then_some(name)).collect()
        }
        #[cfg(not(feature = "gpu"))]
        vec!["int16"]
    }

    /// Name, features and limits of the graphics processor as JSON, `null` on the CPU.
    pub fn describe(&self) -> serde_json::Value {
        #[cfg(feature = "gpu")]
        {
            let (info, limits) = (self.setup.adapter.get_info(), self.setup.device.limits());
            let features = self.setup.device.features();
            serde_json::json!({
                "name": info.name,
                "driver": info.driver,
                "features": features.iter_names().map(|(name, _)| name).collect::<Vec<_>>(),
                "workgroupStorage": limits.max_compute_workgroup_storage_size,
                "workgroupInvocations": limits.max_compute_invocations_per_workgroup,
                "storageBuffers": limits.max_storage_buffers_per_shader_stage,
                "bufferBytes": limits.max_buffer_size,
            })
        }
        #[cfg(not(feature = "gpu"))]
        serde_json::Value::Null
    }
}

/// Whether an object, by the path of a property of it, has a set with this name in it.
#[cfg(feature = "gpu")]
fn has(object: JsValue, path: &[&str], name: &str) -> bool {
    let get = |of: JsValue, part: &&str| js_sys::Reflect::get(&of, &JsValue::from_str(part)).ok();
    let found = || -> Option<bool> {
        let set = path.iter().try_fold(object, get)?;
        let has: js_sys::Function = get(set.clone(), &"has")?.dyn_into().ok()?;
        has.call1(&set, &name.into()).ok()?.as_bool()
    };
    found().unwrap_or(false)
}

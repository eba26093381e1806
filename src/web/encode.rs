//! Encoding a picture of the visitor's own.

use wasm_bindgen::prelude::*;

use super::convert::{js_coded, js_error};
use super::engine::{Engine, not_open};
use crate::encoding::{EncodeOptions, encode};

#[wasm_bindgen]
impl Engine {
    /// Encodes a picture: RGBA or RGB bytes of the model's size; see [`EncodeOptions::from_json`] for
    /// the options. Encoder and decoder must have been added.
    pub async fn encode(&self, pixels: Vec<u8>, options: String) -> Result<JsValue, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let options = EncodeOptions::defaults(&model)
            .and_then(|default| default.with_json(&options, model.grid()))
            .map_err(js_error)?;
        let coded = encode(&model, &pixels, &options).await.map_err(js_error)?;
        Ok(js_coded(&coded))
    }
}

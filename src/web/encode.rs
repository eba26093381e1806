//! Encoding a picture of the visitor's own, and pictures as bytes.

use wasm_bindgen::prelude::*;

use super::convert::{js_coded, js_error, js_picture};
use super::engine::{Engine, not_open};
use crate::encoding::{CodedPicture, EncodeOptions, encode};
use crate::grain::GrainMap;

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

    /// A picture of the model as bytes: its grain map, one value a region, and its codes, one a cell.
    pub fn write(&self, grains: Vec<u8>, cells: Vec<u16>) -> Result<Vec<u8>, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        GrainMap::new(model.grid(), grains)
            .and_then(|map| CodedPicture { map, cells }.to_bytes(&model))
            .map_err(js_error)
    }

    /// The picture of such bytes. The decoder must have been added.
    pub async fn read(&self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let coded = CodedPicture::from_bytes(&bytes, &model).map_err(js_error)?;
        let rgb = coded.picture(&model).await.map_err(js_error)?;
        Ok(js_picture(&coded, model.tokenizer_spec().config.image, &rgb))
    }
}

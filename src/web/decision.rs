//! Looking at a decision again, and at what other codes would have made of the picture.

use wasm_bindgen::prelude::*;

use super::convert::{js_decision, js_error, js_picture};
use super::engine::{Engine, not_open};
use crate::encoding::CodedPicture;
use crate::grain::GrainMap;
use crate::sampler::{Drawing, Request, decision};

#[wasm_bindgen]
impl Engine {
    /// The decision about the code of `cell`, of a picture drawn with `request`; see [`decision`]. The networks of
    /// DGiT-NAR must have been added.
    pub async fn inspect(
        &self,
        request: String,
        grains: Vec<u8>,
        known: Vec<u8>,
        cells: Vec<u16>,
        order: Vec<u16>,
        cell: usize,
    ) -> Result<JsValue, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let request = Request::from_json(&request, &model).map_err(js_error)?;
        let drawing = Drawing { grains, known, cells, order };
        let found = decision(&model, &request, &drawing, cell).await.map_err(js_error)?;
        Ok(js_decision(&found))
    }

    /// What the decoder, which must have been added, makes of a grain map, one value a region, and of codes, one a
    /// cell.
    pub async fn decode(&self, grains: Vec<u8>, cells: Vec<u16>) -> Result<JsValue, JsValue> {
        let model = self.model.clone().ok_or_else(|| js_error(not_open()))?;
        let map = GrainMap::new(model.grid(), grains).map_err(js_error)?;
        let coded = CodedPicture { map, cells };
        let rgb = coded.picture(&model).await.map_err(js_error)?;
        Ok(js_picture(&coded, model.tokenizer_spec().config.image, &rgb))
    }
}

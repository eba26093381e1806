//! Which kernels an engine uses.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::convert::js_error;
use super::engine::Engine;
use crate::Error;
use crate::kernels::tuning::Tuning;

#[wasm_bindgen]
impl Engine {
    /// Lets the kernels use a [`Tuning`], as JSON, from now on; before networks are run for the first time it costs
    /// nothing.
    pub fn tune(&mut self, tuning: &str) -> Result<(), JsValue> {
        let had = self.kernels();
        let fits = |tuning: &Tuning| {
            tuning.is_known() && tuning.kinds().all(|kind| had.iter().any(|had| had == kind))
        };
        let tuning = serde_json::from_str(tuning).ok().filter(fits);
        let unknown = || js_error(Error::BadRequest("there is no such tuning.".into()));
        tuning.ok_or_else(unknown)?.set();
        if let Some(model) = &mut self.model {
            Rc::make_mut(model).clear_workspaces();
        }
        Ok(())
    }

    /// The [`Tuning`] in use, as JSON.
    pub fn tuning(&self) -> String {
        serde_json::to_string(&Tuning::now()).unwrap_or_default()
    }
}

//! Values on their way to JavaScript.

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint8ClampedArray};
use wasm_bindgen::JsValue;

use crate::Error;
use crate::sampler::Step;

/// An `Error` with the message and the code of `error`.
pub fn js_error(error: Error) -> JsValue {
    let object = js_sys::Error::new(&error.to_string());
    set(&object, "code", &error.code().into());
    object.into()
}

/// `{index, total, done, image, width, height, grains, known, tokens, codes, cells, order,
/// confidence}`.
pub fn js_step(step: &Step) -> JsValue {
    let object = Object::new();
    let number = |n: usize| JsValue::from_f64(n as f64);
    set(&object, "index", &number(step.index));
    set(&object, "total", &number(step.total));
    set(&object, "done", &step.done.into());
    set(&object, "image", &Uint8ClampedArray::from(step.rgba().as_slice()));
    set(&object, "width", &number(step.size));
    set(&object, "height", &number(step.size));
    set(&object, "grains", &Uint8Array::from(step.grains.as_slice()));
    set(&object, "known", &Uint8Array::from(step.known.as_slice()));
    set(&object, "tokens", &number(step.tokens));
    set(&object, "codes", &number(step.codes));
    set(&object, "cells", &js_sys::Uint16Array::from(step.cells.as_slice()));
    set(&object, "order", &js_sys::Uint16Array::from(step.order.as_slice()));
    set(&object, "confidence", &Float32Array::from(step.confidence.as_slice()));
    object.into()
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

//! Values on their way to JavaScript.

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint8ClampedArray};
use wasm_bindgen::JsValue;

use crate::Error;
use crate::classes::ClassTable;
use crate::density::LEVELS;
use crate::encoding::{CodedPicture, EncodedPicture};
use crate::sampler::{Decision, Prompt, Step, to_rgba};

/// An `Error` with the message and the code of `error`; an unknown class brings its `axis`.
pub fn js_error(error: Error) -> JsValue {
    let object = js_sys::Error::new(&error.to_string());
    set(&object, "code", &error.code().into());
    if let Error::UnknownClass { axis, .. } = &error {
        set(&object, "axis", &axis.into());
    }
    object.into()
}

/// `{index, total, done, image, width, height, grains, undecided, known, tokens, codes, cells, order,
/// confidence, prompt}`. `rgba`: the picture, if it is wanted; `prompt`: what is drawn, a class id for each axis, null for
/// what stayed any.
pub fn js_step(step: &Step, rgba: Option<&[u8]>, prompt: &Prompt, classes: &ClassTable) -> JsValue {
    let object = Object::new();
    let number = |n: usize| JsValue::from_f64(n as f64);
    set(&object, "index", &number(step.index));
    set(&object, "total", &number(step.total));
    set(&object, "done", &step.done.into());
    set(&object, "image", &rgba.map_or(JsValue::NULL, |rgba| Uint8ClampedArray::from(rgba).into()));
    set(&object, "width", &number(step.size));
    set(&object, "height", &number(step.size));
    set(&object, "grains", &Uint8Array::from(step.grains.as_slice()));
    set(&object, "undecided", &Uint8Array::from(step.undecided.as_slice()));
    set(&object, "known", &Uint8Array::from(step.known.as_slice()));
    set(&object, "tokens", &number(step.tokens));
    set(&object, "codes", &number(step.codes));
    set(&object, "cells", &js_sys::Uint16Array::from(step.cells.as_slice()));
    set(&object, "order", &js_sys::Uint16Array::from(step.order.as_slice()));
    set(&object, "confidence", &Float32Array::from(step.confidence.as_slice()));
    set(&object, "prompt", &js_prompt(prompt, classes));
    object.into()
}

fn js_prompt(prompt: &Prompt, classes: &ClassTable) -> JsValue {
    let object = Object::new();
    for axis in &classes.axes {
        let id = prompt.0.get(&axis.id).map_or(JsValue::NULL, |id| JsValue::from_str(id));
        set(&object, &axis.id, &id);
    }
    object.into()
}

/// `{density, levels, grains, cells, codes, codeBits, mapBits, image, width, height, error, psnr}`.
pub fn js_coded(coded: &EncodedPicture) -> JsValue {
    let object = Object::new();
    let number = JsValue::from_f64;
    set(&object, "density", &Float32Array::from(coded.density.as_slice()));
    set(&object, "levels", &Uint8Array::from(coded.levels.as_slice()));
    set(&object, "grains", &Uint8Array::from(coded.grains.as_slice()));
    set(&object, "cells", &js_sys::Uint16Array::from(coded.cells.as_slice()));
    set(&object, "codes", &number(coded.codes as f64));
    set(&object, "codeBits", &number(coded.code_bits));
    set(&object, "mapBits", &number(coded.map_bits));
    set(&object, "image", &Uint8ClampedArray::from(to_rgba(&coded.rgb).as_slice()));
    set(&object, "width", &number(coded.size as f64));
    set(&object, "height", &number(coded.size as f64));
    set(&object, "error", &Float32Array::from(coded.error.as_slice()));
    set(&object, "psnr", &number(coded.psnr));
    object.into()
}

/// `{row, column, span, grain, code, step, known, before, level, logits, temperature, layers, attention, aside}`.
pub fn js_decision(decision: &Decision) -> JsValue {
    let (object, token) = (Object::new(), decision.token);
    let number = JsValue::from_f64;
    set(&object, "row", &number(token.row as f64));
    set(&object, "column", &number(token.col as f64));
    set(&object, "span", &number(token.span as f64));
    set(&object, "grain", &number(token.grain.into()));
    set(&object, "code", &number(decision.code.into()));
    set(&object, "step", &number(decision.step.into()));
    set(&object, "known", &decision.known.into());
    set(&object, "before", &number(decision.before as f64));
    set(&object, "levels", &number(LEVELS as f64));
    set(&object, "level", &decision.level.map_or(JsValue::NULL, |level| number(level.into())));
    set(&object, "logits", &Float32Array::from(decision.logits.as_slice()));
    // As it was asked for: 0.7 and not 0.699999988.
    let temperature = decision.temperature.to_string().parse().unwrap_or_default();
    set(&object, "temperature", &number(temperature));
    set(&object, "layers", &number(decision.aside.len() as f64));
    set(&object, "attention", &Float32Array::from(decision.attention.as_slice()));
    set(&object, "aside", &Float32Array::from(decision.aside.as_slice()));
    object.into()
}

/// A picture as codes, and what it looks like.
pub fn js_picture(coded: &CodedPicture, size: usize, rgb: &[u8]) -> JsValue {
    let object = Object::new();
    let number = JsValue::from_f64;
    set(&object, "grains", &Uint8Array::from(coded.map.grains()));
    set(&object, "cells", &js_sys::Uint16Array::from(coded.cells.as_slice()));
    set(&object, "codes", &number(coded.map.code_length() as f64));
    set(&object, "image", &Uint8ClampedArray::from(to_rgba(rgb).as_slice()));
    set(&object, "width", &number(size as f64));
    set(&object, "height", &number(size as f64));
    object.into()
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

//! From a Burn module to the bytes of a safetensors file (native).

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Bool, DType, Int, Tensor};
use half::f16;
use safetensors::tensor::{Dtype, TensorView, serialize};

use crate::error::{Error, Result};

/// The float parameters of `module` as a safetensors file, named by their dotted paths.
///
/// `half` stores f16 (packs), otherwise f32 (training checkpoints). Same module, same bytes:
/// tensors are ordered by path. Reads the values back from the device, one parameter at a time.
///
/// # Errors
/// [`Error::Data`] if a value is not finite or, with `half`, too large for f16 (65504); if the
/// module holds integer or boolean parameters; if the device cannot be read.
pub fn save<M: Module>(module: &M, half: bool) -> Result<Vec<u8>> {
    let mut collect = Collect { half, path: Vec::new(), tensors: BTreeMap::new(), failed: None };
    module.visit(&mut collect);
    if let Some(why) = collect.failed {
        return Err(Error::Data(why));
    }
    write(&collect.tensors)
}

/// A tensor as a file holds it.
pub(super) struct Encoded {
    pub(super) element: Dtype,
    pub(super) shape: Vec<usize>,
    /// Little-endian, row-major.
    pub(super) bytes: Vec<u8>,
}

/// The safetensors file of `tensors`.
pub(super) fn write(tensors: &BTreeMap<String, Encoded>) -> Result<Vec<u8>> {
    let failed = |e| Error::Data(format!("The weights cannot be written: {e}"));
    let views = tensors
        .iter()
        .map(|(path, Encoded { element, shape, bytes })| {
            TensorView::new(*element, shape.clone(), bytes).map(|view| (path.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    serialize(views, None).map_err(failed)
}

/// Stored bytes of `values`, as f16 or f32, or the first value that cannot be stored.
pub(super) fn encode(values: &[f32], half: bool) -> Result<Vec<u8>, f32> {
    let mut bytes = Vec::with_capacity(values.len() * if half { 2 } else { 4 });
    for &value in values {
        if half {
            let narrow = f16::from_f32(value);
            narrow.is_finite().then_some(()).ok_or(value)?;
            bytes.extend_from_slice(&narrow.to_le_bytes());
        } else {
            value.is_finite().then_some(()).ok_or(value)?;
            bytes.extend_from_slice(&value.to_le_bytes());
        }
    }
    Ok(bytes)
}

/// Gathers every float parameter, by path.
struct Collect {
    half: bool,
    path: Vec<String>,
    tensors: BTreeMap<String, Encoded>,
    failed: Option<String>,
}

impl Collect {
    /// Remembers the first failure; later ones are mostly its consequences.
    fn fail(&mut self, what: impl std::fmt::Display) {
        let path = self.path.join(".");
        self.failed.get_or_insert(format!("The parameter {path} cannot be stored: {what}."));
    }
}

impl ModuleVisitor for Collect {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.failed.is_some() {
            return;
        }
        let tensor = param.transform_for_save().val();
        let shape = tensor.dims().to_vec();
        if shape.contains(&0) {
            return self.fail("it has no values");
        }
        let data = match tensor.try_into_data_dtype(DType::F32) {
            Ok(data) => data,
            Err(e) => return self.fail(e),
        };
        let bytes = match data.as_slice::<f32>() {
            Ok(values) => match encode(values, self.half) {
                Ok(bytes) => bytes,
                Err(value) => return self.fail(format_args!("it holds {value}")),
            },
            Err(e) => return self.fail(format_args!("{e:?}")),
        };
        let element = if self.half { Dtype::F16 } else { Dtype::F32 };
        let encoded = Encoded { element, shape, bytes };
        if self.tensors.insert(self.path.join("."), encoded).is_some() {
            self.fail("another one has the same name");
        }
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {
        self.fail("it holds integers");
    }

    fn visit_bool<const D: usize>(&mut self, _param: &Param<Tensor<D, Bool>>) {
        self.fail("it holds booleans");
    }
}

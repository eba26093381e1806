//! From the weights of a file to the same as int8 (native).

use std::collections::BTreeMap;

use safetensors::tensor::Dtype;

use super::int8::{SCALE, quantise, row_axis, scale_shape};
use super::save::{Encoded, encode, write};
use super::weights::Weights;
use crate::bounds::shortened;
use crate::error::{Error, Result};

/// The safetensors file `bytes`, as [`save`](super::save) makes it, with the matrices of layers and
/// the tables of classes and codes as int8, one F32 scale a row, and everything else as f16. Best
/// from f32, so that nothing is rounded twice. `file` is for messages.
///
/// # Errors
/// [`Error::PackDamaged`] if the file cannot be read; [`Error::Data`] if a value is not finite, or
/// too large for f16 (65504) where that is what it is stored as.
pub fn to_int8(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let weights = Weights::read(file, bytes)?;
    let mut tensors = BTreeMap::new();
    for (path, stored) in &weights.tensors {
        let (values, shape) = (weights.values(stored), stored.shape.clone());
        let unfit = |value: f32| {
            let path = shortened(path);
            Error::Data(format!("The parameter {path} cannot be stored: it holds {value}."))
        };
        let Some(axis) = row_axis(path, shape.len()) else {
            let bytes = encode(&values, true).map_err(unfit)?;
            tensors.insert(path.clone(), Encoded { element: Dtype::F16, shape, bytes });
            continue;
        };
        // A row's largest value, back from int8, must be finite; so must its scale times -128.
        let huge = |value: &&f32| !(*value * 1.01).is_finite();
        if let Some(value) = values.iter().find(huge) {
            return Err(unfit(*value));
        }
        let (integers, scales) = quantise(&values, &shape, axis);
        let scales = Encoded {
            element: Dtype::F32,
            shape: scale_shape(&shape, axis),
            bytes: encode(&scales, false).map_err(unfit)?,
        };
        let bytes = integers.into_iter().map(i8::cast_unsigned).collect();
        tensors.insert(format!("{path}{SCALE}"), scales);
        tensors.insert(path.clone(), Encoded { element: Dtype::I8, shape, bytes });
    }
    write(&tensors)
}

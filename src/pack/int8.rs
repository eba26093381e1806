//! Weights as int8 with one scale for each output of their layer.
//!
//! ```text
//! weight = scale · q        q = -127..=127        scale = max |weight| of the row / 127
//! ```
//!
//! A row is all that one output of a linear map or convolution is computed with, or one entry of a
//! table; see [`row_axis`]. Only these may be int8: sums over many weights even out what rounding
//! adds. Norms, biases, gains, the codebook's lattice and tables of positions are small, and what is
//! lost there is felt everywhere; they stay f16 or f32.
//!
//! **In a file**, the I8 tensor `P` has its scales beside it: the F32 tensor `P:scale`, with the
//! extent of `P` along the axis of rows and 1 along all others. No parameter has such a path, because
//! a field's name holds no colon.

use std::collections::BTreeMap;
use std::ops::Range;

use safetensors::tensor::Dtype;

use super::header::Stored;
use crate::bounds::shortened;
use crate::error::{Error, Result};

/// What follows the path of a tensor in the name of its scales.
pub(super) const SCALE: &str = ":scale";
/// Largest magnitude of a stored integer that `quantise` makes.
#[cfg(not(target_arch = "wasm32"))]
const LARGEST: f32 = 127.0;
/// Bytes of one scale.
const SCALE_BYTES: usize = 4;

/// The scales of an I8 tensor. Every one is positive, and finite times any stored integer.
#[derive(Debug, Clone)]
pub(super) struct Scales {
    /// Byte range in the file.
    range: Range<usize>,
    /// Values from one row to the next, in row-major order.
    stride: usize,
}

/// Along which axis the rows of the parameter `path` of `rank` dimensions are counted, if it may be
/// int8: 1 for the `weight` of a linear map, `[inputs, outputs]`; 0 for that of a convolution,
/// `[outputs, inputs, …]`, of at most four dimensions; 0 for tables of classes and of codes,
/// `[entries, width]`.
pub(super) fn row_axis(path: &str, rank: usize) -> Option<usize> {
    match (path.rsplit('.').next(), rank) {
        (Some("weight"), 2) => Some(1),
        (Some("weight"), 3 | 4) => Some(0),
        (Some("table" | "tokens" | "contents"), 2) => Some(0),
        _ => None,
    }
}

/// Shape of the scales of a tensor of `shape` whose rows are counted along `axis`.
pub(super) fn scale_shape(shape: &[usize], axis: usize) -> Vec<usize> {
    shape.iter().enumerate().map(|(i, &extent)| if i == axis { extent } else { 1 }).collect()
}

/// Values from one row to the next.
fn stride(shape: &[usize], axis: usize) -> usize {
    shape[axis + 1..].iter().product()
}

/// Gives each I8 tensor its scales and takes these out of `tensors`; looks at every scale. `file` is
/// for messages, and `bytes` are all of it.
pub(super) fn pair(
    file: &str,
    mut tensors: BTreeMap<String, Stored>,
    bytes: &[u8],
) -> Result<BTreeMap<String, Stored>> {
    let damaged = |path: &str, why: &str| {
        Err(Error::damaged(file, format!("the tensor \"{}\" {why}.", shortened(path))))
    };
    for (name, path) in tensors.keys().filter_map(|name| Some((name, name.strip_suffix(SCALE)?))) {
        let of = tensors.get(path);
        if of.is_none_or(|of| of.element != Dtype::I8) {
            return damaged(name, "is for an I8 tensor that is not there");
        }
    }
    for (path, stored) in tensors.iter().filter(|(_, stored)| stored.element == Dtype::I8) {
        let Some(axis) = row_axis(path, stored.shape.len()) else {
            return damaged(path, "is I8, which it may not be: it is not a matrix of a layer");
        };
        let Some(scales) = tensors.get(&format!("{path}{SCALE}")) else {
            return damaged(path, "is I8 without scales");
        };
        if scales.element != Dtype::F32 || scales.shape != scale_shape(&stored.shape, axis) {
            return damaged(path, "has scales of another type or number than its rows");
        }
        // A scale that is not a number is not above zero either.
        let fits = |scale: f32| scale > 0.0 && (scale * f32::from(i8::MIN)).is_finite();
        let range = bytes.get(scales.range.clone()).unwrap_or_default();
        if let Some(at) = floats(range).position(|scale| !fits(scale)) {
            return damaged(
                path,
                &format!("has the scale {at} that is no positive, finite number"),
            );
        }
    }
    let all: Vec<_> = tensors.extract_if(.., |name, _| name.ends_with(SCALE)).collect();
    for (name, Stored { range, .. }) in all {
        let path = name.strip_suffix(SCALE).unwrap_or_default();
        if let Some(stored) = tensors.get_mut(path)
            && let Some(axis) = row_axis(path, stored.shape.len())
        {
            let stride = stride(&stored.shape, axis);
            stored.scales = Some(Scales { range, stride });
        }
    }
    Ok(tensors)
}

/// The f32 values of `bytes`, little-endian.
fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.chunks_exact(SCALE_BYTES).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

impl Scales {
    /// The weights of the I8 tensor at `range` of the file `bytes`, in row-major order.
    pub(super) fn weights(&self, bytes: &[u8], range: Range<usize>) -> Vec<f32> {
        // The header's check keeps every range inside the file; empty rather than a panic otherwise.
        restore(bytes.get(range).unwrap_or_default(), &self.values(bytes), self.stride)
    }

    /// One scale a row, of the file `bytes`.
    pub(super) fn values(&self, bytes: &[u8]) -> Vec<f32> {
        floats(bytes.get(self.range.clone()).unwrap_or_default()).collect()
    }

    /// Values from one row to the next.
    #[cfg(feature = "gpu")]
    pub(super) fn stride(&self) -> usize {
        self.stride
    }
}

/// `scale · q` of each value; row-major, `stride` values from one row to the next.
///
/// Loops over runs of fixed scales, or over all scales where a run is one value: a browser's compiler makes vector
/// code of both.
fn restore(values: &[u8], scales: &[f32], stride: usize) -> Vec<f32> {
    let weight = |(q, scale): (&u8, &f32)| scale * f32::from(q.cast_signed());
    let mut weights = Vec::with_capacity(values.len());
    if stride == 1 {
        for values in values.chunks(scales.len().max(1)) {
            weights.extend(values.iter().zip(scales).map(weight));
        }
    } else {
        for (values, scale) in values.chunks(stride).zip(scales.iter().cycle()) {
            weights.extend(values.iter().map(|q| weight((q, scale))));
        }
    }
    weights
}

/// Integers and scales of `values`, row-major of `shape`, whose rows are counted along `axis`. What
/// they stand for is off by half a scale at most, but for the rounding of f32.
///
/// A row of zeros has a positive scale as well. The values have to be finite.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn quantise(values: &[f32], shape: &[usize], axis: usize) -> (Vec<i8>, Vec<f32>) {
    let (stride, rows) = (stride(shape, axis), shape[axis]);
    let mut scales = vec![f32::MIN_POSITIVE; rows];
    for (i, run) in values.chunks(stride).enumerate() {
        let largest = run.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        scales[i % rows] = scales[i % rows].max(largest / LARGEST);
    }
    let runs = values.chunks(stride).zip(scales.iter().cycle());
    let integer = |value: &f32, scale: f32| (value / scale).round().clamp(-LARGEST, LARGEST) as i8;
    let values =
        runs.flat_map(|(run, scale)| run.iter().map(move |value| integer(value, *scale))).collect();
    (values, scales)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shapes of two to four dimensions, one of them as the axis, and values; some rows are zero.
    fn tensors() -> impl Strategy<Value = (Vec<usize>, usize, Vec<f32>)> {
        let shapes = prop::collection::vec(1usize..6, 2..=4);
        let sized = shapes.prop_flat_map(|shape| {
            let (count, axes) = (shape.iter().product::<usize>(), 0..shape.len());
            let value = (-1.0f32..1.0, -30i32..30).prop_map(|(v, e)| v * 2f32.powi(e));
            let values = prop::collection::vec(prop_oneof![1 => Just(0.0), 4 => value], count);
            (Just(shape), axes, values, prop::collection::vec(any::<bool>(), 6))
        });
        sized.prop_map(|(shape, axis, mut values, empty)| {
            let (stride, rows) = (stride(&shape, axis), shape[axis]);
            for (i, value) in values.iter_mut().enumerate() {
                *value *= if empty[i / stride % rows] { 0.0 } else { 1.0 };
            }
            (shape, axis, values)
        })
    }

    proptest! {
        #[test]
        fn every_weight_comes_back_within_half_a_scale((shape, axis, values) in tensors()) {
            let (stride, rows) = (stride(&shape, axis), shape[axis]);
            let (integers, scales) = quantise(&values, &shape, axis);
            prop_assert_eq!((integers.len(), scales.len()), (values.len(), rows));
            let stored: Vec<u8> = integers.iter().map(|q| q.cast_unsigned()).collect();
            let back = restore(&stored, &scales, stride);
            prop_assert_eq!(back.len(), values.len());
            for (i, (value, back)) in values.iter().zip(&back).enumerate() {
                // The row's index, found by division and remainder rather than in runs.
                let scale = f64::from(scales[i / stride % rows]);
                let off = (f64::from(*value) - f64::from(*back)).abs();
                prop_assert!(off <= scale * 0.50001, "{} came back as {}", value, back);
            }
            for (row, scale) in scales.iter().enumerate() {
                let own = (0..values.len()).filter(|i| i / stride % rows == row);
                let largest = own.map(|i| values[i].abs()).fold(0.0, f32::max);
                prop_assert_eq!(*scale, (largest / 127.0).max(f32::MIN_POSITIVE));
            }
            // What has been quantised once is not changed by doing so again.
            let (again, _) = quantise(&back, &shape, axis);
            prop_assert_eq!(again, integers);
        }
    }

    #[test]
    fn layers_and_tables_may_be_int8_and_nothing_else() {
        for (path, rank, axis) in [
            ("transformer.blocks.3.qkv.weight", 2, Some(1)),
            ("decoder.stages.0.enter.weight", 4, Some(0)),
            ("weight", 3, Some(0)),
            ("transformer.condition.table", 2, Some(0)),
            ("contents", 2, Some(0)),
            ("weight", 1, None),
            ("weight", 5, None),
            ("weight", 0, None),
            ("contents", 3, None),
            ("codebook.codes", 2, None),
            ("positions", 2, None),
            ("decoder.rows", 2, None),
            ("transformer.blocks.3.offset", 2, None),
            ("decoder.norm.gamma", 1, None),
            ("weight.bias", 2, None),
        ] {
            assert_eq!(row_axis(path, rank), axis, "{path} of {rank} dimensions");
        }
    }
}

//! Stored weights to f32 on a graphics processor (ours): a file's bytes travel to it as they are, which are a half or a
//! quarter, and it makes the numbers of them.
//!
//! The formula is in `pack/int8.rs` and `pack/weights.rs`; both give the same numbers to the last bit.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::gpu::{Kernel, buffer, exact, int_buffer, tensor};

/// Workgroups along one axis, at most: what every device has.
const GROUPS: usize = 65_535;

/// How weights are stored.
#[derive(Debug, Clone, Copy)]
pub enum Stored<'a> {
    /// Two bytes each.
    Half,
    /// One byte each, times the scale of its row; `stride` values from one row to the next.
    Int8 {
        /// One a row.
        scales: &'a [f32],
        /// 1 or more.
        stride: usize,
    },
}

/// `bytes` as f32, row-major of `shape`. The values are finite.
pub fn widen<const D: usize>(
    bytes: &[u8],
    stored: Stored,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    let (each, scales, stride) = match stored {
        Stored::Half => (2, &[1.0][..], 1),
        Stored::Int8 { scales, stride } => (4, scales, stride),
    };
    let (whole, rest) = bytes.split_at(bytes.len() / 4 * 4);
    let mut words: Vec<i32> = bytemuck::pod_collect_to_vec(whole);
    if !rest.is_empty() {
        let mut last = [0; 4];
        last[..rest.len()].copy_from_slice(rest);
        words.push(i32::from_le_bytes(last));
    }
    let count = words.len();
    let words = Tensor::<1, Int>::from_data(TensorData::new(words, [count]), device);
    let rows = Tensor::<1>::from_floats(scales, device);
    let (words, rows) = (int_buffer(&words), buffer(&rows));
    let out = exact(&words, shape);
    let groups = count.div_ceil(64);
    Kernel::new("widen", include_str!("widen.wgsl"), 64).with_flag("HALF", each == 2).run(
        &[&words, &rows, &out],
        &[shape.iter().product(), stride, scales.len()],
        [groups.min(GROUPS), groups.div_ceil(GROUPS), 1],
    );
    tensor(out)
}

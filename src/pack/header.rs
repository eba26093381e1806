//! The header of a safetensors file: parsed into the types of the `safetensors` crate, whose
//! [`Metadata`] checks that the tensors cover the data without gap, overlap or overflow.
//!
//! The crate's own reader accepts headers of up to 100 MB, any element type, empty tensors and names that
//! occur twice, and buffers the header before it looks at it. A pack comes from the network, so this
//! accepts less: F16, F32 and I8 only, and everything within its [bounds](crate::bounds).

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};

use super::int8::Scales;
use crate::bounds::{HEADER_BYTES, RANK, TENSORS, shortened};
use crate::error::{Error, Result};

/// Bytes of the length before the header.
const LENGTH: usize = 8;

/// Where a tensor lies in its file. The range is inside the file and exactly fits the shape.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// [`Dtype::F16`], [`Dtype::F32`] or [`Dtype::I8`].
    pub(super) element: Dtype,
    pub(super) shape: Vec<usize>,
    /// Byte range, counted from the start of the file.
    pub(super) range: Range<usize>,
    /// For I8, once [`pair`](super::int8::pair) has found them.
    pub(super) scales: Option<Scales>,
}

impl Stored {
    /// Bytes of one element.
    pub(super) fn element_size(&self) -> usize {
        self.element.bitsize() / 8
    }
}

/// Reads the header of `bytes` and checks that its tensors cover the data without gap or overlap.
///
/// `file` is for messages. Memory use is bounded by the length of the header, never by a number
/// inside it.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, Stored>> {
    let damaged = |why: String| Error::damaged(file, why);
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else {
        return Err(damaged(format!("it has only {} bytes.", bytes.len())));
    };
    let length = u64::from_le_bytes(*length);
    if length > HEADER_BYTES || length > rest.len() as u64 {
        return Err(damaged(format!(
            "its header claims {length} bytes, but the file has {} and at most {HEADER_BYTES} are accepted.",
            rest.len()
        )));
    }
    // At most HEADER_BYTES, so it fits every usize.
    let (json, data) = rest.split_at(length as usize);
    let Claims(mut claims) = serde_json::from_slice(json)
        .map_err(|e| damaged(format!("its header cannot be read ({}).", shortened(e))))?;
    for (name, info) in &claims {
        if let Some(why) = beyond_limits(info) {
            return Err(damaged(format!("the tensor \"{}\" {why}.", shortened(name))));
        }
    }
    claims.sort_by_key(|(_, info)| info.data_offsets);
    let count = claims.len();
    let metadata = Metadata::new(None, claims)
        .map_err(|e| damaged(format!("its tensors do not fit together ({}).", shortened(e))))?;
    if metadata.data_len() != data.len() {
        return Err(damaged(format!(
            "its tensors cover {} bytes, but {} follow the header.",
            metadata.data_len(),
            data.len()
        )));
    }

    let tensors = metadata.tensors();
    if tensors.len() != count {
        return Err(damaged("a tensor is listed twice.".into()));
    }
    let origin = bytes.len() - data.len();
    let stored = |info: &TensorInfo| Stored {
        element: info.dtype,
        shape: info.shape.clone(),
        range: origin + info.data_offsets.0..origin + info.data_offsets.1,
        scales: None,
    };
    Ok(tensors.into_iter().map(|(name, info)| (name, stored(info))).collect())
}

/// Why a pack may not hold such a tensor, if it may not.
fn beyond_limits(info: &TensorInfo) -> Option<&'static str> {
    let (start, end) = info.data_offsets;
    if !matches!(info.dtype, Dtype::F16 | Dtype::F32 | Dtype::I8) {
        return Some("is neither F16, F32 nor I8");
    }
    if info.shape.len() > RANK {
        return Some("has too many dimensions");
    }
    (start == end).then_some("is empty")
}

/// The JSON object of the header, in its order. Unlike a map it keeps every entry of a name that occurs
/// twice, so that this can be noticed.
struct Claims(Vec<(String, TensorInfo)>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
                let mut claims = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    if claims.len() == TENSORS {
                        return Err(A::Error::custom("too many tensors"));
                    }
                    claims.push((name, map.next_value()?));
                }
                Ok(Claims(claims))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

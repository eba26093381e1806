//! The header of a safetensors file, read with every number checked before it is used.
//!
//! The layout: a little-endian `u64` length, that many bytes of JSON, then the data. Checks run in
//! `u64` with explicit overflow tests, so that they hold on wasm32, where `usize` has 32 bits. What
//! this reads is a subset of the format: F16 and F32 only, and no byte outside a tensor.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};

use super::shorten;
use crate::error::{Error, Result};

/// Longest accepted header, in bytes.
const MAX_HEADER: u64 = 1 << 20;
/// Most tensors in one file.
const MAX_TENSORS: usize = 4096;
/// Most dimensions of one tensor.
const MAX_RANK: usize = 8;
/// Bytes of the length before the header.
const LENGTH: usize = 8;

/// Element type of a stored tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Element {
    F16,
    F32,
}

impl Element {
    /// Bytes of one element.
    pub(super) fn size(self) -> usize {
        match self {
            Element::F16 => 2,
            Element::F32 => 4,
        }
    }
}

/// Where a tensor lies in its file. The range is inside the file and exactly fits the shape.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) element: Element,
    pub(super) shape: Vec<usize>,
    /// Byte range, counted from the start of the file.
    pub(super) range: Range<usize>,
}

/// A tensor as the header claims it; nothing checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    dtype: Element,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
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
    if length > MAX_HEADER || length > rest.len() as u64 {
        return Err(damaged(format!(
            "its header claims {length} bytes, but the file has {} and at most {MAX_HEADER} are accepted.",
            rest.len()
        )));
    }
    // At most MAX_HEADER, so it fits every usize.
    let (json, data) = rest.split_at(length as usize);
    let Claims(claims) = serde_json::from_slice(json)
        .map_err(|e| damaged(format!("its header cannot be read ({}).", shorten(e))))?;

    let mut order: Vec<(&String, &Claim)> = claims.iter().collect();
    order.sort_by_key(|(_, claim)| claim.data_offsets);
    let mut covered = 0u64;
    for (name, claim) in order {
        let bad = |why: &str| damaged(format!("the tensor \"{}\" {why}.", shorten(name)));
        let (start, end) = claim.data_offsets;
        if start != covered || end <= start {
            return Err(bad("does not begin where the one before it ends"));
        }
        if end > data.len() as u64 {
            return Err(bad("lies beyond the end of the file"));
        }
        if claim.shape.len() > MAX_RANK {
            return Err(bad("has too many dimensions"));
        }
        let size = claim
            .shape
            .iter()
            .try_fold(claim.dtype.size() as u64, |size, &extent| size.checked_mul(extent));
        if size != Some(end - start) {
            return Err(bad("has a shape that does not match its length"));
        }
        covered = end;
    }
    if covered != data.len() as u64 {
        return Err(damaged(format!(
            "its tensors cover {covered} bytes, but {} follow the header.",
            data.len()
        )));
    }

    // Every end is at most data.len(), and every extent at most that: the casts are exact.
    let origin = bytes.len() - data.len();
    Ok(claims
        .into_iter()
        .map(|(name, claim)| {
            let (start, end) = claim.data_offsets;
            let stored = Stored {
                element: claim.dtype,
                shape: claim.shape.iter().map(|&extent| extent as usize).collect(),
                range: origin + start as usize..origin + end as usize,
            };
            (name, stored)
        })
        .collect())
}

/// The JSON object of the header. Unlike a plain map it refuses a name that occurs twice.
struct Claims(BTreeMap<String, Claim>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
                let mut claims = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    if claims.len() == MAX_TENSORS {
                        return Err(A::Error::custom("too many tensors"));
                    }
                    let claim = map.next_value()?;
                    if claims.insert(name, claim).is_some() {
                        return Err(A::Error::custom("a tensor is listed twice"));
                    }
                }
                Ok(Claims(claims))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

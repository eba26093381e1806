//! A weights file in memory: checked bytes, and the tensors found in them.

use std::collections::BTreeMap;
use std::fmt::Write;

use half::f16;
use safetensors::Dtype;
use sha2::{Digest, Sha256};

use super::header::{self, Stored};
use super::int8;
use super::manifest::{FileEntry, Precision};
use crate::error::{Error, Result};

/// SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    // In pieces: a browser's engine can make code faster between two calls, not in the midst of one.
    let mut hash = Sha256::new();
    bytes.chunks(1 << 16).for_each(|piece| hash.update(piece));
    hash.finalize().into()
}

/// The same as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

fn hex(digest: &[u8; 32]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Checks that `bytes` are the file that the manifest lists as `entry`: the exact length, then the
/// SHA-256. To be called before anything in `bytes` is interpreted. `digest`: their SHA-256, where whoever
/// brings them has it already: a browser is several times faster at it.
///
/// # Errors
/// [`Error::PackDamaged`].
pub fn check(entry: &FileEntry, bytes: &[u8], digest: Option<[u8; 32]>) -> Result<()> {
    if bytes.len() as u64 != entry.bytes {
        return Err(Error::damaged(
            &entry.name,
            format!("it has {} bytes instead of {}.", bytes.len(), entry.bytes),
        ));
    }
    if hex(&digest.unwrap_or_else(|| sha256(bytes))) != entry.sha256 {
        return Err(Error::damaged(&entry.name, "its SHA-256 differs from the manifest."));
    }
    Ok(())
}

/// The tensors of the safetensors file `bytes`, each I8 one with its scales.
pub(super) fn tensors(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, Stored>> {
    int8::pair(file, header::read(file, bytes)?, bytes)
}

/// What a file with these tensors is: int8 if any of them is, else the widest there is.
pub(super) fn precision(tensors: &BTreeMap<String, Stored>) -> Precision {
    let any = |element| tensors.values().any(|stored| stored.element == element);
    match (any(Dtype::I8), any(Dtype::F32)) {
        (true, _) => Precision::Int8,
        (false, true) => Precision::F32,
        (false, false) => Precision::F16,
    }
}

/// The weights of one module, as stored: a safetensors file whose header has been checked.
///
/// The values stay in the file's bytes until [`Weights::load_into`] (in `load.rs`) widens them, one
/// tensor at a time.
#[derive(Debug, Clone)]
pub struct Weights {
    pub(super) file: String,
    pub(super) tensors: BTreeMap<String, Stored>,
    bytes: Vec<u8>,
}

impl Weights {
    /// Reads the header of a safetensors file. `file` is its name, for messages.
    ///
    /// Accepts F16, F32 and I8 tensors that cover the data without gap or overlap, a header of at most
    /// 1 MiB, 4096 tensors and 8 dimensions. I8 tensors need their scales, all of them positive and
    /// finite; see the notes on packs. Does not compare hashes: see [`Weights::of`].
    ///
    /// # Errors
    /// [`Error::PackDamaged`].
    pub fn read(file: impl Into<String>, bytes: Vec<u8>) -> Result<Weights> {
        let file = file.into();
        let tensors = tensors(&file, &bytes)?;
        Ok(Weights { file, tensors, bytes })
    }

    /// Reads the file that a manifest lists as `entry`: length, hash, header, precision.
    ///
    /// # Errors
    /// [`Error::PackDamaged`].
    pub fn of(entry: &FileEntry, bytes: Vec<u8>) -> Result<Weights> {
        Weights::hashed(entry, bytes, None)
    }

    /// As [`of`](Self::of); see [`check`] for `digest`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`].
    pub fn hashed(entry: &FileEntry, bytes: Vec<u8>, digest: Option<[u8; 32]>) -> Result<Weights> {
        check(entry, &bytes, digest)?;
        let weights = Weights::read(&entry.name, bytes)?;
        let (found, expected) = (weights.precision(), entry.precision);
        if found != expected {
            let why = format!("its weights are {found}, but the manifest says {expected}.");
            return Err(Error::damaged(&entry.name, why));
        }
        Ok(weights)
    }

    /// [`Precision::Int8`] if any tensor is int8, else that of the widest.
    pub fn precision(&self) -> Precision {
        precision(&self.tensors)
    }

    /// Dotted paths and shapes of the tensors, sorted by path.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors.iter().map(|(path, stored)| (path.as_str(), stored.shape.as_slice()))
    }

    /// Number of weights in all tensors together.
    pub fn parameters(&self) -> usize {
        self.tensors.values().map(|stored| stored.range.len() / stored.element_size()).sum()
    }

    /// The weights of a tensor in row-major order, as f32.
    pub(super) fn values(&self, stored: &Stored) -> Vec<f32> {
        match &stored.scales {
            Some(scales) => scales.weights(&self.bytes, stored.range.clone()),
            None => self.floats(stored).collect(),
        }
    }

    /// The same as a tensor on a graphics processor, which widens them itself.
    #[cfg(feature = "gpu")]
    pub(super) fn widened<const D: usize>(
        &self,
        stored: &Stored,
        device: &burn::tensor::Device,
    ) -> Option<burn::tensor::Tensor<D>> {
        use crate::kernels::{self, widen};

        let bytes = self.bytes.get(stored.range.clone())?;
        let shape = stored.shape.as_slice().try_into().ok()?;
        let (scales, stride) = match &stored.scales {
            Some(scales) => (scales.values(&self.bytes), scales.stride()),
            None => (Vec::new(), 1),
        };
        let kind = match stored.element {
            Dtype::I8 => kernels::Stored::Int8 { scales: &scales, stride },
            Dtype::F16 => kernels::Stored::Half,
            _ => return None,
        };
        Some(widen(bytes, kind, shape, device))
    }

    /// Which value of a tensor of floats is none, if any.
    pub(super) fn not_finite(&self, stored: &Stored) -> Option<usize> {
        // All ones: infinite or not a number.
        const EXPONENT: u16 = 0x7c00;
        if stored.element == Dtype::F16 {
            let bytes = self.bytes.get(stored.range.clone()).unwrap_or_default();
            let bits = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            return bits.map(|bits| bits & EXPONENT).position(|exponent| exponent == EXPONENT);
        }
        self.floats(stored).position(|value| !value.is_finite())
    }

    /// The values of a tensor of floats in row-major order, widened to f32 as they are drawn; none of
    /// an I8 tensor, whose scales [`Weights::read`] has looked at.
    pub(super) fn floats(&self, stored: &Stored) -> impl Iterator<Item = f32> {
        let element = stored.element;
        // `header::read` keeps every range inside the file; empty rather than a panic otherwise.
        let range = if element == Dtype::I8 { 0..0 } else { stored.range.clone() };
        let bytes = self.bytes.get(range).unwrap_or_default();
        bytes.chunks_exact(stored.element_size()).map(move |chunk| match (element, chunk) {
            (Dtype::F16, &[a, b]) => f16::from_le_bytes([a, b]).to_f32(),
            (Dtype::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            // `chunks_exact` yields the element's size only; NaN is refused by the loader.
            _ => f32::NAN,
        })
    }
}

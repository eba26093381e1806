//! Named weights on the host: a map that is read from and written to safetensors files.
//!
//! Whoever builds a network asks for a name *and* the shape that it expects; a file of another
//! network is then an error with a name in it instead of a panic deep inside a convolution.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::{Error, Result};

/// Weights by name, each with its shape, in `f32`.
#[derive(Debug, Default, Clone)]
pub struct Weights {
    /// The file they came from; only messages use it.
    origin: String,
    entries: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl Weights {
    /// An empty set; `origin` is what error messages call it.
    pub fn new(origin: impl Into<String>) -> Self {
        Self { origin: origin.into(), entries: BTreeMap::new() }
    }

    /// Adds `values` (row-major) under `name`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] if the number of values is not the product of `shape`.
    pub fn insert(&mut self, name: &str, shape: &[usize], values: Vec<f32>) -> Result<()> {
        if values.len() != shape.iter().product::<usize>() {
            let why = format!("\"{name}\" has {} values for shape {shape:?}.", values.len());
            return Err(Error::damaged(&self.origin, why));
        }
        self.entries.insert(name.to_owned(), (shape.to_vec(), values));
        Ok(())
    }

    /// The values stored under `name`, row-major.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] if there is no such name or its shape is not `shape`.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<&[f32]> {
        match self.entries.get(name) {
            Some((found, values)) if found == shape => Ok(values),
            Some((found, _)) => {
                let why = format!("\"{name}\" has shape {found:?} instead of {shape:?}.");
                Err(Error::damaged(&self.origin, why))
            }
            None => Err(Error::damaged(&self.origin, format!("it holds no \"{name}\"."))),
        }
    }

    /// A constant tensor on `device`: outside of autodiff, even if the device is inside.
    ///
    /// # Errors
    /// As [`Weights::values`].
    pub fn constant<const D: usize>(
        &self,
        name: &str,
        shape: [usize; D],
        device: &Device,
    ) -> Result<Tensor<D>> {
        let values = self.values(name, &shape)?.to_vec();
        Ok(Tensor::from_data(TensorData::new(values, shape), device).inner())
    }

    /// Reads a safetensors file with `F32` and `F16` entries.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::PackDamaged`] if it is not such a file.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let mut weights = Self::new(path.display().to_string());
        let damaged = |why: String| Error::damaged(path.display().to_string(), why);
        let file = SafeTensors::deserialize(&bytes).map_err(|e| damaged(format!("{e}.")))?;
        for (name, view) in file.tensors() {
            let values = match view.dtype() {
                Dtype::F32 => {
                    view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
                }
                Dtype::F16 => {
                    let halves = view.data().as_chunks().0.iter();
                    halves.map(|b| f16::from_le_bytes(*b).to_f32()).collect()
                }
                other => return Err(damaged(format!("\"{name}\" has the type {other:?}."))),
            };
            weights.insert(&name, view.shape(), values)?;
        }
        Ok(weights)
    }

    /// Writes everything as `F32` to a safetensors file, with `about` in its metadata.
    ///
    /// The same weights give the same bytes; the file appears under its name only when complete.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written.
    pub fn write(&self, path: &Path, about: &str) -> Result<()> {
        let damaged = |e: safetensors::SafeTensorError| {
            Error::damaged(path.display().to_string(), format!("{e}."))
        };
        let raw: Vec<(&String, &Vec<usize>, Vec<u8>)> = self
            .entries
            .iter()
            .map(|(name, (shape, values))| {
                (name, shape, values.iter().flat_map(|v| v.to_le_bytes()).collect())
            })
            .collect();
        let mut views = Vec::with_capacity(raw.len());
        for (name, shape, bytes) in &raw {
            let view = TensorView::new(Dtype::F32, shape.to_vec(), bytes).map_err(damaged)?;
            views.push((name.as_str(), view));
        }
        // One key only: several would be written in random order.
        let notes = HashMap::from([("about".to_owned(), about.to_owned())]);
        let bytes = safetensors::serialize(views, Some(notes)).map_err(damaged)?;
        let partial = path.with_extension("part");
        std::fs::write(&partial, bytes).map_err(Error::io(&partial))?;
        std::fs::rename(&partial, path).map_err(Error::io(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_typed_errors() {
        let mut weights = Weights::new("test");
        weights.insert("a", &[2, 2], vec![1.0, -2.0, 3.5, 0.0]).unwrap();
        assert!(weights.insert("b", &[3], vec![0.0]).is_err());
        let path =
            std::env::temp_dir().join(format!("varigrain-w-{}.safetensors", std::process::id()));
        weights.write(&path, "a test").unwrap();
        let back = Weights::read(&path).unwrap();
        assert_eq!(back.values("a", &[2, 2]).unwrap(), [1.0, -2.0, 3.5, 0.0]);
        assert_eq!(back.values("a", &[4]).unwrap_err().code(), "pack-damaged");
        assert_eq!(back.values("c", &[4]).unwrap_err().code(), "pack-damaged");
        std::fs::write(&path, b"not a safetensors file").unwrap();
        assert_eq!(Weights::read(&path).unwrap_err().code(), "pack-damaged");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(Weights::read(&path).unwrap_err().code(), "io");
    }
}

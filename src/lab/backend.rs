//! Where the laboratory computes.

use burn::tensor::Device;
use serde::Serialize;

use crate::kernels::tuning::Tuning;
use crate::{Error, Result};

/// Where computing happens: `cpu`, `gpu`, `torch`, `cuda` or `cuda:N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Burn's own CPU backend.
    Cpu,
    /// Any graphics card, by the kernels of the browser (feature `gpu`): to draw, not to train.
    Gpu,
    /// The CPU through LibTorch (feature `libtorch`): to try a run before a GPU is at hand.
    Torch,
    /// This CUDA device through LibTorch (feature `libtorch`), counted from 0.
    Cuda(usize),
}

impl std::fmt::Display for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu => f.write_str("gpu"),
            Self::Torch => f.write_str("torch"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

impl std::str::FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "cpu" => Ok(Self::Cpu),
            None if text == "gpu" => Ok(Self::Gpu),
            None if text == "torch" => Ok(Self::Torch),
            None if text == "cuda" => Ok(Self::Cuda(0)),
            Some(("cuda", number)) => {
                let number = number.parse().map_err(|_| format!("{number} is no number"))?;
                Ok(Self::Cuda(number))
            }
            _ => Err("cpu, gpu, torch, cuda or cuda:N is expected".into()),
        }
    }
}

impl Serialize for Backend {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Backend {
    /// The same, if it can train.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for kernels without gradients.
    pub fn for_training(self) -> Result<Self> {
        match self {
            Self::Gpu => Err(Error::BadRequest(
                "the kernels of `gpu` have no gradients: train on cpu or cuda.".into(),
            )),
            other => Ok(other),
        }
    }

    /// Lets drawing and encoding, in this thread, use kernels of these kinds; see [`Tuning::kinds`].
    ///
    /// # Errors
    /// [`Error::BadRequest`] for kinds that it does not have.
    pub fn use_kernels(self, names: &[String]) -> Result<()> {
        let tuning = Tuning::default().with_kinds(names)?;
        let had: &[&str] = match self {
            Self::Cpu => &["int16"],
            Self::Gpu => &["half", "int8", "subgroups"],
            Self::Torch | Self::Cuda(_) => &[],
        };
        if let Some(kind) = tuning.kinds().find(|kind| !had.contains(kind)) {
            return Err(Error::BadRequest(format!("{self} has no kernels of the kind {kind}.")));
        }
        tuning.set();
        Ok(())
    }

    /// The device, without autodiff.
    pub fn device(self) -> Result<Device> {
        match self {
            Backend::Cpu => Ok(Device::flex()),
            #[cfg(feature = "gpu")]
            Backend::Gpu => Ok(crate::sampler::block_on(crate::kernels::acquire())?.0),
            #[cfg(not(feature = "gpu"))]
            Backend::Gpu => Err(Error::Device(
                "this program was built without kernels for graphics cards. Build it with `cargo build --release --features gpu`.".into(),
            )),
            #[cfg(feature = "libtorch")]
            #[allow(deprecated)]
            // in favour of burn-cuda, whose build downloads a compiler
            Backend::Cuda(number) => {
                tch::Cuda::cudnn_set_benchmark(true); // shapes repeat
                Ok(Device::libtorch_cuda(number))
            }
            #[cfg(feature = "libtorch")]
            #[allow(deprecated)]
            Backend::Torch => Ok(Device::libtorch()),
            #[cfg(not(feature = "libtorch"))]
            Backend::Cuda(_) | Backend::Torch => Err(Error::Device(
                "this program was built without LibTorch. Build it with `make train-binary`."
                    .into(),
            )),
        }
    }
}

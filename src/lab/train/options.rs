//! What all training commands have in common.

use std::path::PathBuf;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, FloatDType, Tensor};
use serde::Serialize;

use crate::lab::backend::Backend;
use crate::{Error, Result};

/// Precision of the activations; the master weights are always f32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats (TF32 products where the environment allows them).
    F32,
    /// bfloat16, which halves memory and time on a GPU that has it.
    Bf16,
}

impl Precision {
    /// An input or weight in this precision. The cast is part of a graph.
    pub fn of<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Precision::F32 => x,
            Precision::Bf16 => x.cast(FloatDType::BF16),
        }
    }

    /// A copy of `model` in this precision, to evaluate with.
    pub fn of_module<M: Module>(self, model: &M) -> M {
        struct Cast(Precision);
        impl ModuleMapper for Cast {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                param.map(|tensor| self.0.of(tensor))
            }
        }
        model.clone().map(&mut Cast(self))
    }
}

/// Options of every training run; written beside its results.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct Options {
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    pub data: PathBuf,
    /// Folder for results and checkpoints.
    #[arg(long)]
    pub out: PathBuf,
    /// Optimiser steps; with --minutes, an upper bound.
    #[arg(long, default_value_t = 1000)]
    pub steps: usize,
    /// Fit the number of steps to this many minutes, from the speed of the first steps.
    #[arg(long)]
    pub minutes: Option<f64>,
    /// Examples in a step.
    #[arg(long, default_value_t = 128)]
    pub batch: usize,
    /// Peak learning rate.
    #[arg(long, default_value_t = 4e-4)]
    pub learning_rate: f64,
    /// Steps over which the learning rate rises.
    #[arg(long, default_value_t = 300)]
    pub warm_up: usize,
    /// Weight decay.
    #[arg(long, default_value_t = 1e-4)]
    pub weight_decay: f32,
    /// First moment decay of AdamW.
    #[arg(long, default_value_t = 0.9)]
    pub beta1: f32,
    /// Second moment decay of AdamW.
    #[arg(long, default_value_t = 0.99)]
    pub beta2: f32,
    /// Decay of the averaged weights, which are the ones shipped.
    #[arg(long, default_value_t = 0.999)]
    pub ema: f32,
    /// Seed of initial weights, batches and masks.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Precision of the activations.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    pub precision: Precision,
    /// Where to compute: cpu, torch, cuda or cuda:N.
    #[arg(long, default_value_t = Backend::Cpu)]
    pub device: Backend,
    /// Steps between lines of the log.
    #[arg(long, default_value_t = 50)]
    pub log_every: usize,
    /// Steps between sample sheets and checkpoints.
    #[arg(long, default_value_t = 1000)]
    pub save_every: usize,
    /// Continue from the checkpoint in --out.
    #[arg(long)]
    pub resume: bool,
}

impl Options {
    /// Checks the numbers and makes the folder.
    pub fn prepare(&self) -> Result<()> {
        if self.steps == 0 || self.batch == 0 || self.log_every == 0 || self.save_every == 0 {
            return Err(Error::BadRequest("steps, batch and intervals must be positive.".into()));
        }
        if !(self.learning_rate > 0.0 && (0.0..1.0).contains(&self.ema)) {
            return Err(Error::BadRequest("the learning rate or EMA decay is off.".into()));
        }
        self.device.for_training()?;
        std::fs::create_dir_all(&self.out).map_err(Error::io(&self.out))
    }

    /// The devices of --devices, or else the one of --device, without autodiff.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if they cannot share a batch evenly, [`Error::Device`] if there is no such
    /// device.
    pub fn devices(&self, several: &[Backend]) -> Result<Vec<Device>> {
        let named = if several.is_empty() { std::slice::from_ref(&self.device) } else { several };
        if !self.batch.is_multiple_of(named.len()) {
            return Err(Error::BadRequest(format!(
                "{} images do not divide among {} devices.",
                self.batch,
                named.len()
            )));
        }
        named.iter().map(|backend| backend.for_training()?.device()).collect()
    }
}

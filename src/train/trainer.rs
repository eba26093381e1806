//! The optimiser loop around any model: clip, step, average, decay the learning rate, checkpoint.

use std::path::Path;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::precision::{compute_view, number_parameters};
use super::{Options, Precision};
use crate::pack::{self, Weights};
use crate::{Error, Result};

/// Gradients longer than this are scaled down to it.
const CLIP: f32 = 1.0;
/// The learning rate ends at this share of its peak.
const FLOOR: f64 = 0.02;

/// A model in training.
pub struct Trainer<M: Module> {
    /// The master weights, f32, with autodiff.
    pub model: M,
    /// Moving average of the weights, without autodiff: what is shipped.
    pub average: M,
    /// Steps made.
    pub step: usize,
    /// Steps to make in all.
    pub steps: usize,
    optimizer: ModuleOptimizer,
    options: Options,
}

#[derive(Serialize, Deserialize)]
struct State {
    step: usize,
    steps: usize,
}

impl<M: Module> Trainer<M> {
    /// Starts from `model` (on a plain device), or from the checkpoint in `options.out`.
    pub fn new(model: M, options: &Options, device: &Device) -> Result<Self> {
        let mut average = number_parameters(model);
        let adam = AdamWConfig::new()
            .with_beta_2(options.beta2)
            .with_epsilon(1e-8)
            .with_weight_decay(options.weight_decay);
        let mut optimizer = adam.init();
        let mut state = State { step: 0, steps: options.steps };
        let mut model = average.clone();
        let dir = options.out.join("resume");
        if options.resume {
            let bytes = read(&dir.join("state.json"))?;
            state = serde_json::from_slice(&bytes)
                .map_err(|e| Error::Data(format!("the checkpoint's state.json is damaged: {e}")))?;
            average = load(&dir, "average.safetensors", average, device)?;
            model = load(&dir, "model.safetensors", model, device)?;
            optimizer = optimizer.load(dir.join("optimizer.bpk")).map_err(|e| {
                Error::Data(format!("the checkpoint's optimizer is damaged: {e:?}"))
            })?;
        }
        let (step, steps) = (state.step, state.steps);
        let model = model.train();
        Ok(Self { model, average, step, steps, optimizer, options: options.clone() })
    }

    /// What to compute with in this step; see [`Precision`].
    pub fn view(&self) -> M {
        compute_view(&self.model, self.options.precision)
    }

    /// Precision of the activations.
    pub fn precision(&self) -> Precision {
        self.options.precision
    }

    /// Learning rate of the current step: linear warm-up, then cosine to a floor.
    pub fn learning_rate(&self) -> f64 {
        let (step, options) = (self.step as f64, &self.options);
        let rise = (step + 1.0) / options.warm_up.max(1) as f64;
        let progress = (step / self.steps as f64).min(1.0);
        let fall = FLOOR + (1.0 - FLOOR) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        options.learning_rate * fall * rise.min(1.0)
    }

    /// Back-propagates `loss` and makes one step.
    pub fn update(&mut self, loss: &Tensor<1>) {
        let grads = GradientsParams::from_grads(loss.backward(), &self.model);
        let grads = clip(grads, &self.model);
        let learning_rate = self.learning_rate();
        self.model = self.optimizer.step(learning_rate, self.model.clone(), grads);
        let warm = (1.0 + self.step as f32) / (10.0 + self.step as f32);
        self.average = average(self.average.clone(), &self.model, self.options.ema.min(warm));
        self.step += 1;
    }

    /// Writes everything that [`Options::resume`] needs.
    pub fn checkpoint(&self) -> Result<()> {
        let dir = self.options.out.join("resume");
        std::fs::create_dir_all(&dir).map_err(Error::io(&dir))?;
        write(&dir.join("model.safetensors"), &pack::save(&self.model.valid(), false)?)?;
        write(&dir.join("average.safetensors"), &pack::save(&self.average, false)?)?;
        self.optimizer
            .save(dir.join("optimizer.bpk"))
            .map_err(|e| Error::Data(format!("the optimizer could not be saved: {e:?}")))?;
        let state = State { step: self.step, steps: self.steps };
        write(&dir.join("state.json"), &serde_json::to_vec(&state).unwrap_or_default())
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::io(path))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(Error::io(path))
}

fn load<M: Module>(dir: &Path, name: &str, model: M, device: &Device) -> Result<M> {
    Weights::read(name, read(&dir.join(name))?)?.load_into(model, device)
}

/// Scales all gradients together so that their global norm is at most [`CLIP`].
fn clip<M: Module>(grads: GradientsParams, model: &M) -> GradientsParams {
    struct Norm<'a>(&'a GradientsParams, Option<Tensor<1>>);
    impl ModuleVisitor for Norm<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(grad) = self.0.get::<D>(param.id) {
                let square = grad.square().sum();
                self.1 = Some(match self.1.take() {
                    Some(sum) => sum + square,
                    None => square,
                });
            }
        }
    }
    struct Scale(GradientsParams, Tensor<1>);
    impl ModuleVisitor for Scale {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(grad) = self.0.remove::<D>(param.id) {
                let factor = self.1.clone().reshape([1; D]);
                self.0.register(param.id, grad * factor);
            }
        }
    }
    let mut norm = Norm(&grads, None);
    model.visit(&mut norm);
    let Some(square) = norm.1 else { return grads };
    let factor = (square.sqrt() + 1e-6).recip().mul_scalar(CLIP).clamp_max(1.0);
    let mut scale = Scale(grads, factor);
    model.visit(&mut scale);
    scale.0
}

/// average ← decay · average + (1 − decay) · model, parameter by parameter.
fn average<M: Module>(average: M, model: &M, decay: f32) -> M {
    struct Collect(GradientsParams);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.register(param.id, param.val().detach().inner());
        }
    }
    struct Blend(GradientsParams, f32);
    impl ModuleMapper for Blend {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            match self.0.remove::<D>(param.id) {
                Some(now) => param.map(|past| past * self.1 + now * (1.0 - self.1)),
                None => param,
            }
        }
    }
    let mut now = Collect(GradientsParams::new());
    model.visit(&mut now);
    average.map(&mut Blend(now.0, decay))
}

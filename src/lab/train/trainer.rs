//! The optimiser loop around any model: clip, step, average, decay the learning rate, checkpoint.

use std::path::Path;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, FloatDType, Tensor};
use serde::{Deserialize, Serialize};

use super::exchange::Seat;
use super::flat::Flat;
use super::{Options, Precision};
use crate::pack::{self, Weights};
use crate::{Error, Result};

/// Gradients longer than this are scaled down to it.
const CLIP: f32 = 1.0;
/// The learning rate ends at this share of its peak.
const FLOOR: f64 = 0.02;
const EPSILON: f32 = 1e-8;

/// A model in training: its weights and all that an optimiser knows of them, as flat vectors.
pub struct Trainer<M: Module> {
    /// Gives the vectors their shape, and holds what gradients do not reach: a codebook. The values
    /// of its other parameters are out of date.
    pub model: M,
    /// Steps made.
    pub step: usize,
    /// Steps to make in all.
    pub steps: usize,
    planned: usize,
    order: Flat,
    state: Vectors,
    /// What the losses of this step were computed with.
    view: Option<M>,
    options: Options,
}

/// `[parameters]` each, f32, without autodiff.
struct Vectors {
    /// The master weights.
    weights: Tensor<1>,
    /// Their moving average: what is shipped.
    average: Tensor<1>,
    /// Moving averages of the gradient and of its square.
    mean: Tensor<1>,
    variance: Tensor<1>,
}

#[derive(Serialize, Deserialize)]
struct State {
    step: usize,
    steps: usize,
}

impl<M: Module> Trainer<M> {
    /// Starts from `model` (on a plain device), or from the checkpoint in `options.out`.
    pub fn new(model: M, options: &Options, device: &Device) -> Result<Self> {
        let (mut step, mut steps) = (0, options.steps);
        let order = Flat::new(&model);
        let weights = order.flatten(&model);
        let mut state = Vectors {
            average: weights.clone(),
            mean: weights.zeros_like(),
            variance: weights.zeros_like(),
            weights,
        };
        let mut model = model;
        if options.resume {
            let dir = options.out.join("resume");
            let bytes = read(&dir.join("state.json"))?;
            let saved: State = serde_json::from_slice(&bytes)
                .map_err(|e| Error::Data(format!("the checkpoint's state.json is damaged: {e}")))?;
            (step, steps) = (saved.step, saved.steps);
            for (name, vector) in state.named_mut() {
                model = load(&dir, name, model, device)?;
                *vector = order.flatten(&model);
            }
        }
        let (view, options) = (None, options.clone());
        Ok(Self { model, step, steps, planned: steps, order, state, view, options })
    }

    /// What to compute the losses of this step with, on the autodiff side; see [`Precision`].
    pub fn view(&mut self) -> M {
        let weights = self.options.precision.of(self.state.weights.clone());
        let view = self.order.unflatten(&self.model, &weights).train();
        self.view = Some(view.clone());
        view
    }

    /// The model with its averaged weights, without autodiff: what is shipped.
    pub fn average(&self) -> M {
        self.order.unflatten(&self.model, &self.state.average)
    }

    /// The model with its weights as they are, without autodiff.
    pub fn current(&self) -> M {
        self.order.unflatten(&self.model, &self.state.weights)
    }

    /// Like [`view`](Self::view), but no gradient goes to its weights: for losses of other models.
    pub fn frozen(&self) -> M {
        let weights = self.options.precision.of(self.state.weights.clone());
        self.order.unflatten(&self.model, &weights).train().no_grad()
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

    /// Makes so many steps in all, from the next one on.
    pub fn plan(&mut self, steps: usize) {
        self.planned = steps;
    }

    /// Back-propagates `loss`, which was computed with [`view`](Self::view), and makes one step of
    /// AdamW (Loshchilov and Hutter 2019).
    pub fn update(&mut self, loss: &Tensor<1>) {
        if let Some(gradient) = self.gradient(loss) {
            self.descend(gradient);
        }
    }

    /// [`update`](Self::update) with the mean of the gradients of all devices; all of them plan as
    /// many steps as the first.
    ///
    /// # Errors
    /// Those of [`Seat::mean`].
    pub fn update_together(&mut self, loss: &Tensor<1>, seat: &Seat) -> Result<()> {
        let gradient = self.gradient(loss);
        self.descend_together(gradient, seat)
    }

    /// The second half of [`update_together`](Self::update_together), after [`gradient`](Self::gradient).
    ///
    /// # Errors
    /// Those of [`Seat::mean`].
    pub fn descend_together(&mut self, gradient: Option<Tensor<1>>, seat: &Seat) -> Result<()> {
        if let Some(gradient) = gradient {
            let (gradient, planned) = seat.mean(gradient, self.planned)?;
            self.planned = planned;
            self.descend(gradient);
        }
        Ok(())
    }

    /// Back-propagates `loss`, which was computed with [`view`](Self::view): `[parameters]`, f32.
    pub fn gradient(&mut self, loss: &Tensor<1>) -> Option<Tensor<1>> {
        let view = self.view.take()?;
        let gradients = GradientsParams::from_grads(loss.backward(), &view);
        Some(self.order.gradients(&view, gradients).cast(FloatDType::F32))
    }

    fn descend(&mut self, gradient: Tensor<1>) {
        let g = clip(gradient);
        let (rate, options, time) = (self.learning_rate() as f32, &self.options, self.step + 1);
        let Vectors { weights, average, mean, variance } = &mut self.state;

        *mean = mean.clone() * options.beta1 + g.clone() * (1.0 - options.beta1);
        *variance = variance.clone() * options.beta2 + g.square() * (1.0 - options.beta2);
        let unbiased = |beta: f32| 1.0 / (1.0 - beta.powi(time as i32));
        let direction = mean.clone() * unbiased(options.beta1)
            / ((variance.clone() * unbiased(options.beta2)).sqrt() + EPSILON);
        *weights = weights.clone() * (1.0 - rate * options.weight_decay) - direction * rate;
        // A shorter average at the start, so that the first weights do not stay in it.
        let decay = options.ema.min(time as f32 / (9.0 + time as f32));
        *average = average.clone() * decay + weights.clone() * (1.0 - decay);
        self.step += 1;
        self.steps = self.planned;
    }

    /// Writes everything that [`Options::resume`] needs.
    pub fn checkpoint(&self) -> Result<()> {
        let dir = self.options.out.join("resume");
        std::fs::create_dir_all(&dir).map_err(Error::io(&dir))?;
        for (name, vector) in self.state.named() {
            write(
                &dir.join(name),
                &pack::save(&self.order.unflatten(&self.model, vector), false)?,
            )?;
        }
        let state = State { step: self.step, steps: self.steps };
        write(&dir.join("state.json"), &serde_json::to_vec(&state).unwrap_or_default())
    }
}

/// Files of a checkpoint, in the order of [`Vectors`].
const FILES: [&str; 4] =
    ["model.safetensors", "average.safetensors", "mean.safetensors", "variance.safetensors"];

impl Vectors {
    fn named(&self) -> impl Iterator<Item = (&'static str, &Tensor<1>)> {
        FILES.into_iter().zip([&self.weights, &self.average, &self.mean, &self.variance])
    }

    fn named_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Tensor<1>)> {
        let Self { weights, average, mean, variance } = self;
        FILES.into_iter().zip([weights, average, mean, variance])
    }
}

/// Scales a gradient so that its length is at most [`CLIP`].
fn clip(gradient: Tensor<1>) -> Tensor<1> {
    let length = gradient.clone().square().sum().sqrt() + 1e-6; // [1]
    gradient * length.recip().mul_scalar(CLIP).clamp_max(1.0)
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

//! All trained parameters of a model in one vector.
//!
//! An optimiser works on every parameter in the same way. On one long vector it is a few launches
//! instead of some for each of hundreds of small tensors, its formula is plain to read, and its state
//! is a vector, too.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{FloatDType, Tensor};

/// Parameters start at multiples of this, so that kernels can read them in wide words.
const ALIGNED: usize = 64;

/// Which parameters of a model are trained by gradients, in the order of its modules.
#[derive(Debug, Clone)]
pub struct Flat {
    trained: Vec<bool>,
}

impl Flat {
    /// The order of `model`'s parameters.
    pub fn new<M: Module>(model: &M) -> Self {
        struct Look(Vec<bool>);
        impl ModuleVisitor for Look {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                self.0.push(param.is_require_grad());
            }
        }
        let mut look = Look(Vec::new());
        model.clone().train().visit(&mut look); // only the autodiff side tells
        Self { trained: look.0 }
    }

    /// The trained parameters of `model`, one after the other: `[parameters]`.
    pub fn flatten<M: Module>(&self, model: &M) -> Tensor<1> {
        self.gather(model, None)
    }

    /// The gradients of `model`'s trained parameters in the same order; zeros where there is none.
    pub fn gradients<M: Module>(&self, model: &M, gradients: GradientsParams) -> Tensor<1> {
        self.gather(model, Some(gradients))
    }

    fn gather<M: Module>(&self, model: &M, gradients: Option<GradientsParams>) -> Tensor<1> {
        struct Gather<'a> {
            trained: std::slice::Iter<'a, bool>,
            gradients: Option<GradientsParams>,
            parts: Vec<Tensor<1>>,
        }
        impl ModuleVisitor for Gather<'_> {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                if self.trained.next() != Some(&true) {
                    return;
                }
                let values = match &mut self.gradients {
                    Some(gradients) => gradients
                        .remove::<D>(param.id)
                        .unwrap_or_else(|| param.val().inner().zeros_like()),
                    None => param.val(),
                };
                let count = values.shape().num_elements();
                let gap = capacity(count) - count;
                let behind = (&values.device(), values.dtype());
                self.parts.push(values.reshape([count]));
                if gap > 0 {
                    self.parts.push(Tensor::zeros([gap], behind));
                }
            }
        }
        let mut gather = Gather { trained: self.trained.iter(), gradients, parts: Vec::new() };
        model.visit(&mut gather);
        Tensor::cat(gather.parts, 0)
    }

    /// `model` with the values of `flat`. What is not trained is brought to the same precision.
    pub fn unflatten<M: Module>(&self, model: &M, flat: &Tensor<1>) -> M {
        struct Fill<'a> {
            trained: std::slice::Iter<'a, bool>,
            flat: &'a Tensor<1>,
            at: usize,
        }
        impl ModuleMapper for Fill<'_> {
            fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
                if self.trained.next() != Some(&true) {
                    let dtype = FloatDType::from(self.flat.dtype());
                    return param.map(|x| x.cast(dtype));
                }
                let shape = param.shape();
                let count = shape.num_elements();
                let values = self.flat.clone().narrow(0, self.at, count).reshape(shape);
                self.at += capacity(count);
                param.map(|_| values)
            }
        }
        model.clone().map(&mut Fill { trained: self.trained.iter(), flat, at: 0 })
    }
}

/// Values that a parameter of `count` takes up, with the gap behind it.
fn capacity(count: usize) -> usize {
    count.next_multiple_of(ALIGNED)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::dqvae::{DqVae, TokenizerConfig};
    use crate::pack;

    #[test]
    fn there_and_back_keeps_every_trained_parameter() {
        let device = Device::flex();
        let config = TokenizerConfig::tiny();
        let (a, b) = (DqVae::new(&config, &device), DqVae::new(&config, &device));
        let flat = Flat::new(&a);
        let mut back = flat.unflatten(&b, &flat.flatten(&a));
        let bytes = |model: &DqVae| pack::save(model, false).unwrap();
        assert_ne!(bytes(&a), bytes(&back), "the codebook is not trained by gradients");
        back.decoder.codebook = a.decoder.codebook.clone();
        assert_eq!(bytes(&a), bytes(&back));
    }
}

//! Mixed precision: f32 master weights, activations in the precision asked for.

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{FloatDType, Tensor};

use super::Precision;

struct Cast(FloatDType);

impl ModuleMapper for Cast {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| tensor.cast(self.0))
    }
}

/// A view of `model` to compute with. The cast is part of the graph, so gradients arrive at the
/// f32 master weights in f32.
pub fn compute_view<M: Module>(model: &M, precision: Precision) -> M {
    match precision {
        Precision::F32 => model.clone(),
        Precision::Bf16 => model.clone().map(&mut Cast(FloatDType::BF16)),
    }
}

/// Casts an input to the compute precision.
pub fn compute_input<const D: usize>(x: Tensor<D>, precision: Precision) -> Tensor<D> {
    match precision {
        Precision::F32 => x,
        Precision::Bf16 => x.cast(FloatDType::BF16),
    }
}

struct Number(u64);

impl ModuleMapper for Number {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (_, tensor, mapper) = param.consume();
        self.0 += 1;
        Param::from_mapped_value(ParamId::from(self.0), tensor, mapper)
    }
}

/// Numbers the parameters in their order. Burn gives every parameter a random id and keys the
/// optimiser's state by it; only ids that are the same in the next process can be resumed from.
pub fn number_parameters<M: Module>(model: M) -> M {
    model.map(&mut Number(0))
}

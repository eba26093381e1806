//! Training on LibTorch: a whole operation as one node of Burn's graph.
//!
//! Burn's autodiff records every small tensor operation, and computes the weight gradient of a
//! convolution as a convolution with a kernel as large as the image. LibTorch has such operations
//! whole, with gradients of their own: normalisation, convolution, attention, softmax. Here a stretch
//! of formula is handed to LibTorch's own graph, and Burn's graph sees one step with one gradient.
//!
//! [`whole`] does the same for a module: the formulas of a block run on LibTorch's graph.
//!
//! Like the WebGPU kernels, each of these stands beside the formula that it must agree with: `mod
//! torch` in the files of this folder. `train/torch_tests.rs` compares values and gradients.

// In favour of backends that a machine without a compiler for them cannot build.
#![allow(deprecated)]

use std::array::from_fn;
use std::cell::Cell;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::libtorch::TchTensor;
use burn::backend::{Autodiff, BackendTypes, DispatchDevice, LibTorch};
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Int, Tensor};
use tch::Tensor as Torch;

type Traced = Autodiff<LibTorch>;

/// An input of an operation.
pub(super) type Operand = <Traced as BackendTypes>::FloatTensorPrimitive;

thread_local! {
    /// Whether the formulas that run are inside [`whole`], on LibTorch's own graph.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether `x` is in training on LibTorch.
pub(crate) fn on_torch<const D: usize>(x: &Tensor<D>) -> bool {
    match x.device().as_dispatch() {
        DispatchDevice::Autodiff(device) => matches!(**device, DispatchDevice::LibTorch(_)),
        DispatchDevice::LibTorch(_) => INSIDE.get(),
        _ => false,
    }
}

/// An input that may need a gradient.
pub(super) fn operand<const D: usize>(x: Tensor<D>) -> Operand {
    match x.clone().try_into_primitive::<Traced>() {
        Ok(operand) => operand,
        Err(_) => Operand::new(x.try_into_primitive::<LibTorch>().expect("on LibTorch")),
    }
}

/// An input that needs none.
pub(super) fn constant<const D: usize>(x: Tensor<D>) -> Torch {
    operand(x.detach()).into_primitive().tensor
}

/// A table of indices.
pub(super) fn indices<const D: usize>(x: Tensor<D, Int>) -> Torch {
    let plain = if x.device().is_autodiff() { x.inner() } else { x };
    plain.try_into_primitive::<LibTorch>().expect("on LibTorch").tensor
}

/// What a backward pass needs: the result with LibTorch's graph behind it, and the leaves of that
/// graph. `kept` holds on to the memory of the inputs, which Burn would otherwise write over.
#[derive(Debug, Clone)]
struct Recorded<const N: usize> {
    result: TchTensor,
    leaves: [TchTensor; N],
    kept: [TchTensor; N],
}

/// The step that Burn's graph sees.
#[derive(Debug)]
struct Fused;

impl<const N: usize> Backward<LibTorch, N> for Fused {
    type State = Recorded<N>;

    fn backward(self, ops: Ops<Recorded<N>, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<LibTorch>(&ops.node).tensor;
        let Recorded { result, leaves, kept } = ops.state;
        // LibTorch starts from a number: the gradient of ⟨result, g⟩ in the leaves is the wanted one.
        let product = result.tensor.reshape([-1]).dot(&gradient.reshape([-1]));
        let wanted: Vec<(NodeId, &Torch)> = ops
            .parents
            .iter()
            .zip(&leaves)
            .filter_map(|(node, leaf)| node.as_ref().map(|node| (node.id, &leaf.tensor)))
            .collect();
        let inputs: Vec<&Torch> = wanted.iter().map(|(_, leaf)| *leaf).collect();
        let found = Torch::run_backward(&[product], &inputs, false, false);
        for ((id, _), gradient) in wanted.iter().zip(found) {
            grads.register::<LibTorch>(*id, TchTensor::new(gradient));
        }
        drop(kept);
    }
}

/// f(inputs) as one step of Burn's graph; `f` is made of LibTorch's operations.
///
/// `f` must neither return one of its inputs nor write to them.
pub(super) fn fused<const D: usize, const N: usize>(
    inputs: [Operand; N],
    f: impl FnOnce([&Torch; N]) -> Torch,
) -> Tensor<D> {
    if INSIDE.get() {
        let inputs = inputs.map(|x| x.into_primitive());
        let result = f(from_fn(|i| &inputs[i].tensor));
        return Tensor::from_primitive::<LibTorch>(TchTensor::new(result));
    }
    step(inputs, |leaves| f(from_fn(|i| &leaves[i].tensor)))
}

/// Records `f` of N leaves as a step of Burn's graph.
fn step<const D: usize, const N: usize>(
    inputs: [Operand; N],
    f: impl FnOnce(&[TchTensor; N]) -> Torch,
) -> Tensor<D> {
    let tracked: [bool; N] = from_fn(|i| inputs[i].is_tracked());
    let parts = inputs.map(Operand::into_parts);
    let kept: [TchTensor; N] = from_fn(|i| parts[i].0.clone());
    let nodes = parts.map(|(_, node)| node);
    let leaves: [TchTensor; N] = from_fn(|i| TchTensor {
        tensor: kept[i].tensor.detach().set_requires_grad(tracked[i]),
        storage: kept[i].storage.clone(),
    });
    let result = f(&leaves);
    let output = TchTensor::new(result.detach());
    let result = TchTensor { tensor: result, storage: output.storage.clone() };
    let recorded = Recorded { result, leaves, kept };
    let output = match Fused.prepare::<NoCheckpointing>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(recorded, output),
        OpsKind::UnTracked(step) => step.finish(output),
    };
    Tensor::from_primitive::<Traced>(output)
}

/// Whether a module should be one step: in training on LibTorch, and not inside another already.
pub(crate) fn wanted<const D: usize>(x: &Tensor<D>) -> bool {
    !INSIDE.get() && on_torch(x)
}

/// Parameters and inputs that [`whole`] has room for.
const CAPACITY: usize = 16;

/// f(module, inputs) as one step of Burn's graph, where `f` is any formula of the module.
///
/// Inside, tensors are LibTorch's plain ones, and LibTorch's graph follows them. Burn writes over a
/// tensor that nobody else holds; where LibTorch still needs it, its backward pass says so and stops.
/// Where [`wanted`] says so.
pub(crate) fn whole<M: Module, const D: usize, const N: usize>(
    module: &M,
    inputs: [Tensor<D>; N],
    f: impl FnOnce(&M, [Tensor<D>; N]) -> Tensor<D>,
) -> Tensor<D> {
    struct Collect(Vec<Operand>);
    impl ModuleVisitor for Collect {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(operand(param.val()));
        }
    }
    struct Replace<'a>(std::slice::Iter<'a, TchTensor>);
    impl ModuleMapper for Replace<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let leaf = self.0.next().expect("as many as were collected").clone();
            param.map(|_| Tensor::from_primitive::<LibTorch>(leaf))
        }
    }
    let mut operands = Collect(inputs.into_iter().map(operand).collect());
    module.visit(&mut operands);
    let mut operands = operands.0;
    let count = operands.len();
    assert!(count <= CAPACITY, "a module of {count} parameters and inputs");
    let filler = operands[0].primitive().tensor.narrow(0, 0, 1);
    operands.resize_with(CAPACITY, || Operand::new(TchTensor::new(filler.shallow_clone())));
    let operands: [Operand; CAPACITY] = operands.try_into().expect("resized");
    step(operands, |leaves| {
        let inputs = from_fn(|i| Tensor::from_primitive::<LibTorch>(leaves[i].clone()));
        let module = module.clone().map(&mut Replace(leaves[N..count].iter()));
        INSIDE.set(true);
        let result = f(&module, inputs);
        INSIDE.set(false);
        result.try_into_primitive::<LibTorch>().expect("on LibTorch").tensor
    })
}

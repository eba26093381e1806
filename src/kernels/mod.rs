//! Fused operations: everything a model computes, each with its plain formula.
//!
//! On the CPU and in training an operation *is* its formula, written with Burn's tensors. On WebGPU
//! it is one kernel, in the WGSL file beside the formula. At batch one a browser spends its time on
//! launches and on reading small tensors again and again, so a kernel takes along what comes before
//! and after a matrix product: normalisation, class modulation, activation, gate, residual.
//! [`Recording`] then repeats the whole list of launches without setting anything up again. Training
//! on LibTorch has some operations whole, too (`mod torch`).
//!
//! A processor that draws has products and convolutions in whole numbers (`mod int16`), which its pages use.
//!
//! A build for browsers holds one of the two sides: with feature `gpu` alone the formulas are left
//! out, and with them Burn's generic kernels, which are most of the size of a package. What the two
//! sides must agree on is tested in `tests/web/e2e/kernels.e2e.js`, case by case ([`cases`]).

#[cfg(feature = "gpu")]
mod acquire;
mod attention;
pub mod cases;
mod categorical;
mod codes;
mod commit;
mod conv;
mod embed;
mod extent;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod input;
#[cfg(feature = "cpu")]
mod int16;
mod int8;
pub mod layers;
mod linear;
mod nearest;
mod norm;
#[cfg(feature = "gpu")]
pub mod pipelines;
mod pixel;
#[cfg(feature = "gpu")]
pub mod profile;
mod reading;
mod recording;
mod sketch;
#[cfg(feature = "libtorch")]
pub(crate) mod torch;
pub mod tuning;
mod view;
#[cfg(feature = "gpu")]
mod widen;
#[cfg(any(feature = "gpu", test))]
mod window;
mod workspaces;

#[cfg(feature = "gpu")]
pub use acquire::acquire;
#[cfg(feature = "libtorch")]
pub(crate) use attention::torch::attention as torch_attention;
pub use attention::{Angles, attention, map_attention};
pub(crate) use attention::{mix, rotated_keys, rotated_queries, split};
pub use categorical::Categorical;
pub use codes::{grains_of, position, put_on_cells, spread, token_grains};
pub use commit::{Choice, NEVER};
pub use conv::{
    FeatureMap, conv, frozen_conv, norm_conv, norm_conv_shuffle, unshuffle_conv, upsample_conv,
};
pub use embed::{TokenTables, angles, class_rows, condition, embedding};
pub use extent::{Extent, ExtentInput};
pub use input::{Input, device_memory, finish, read};
pub use linear::{Branch, Modulation, gated_linear, modulated_linear, tied_head};
pub(crate) use nearest::normalise;
pub use nearest::{Projection, merge, nearest_codes};
pub(crate) use norm::EPSILON;
pub use norm::{GroupNorm, log_softmax, rms_norm};
pub use pixel::{depth_to_space, pixels, space_to_depth, upsample_nearest};
pub use reading::Reading;
pub use recording::Recording;
pub use sketch::add_sketch;
pub(crate) use sketch::everywhere;
#[cfg(feature = "gpu")]
pub(crate) use sketch::gpu::with_sizes as sketch_sizes;
pub use view::{flat, part, view, view_ints};
#[cfg(feature = "gpu")]
pub use widen::{Stored, widen};
pub use workspaces::Workspaces;

/// Memory that the threads of a workgroup share, at most: what every WebGPU device has.
#[cfg(any(feature = "gpu", test))]
pub(crate) const WORKGROUP_BYTES: usize = 16_384;

/// Whether a device runs the kernels. Known to the compiler where a build has one backend.
#[cfg(feature = "gpu")]
#[inline(always)]
pub(crate) fn on_gpu(device: &burn::tensor::Device) -> bool {
    use burn::backend::DispatchDevice;
    cfg!(not(feature = "cpu")) || matches!(device.as_dispatch(), DispatchDevice::Cube(_))
}

/// Whether a device runs the kernels: none does in a build without them.
#[cfg(not(feature = "gpu"))]
pub(crate) fn on_gpu(_: &burn::tensor::Device) -> bool {
    false
}

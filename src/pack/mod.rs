//! Model packs: what the trainer hands to the browser.
//!
//! A pack is a folder, such as `www/models/emoji-128/`. It holds `manifest.json`, which says what
//! the models are, what they can draw and which files belong to them, and one safetensors file for
//! each [`Role`]. One file is one Burn module, and a tensor is named by the dotted path of its
//! parameter (`blocks.0.attention.query.weight`).
//!
//! **f16 on disk, f32 in memory.** Weights cross the network once for every visitor, and half
//! precision halves that; its 11 significant bits are more than a trained weight needs. Arithmetic
//! in f16 is another matter: not every GPU of a browser offers it, and sums over long rows lose
//! digits. So the values are widened once, while loading. Training checkpoints are stored as f32,
//! because an optimiser step is often smaller than the f16 spacing.
//!
//! **int8, file by file.** A file may hold the matrices of its layers and its tables as int8 instead,
//! which halves it once more: the I8 tensor `P` goes with the F32 tensor `P:scale`, one scale for each
//! output of the layer, and its weights are `P · P:scale`, the shapes broadcast. Which tensors may be
//! so stored, and along which axis their rows lie, is in `int8.rs`. They too are widened while loading,
//! so that nothing but the manifest's [`Precision`] tells the difference afterwards. What int8 changes
//! in what the shipped model draws has been measured: `varigrain eval int8`.
//!
//! **Sizes are checked first.** A pack comes over the network, so any byte of it may be wrong. Each
//! number that will size an allocation or a slice is compared with the bytes that are really there, or with
//! its [bound](crate::bounds), before it is used, and a file's length and SHA-256 are compared before its
//! first byte is interpreted. A network is built without values; names and shapes of its parameters are
//! compared with the file's header, and only then filled in. Damage is therefore an
//! [`Error`](crate::Error) with a sentence that names the file, never a panic, an exhausted memory or a
//! model that draws noise.
//!
//! [`Manifest`] and [`Weights`] work on bytes and are the same natively and in the browser;
//! [`PackDir`] and [`write_pack`] add folders, natively only.

mod header;
mod int8;
mod load;
mod manifest;
mod weights;

#[cfg(not(target_arch = "wasm32"))]
mod dir;
#[cfg(not(target_arch = "wasm32"))]
mod narrow;
#[cfg(not(target_arch = "wasm32"))]
mod save;

pub use manifest::{FORMAT, FileEntry, MANIFEST_FILE, Manifest, Precision, Role};
pub(crate) use weights::sha256;
pub use weights::{Weights, check, sha256_hex};

#[cfg(not(target_arch = "wasm32"))]
pub use dir::{PackDir, write_pack};
#[cfg(not(target_arch = "wasm32"))]
pub use narrow::to_int8;
#[cfg(not(target_arch = "wasm32"))]
pub use save::save;

//! Works out the known answers of a pack, for devices to be compared with.

use std::path::Path;

use burn::tensor::Device;

use super::pack::files_of;
use super::sample::roles_of;
use crate::Result;
use crate::model::Model;
use crate::pack::{PackDir, Role, write_pack};
use crate::sampler::{Mode, block_on, known};

/// Has every generator of the pack in the folder `dir` answer on the CPU, and writes that into its manifest.
///
/// # Errors
/// Those of reading, drawing with and writing a pack.
pub fn work_out(dir: &Path) -> Result<()> {
    let pack = PackDir::open(dir)?;
    let there = |role: &Role| pack.manifest().files.iter().any(|file| file.role == *role);
    let mut manifest = pack.manifest().clone();
    manifest.known.clear();
    for mode in Mode::ALL {
        let needed = roles_of(mode);
        if needed.iter().all(there) {
            let model = Model::open(dir, needed, &Device::flex())?;
            let answer = block_on(known::answer(&model, mode))?;
            manifest.known.insert(mode.as_str().into(), answer);
        }
    }
    if manifest.known != pack.manifest().known {
        let files = files_of(&pack, |_| true)?;
        write_pack(dir, manifest, files)?;
    }
    Ok(())
}

//! Packs in folders (native).

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;

use super::manifest::{FileEntry, MANIFEST_FILE, Manifest, Role};
use super::weights::{Weights, check, precision, sha256_hex, tensors};
use crate::bounds::MANIFEST_BYTES;
use crate::error::{Error, Result};

/// A pack in a folder, with its manifest read and checked.
#[derive(Debug, Clone)]
pub struct PackDir {
    path: PathBuf,
    manifest: Manifest,
}

impl PackDir {
    /// Reads the manifest of the pack in the folder `path`; no weights yet.
    ///
    /// # Errors
    /// [`Error::Io`], or what [`Manifest::parse`] returns.
    pub fn open(path: impl AsRef<Path>) -> Result<PackDir> {
        let path = path.as_ref().to_path_buf();
        let bytes = read_capped(&path.join(MANIFEST_FILE), MANIFEST_BYTES)?;
        Ok(PackDir { manifest: Manifest::parse(&bytes)?, path })
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The bytes of the file for `role`, with length and SHA-256 checked.
    ///
    /// # Errors
    /// [`Error::PackMissing`], [`Error::PackDamaged`] or [`Error::Io`].
    pub fn read(&self, role: Role) -> Result<Vec<u8>> {
        let entry = self.manifest.entry(role)?;
        let bytes = read_capped(&self.path.join(&entry.name), entry.bytes)?;
        check(entry, &bytes, None)?;
        Ok(bytes)
    }

    /// `module` filled with the weights for `role`, on `device`.
    ///
    /// # Errors
    /// Those of [`PackDir::read`], [`Weights::of`] and [`Weights::load_into`].
    pub fn load<M: Module>(&self, role: Role, module: M, device: &Device) -> Result<M> {
        let entry = self.manifest.entry(role)?;
        let bytes = read_capped(&self.path.join(&entry.name), entry.bytes)?;
        Weights::of(entry, bytes)?.load_into(module, device)
    }
}

impl FileEntry {
    /// What a manifest says of the file `bytes`, called `name`.
    ///
    /// # Errors
    /// Those of [`Weights::read`].
    pub fn of(role: Role, name: &str, bytes: &[u8]) -> Result<FileEntry> {
        let precision = precision(&tensors(name, bytes)?);
        let (name, sha256) = (name.to_owned(), sha256_hex(bytes));
        Ok(FileEntry { name, role, bytes: bytes.len() as u64, sha256, precision })
    }
}

/// Writes a pack into the folder `dir`, which is made if need be: the weights files, then
/// `manifest.json` without spaces: visitors download it.
///
/// `manifest.files` and `manifest.format` are replaced; the manifest as written is returned. It and
/// the files are checked before anything is written, so a pack that could not be read is not made. A run that
/// is interrupted leaves no manifest, or an older one whose hashes refuse the new files.
///
/// # Errors
/// What [`Manifest::validate`] and [`Weights::read`] refuse, and [`Error::Io`].
pub fn write_pack(
    dir: impl AsRef<Path>,
    mut manifest: Manifest,
    files: Vec<(Role, String, Vec<u8>)>,
) -> Result<Manifest> {
    let dir = dir.as_ref();
    manifest.format = super::FORMAT;
    let entry = |(role, name, bytes): &(Role, String, Vec<u8>)| FileEntry::of(*role, name, bytes);
    manifest.files = files.iter().map(entry).collect::<Result<_>>()?;
    let mut json = serde_json::to_vec(&manifest)
        .map_err(|e| Error::Data(format!("The manifest cannot be written: {e}")))?;
    json.push(b'\n');
    let manifest = Manifest::parse(&json)?;

    fs::create_dir_all(dir).map_err(Error::io(dir))?;
    let contents = files.iter().map(|(_, name, bytes)| (name.as_str(), bytes));
    for (name, bytes) in contents.chain([(MANIFEST_FILE, &json)]) {
        let path = dir.join(name);
        fs::write(&path, bytes).map_err(Error::io(&path))?;
    }
    Ok(manifest)
}

/// Reads a file of at most `cap` bytes, and one byte more of a longer one, so that the caller's
/// check of the length sees that it is too long.
fn read_capped(path: &Path, cap: u64) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(Error::io(path))?;
    let mut bytes = Vec::new();
    file.take(cap.saturating_add(1)).read_to_end(&mut bytes).map_err(Error::io(path))?;
    Ok(bytes)
}

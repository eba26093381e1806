//! `manifest.json`: what a pack holds, and the rules it must keep.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::bounds::{FILE_BYTES, FILES, MANIFEST, NAME, PACK_BYTES, TEXT, TEXTS, shortened};
use crate::error::{Error, Result};

/// The pack format that this build reads and writes.
pub const FORMAT: u32 = 2;
/// Name of the manifest inside the folder of a pack.
pub const MANIFEST_FILE: &str = "manifest.json";

/// What a weights file is for. A pack holds at most one file for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Codes to pixels.
    Decoder,
    /// Pixels to codes.
    Encoder,
    /// Generates the grain map: which regions get many codes.
    GrainMap,
    /// The non-autoregressive generator of codes.
    Nar,
    /// The autoregressive generator of codes.
    Ar,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; FILES] =
        [Role::Decoder, Role::Encoder, Role::GrainMap, Role::Nar, Role::Ar];

    /// The name in the manifest, such as `grain-map`.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Decoder => "decoder",
            Role::Encoder => "encoder",
            Role::GrainMap => "grain-map",
            Role::Nar => "nar",
            Role::Ar => "ar",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Role::ALL.map(Role::as_str).join(", ");
        let found = Role::ALL.into_iter().find(|role| role.as_str() == name);
        found.ok_or_else(|| format!("there is no such file in a pack; there may be {names}"))
    }
}

/// How the weights of a file are stored. In memory they are f32, whatever the file has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// As in training checkpoints.
    F32,
    /// What a file has of which the manifest says nothing.
    #[default]
    F16,
    /// The matrices of layers as int8 with a scale for each of their rows, all else as f16 or f32.
    Int8,
}

impl Precision {
    fn is_default(&self) -> bool {
        *self == Precision::default()
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Precision::F32 => "f32",
            Precision::F16 => "f16",
            Precision::Int8 => "int8",
        })
    }
}

/// One weights file of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Plain file name: letters, digits, `.`, `_` and `-`, not starting with a dot.
    pub name: String,
    /// What the file is for.
    pub role: Role,
    /// Exact length in bytes, at most [`FILE_BYTES`](crate::bounds::FILE_BYTES).
    pub bytes: u64,
    /// SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// How the weights are stored.
    #[serde(default, skip_serializing_if = "Precision::is_default")]
    pub precision: Precision,
}

/// The contents of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`FORMAT`] after [`Manifest::parse`].
    pub format: u32,
    /// Name of the pack, such as `emoji-128`.
    pub name: String,
    /// Version of the weights, free text.
    pub version: String,
    /// One object for each model, by name; see [`Manifest::config`].
    pub architecture: Value,
    /// The classes that the models know; see [`Manifest::classes`].
    pub classes: Value,
    /// Settings that suit this model, instead of the program's: for each generator, by name, a part of a
    /// request, and under `encode` a part of the encoder's options.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub defaults: Map<String, Value>,
    /// What a fixed request of each generator looks like, by name; see [`known`](crate::sampler::known).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub known: BTreeMap<String, Vec<u8>>,
    /// The weights files.
    pub files: Vec<FileEntry>,
    /// Licences of the weights and of the data they were trained on.
    pub licences: Vec<String>,
    /// Whom to credit.
    pub credits: Vec<String>,
}

impl Manifest {
    /// Reads and checks the bytes of a `manifest.json`.
    ///
    /// # Errors
    /// [`Error::PackVersion`] for another format number, whatever else the manifest holds;
    /// [`Error::PackDamaged`] for everything that [`Manifest::validate`] refuses, for JSON that
    /// cannot be read and for more than its [bounds](crate::bounds).
    pub fn parse(bytes: &[u8]) -> Result<Manifest> {
        /// Only the format: another version may differ in all other fields.
        #[derive(Deserialize)]
        struct Probe {
            format: u32,
        }
        let unreadable = |why: String| damaged(format!("it cannot be read ({why})."));
        let probe: Probe = MANIFEST.read(bytes).map_err(unreadable)?;
        check_format(probe.format)?;
        let manifest: Manifest = MANIFEST.read(bytes).map_err(unreadable)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// Checks the rules that JSON alone does not express: the format, plain file names, no name or
    /// role twice, sizes, and hashes that are hashes.
    ///
    /// # Errors
    /// [`Error::PackVersion`] or [`Error::PackDamaged`].
    pub fn validate(&self) -> Result<()> {
        check_format(self.format)?;
        if !self.architecture.is_object() {
            return Err(damaged("\"architecture\" is not an object."));
        }
        let texts = self.licences.iter().chain(&self.credits);
        let long = |text: &String| text.chars().nth(TEXT).is_some();
        if [&self.name, &self.version].into_iter().any(|name| name.chars().nth(NAME).is_some())
            || [&self.licences, &self.credits].into_iter().any(|texts| texts.len() > TEXTS)
            || texts.into_iter().any(long)
        {
            return Err(damaged(format!(
                "it has a name or version of more than {NAME} characters, more than {TEXTS} licences or credits, or one of more than {TEXT} characters."
            )));
        }
        if self.files.len() > FILES {
            return Err(damaged(format!(
                "it lists {} files, but at most {FILES} are accepted.",
                self.files.len()
            )));
        }
        let mut total = 0u64;
        for (i, file) in self.files.iter().enumerate() {
            check_name(&file.name)?;
            // Folders that ignore case would make one file of the two.
            if self.files[..i].iter().any(|other| other.name.eq_ignore_ascii_case(&file.name)) {
                return Err(damaged(format!("it lists the file \"{}\" twice.", file.name)));
            }
            if self.files[..i].iter().any(|other| other.role == file.role) {
                return Err(damaged(format!("it lists two files for \"{}\".", file.role)));
            }
            if file.bytes > FILE_BYTES {
                return Err(damaged(format!(
                    "\"{}\" is listed with {} bytes, but at most {FILE_BYTES} are accepted.",
                    file.name, file.bytes
                )));
            }
            // Cannot overflow: at most one file for each role, each at most FILE_BYTES.
            total += file.bytes;
            let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
            if file.sha256.len() != 64 || !file.sha256.bytes().all(is_hex) {
                return Err(damaged(format!("the SHA-256 of \"{}\" is malformed.", file.name)));
            }
        }
        if total > PACK_BYTES {
            return Err(damaged(format!(
                "its files have {total} bytes together, but at most {PACK_BYTES} are accepted."
            )));
        }
        Ok(())
    }

    /// The file for `role`.
    ///
    /// # Errors
    /// [`Error::PackMissing`] if the pack has none.
    pub fn entry(&self, role: Role) -> Result<&FileEntry> {
        self.files
            .iter()
            .find(|file| file.role == role)
            .ok_or_else(|| Error::PackMissing { role: role.as_str().into() })
    }

    /// The configuration of the model called `key`, read from `architecture`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] if there is none, or if it is not a `T`. The values are as the file
    /// gives them: a model must check their ranges before it sizes anything by them.
    pub fn config<T: DeserializeOwned>(&self, key: &str) -> Result<T> {
        let value = self
            .architecture
            .get(key)
            .ok_or_else(|| damaged(format!("\"architecture\" lacks \"{}\".", shortened(key))))?;
        T::deserialize(value).map_err(|e| {
            damaged(format!(
                "\"architecture.{}\" cannot be read ({}).",
                shortened(key),
                shortened(e)
            ))
        })
    }

    /// The classes that the models know.
    pub fn classes(&self) -> &Value {
        &self.classes
    }
}

/// Whether `name` may be joined to a folder: plain, and not the manifest itself.
fn check_name(name: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if name.is_empty()
        || name.len() > NAME
        || name.starts_with('.')
        || !name.bytes().all(plain)
        || name.eq_ignore_ascii_case(MANIFEST_FILE)
    {
        return Err(damaged(format!("{:?} is not an accepted file name.", shortened(name))));
    }
    Ok(())
}

fn check_format(found: u32) -> Result<()> {
    if found == FORMAT { Ok(()) } else { Err(Error::PackVersion { found, expected: FORMAT }) }
}

fn damaged(why: impl Into<String>) -> Error {
    Error::damaged(MANIFEST_FILE, why)
}

//! The nine source packages, pinned by version and by checksum.
//!
//! The data set must come out the same on every machine, so nothing is left to "latest": a package
//! is named exactly, fetched by the ordinary npm client, and refused if its bytes are not the ones
//! that the labels and corrections here were checked against. Archives are read in memory.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::lab::data::Source;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// One pinned npm package.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// Name as npm knows it.
    pub name: &'static str,
    /// Exact version.
    pub version: &'static str,
    /// SHA-256 of the archive, in hexadecimal.
    pub sha256: &'static str,
    /// SPDX id of the licence of its contents.
    pub licence: &'static str,
    /// Whom to credit, and where the work lives.
    pub credit: &'static str,
}

/// A style and the package it comes from: id, name for people, package.
pub const STYLES: [(&str, &str, Package); 7] = [
    (
        "noto",
        "Noto",
        Package {
            name: "@iconify-json/noto",
            version: "1.2.9",
            sha256: "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
            licence: "Apache-2.0",
            credit: "Noto Emoji by Google Inc (github.com/googlefonts/noto-emoji)",
        },
    ),
    (
        "noto-v1",
        "Blobs",
        Package {
            name: "@iconify-json/noto-v1",
            version: "1.2.5",
            sha256: "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
            licence: "Apache-2.0",
            credit: "Noto Emoji, version 1, by Google Inc (github.com/googlefonts/noto-emoji)",
        },
    ),
    (
        "fxemoji",
        "Firefox OS",
        Package {
            name: "@iconify-json/fxemoji",
            version: "1.2.2",
            sha256: "f3e72b3c59d05e1db03b7e308d55c0d05bd7ba3f625a90da1b79313c12858eef",
            licence: "Apache-2.0",
            credit: "Firefox OS Emoji by Mozilla (github.com/mozilla/fxemoji)",
        },
    ),
    (
        "fluent",
        "Fluent",
        Package {
            name: "@iconify-json/fluent-emoji",
            version: "1.2.7",
            sha256: "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
            licence: "MIT",
            credit: "Fluent Emoji by Microsoft Corporation (github.com/microsoft/fluentui-emoji)",
        },
    ),
    (
        "fluent-flat",
        "Fluent Flat",
        Package {
            name: "@iconify-json/fluent-emoji-flat",
            version: "1.2.6",
            sha256: "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
            licence: "MIT",
            credit: "Fluent Emoji by Microsoft Corporation (github.com/microsoft/fluentui-emoji)",
        },
    ),
    (
        "twemoji",
        "Twemoji",
        Package {
            name: "@iconify-json/twemoji",
            version: "1.2.5",
            sha256: "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
            licence: "CC-BY-4.0",
            credit: "Twemoji by Twitter and contributors (github.com/jdecked/twemoji)",
        },
    ),
    (
        "emojione",
        "EmojiOne",
        Package {
            name: "@iconify-json/emojione",
            version: "1.2.3",
            sha256: "26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
            licence: "CC-BY-4.0",
            credit: "EmojiOne 2.3 by Emoji One (github.com/EmojiTwo/emojitwo)",
        },
    ),
];

/// Unicode names and groups.
pub const NAMES: Package = Package {
    name: "unicode-emoji-json",
    version: "0.9.0",
    sha256: "ae7efacb55533385bf8767d613dbd36c71226669759d95919a6e9059f5e4c401",
    licence: "MIT",
    credit: "unicode-emoji-json by Mu-An Chiou (github.com/muan/unicode-emoji-json)",
};

/// Unicode subgroups.
pub const SUBGROUPS: Package = Package {
    name: "unicode-emoji",
    version: "2.8.0",
    sha256: "83bdbdcba60b9490bcefdd3670a79714ba538972ac375d58b50b356125c1e332",
    licence: "MIT",
    credit: "Unicode Emoji by Julien Marcou (github.com/Julien-Marcou/Unicode-Emoji)",
};

/// All nine packages.
pub fn all() -> impl Iterator<Item = Package> {
    STYLES.into_iter().map(|(_, _, package)| package).chain([NAMES, SUBGROUPS])
}

impl Package {
    /// Name of the archive, as `npm pack` writes it.
    pub fn file_name(&self) -> String {
        format!("{}-{}.tgz", self.name.trim_start_matches('@').replace('/', "-"), self.version)
    }

    /// The record for the index.
    pub fn source(&self) -> Source {
        Source {
            package: self.name.into(),
            version: self.version.into(),
            licence: self.licence.into(),
            credit: self.credit.into(),
        }
    }

    /// Makes sure that the archive lies in `dir`, fetching it with `npm pack` if it is not there,
    /// and that it has the pinned checksum.
    pub fn fetch(&self, dir: &Path) -> Result<PathBuf> {
        let path = dir.join(self.file_name());
        if !path.exists() {
            self.npm_pack(dir)?;
        }
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        let found = format!("{:x}", Sha256::digest(&bytes));
        if found == self.sha256 {
            return Ok(path);
        }
        Err(Error::Data(format!(
            "{} has SHA-256 {found}, but {} was expected. Delete it and run the command again.",
            path.display(),
            self.sha256
        )))
    }

    fn npm_pack(&self, dir: &Path) -> Result<()> {
        std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
        let wanted = format!("{}@{}", self.name, self.version);
        let run = Command::new("npm")
            .args(["pack", &wanted, "--loglevel=error", "--ignore-scripts", "--pack-destination"])
            .arg(dir)
            .output()
            .map_err(Error::io("npm"))?;
        if run.status.success() {
            return Ok(());
        }
        Err(Error::Data(format!(
            "npm could not fetch {wanted}: {} Or put {} into {} yourself.",
            String::from_utf8_lossy(&run.stderr).trim(),
            self.file_name(),
            dir.display()
        )))
    }

    /// The text of the `wanted` files (paths inside the package) of the archive in `dir`.
    pub fn read<const N: usize>(&self, dir: &Path, wanted: [&str; N]) -> Result<[String; N]> {
        let path = self.fetch(dir)?;
        let archive = std::fs::read(&path).map_err(Error::io(&path))?;
        read_archive(&path, &archive, wanted)
    }
}

fn read_archive<const N: usize>(
    path: &Path,
    archive: &[u8],
    wanted: [&str; N],
) -> Result<[String; N]> {
    let mut found: [Option<String>; N] = std::array::from_fn(|_| None);
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in tar.entries().map_err(Error::io(path))? {
        let mut entry = entry.map_err(Error::io(path))?;
        let inside = entry.path().map_err(Error::io(path))?.into_owned();
        let Ok(inside) = inside.strip_prefix("package") else { continue };
        if let Some(i) = wanted.iter().position(|name| Path::new(name) == inside) {
            let mut text = String::new();
            entry.read_to_string(&mut text).map_err(Error::io(path))?;
            found[i] = Some(text);
        }
    }
    if let Some(missing) = found.iter().position(Option::is_none) {
        return Err(Error::Data(format!("{} holds no {}.", path.display(), wanted[missing])));
    }
    Ok(found.map(Option::unwrap_or_default))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
            Vec::new(),
            flate2::Compression::fast(),
        ));
        for (name, text) in [("package/a.json", "1"), ("package/deep/b.json", "2")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_cksum();
            tar.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn files_come_in_the_order_asked_for() {
        let read = read_archive(Path::new("x.tgz"), &archive(), ["deep/b.json", "a.json"]).unwrap();
        assert_eq!(read, ["2", "1"]);
        let error = read_archive(Path::new("x.tgz"), &archive(), ["c.json"]).unwrap_err();
        assert_eq!(error.to_string(), "x.tgz holds no c.json.");
    }

    #[test]
    fn a_changed_archive_is_refused() {
        let dir = std::env::temp_dir().join(format!("varigrain-packages-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(NAMES.file_name()), b"other").unwrap();
        let error = NAMES.fetch(&dir).unwrap_err();
        std::fs::remove_dir_all(&dir).unwrap();
        assert!(matches!(error, Error::Data(_)), "{error}");
    }

    #[test]
    fn archive_names_follow_npm() {
        assert_eq!(STYLES[1].2.file_name(), "iconify-json-noto-v1-1.2.5.tgz");
        assert_eq!(all().count(), 9);
        assert!(all().all(|p| p.sha256.len() == 64));
    }
}

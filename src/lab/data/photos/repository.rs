//! Files of a local clone at a pinned commit, whatever is checked out.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Error, Result};

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path in the repository.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Reads the files under `paths` of the clone `dir` (bare or not) at `commit`, as far as `wanted`
/// says yes to their path; in the order of their paths. [`Error::Data`] if `git` fails, which says so
/// itself, or if nothing is wanted.
pub fn read(
    dir: &Path,
    commit: &str,
    paths: &[&str],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<File>> {
    let failed = || Error::Data(format!("git cannot read commit {commit} of {}.", dir.display()));
    let mut child = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(["archive", "--format=tar", commit, "--"])
        .args(paths)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Error::io("git"))?;
    let stream = child.stdout.take().ok_or_else(failed)?;
    let mut archive = tar::Archive::new(stream);
    let mut files = Vec::new();
    for entry in archive.entries().map_err(Error::io(dir))? {
        let mut entry = entry.map_err(Error::io(dir))?;
        let path = entry.path().map_err(Error::io(dir))?.to_string_lossy().into_owned();
        if entry.header().entry_type().is_file() && wanted(&path) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(Error::io(&path))?;
            files.push(File { path, bytes });
        }
    }
    // Read to its end, so that git is not stopped while it writes the padding.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(Error::io(dir))?;
    if !child.wait().map_err(Error::io("git"))?.success() || files.is_empty() {
        return Err(failed());
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_at_the_commit_and_not_from_the_work_tree() {
        let dir = std::env::temp_dir().join(format!("varigrain-clone-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("a")).unwrap();
        let git = |args: &[&str]| {
            let author = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
            let output =
                Command::new("git").arg("-C").arg(&dir).args(author).args(args).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["init", "-q"]);
        std::fs::write(dir.join("a/one.txt"), "first").unwrap();
        std::fs::write(dir.join("a/two.jpg"), "second").unwrap();
        git(&["add", "."]);
        git(&["commit", "-qm", "."]);
        let commit = git(&["rev-parse", "HEAD"]);
        std::fs::write(dir.join("a/two.jpg"), "changed").unwrap();

        let files = read(&dir, &commit, &["a"], |path| path.ends_with(".jpg")).unwrap();
        assert_eq!(files, [File { path: "a/two.jpg".into(), bytes: b"second".into() }]);
        assert_eq!(read(&dir, &commit, &["a"], |_| false).unwrap_err().code(), "data");
        assert_eq!(read(&dir, &commit, &["b"], |_| true).unwrap_err().code(), "data");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

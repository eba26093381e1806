//! The weights whose loss on held-out pictures was lowest so far, in a folder of their own.
//!
//! A network that begins to learn its pictures by heart gets worse on others while its training loss goes
//! on falling: the last weights are not the ones to ship.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::lab::run_folder::json;
use crate::{Error, Result};

/// Name of the folder, which is a run folder itself.
pub const FOLDER: &str = "best";
const RECORD: &str = "best.json";

/// What is known of the weights that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// After so many steps.
    pub step: usize,
    /// The held-out loss.
    pub loss: f32,
}

/// Keeps the best weights of a training.
#[derive(Debug)]
pub struct Best {
    folder: PathBuf,
    record: Option<Record>,
}

impl Best {
    /// For the run folder `out`; when resuming, what it has is the mark to beat.
    ///
    /// # Errors
    /// [`Error::Data`] if its record is damaged.
    pub fn of(out: &Path, resume: bool) -> Result<Self> {
        let folder = out.join(FOLDER);
        let path = folder.join(RECORD);
        let record = if resume && path.exists() { Some(json(&path)?) } else { None };
        Ok(Self { folder, record })
    }

    /// Has `save` write the weights to the folder if `loss` is lower than any before.
    ///
    /// # Errors
    /// Those of `save` and of writing.
    pub fn offer(
        &mut self,
        step: usize,
        loss: f32,
        save: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        // NaN counts as infinite.
        let lowest = self.record.map_or(f32::INFINITY, |record| record.loss);
        if loss.min(f32::INFINITY) >= lowest {
            return Ok(());
        }
        std::fs::create_dir_all(&self.folder).map_err(Error::io(&self.folder))?;
        save(&self.folder)?;
        let record = Record { step, loss };
        let path = self.folder.join(RECORD);
        let text = serde_json::to_vec(&record).unwrap_or_default();
        std::fs::write(&path, text).map_err(Error::io(&path))?;
        self.record = Some(record);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_loss_stays_also_after_resuming() {
        let out = std::env::temp_dir().join(format!("varigrain-best-{}", std::process::id()));
        let offer = |best: &mut Best, step: usize, loss: f32| {
            let put = |dir: &Path| std::fs::write(dir.join("weights"), step.to_string());
            best.offer(step, loss, |dir| put(dir).map_err(Error::io(dir))).unwrap();
            std::fs::read_to_string(out.join(FOLDER).join("weights")).unwrap()
        };
        let mut best = Best::of(&out, false).unwrap();
        let kept =
            [(1, 3.0), (2, 2.0), (3, 2.5), (4, f32::NAN)].map(|(s, l)| offer(&mut best, s, l));
        assert_eq!(kept, ["1", "2", "2", "2"]);
        let mut resumed = Best::of(&out, true).unwrap();
        assert_eq!(resumed.record, Some(Record { step: 2, loss: 2.0 }));
        assert_eq!([(5, 2.1), (6, 1.9)].map(|(s, l)| offer(&mut resumed, s, l)), ["2", "6"]);
        let mut anew = Best::of(&out, false).unwrap();
        assert_eq!(offer(&mut anew, 1, 9.0), "1");
        std::fs::remove_dir_all(out).unwrap();
    }
}

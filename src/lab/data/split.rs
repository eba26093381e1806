//! What an image of a data set may be used for.

use serde::{Deserialize, Serialize};

/// What an image may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Training.
    Train,
    /// Test: this style of a concept that training has in other styles.
    TestCells,
    /// Test: a concept that training has in no style.
    TestConcepts,
}

impl Split {
    /// All splits.
    pub const ALL: [Split; 3] = [Split::Train, Split::TestCells, Split::TestConcepts];

    /// The name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::TestCells => "test-cells",
            Split::TestConcepts => "test-concepts",
        }
    }
}

//! What an image of a data set may be used for.

use serde::{Deserialize, Serialize};

/// What an image may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Training.
    Train,
    /// Test: a combination of classes that training lacks, though it has each of them: this style of
    /// a concept that it knows from other styles.
    TestCells,
    /// Test: a class that training lacks altogether: a concept that it has in no style.
    TestConcepts,
    /// Test: other pictures of the same classes.
    HeldOut,
}

impl Split {
    /// All splits.
    pub const ALL: [Split; 4] =
        [Split::Train, Split::TestCells, Split::TestConcepts, Split::HeldOut];

    /// The name in the index.
    pub fn name(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::TestCells => "test-cells",
            Split::TestConcepts => "test-concepts",
            Split::HeldOut => "held-out",
        }
    }
}

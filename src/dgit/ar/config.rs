//! Sizes of DGiT-AR.

use serde::{Deserialize, Serialize};

use crate::bounds::Cost;
use crate::dgit::{SketchConfig, TransformerConfig};
use crate::grain::{Grid, Positions, Shares};
use crate::{Error, Result};

/// Starts of a model of two granularities: one for each sixteenth of the share of fine regions, both ends
/// included. With two granularities there is one share, and a table says of it more than a line through its
/// values could; with more of them a table would need a row for every combination, so there the shares
/// themselves go through a linear layer.
const DUAL_STARTS: usize = 17;

/// Largest codebook that sampling in a browser has room for: each of 256 threads has 16 values.
const MOST_CODES: usize = 4096;

/// Most cells along each side: the same holds for the scores of all entries.
const MOST_CELLS: usize = 32;

/// Architecture of [`Ar`](super::Ar), stored in the manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArConfig {
    /// Both transformers: their vocabulary is the codebook, their layers are those of both together.
    pub transformer: TransformerConfig,
    /// Layers of the Position-Transformer; the rest are the Content-Transformer's.
    pub position_layers: usize,
    /// For the ablation: one position table for all granularities instead of one each.
    pub shared_positions: bool,
    /// For the ablation: whether entries carry an embedding of their granularity.
    pub granularity_embedding: bool,
    /// For the ablation: whether queries and keys rotate by where codes are; without, positions are known
    /// from the table alone, as in the paper.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub rotary: bool,
}

/// What is usual, which nothing has to say.
fn yes() -> bool {
    true
}

impl ArConfig {
    /// The shipped DGiT-AR: about 7 M parameters.
    pub fn new(vocabulary: usize, grid: Grid, classes: Vec<usize>) -> Self {
        let transformer = TransformerConfig {
            vocabulary,
            width: 256,
            layers: 7,
            heads: 4,
            granularities: grid.granularities,
            cells: grid.cells(),
            classes,
            sketch: Some(SketchConfig { regions: grid.regions, channels: 16 }),
        };
        Self {
            transformer,
            position_layers: 2,
            shared_positions: false,
            granularity_embedding: true,
            rotary: true,
        }
    }

    /// The positions of its sequences.
    pub fn positions(&self) -> Positions {
        let TransformerConfig { cells, granularities, .. } = self.transformer;
        Positions::new(Grid { regions: cells >> (granularities - 1), granularities })
    }

    /// Contents that a START can have.
    fn starts(&self) -> usize {
        if self.transformer.granularities == 2 { DUAL_STARTS } else { 1 }
    }

    /// Whether the shares asked for go through a layer of their own, instead of being START's content.
    pub(super) fn takes_shares(&self) -> bool {
        self.transformer.granularities > 2
    }

    /// The content of START in a sequence that is asked to have these shares.
    pub fn start(&self, shares: &Shares) -> usize {
        let steps = (self.starts() - 1) as f32;
        self.transformer.vocabulary + (shares.finest().clamp(0.0, 1.0) * steps).round() as usize
    }

    /// The content of END.
    pub fn end(&self) -> usize {
        self.transformer.vocabulary + self.starts()
    }

    /// Rows of the content table: codes, START, END.
    pub(super) fn contents(&self) -> usize {
        self.end() + 1
    }

    /// Checks the sizes; a manifest may hold anything.
    pub fn validate(&self) -> Result<()> {
        self.transformer.validate()?;
        let t = &self.transformer;
        let fits = (1..t.layers).contains(&self.position_layers)
            && (2..=MOST_CELLS).contains(&t.cells)
            && t.cells.is_multiple_of(1 << (t.granularities - 1))
            && t.sketch.is_none_or(|sketch| sketch.regions << (t.granularities - 1) == t.cells)
            && t.vocabulary.max(self.positions().choices()) <= MOST_CODES;
        if fits {
            Ok(())
        } else {
            Err(Error::damaged("manifest.json", "the sizes of DGiT-AR do not fit each other."))
        }
    }

    /// One more entry of a sequence as long as it can be, with what is remembered of those before it. To be
    /// asked for sizes that are each in range.
    pub(crate) fn cost(&self) -> Cost {
        let (t, positions) = (&self.transformer, self.positions());
        let longest = positions.longest();
        let block = Cost::layer(&[12, t.width, t.width], &[])
            + Cost::attention(1, longest, t.width, t.heads);
        block.times(t.layers)
            + Cost::layer(&[self.contents() + positions.count(), t.width], &[1])
            + Cost::values(&[2, t.layers, longest, t.width])
            // For formulas, the distance of every position from every cell.
            + Cost::values(&[positions.count(), positions.grid().cell_count()])
    }

    /// Whether this is the whole model, which is the only one that packs may hold.
    pub fn is_whole(&self) -> bool {
        !self.shared_positions && self.granularity_embedding && self.rotary
    }
}

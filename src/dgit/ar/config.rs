//! Sizes of DGiT-AR.

use serde::{Deserialize, Serialize};

use crate::dgit::{SketchConfig, TransformerConfig};
use crate::grain::{Grid, Positions};
use crate::{Error, Result};

/// Steps of the fine ratio that a sequence can be asked for: r in sixteenths, both ends included.
pub const RATIOS: usize = 17;

/// Largest codebook that sampling in a browser has room for.
const MOST_CODES: usize = 2048;

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
    /// For the ablation: one position table for both granularities instead of one each.
    pub shared_positions: bool,
    /// For the ablation: whether entries carry an embedding of their granularity.
    pub granularity_embedding: bool,
}

impl ArConfig {
    /// The shipped DGiT-AR: about 7 M parameters.
    pub fn new(vocabulary: usize, cells: usize, classes: Vec<usize>) -> Self {
        let transformer = TransformerConfig {
            vocabulary,
            width: 256,
            layers: 7,
            heads: 4,
            granularities: 2,
            cells,
            classes,
            sketch: Some(SketchConfig { regions: cells / 2, channels: 16 }),
        };
        Self {
            transformer,
            position_layers: 2,
            shared_positions: false,
            granularity_embedding: true,
        }
    }

    /// The positions of its sequences: DGiT-AR is dual.
    pub fn positions(&self) -> Positions {
        Positions::new(Grid::dual(self.transformer.cells / 2))
    }

    /// The content of START in a sequence that is asked to have the fine ratio `r`, 0..=1.
    pub fn start(&self, r: f32) -> usize {
        let steps = (RATIOS - 1) as f32;
        self.transformer.vocabulary + (r.clamp(0.0, 1.0) * steps).round() as usize
    }

    /// The content of END.
    pub fn end(&self) -> usize {
        self.transformer.vocabulary + RATIOS
    }

    /// Checks the sizes; a manifest may hold anything.
    pub fn validate(&self) -> Result<()> {
        self.transformer.validate()?;
        let t = &self.transformer;
        let fits = (1..t.layers).contains(&self.position_layers)
            && t.granularities == 2
            && t.cells.is_multiple_of(2)
            && t.sketch.is_none_or(|sketch| 2 * sketch.regions == t.cells)
            && (2..=MOST_CELLS).contains(&t.cells)
            && t.vocabulary <= MOST_CODES;
        if fits {
            Ok(())
        } else {
            Err(Error::damaged("manifest.json", "the sizes of DGiT-AR do not fit each other."))
        }
    }

    /// Whether this is the whole model, which is the only one that packs may hold.
    pub fn is_whole(&self) -> bool {
        !self.shared_positions && self.granularity_embedding
    }
}

//! Options of the training of DQVAE++ on equal images.

use std::path::PathBuf;

use serde::Serialize;

use super::Options;
use crate::density::Measure;
use crate::dqvae::{Quantiser, TokenizerConfig};
use crate::grain::Shares;

/// Options of `varigrain train tokenizer`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct TokenizerOptions {
    /// Options of every training run.
    #[command(flatten)]
    pub common: Options,
    /// Starts from the sizes and weights in this run folder or model pack instead of the usual sizes and random
    /// weights; measure, quantiser and length are its own.
    #[arg(long, conflicts_with_all = ["resume", "measure", "quantiser", "fixed"])]
    pub from: Option<PathBuf>,
    /// What decides the granularity.
    #[arg(long, value_enum, default_value_t = Measure::Deviation)]
    pub measure: Measure,
    /// How vectors become codes: vq, fsq, or fsq with its levels as in fsq:8,5,5,5.
    #[arg(long, default_value = "vq")]
    pub quantiser: Quantiser,
    /// Fixed-length baseline: every image has so many codes along each side (8, 12, 16).
    #[arg(long, conflicts_with_all = ["train_shares", "fine_regions"])]
    pub fixed: Option<usize>,
    /// The same shares for all training images, over all their regions, instead of random ones each: one for
    /// each granularity finer than the coarsest, such as 0.3,0.3.
    #[arg(long, conflicts_with = "fine_regions")]
    pub train_shares: Option<Shares>,
    /// Exactly so many regions of each granularity finer than the coarsest in every training image, its
    /// densest.
    #[arg(long, value_delimiter = ',')]
    pub fine_regions: Vec<usize>,
    /// Weight of the edge loss.
    #[arg(long, default_value_t = 1.0)]
    pub edges: f32,
    /// EfficientNet-Lite0 weights for the perceptual loss; without them it is left out.
    #[arg(long)]
    pub features: Option<PathBuf>,
    /// Weight of the perceptual loss.
    #[arg(long, default_value_t = 0.1)]
    pub perceptual: f32,
    /// Learned router only: wanted shares, one for each granularity finer than the coarsest; half of the
    /// regions, evenly, where nothing is said.
    #[arg(long)]
    pub router_shares: Option<Shares>,
    /// Learned router only: weight γ of the budget loss.
    #[arg(long, default_value_t = 10.0)]
    pub budget: f32,
}

impl TokenizerOptions {
    /// `sizes` with what the options say of measure, quantiser and fixed length.
    pub fn config(&self, sizes: TokenizerConfig) -> TokenizerConfig {
        let sizes = sizes.with_quantiser(self.quantiser.clone());
        TokenizerConfig { measure: self.measure, fixed: self.fixed, ..sizes }
    }
}

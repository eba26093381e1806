//! Options of the training on pictures.

use std::path::PathBuf;

use burn::tensor::Device;
use serde::Serialize;

use super::Options;
use super::adversary::AdversaryOptions;
use crate::dqvae::{Quantiser, TokenizerConfig};
use crate::lab::backend::Backend;
use crate::{Error, Result};

/// Options of `varigrain train pictures`.
#[derive(clap::Args, Debug, Clone, Serialize)]
pub struct PictureOptions {
    /// Options of every training run.
    #[command(flatten)]
    pub common: Options,
    /// Options of the critic.
    #[command(flatten)]
    pub adversary: AdversaryOptions,
    /// Starts from the weights in this run folder or model pack instead of random ones.
    #[arg(long, conflicts_with = "resume")]
    pub from: Option<PathBuf>,
    /// Also trains a head of the encoder that predicts the error of coarse codes; it changes nothing else.
    #[arg(long)]
    pub predicts: bool,
    /// Trains the decoder alone: the codes of every image stay what they are.
    #[arg(long, requires = "from")]
    pub decoder_only: bool,
    /// Several devices that share every batch, instead of --device: cuda:0,cuda:1.
    #[arg(long, value_delimiter = ',')]
    pub devices: Vec<Backend>,
    /// How vectors become codes: fsq with its levels, or vq.
    #[arg(long, default_value = "fsq:8,8,8,8")]
    pub quantiser: Quantiser,
    /// Regions of the finer granularities, coarse to fine, that most batches have.
    #[arg(long, value_delimiter = ',', default_values_t = [19, 19])]
    pub counts: Vec<usize>,
    /// Share of the batches that have other numbers.
    #[arg(long, default_value_t = 0.3)]
    pub mixed: f32,
    /// Fixed-length baseline: every image has so many codes along each side, whatever --counts says.
    #[arg(long)]
    pub fixed: Option<usize>,
    /// Share of the steps in which codes are replaced at random.
    #[arg(long, default_value_t = 0.0)]
    pub disturb: f32,
    /// EfficientNet-Lite0 weights for the perceptual loss; without them it is left out.
    #[arg(long)]
    pub features: Option<PathBuf>,
    /// Weight of the perceptual loss.
    #[arg(long, default_value_t = 0.5)]
    pub perceptual: f32,
    /// Weight of the loss on the classifier's logits.
    #[arg(long, default_value_t = 0.0)]
    pub logits: f32,
    /// Share of a batch that the perceptual loss looks at.
    #[arg(long, default_value_t = 1.0)]
    pub perceptual_part: f32,
    /// Weight of the edge loss.
    #[arg(long, default_value_t = 0.0)]
    pub edges: f32,
    /// Steps between two looks at held-out pictures.
    #[arg(long, default_value_t = 250)]
    pub follow_every: usize,
    /// Waits for the device after every part of a step and writes how long each took into the report; slower.
    #[arg(long)]
    pub time_parts: bool,
    /// Uses so many pictures of the training set, and a quarter of that held out.
    #[arg(long)]
    pub limit: Option<usize>,
}

impl PictureOptions {
    /// `sizes` with what the options say of quantiser and fixed length. The decoder is told
    /// granularities only where they differ.
    pub fn config(&self, sizes: TokenizerConfig) -> TokenizerConfig {
        let sizes = sizes.with_quantiser(self.quantiser.clone());
        let told = sizes.told && self.fixed.is_none();
        TokenizerConfig { fixed: self.fixed, told, predicts: self.predicts, ..sizes }
    }

    /// The devices, without autodiff.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if they cannot share a batch or the codes, [`Error::Device`] if there is
    /// no such device.
    pub fn devices(&self) -> Result<Vec<Device>> {
        let devices = self.common.devices(&self.devices)?;
        if devices.len() > 1 && self.quantiser.is_learned() {
            return Err(Error::BadRequest(
                "learned codes follow the images of one device; several need a lattice.".into(),
            ));
        }
        Ok(devices)
    }
}

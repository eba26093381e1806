//! Networks of run folders instead of those of a pack, so that what was just trained is measured without
//! one, also on codes of a fixed length between regions and cells, which no pack has.

use std::path::PathBuf;

use burn::tensor::Device;

use crate::dgit::{Nar, TransformerConfig};
use crate::lab::run_folder::{self, json, weights};
use crate::lab::train::{Precision, ar};
use crate::model::{Architecture, Model};
use crate::{Error, Result};

/// Run folders whose networks are measured instead of the pack's.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Networks {
    /// Run folder of another tokenizer. The pack's generators, whose codes are other ones, are left out.
    #[arg(long)]
    pub tokenizer: Option<PathBuf>,
    /// Run folder of another DGiT-NAR.
    #[arg(long)]
    pub nar: Option<PathBuf>,
    /// Run folder of another DGiT-AR.
    #[arg(long)]
    pub ar: Option<PathBuf>,
}

impl Networks {
    /// `model` with these networks instead of its own; DGiT-NAR in `precision`. The grain map stays the pack's,
    /// where there is one to draw.
    ///
    /// # Errors
    /// Those of reading run folders, and [`Error::PackDamaged`] if the networks do not fit each other.
    pub fn replace(&self, model: Model, precision: Precision, device: &Device) -> Result<Model> {
        if [&self.tokenizer, &self.nar, &self.ar].iter().all(|dir| dir.is_none()) {
            return Ok(model);
        }
        let other = self.tokenizer.as_deref().map(|dir| run_folder::tokenizer(dir, device));
        let (spec, tokenizer) = other.transpose()?.map_or_else(|| model.tokenizer(), Ok)?;
        let nar = self.nar.as_deref().map(|dir| -> Result<(TransformerConfig, Nar)> {
            let sizes: TransformerConfig = json(&dir.join("nar.json"))?;
            sizes.validate()?;
            let network = Nar::new(&sizes, device);
            Ok((sizes, weights(dir, "nar.safetensors")?.load_into(network, device)?))
        });
        let (nar, ar) = (nar.transpose()?, self.ar.as_deref().map(|dir| ar::load(dir, device)));
        let ar = ar.transpose()?;

        let own = model.architecture();
        let keeps = self.tokenizer.is_none();
        let maps = spec.config.code_grid() == model.grid();
        let sizes = Architecture {
            grain_map: own.grain_map.clone().filter(|_| maps),
            nar: nar.as_ref().map(|(sizes, _)| sizes.clone()).or(own.nar.clone().filter(|_| keeps)),
            ar: ar.as_ref().map(|(sizes, _)| sizes.clone()).or(own.ar.clone().filter(|_| keeps)),
            tokenizer: spec.config,
            density: spec.density,
        };
        let mut manifest = model.manifest().clone();
        manifest.architecture = serde_json::to_value(&sizes)
            .map_err(|e| Error::Data(format!("the sizes cannot be written: {e}")))?;
        let mut new = Model::in_laboratory(manifest, device.clone())?
            .with_encoder(tokenizer.encoder)
            .with_decoder(tokenizer.decoder);
        if sizes.grain_map.is_some() {
            new = new.with_grain_map(model.grain_map()?.clone());
        }
        let nar = nar.map(|(_, network)| precision.of_module(&network));
        if let Some(nar) = nar.or(model.nar().ok().cloned().filter(|_| keeps)) {
            new = new.with_nar(nar);
        }
        let ar = ar.map(|(_, network)| network);
        match ar.or(model.ar().ok().cloned().filter(|_| keeps)) {
            Some(ar) => Ok(new.with_ar(ar)),
            None => Ok(new),
        }
    }
}

//! Networks of run folders instead of those of a pack, so that what was just trained is measured without
//! one, also on codes of a fixed length between regions and cells, which no pack has.

use std::path::PathBuf;

use burn::tensor::Device;

use crate::lab::run_folder;
use crate::lab::train::Precision;
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
        let own = model.architecture();
        let (spec, tokenizer) = match &self.tokenizer {
            Some(dir) => run_folder::tokenizer(dir, device)?,
            None => model.tokenizer()?,
        };
        let keeps = self.tokenizer.is_none();
        let nar = match &self.nar {
            Some(dir) => {
                let (sizes, network) = run_folder::nar(dir, device)?;
                Some((sizes, precision.of_module(&network)))
            }
            None => own.nar.clone().zip(model.nar().ok().cloned()).filter(|_| keeps),
        };
        let ar = match &self.ar {
            Some(dir) => Some(run_folder::ar(dir, device)?),
            None => own.ar.clone().zip(model.ar().ok().cloned()).filter(|_| keeps),
        };
        let grain_map = own.grain_map.clone().zip(model.grain_map().ok().cloned());
        let grain_map = grain_map.filter(|_| spec.config.code_grid() == model.grid());

        let sizes = Architecture {
            tokenizer: spec.config,
            density: spec.density,
            grain_map: grain_map.as_ref().map(|(sizes, _)| sizes.clone()),
            nar: nar.as_ref().map(|(sizes, _)| sizes.clone()),
            ar: ar.as_ref().map(|(sizes, _)| sizes.clone()),
        };
        let mut manifest = model.manifest().clone();
        manifest.architecture = serde_json::to_value(&sizes)
            .map_err(|e| Error::Data(format!("the sizes cannot be written: {e}")))?;
        let mut new = Model::in_laboratory(manifest, device.clone())?
            .with_encoder(tokenizer.encoder)
            .with_decoder(tokenizer.decoder);
        if let Some((_, network)) = grain_map {
            new = new.with_grain_map(network);
        }
        if let Some((_, network)) = nar {
            new = new.with_nar(network);
        }
        if let Some((_, network)) = ar {
            new = new.with_ar(network);
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::density::DensityLevels;
    use crate::dgit::{Ar, ArConfig, Nar, TransformerConfig};
    use crate::dqvae::{DqVae, TokenizerConfig, TokenizerSpec};
    use crate::lab::cli::tiny_pack::{TinyPack, write};
    use crate::lab::evaluation::evaluator::open_all;
    use crate::lab::train::generator::save;
    use crate::lab::train::tokenizer_run;
    use crate::sampler::{BatchSampler, Mode, Request};

    fn networks(dir: &Path, tokenizer: bool) -> Networks {
        let dir = Some(dir.to_owned());
        Networks { tokenizer: dir.clone().filter(|_| tokenizer), nar: dir.clone(), ar: dir }
    }

    #[test]
    fn networks_of_a_fixed_length_draw_in_place_of_a_packs() {
        let device = Device::flex();
        let root = std::env::temp_dir().join(format!("varigrain-networks-{}", std::process::id()));
        let (pack, run) = (root.join("pack"), root.join("run"));
        std::fs::create_dir_all(&run).unwrap();
        write(&pack, &TinyPack { axes: 1, ..TinyPack::default() }).unwrap();
        let model = open_all(&pack, Precision::F32, &device).unwrap();

        let config = TokenizerConfig { fixed: Some(6), ..TokenizerConfig::tiny() };
        let density = DensityLevels::from_samples((0..99).map(|i| i as f32).collect()).unwrap();
        let (grid, classes) = (config.code_grid(), model.classes().counts());
        let tokenizer = DqVae::new(&config, &device);
        tokenizer_run::save(&run, &TokenizerSpec { config, density }, &tokenizer).unwrap();
        let sizes = TransformerConfig::nar(32, grid.granularities, grid.cells(), classes.clone());
        save(&run, "nar", &sizes, &Nar::new(&sizes, &device)).unwrap();
        // Without one of its parts, as no pack has it.
        let sizes = ArConfig { rotary: false, ..ArConfig::new(32, grid, classes) };
        save(&run, "ar", &sizes, &Ar::new(&sizes, &device)).unwrap();

        let open = |networks: Networks| networks.replace(model.clone(), Precision::F32, &device);
        let other = open(networks(&run, true)).unwrap();
        assert_eq!((other.grid().cells(), other.grid().granularities), (6, 1));
        for mode in Mode::ALL {
            let asked = Request { steps: 2, ..Request::on(other.grid(), mode) };
            let drawn = BatchSampler::new(&other, &device).images(&[asked]).unwrap();
            assert_eq!((drawn[0].codes, drawn[0].rgb.len()), (36, 3 * 32 * 32), "{mode:?}");
        }
        // No page could draw it, and it does not fit the pack's own tokenizer.
        let refused = Model::new(other.manifest().clone(), device.clone()).unwrap_err();
        assert_eq!(refused.code(), "pack-damaged");
        assert_eq!(other.architecture().validate().unwrap_err().code(), "pack-damaged");
        assert_eq!(open(networks(&run, false)).unwrap_err().code(), "pack-damaged");
        assert_eq!(open(Networks::default()).unwrap().grid(), model.grid());
        std::fs::remove_dir_all(root).unwrap();
    }
}

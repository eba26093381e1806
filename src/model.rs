//! A model in memory: the networks of a pack, loaded one by one as they are needed.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::bounds::{Cost, MAP_PASSES, PASS, PICTURE, STEPS, VALUES, shortened};
use crate::classes::ClassTable;
use crate::density::{DensityLevels, LEVELS};
use crate::dgit::{Ar, ArConfig, GrainMapModel, Nar, TransformerConfig};
use crate::dqvae::{DecoderHalf, DqVae, EncoderHalf, TokenizerConfig, TokenizerSpec};
use crate::grain::Grid;
use crate::kernels::Workspaces;
use crate::kernels::layers::unfilled;
use crate::pack::{Manifest, Role, Weights};
use crate::{Error, Result};

/// The `architecture` of a manifest: sizes of every network, and the density thresholds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Architecture {
    /// DQVAE++.
    pub tokenizer: TokenizerConfig,
    /// Quantiles of the information density in the training set.
    pub density: DensityLevels,
    /// The grain-map model, where the pack has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain_map: Option<TransformerConfig>,
    /// DGiT-NAR, where the pack has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nar: Option<TransformerConfig>,
    /// DGiT-AR, where the pack has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ar: Option<ArConfig>,
}

impl Architecture {
    /// Checks every size, that they fit each other, and that they are those of a pack.
    pub fn validate(&self) -> Result<()> {
        self.check_sizes()?;
        // A page reads codes cell by cell, and encodes with a grain map.
        let by_cells = self.tokenizer.code_grid() == self.tokenizer.grid;
        if by_cells && self.ar.as_ref().is_none_or(ArConfig::is_whole) {
            return Ok(());
        }
        let why = "it is one for comparisons, which no page draws.";
        Err(Error::damaged("manifest.json", why))
    }

    /// Checks every size, and that they fit each other.
    fn check_sizes(&self) -> Result<()> {
        self.tokenizer.validate()?;
        self.density.validate()?;
        for network in self.masked() {
            network.validate()?;
        }
        self.ar.as_ref().map_or(Ok(()), ArConfig::validate)?;
        let grid = self.tokenizer.code_grid();
        let sketches = self.masked().filter_map(|t| t.sketch);
        let fits = self.grain_map.as_ref().is_none_or(|t| t.vocabulary == LEVELS)
            && self.nar.as_ref().is_none_or(|nar| {
                nar.vocabulary == self.tokenizer.codes && nar.granularities == grid.granularities
            })
            && self.masked().all(|t| t.cells == grid.cells())
            && sketches.into_iter().all(|sketch| sketch.regions == grid.regions);
        let ar_fits = self.ar.as_ref().is_none_or(|ar| {
            ar.positions().grid() == grid && ar.transformer.vocabulary == self.tokenizer.codes
        });
        if !(fits && ar_fits) {
            return Err(Error::damaged("manifest.json", "the networks do not fit each other."));
        }
        self.check_work()
    }

    /// Bounds what the sizes together ask for: memory of an operation, work of a pass, work of a picture.
    fn check_work(&self) -> Result<()> {
        let grid = self.tokenizer.code_grid();
        // Guidance asks twice, with the class and without.
        let guided = |cost: Cost| cost.times(2);
        let decoder = self.tokenizer.decoder_cost();
        let step = self.nar.as_ref().map(|nar| guided(nar.cost(grid.cell_count())) + decoder);
        let map = self.grain_map.as_ref().map(|map| guided(map.cost(grid.region_count())));
        let entry = self.ar.as_ref().map(|ar| guided(ar.cost()));
        let ar = self.ar.as_ref().zip(entry).map(|(ar, entry)| {
            // Every code may be painted by itself.
            (entry + decoder).times(ar.positions().longest()).multiplications
        });
        let nar = step.map(|step| step.times(STEPS).multiplications);
        let maps = map.map(|map| map.times(MAP_PASSES));
        let passes: Vec<Cost> = [step, maps, entry].into_iter().flatten().collect();
        let why = if passes.iter().any(|cost| cost.values > VALUES) {
            "an operation would need more memory than it may have."
        } else if passes.iter().any(|cost| cost.multiplications > PASS) {
            "a step would take more work than it may."
        } else if [nar, ar].into_iter().flatten().any(|all| all > PICTURE) {
            "a picture would take more work than it may."
        } else {
            return Ok(());
        };
        Err(Error::damaged("manifest.json", why))
    }

    /// The two masked transformers, as far as they are there.
    fn masked(&self) -> impl Iterator<Item = &TransformerConfig> {
        self.nar.iter().chain(&self.grain_map)
    }

    /// Whether all generators have class axes of these sizes.
    fn is_for(&self, classes: &[usize]) -> bool {
        let ar = self.ar.as_ref().map(|ar| &ar.transformer);
        self.masked().chain(ar).all(|t| t.classes == classes)
    }
}

/// A model pack whose networks live on one device. Clones share their weights.
#[derive(Debug, Clone)]
pub struct Model {
    manifest: Manifest,
    architecture: Architecture,
    classes: ClassTable,
    device: Device,
    encoder: Option<EncoderHalf>,
    decoder: Option<DecoderHalf>,
    grain_map: Option<GrainMapModel>,
    nar: Option<Nar>,
    ar: Option<Ar>,
    workspaces: Workspaces,
}

impl Model {
    /// Reads the manifest of a pack. No network is loaded yet.
    pub fn new(manifest: Manifest, device: Device) -> Result<Self> {
        let model = Self::in_laboratory(manifest, device)?;
        model.architecture.validate()?;
        Ok(model)
    }

    /// As [`new`](Self::new), also for what is trained for comparisons alone and never packed: codes of a fixed
    /// length between regions and cells, and a DGiT-AR without one of its parts.
    pub fn in_laboratory(manifest: Manifest, device: Device) -> Result<Self> {
        let damaged = |e: serde_json::Error| {
            Error::damaged("manifest.json", format!("it cannot be read ({}).", shortened(e)))
        };
        let architecture = Architecture::deserialize(&manifest.architecture).map_err(damaged)?;
        architecture.check_sizes()?;
        let classes = ClassTable::deserialize(&manifest.classes).map_err(damaged)?;
        classes.validate()?;
        if !architecture.is_for(&classes.counts()) {
            return Err(Error::damaged(
                "manifest.json",
                "the class table does not fit the networks.",
            ));
        }
        let (encoder, decoder, grain_map, nar, ar) = (None, None, None, None, None);
        let workspaces = Workspaces::default();
        Ok(Self {
            manifest,
            architecture,
            classes,
            device,
            encoder,
            decoder,
            grain_map,
            nar,
            ar,
            workspaces,
        })
    }

    /// Adds one file of the pack: checks size, hash and precision, then names and shapes against the sizes in
    /// the manifest, and only then makes the network that they are for.
    pub fn add(&mut self, role: Role, bytes: Vec<u8>) -> Result<()> {
        self.add_hashed(role, bytes, None)
    }

    /// As [`add`](Self::add), with the SHA-256 of the file where whoever brings it has it already.
    pub fn add_hashed(
        &mut self,
        role: Role,
        bytes: Vec<u8>,
        digest: Option<[u8; 32]>,
    ) -> Result<()> {
        let entry = self.manifest.entry(role)?.clone();
        let weights = Weights::hashed(&entry, bytes, digest)?;
        let (sizes, device) = (&self.architecture, &self.device);
        // No sampler uses the encoder: what they left for each other stays good.
        if role != Role::Encoder {
            self.workspaces = Workspaces::default();
        }
        match role {
            Role::Encoder => {
                let network = unfilled(|| EncoderHalf::new(&sizes.tokenizer, device));
                self.encoder = Some(weights.load_into(network, device)?);
            }
            Role::Decoder => {
                let network = unfilled(|| DecoderHalf::new(&sizes.tokenizer, device));
                self.decoder = Some(weights.load_into(network, device)?);
            }
            Role::GrainMap => {
                let config = loaded(&sizes.grain_map, role)?;
                let network = unfilled(|| GrainMapModel::new(config, device));
                self.grain_map = Some(weights.load_into(network, device)?);
            }
            Role::Nar => {
                let config = loaded(&sizes.nar, role)?;
                let network = unfilled(|| Nar::new(config, device));
                self.nar = Some(weights.load_into(network, device)?);
            }
            Role::Ar => {
                let config = loaded(&sizes.ar, role)?;
                let network = unfilled(|| Ar::new(config, device));
                self.ar = Some(weights.load_into(network, device)?);
            }
        }
        Ok(())
    }

    /// Forgets what samplers left for each other, which goes by the kernels of before.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn clear_workspaces(&mut self) {
        self.workspaces = Workspaces::default();
    }

    /// The same model with all networks but the encoder, and no weights in them: for what follows from their
    /// sizes alone.
    pub fn hollow(&self) -> Self {
        let (sizes, device) = (&self.architecture, &self.device);
        unfilled(|| Self {
            decoder: Some(DecoderHalf::new(&sizes.tokenizer, device)),
            grain_map: sizes.grain_map.as_ref().map(|config| GrainMapModel::new(config, device)),
            nar: sizes.nar.as_ref().map(|config| Nar::new(config, device)),
            ar: sizes.ar.as_ref().map(|config| Ar::new(config, device)),
            workspaces: Workspaces::default(),
            ..self.clone()
        })
    }

    /// The same model with this decoder half; for networks that do not come from a file.
    pub fn with_decoder(mut self, network: DecoderHalf) -> Self {
        self.decoder = Some(network);
        self.workspaces = Workspaces::default();
        self
    }

    /// The same model with this encoder half.
    pub fn with_encoder(mut self, network: EncoderHalf) -> Self {
        self.encoder = Some(network);
        self
    }

    /// The same model with this content model.
    pub fn with_nar(mut self, network: Nar) -> Self {
        self.nar = Some(network);
        self.workspaces = Workspaces::default();
        self
    }

    /// The same model with this DGiT-AR.
    pub fn with_ar(mut self, network: Ar) -> Self {
        self.ar = Some(network);
        self.workspaces = Workspaces::default();
        self
    }

    /// The same model with this grain-map model.
    pub fn with_grain_map(mut self, network: GrainMapModel) -> Self {
        self.grain_map = Some(network);
        self.workspaces = Workspaces::default();
        self
    }

    /// Loads a pack from a folder, with the networks for `roles`.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open(dir: impl AsRef<std::path::Path>, roles: &[Role], device: &Device) -> Result<Self> {
        let pack = crate::pack::PackDir::open(dir)?;
        let mut model = Self::new(pack.manifest().clone(), device.clone())?;
        for role in roles {
            model.add(*role, pack.read(*role)?)?;
        }
        Ok(model)
    }

    /// What the pack says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Sizes of the networks.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// What can be asked for.
    pub fn classes(&self) -> &ClassTable {
        &self.classes
    }

    /// Class vectors of an image in the generators; see [`slots`](crate::dgit::slots).
    pub fn slots(&self) -> usize {
        crate::dgit::slots(&self.classes.counts())
    }

    /// Where the networks live.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Regions and cells of an image's codes.
    pub fn grid(&self) -> Grid {
        self.architecture.tokenizer.code_grid()
    }

    /// Buffers and recordings that samplers share from image to image.
    pub(crate) fn workspaces(&self) -> &Workspaces {
        &self.workspaces
    }

    /// Codes → image; an error when its file has not been added.
    pub fn decoder(&self) -> Result<&DecoderHalf> {
        loaded(&self.decoder, Role::Decoder)
    }

    /// Image → features; an error when its file has not been added.
    pub fn encoder(&self) -> Result<&EncoderHalf> {
        loaded(&self.encoder, Role::Encoder)
    }

    /// Sizes and densities of DQVAE++.
    pub fn tokenizer_spec(&self) -> TokenizerSpec {
        let Architecture { tokenizer, density, .. } = self.architecture.clone();
        TokenizerSpec { config: tokenizer, density }
    }

    /// Both halves of DQVAE++ with its densities; an error when a file has not been added.
    pub fn tokenizer(&self) -> Result<(TokenizerSpec, DqVae)> {
        let (encoder, decoder) = (self.encoder()?.clone(), self.decoder()?.clone());
        Ok((self.tokenizer_spec(), DqVae { encoder, decoder }))
    }

    /// The grain-map model; an error when its file has not been added.
    pub fn grain_map(&self) -> Result<&GrainMapModel> {
        loaded(&self.grain_map, Role::GrainMap)
    }

    /// DGiT-NAR; an error when its file has not been added.
    pub fn nar(&self) -> Result<&Nar> {
        loaded(&self.nar, Role::Nar)
    }

    /// DGiT-AR; an error when its file has not been added.
    pub fn ar(&self) -> Result<&Ar> {
        loaded(&self.ar, Role::Ar)
    }

    /// Sizes of DGiT-AR; an error when the pack has none.
    pub fn ar_config(&self) -> Result<&ArConfig> {
        loaded(&self.architecture.ar, Role::Ar)
    }
}

fn loaded<T>(network: &Option<T>, role: Role) -> Result<&T> {
    network.as_ref().ok_or_else(|| Error::PackMissing { role: role.to_string() })
}

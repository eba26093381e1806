//! Options that the evaluations of generators share.

use std::path::PathBuf;

use burn::tensor::Device;

use super::Networks;
use crate::classes::ClassTable;
use crate::grain::Shares;
use crate::lab::backend::Backend;
use crate::lab::metrics::Classifier;
use crate::lab::train::Precision;
use crate::model::Model;
use crate::pack::PackDir;
use crate::sampler::{Mode, Request, Schedule};
use crate::{Error, Result};

/// What is measured, with what, and where.
#[derive(clap::Args, Debug, Clone)]
pub struct BenchOptions {
    /// The model pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    pub model: PathBuf,
    /// Networks that are measured instead of its own.
    #[command(flatten)]
    pub networks: Networks,
    /// Folder that `varigrain data` wrote.
    #[arg(long, default_value = "data/emoji-128")]
    pub data: PathBuf,
    /// EfficientNet-Lite2 weights that `varigrain features` wrote.
    #[arg(long)]
    pub features: PathBuf,
    /// Seeds: each draws other classes and other images.
    #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
    pub seeds: Vec<u64>,
    /// Training images to compare with, chosen by chance; all of them if left out.
    #[arg(long)]
    pub reference: Option<usize>,
    /// Images that are drawn at once, at most.
    #[arg(long, default_value_t = 256)]
    pub batch: usize,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    pub device: Backend,
    /// Precision of the activations of DGiT-NAR; everything else is in F32.
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    pub precision: Precision,
    /// Folder for the table as JSON and its plots.
    #[arg(long, default_value = "docs/results")]
    pub out: PathBuf,
}

/// A generator, what it is asked for, and where it is measured.
#[derive(clap::Args, Debug, Clone)]
pub struct GeneratorOptions {
    /// What is measured, with what, and where.
    #[command(flatten)]
    pub bench: BenchOptions,
    /// Which generator, and what it is asked for.
    #[command(flatten)]
    pub sampler: SamplerOptions,
}

impl GeneratorOptions {
    /// The request, for anything and with seed 0: the pack's defaults, where it has any, and what the options
    /// say instead.
    ///
    /// # Errors
    /// Those of reading the pack's manifest and of [`Self::request_on`].
    pub fn request(&self) -> Result<Request> {
        let manifest = PackDir::open(&self.bench.model)?.manifest().clone();
        self.request_on(&Model::new(manifest, Device::flex())?)
    }

    /// The same for a pack that is open.
    ///
    /// # Errors
    /// Those of [`Request::validate`], and [`Error::BadRequest`] if a network from a run folder would be asked
    /// for other shares of granularities than those of its codes, because neither the pack nor an option names
    /// any for it.
    pub fn request_on(&self, model: &Model) -> Result<Request> {
        let (mode, networks) = (self.sampler.mode, &self.bench.networks);
        let own = &model.manifest().defaults;
        let replaced = match mode {
            Mode::Nar => &networks.nar,
            Mode::Ar => &networks.ar,
        };
        let unknown = replaced.is_some() && !own.contains_key(mode.as_str());
        if let (true, None, Some(encode)) = (unknown, &self.sampler.shares, own.get("encode")) {
            let (title, mode) = (self.sampler.title(), mode.as_str());
            return Err(Error::BadRequest(format!(
                "the pack has no defaults for {title}, and its pictures are encoded with {encode}: name the \
                 shares of the network's codes with --shares, and its other settings, or add defaults for \
                 \"{mode}\" to the pack."
            )));
        }
        let request = self.sampler.request_from(Request::defaults(model, mode)?);
        request.validate()?;
        Ok(request)
    }
}

/// What the tables of one generator are called.
#[derive(clap::Args, Debug, Clone)]
pub struct TableName {
    /// Name of the tables in --out; NAR and AR have their own if left out.
    #[arg(long)]
    name: Option<String>,
}

impl TableName {
    /// The name, or that of the generator in this evaluation.
    pub fn of(&self, evaluation: &str, sampler: &SamplerOptions) -> String {
        self.name.clone().unwrap_or_else(|| sampler.file(evaluation))
    }
}

/// Who judges styles and subgroups.
#[derive(clap::Args, Debug, Clone)]
pub struct ClassifierOptions {
    /// What `varigrain eval classifier` wrote; without it no style and subgroup accuracy.
    #[arg(long, requires = "lite0")]
    pub classifier: Option<PathBuf>,
    /// EfficientNet-Lite0 weights that `varigrain features` wrote, for the classifier.
    #[arg(long)]
    pub lite0: Option<PathBuf>,
}

impl ClassifierOptions {
    /// Loads the classifier, if one is named, for the classes of `table`.
    ///
    /// # Errors
    /// As [`Classifier::load`].
    pub fn load(&self, table: &ClassTable, device: &Device) -> Result<Option<Classifier>> {
        match (&self.classifier, &self.lite0) {
            (Some(heads), Some(lite0)) => Classifier::load(heads, lite0, table, device).map(Some),
            _ => Ok(None),
        }
    }
}

/// What a generator is asked for, except for what to draw. Each has its own defaults.
#[derive(clap::Args, Debug, Clone)]
pub struct SamplerOptions {
    /// Which generator draws.
    #[arg(long, value_enum, default_value_t = Mode::Nar)]
    pub mode: Mode,
    /// NAR: passes of the network.
    #[arg(long)]
    pub steps: Option<usize>,
    /// Classifier-free guidance.
    #[arg(long)]
    pub guidance: Option<f32>,
    /// Guidance as strong from the start, instead of a ramp.
    #[arg(long)]
    pub constant_guidance: bool,
    /// Temperature of the code distribution.
    #[arg(long)]
    pub temperature: Option<f32>,
    /// NAR: noise on the confidence.
    #[arg(long)]
    pub noise: Option<f32>,
    /// NAR: order of commitment.
    #[arg(long, value_enum)]
    pub schedule: Option<Schedule>,
    /// NAR: priority β of dense regions; each schedule has its own default.
    #[arg(long)]
    pub priority: Option<f32>,
    /// Shares of regions at the finer granularities, as in 0.3,0.3.
    #[arg(long)]
    pub shares: Option<Shares>,
    /// AR: only the most likely codes.
    #[arg(long)]
    pub top_k: Option<usize>,
    /// AR: only the codes that make up this probability.
    #[arg(long)]
    pub top_p: Option<f32>,
    /// Temperature of where codes go: of AR's positions, of the grain map for NAR.
    #[arg(long)]
    pub position_temperature: Option<f32>,
}

impl SamplerOptions {
    /// What tables call the generator.
    pub fn title(&self) -> &'static str {
        match self.mode {
            Mode::Nar => "DGiT-NAR",
            Mode::Ar => "DGiT-AR",
        }
    }

    /// Name of the files about this generator: that of the evaluation, and the mode.
    pub fn file(&self, evaluation: &str) -> String {
        match self.mode {
            Mode::Nar => format!("{evaluation}-nar"),
            Mode::Ar => format!("{evaluation}-ar"),
        }
    }

    /// The request, for anything and with seed 0: these defaults, and what the options say instead.
    pub fn request_from(&self, default: Request) -> Request {
        let schedule = self.schedule.unwrap_or(default.schedule);
        let priority = match self.schedule {
            Some(schedule) => schedule.default_priority(),
            None => default.priority,
        };
        let priority = self.priority.unwrap_or(priority);
        Request {
            steps: self.steps.unwrap_or(default.steps),
            guidance: self.guidance.unwrap_or(default.guidance),
            ramp: default.ramp && !self.constant_guidance,
            temperature: self.temperature.unwrap_or(default.temperature),
            noise: self.noise.unwrap_or(default.noise),
            schedule,
            priority,
            shares: self.shares.unwrap_or(default.shares),
            top_k: self.top_k.or(default.top_k),
            top_p: self.top_p.unwrap_or(default.top_p),
            position_temperature: self.position_temperature.unwrap_or(default.position_temperature),
            ..default
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;
    use crate::lab::cli::tiny_pack::{TinyPack, write};

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: GeneratorOptions,
    }

    #[test]
    fn another_network_is_not_asked_for_shares_that_nobody_named() {
        let root = std::env::temp_dir().join(format!("varigrain-options-{}", std::process::id()));
        write(&root, &TinyPack { axes: 1, granularities: 3, ..TinyPack::default() }).unwrap();
        let mut manifest = PackDir::open(&root).unwrap().manifest().clone();
        std::fs::remove_dir_all(root).unwrap();
        manifest.defaults.insert("encode".into(), json!({"shares": [0.5, 0.25]}));
        manifest.defaults.insert("nar".into(), json!({"shares": [0.25, 0.5]}));
        let model = Model::new(manifest, Device::flex()).unwrap();
        let shares = |options: &[&str]| {
            let all = ["eval", "--features", "f"].iter().chain(options);
            let request = Cli::parse_from(all).options.request_on(&model)?;
            Ok::<_, Error>(request.shares.as_slice().to_vec())
        };
        // The engine's own for a network of the pack, the pack's, and an option's.
        assert_eq!(shares(&["--mode", "ar"]).unwrap(), [0.3, 0.3]);
        assert_eq!(shares(&["--nar", "run", "--ar", "run"]).unwrap(), [0.25, 0.5]);
        let named = ["--mode", "ar", "--ar", "run", "--shares", "0.1,0.2"];
        assert_eq!(shares(&named).unwrap(), [0.1, 0.2]);
        let refused = shares(&["--mode", "ar", "--ar", "run"]).unwrap_err();
        assert_eq!(refused.code(), "bad-request");
        assert!(refused.to_string().contains("[0.5,0.25]"), "{refused}");
    }
}

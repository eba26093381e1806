//! `varigrain pack`: trained networks → the model pack that pages load.

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use serde_json::{Map, Value};

use super::known;
use crate::description::Description;
use crate::dqvae::DqVae;
use crate::lab::data::{Source, dataset};
use crate::lab::run_folder;
use crate::model::{Architecture, Model};
use crate::pack::{FORMAT, Manifest, PackDir, Precision, Role, save, to_int8, write_pack};
use crate::{Error, Result};

/// Arguments of `varigrain pack`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder that `varigrain data` wrote, for the class tables.
    #[arg(long, default_value = "data/emoji-128")]
    data: PathBuf,
    /// Run folder of the tokenizer. Without it the networks that --out already holds stay.
    #[arg(long)]
    tokenizer: Option<PathBuf>,
    /// Run folder of the grain-map model; without it and --nar the pack encodes and decodes only.
    #[arg(long, requires = "tokenizer", requires = "nar")]
    grain_map: Option<PathBuf>,
    /// Run folder of DGiT-NAR. Without --tokenizer it takes the place of the one that --out already holds.
    #[arg(long)]
    nar: Option<PathBuf>,
    /// Run folder of DGiT-AR, to be added to the pack.
    #[arg(long)]
    ar: Option<PathBuf>,
    /// Run folder of a tokenizer whose decoder was trained again (`train pictures --decoder-only`): of the pack
    /// that --out already holds only that file changes.
    #[arg(long, conflicts_with = "tokenizer")]
    decoder: Option<PathBuf>,
    /// Stores these files as int8, of the networks that --out already holds as well: decoder, encoder,
    /// grain-map, nar, ar. All others are f16, or stay what they are.
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    int8: Vec<Role>,
    /// Takes the class tables of --data into the pack that --out already holds.
    #[arg(long, conflicts_with = "tokenizer")]
    classes: bool,
    /// What a request is where it is silent, as JSON: for `nar` and `ar` a part of a request, for `encode` a
    /// part of the encoder's options, as in {"encode": {"shares": [0.6, 0.2], "measure": "coarse-error"}}.
    #[arg(long, value_name = "JSON", value_parser = object)]
    defaults: Option<Map<String, Value>>,
    /// Folder of the pack.
    #[arg(long, default_value = "www/models/emoji-128")]
    out: PathBuf,
    /// Version of the pack.
    #[arg(long)]
    version: Option<String>,
}

const WEIGHTS: &str = "Weights and code: MIT OR Apache-2.0";
const METHOD: &str =
    "Method after Huang et al., Dynamic Vector Quantization (CVPR 2023), and its journal extension";

/// Under which licence the pictures of a source are.
fn licence(source: &Source) -> String {
    format!("Pictures learned from: {} {}: {}", source.package, source.version, source.licence)
}

/// Writes the pack and prints its files.
pub fn run(args: Args) -> Result<()> {
    if let Some(tokenizer) = &args.tokenizer {
        if args.nar.is_some() && args.grain_map.is_none() {
            let why =
                "a new pack with --nar needs --grain-map, which draws the maps of its pictures.";
            return Err(Error::BadRequest(why.into()));
        }
        let (manifest, files) = export(&args, tokenizer)?;
        write_pack(&args.out, manifest, files)?;
    } else if let Some(run) = &args.nar {
        PackDir::open(&args.out)?.manifest().entry(Role::GrainMap)?;
        let (config, nar) = run_folder::nar(run, &Device::flex())?;
        put(&args, Role::Nar, &nar, |sizes| sizes.nar = Some(config))?;
    }
    if let Some(decoder) = &args.decoder {
        replace_decoder(&args, decoder)?;
    }
    if args.classes {
        let classes = classes(&args)?;
        amend(&args.out, |manifest| manifest.classes = classes)?;
    }
    if let Some(run) = &args.ar {
        let (config, ar) = run_folder::ar(run, &Device::flex())?;
        put(&args, Role::Ar, &ar, |sizes| sizes.ar = Some(config))?;
    }
    if !args.int8.is_empty() {
        narrow(&args)?;
    }
    if let Some(defaults) = &args.defaults {
        set_defaults(&args, defaults.clone())?;
    }
    // Whatever changed, or nothing else.
    if let Some(version) = &args.version {
        amend(&args.out, |manifest| manifest.version.clone_from(version))?;
    }
    known::work_out(&args.out)?;
    for file in &PackDir::open(&args.out)?.manifest().files {
        println!("{:10} {:9} bytes  {:4}  {}", file.role, file.bytes, file.precision, file.name);
    }
    Ok(())
}

/// Weights files with their roles and names.
type Files = Vec<(Role, String, Vec<u8>)>;

/// The file of a network, from f32 to what it is to be.
fn stored<M: Module>(args: &Args, role: Role, network: &M) -> Result<(Role, String, Vec<u8>)> {
    let name = format!("{role}.safetensors");
    let bytes = match args.int8.contains(&role) {
        true => to_int8(&name, save(network, false)?)?,
        false => save(network, true)?,
    };
    Ok((role, name, bytes))
}

/// Stores the files of --int8 in the pack in `--out` as int8 unless they are already.
fn narrow(args: &Args) -> Result<()> {
    let pack = PackDir::open(&args.out)?;
    let mut files = files_of(&pack, |_| true)?;
    for role in &args.int8 {
        let entry = pack.manifest().entry(*role)?;
        let file = files.iter_mut().find(|(of, ..)| of == role);
        if let Some((_, name, bytes)) = file.filter(|_| entry.precision != Precision::Int8) {
            *bytes = to_int8(name, std::mem::take(bytes))?;
        }
    }
    write_pack(&args.out, pack.manifest().clone(), files)?;
    Ok(())
}

/// A pack of a tokenizer and, where they are given, DGiT-NAR with its grain-map model.
fn export(args: &Args, tokenizer: &Path) -> Result<(Manifest, Files)> {
    let device = Device::flex();
    let (spec, DqVae { encoder, decoder }) = run_folder::tokenizer(tokenizer, &device)?;
    let grain_map = args.grain_map.as_deref().map(|dir| run_folder::grain_map(dir, &device));
    let grain_map = grain_map.transpose()?;
    let nar = args.nar.as_deref().map(|dir| run_folder::nar(dir, &device)).transpose()?;
    let sizes = Architecture {
        tokenizer: spec.config,
        density: spec.density,
        grain_map: grain_map.as_ref().map(|(sizes, _)| sizes.clone()),
        nar: nar.as_ref().map(|(sizes, _)| sizes.clone()),
        ar: None,
    };
    sizes.validate()?;
    let mut files = vec![stored(args, Role::Decoder, &decoder)?];
    if let Some((_, network)) = &grain_map {
        files.push(stored(args, Role::GrainMap, network)?);
    }
    if let Some((_, network)) = &nar {
        files.push(stored(args, Role::Nar, network)?);
    }
    files.push(stored(args, Role::Encoder, &encoder)?);

    let sources = dataset::sources(&args.data)?;
    let name = args.out.file_name().map_or("model".into(), |n| n.to_string_lossy().into_owned());
    let manifest = Manifest {
        format: FORMAT,
        name,
        version: "1".into(),
        architecture: value(serde_json::to_value(&sizes))?,
        classes: classes(args)?,
        defaults: Default::default(),
        known: Default::default(),
        files: vec![],
        licences: [WEIGHTS.to_owned()].into_iter().chain(sources.iter().map(licence)).collect(),
        credits: sources
            .into_iter()
            .map(|source| source.credit)
            .chain([METHOD.to_owned()])
            .collect(),
    };
    Ok((manifest, files))
}

/// Puts a network into the pack in `--out`, in place of the one that it may have.
fn put<M: Module>(
    args: &Args,
    role: Role,
    network: &M,
    resize: impl FnOnce(&mut Architecture),
) -> Result<()> {
    let pack = PackDir::open(&args.out)?;
    let mut manifest = pack.manifest().clone();
    let mut sizes = Model::new(manifest.clone(), Device::flex())?.architecture().clone();
    resize(&mut sizes);
    sizes.validate()?;
    let stored = stored(args, role, network)?;
    let mut files = files_of(&pack, |_| true)?;
    match files.iter_mut().find(|(of, ..)| *of == role) {
        Some(file) => *file = stored,
        None => files.push(stored),
    }
    manifest.architecture = value(serde_json::to_value(&sizes))?;
    write_pack(&args.out, manifest, files)?;
    Ok(())
}

/// Gives the pack in `--out` another decoder for the same codes.
fn replace_decoder(args: &Args, run: &Path) -> Result<()> {
    let device = Device::flex();
    let (spec, decoder) = run_folder::decoder(run, &device)?;
    let (own, before) = run_folder::decoder(&args.out, &device)?;
    let codebooks = [&before, &decoder].map(|half| half.codebook.codes.val().into_data());
    if spec.config != own.config || codebooks[0] != codebooks[1] {
        return Err(Error::BadRequest(format!(
            "the decoder in {} is not for the codes of this pack.",
            run.display()
        )));
    }
    put(args, Role::Decoder, &decoder, |_| ())
}

/// Gives the pack in `--out` these defaults instead of those that it had, if its model can heed them.
fn set_defaults(args: &Args, defaults: Map<String, Value>) -> Result<()> {
    let manifest = PackDir::open(&args.out)?.manifest().clone();
    let manifest = Manifest { defaults: defaults.clone(), ..manifest };
    Description::of(&Model::new(manifest, Device::flex())?)?;
    amend(&args.out, |manifest| manifest.defaults = defaults)
}

/// Changes what the manifest of a pack says, not its files.
fn amend(out: &Path, change: impl FnOnce(&mut Manifest)) -> Result<()> {
    let pack = PackDir::open(out)?;
    let mut manifest = pack.manifest().clone();
    change(&mut manifest);
    write_pack(out, manifest, files_of(&pack, |_| true)?)?;
    Ok(())
}

fn object(text: &str) -> std::result::Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// The files of a pack whose roles `wanted` says yes to.
pub(super) fn files_of(pack: &PackDir, wanted: impl Fn(Role) -> bool) -> Result<Files> {
    let files = pack.manifest().files.iter().filter(|file| wanted(file.role));
    files.map(|file| Ok((file.role, file.name.clone(), pack.read(file.role)?))).collect()
}

/// The class tables of --data.
fn classes(args: &Args) -> Result<Value> {
    value(serde_json::to_value(dataset::classes(&args.data)?))
}

fn value(v: serde_json::Result<Value>) -> Result<Value> {
    v.map_err(|e| Error::Data(format!("the manifest cannot be written: {e}")))
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches};

    use super::*;

    const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/emoji-128");

    fn parse(line: &str) -> std::result::Result<Args, clap::Error> {
        let command = Args::augment_args(clap::Command::new("pack"));
        Args::from_arg_matches(&command.try_get_matches_from(line.split(' '))?)
    }

    #[test]
    fn files_of_a_pack_become_int8_one_by_one_and_only_once() {
        let out = std::env::temp_dir().join(format!("varigrain-int8-{}", std::process::id()));
        let shipped = PackDir::open(SHIPPED).unwrap();
        let small = [Role::Decoder, Role::GrainMap];
        let files = files_of(&shipped, |role| small.contains(&role)).unwrap();
        write_pack(&out, shipped.manifest().clone(), files).unwrap();

        let pack = |roles: &str| {
            let line = format!("pack --int8 {roles} --version 6 --out {}", out.display());
            run(parse(&line).unwrap()).map(|()| PackDir::open(&out).unwrap())
        };
        let first = pack("grain-map").unwrap();
        let precisions = |pack: &PackDir| {
            pack.manifest().files.iter().map(|file| file.precision).collect::<Vec<_>>()
        };
        assert_eq!(precisions(&first), [Precision::F16, Precision::Int8]);
        assert_eq!(first.manifest().version, "6");
        assert_eq!(first.read(Role::Decoder).unwrap(), shipped.read(Role::Decoder).unwrap());
        let bytes = first.read(Role::GrainMap).unwrap();
        let before = shipped.manifest().entry(Role::GrainMap).unwrap().bytes;
        assert!((bytes.len() as u64) < before * 6 / 10, "{} of {before}", bytes.len());

        let second = pack("decoder,grain-map").unwrap();
        assert_eq!(precisions(&second), [Precision::Int8; 2]);
        assert_eq!(second.read(Role::GrainMap).unwrap(), bytes);

        let defaults = |json: &str| {
            let line = format!("pack --defaults {json} --version 8 --out {}", out.display());
            parse(&line).map(|args| run(args).map(|()| PackDir::open(&out).unwrap()))
        };
        let told = defaults(r#"{"encode":{"shares":[0.25],"measure":"coarse-error"}}"#).unwrap();
        let told = told.unwrap();
        assert_eq!(told.manifest().defaults["encode"]["shares"][0], 0.25);
        assert_eq!(told.manifest().version, "8");
        assert!(defaults("[]").is_err(), "no object");
        for wrong in [r#"{"encode":{"shares":[2]}}"#, r#"{"encode":{"measure":"predicted-error"}}"#]
        {
            assert_eq!(defaults(wrong).unwrap().unwrap_err().code(), "pack-damaged", "{wrong}");
        }
        assert_eq!(PackDir::open(&out).unwrap().manifest().defaults["encode"]["shares"][0], 0.25);
        // Another decoder for the same codes: here its own, as f16 again.
        let pack_folder = |more: &str| {
            let line = format!("pack {more} --out {}", out.display());
            run(parse(&line).unwrap()).map(|()| PackDir::open(&out).unwrap())
        };
        let again = pack_folder(&format!("--decoder {SHIPPED} --version 7")).unwrap();
        assert_eq!(precisions(&again), [Precision::F16, Precision::Int8]);
        assert_eq!(again.read(Role::Decoder).unwrap(), shipped.read(Role::Decoder).unwrap());
        assert_eq!(again.manifest().version, "7");
        assert_eq!(pack_folder("--version 9").unwrap().manifest().version, "9");
        let portraits = SHIPPED.replace("emoji-128", "portraits-256");
        let other = pack_folder(&format!("--decoder {portraits}")).unwrap_err();
        assert_eq!(other.code(), "bad-request");
        // DGiT-NAR comes with a grain map, or into a pack that has one.
        let alone = format!("--tokenizer {SHIPPED} --nar {SHIPPED}");
        assert_eq!(pack_folder(&alone).unwrap_err().code(), "bad-request");
        // A role that the pack has no file for, and what is no role.
        assert_eq!(pack("ar").unwrap_err().code(), "pack-missing");
        assert!(parse("pack --int8 decoder,paint").is_err());
        std::fs::remove_dir_all(&out).unwrap();
    }
}

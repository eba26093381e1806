//! `varigrain eval int8`: what int8 weights change in what a pack draws and gives back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::lab::backend::Backend;
use crate::lab::data::{Dataset, Split};
use crate::lab::evaluation::int8::{Drawn, Equal, Files, psnr_between};
use crate::lab::results::{Cell, Column, Results};
use crate::pack::{PackDir, Role};
use crate::rng::Rng;
use crate::sampler::Mode;
use crate::{Error, Result};

/// Seeds of pictures are this far apart for two seeds of an evaluation.
const SEEDS: u64 = 1_000_000;

/// Arguments of `varigrain eval int8`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The model pack, with a file for every role.
    #[arg(long, default_value = "www/models/emoji-128")]
    model: PathBuf,
    /// Folder that `varigrain data` wrote; without it nothing is given back.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Seeds: each draws other pictures.
    #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
    seeds: Vec<u32>,
    /// Pictures a generator and seed.
    #[arg(long, default_value_t = 24)]
    count: u32,
    /// Held-out drawings a seed.
    #[arg(long, default_value_t = 64)]
    drawings: usize,
    /// Where to compute.
    #[arg(long, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Folder for the table as JSON.
    #[arg(long, default_value = "docs/results")]
    out: PathBuf,
    /// Name of the table in --out.
    #[arg(long, default_value = "int8")]
    name: String,
}

/// A generator, the files that decide its codes, and those that are int8, together, in each row.
type Variants = (Mode, &'static [Role], &'static [&'static [Role]]);

const GENERATORS: [Variants; 2] = [
    (
        Mode::Nar,
        &[Role::GrainMap, Role::Nar],
        &[&[Role::Decoder], &[Role::GrainMap], &[Role::Nar], &Role::ALL],
    ),
    (Mode::Ar, &[Role::Ar], &[&[Role::Decoder], &[Role::Ar], &Role::ALL]),
];
const TOKENIZER: [&[Role]; 4] = [&[], &[Role::Encoder], &[Role::Decoder], &Role::ALL];

/// Draws, compares, prints and writes.
pub fn run(args: &Args) -> Result<()> {
    if args.count == 0 || args.drawings == 0 || args.seeds.is_empty() {
        return Err(Error::BadRequest("there must be a seed and a picture to compare.".into()));
    }
    let device = args.device.device()?;
    let pack = PackDir::open(&args.model)?;
    let open = |roles: &[Role]| Files::open(&pack, roles, &device);
    let mut results = Results::new("int8 weights", columns());
    for variants in GENERATORS {
        generator(args, &open, variants, &mut results)?;
    }
    results.note(format!(
        "{} pictures a generator and seed, drawn one by one with the pack's defaults; means over \
         pictures, ± over seeds. Equal pictures count as 100 dB.",
        args.count
    ));
    if let Some(folder) = &args.data {
        tokenizer(args, &open, &Dataset::open(folder)?, &mut results)?;
        let drawings = args.drawings;
        results.note(format!("Tokenizer: {drawings} drawings of held-out concepts a seed."));
    }
    results.note(format!("The pack is {} {}.", pack.manifest().name, pack.manifest().version));
    results.write(&args.out, &args.name)
}

/// A pack with these files as int8.
type Open<'a> = &'a dyn Fn(&[Role]) -> Result<Files>;

/// Codes, and the pictures that they are.
type Pictures = (Vec<Drawn>, Vec<Vec<f32>>);

/// The rows of a generator.
fn generator(
    args: &Args,
    open: Open,
    (mode, deciding, variants): Variants,
    results: &mut Results,
) -> Result<()> {
    // Codes by the files that decide them and are int8: the others need no second drawing.
    let mut codes: BTreeMap<Vec<Role>, Vec<Vec<Drawn>>> = BTreeMap::new();
    let mut make = |files: &Files, roles: &[Role]| -> Result<Vec<Pictures>> {
        eprintln!("{}, as int8: {}", mode.as_str(), name(roles));
        let of: Vec<Role> = deciding.iter().copied().filter(|role| roles.contains(role)).collect();
        let drawn = match codes.get(&of) {
            Some(drawn) => drawn.clone(),
            None => {
                let first = args.seeds.iter().map(|seed| u64::from(*seed) * SEEDS);
                let ranges = first.map(|first| first..first + u64::from(args.count));
                ranges.map(|seeds| files.draw(mode, seeds)).collect::<Result<_>>()?
            }
        };
        codes.insert(of, drawn.clone());
        let with_pictures = |drawn: Vec<Drawn>| {
            let pictures = files.pictures(&drawn)?;
            Ok((drawn, pictures))
        };
        drawn.into_iter().map(with_pictures).collect()
    };
    let before = make(&open(&[])?, &[])?;
    for roles in variants {
        let files = open(roles)?;
        let after = make(&files, roles)?;
        let pairs = || before.iter().zip(&after);
        let equal: Vec<Equal> = pairs().map(|(a, b)| Equal::between(&a.0, &b.0)).collect();
        let off = pairs().map(|(a, b)| psnr_between(&a.1, &b.1)).collect::<Result<Vec<_>>>()?;
        let each = |i: usize| Cell::from(&off.iter().map(|seed| seed[i]).collect::<Vec<_>>()[..]);
        let psnr = [each(0), each(1), Cell::Missing];
        results.row(row(roles, mode.as_str(), &files, &equal, psnr))?;
    }
    Ok(())
}

/// The rows of the tokenizer.
fn tokenizer(args: &Args, open: Open, data: &Dataset, results: &mut Results) -> Result<()> {
    let rebuild = |files: &Files| -> Result<Vec<(Vec<Drawn>, f64)>> {
        let rebuild = |seed: &u32| {
            let rebuilt = files.rebuild(&held_out(data, *seed, args.drawings))?;
            let mean = rebuilt.iter().map(|(_, psnr)| psnr).sum::<f64>() / rebuilt.len() as f64;
            Ok((rebuilt.into_iter().map(|(drawn, _)| drawn).collect(), mean))
        };
        args.seeds.iter().map(rebuild).collect()
    };
    let mut before = Vec::new();
    for roles in TOKENIZER {
        eprintln!("tokenizer, as int8: {}", name(roles));
        let files = open(roles)?;
        let after = rebuild(&files)?;
        if roles.is_empty() {
            before = after.clone();
        }
        let pairs = before.iter().zip(&after);
        let equal: Vec<Equal> = pairs.map(|(a, b)| Equal::between(&a.0, &b.0)).collect();
        let to: Vec<f64> = after.iter().map(|(_, psnr)| *psnr).collect();
        let psnr = [Cell::Missing, Cell::Missing, Cell::from(&to[..])];
        results.row(row(roles, "tokenizer", &files, &equal, psnr))?;
    }
    Ok(())
}

fn columns() -> Vec<Column> {
    vec![
        Column::key("files as int8", "", 0),
        Column::key("what is made", "", 0),
        Column::measure("size before", "MB", 2),
        Column::measure("size", "MB", 2),
        Column::measure("equal regions", "%", 1),
        Column::measure("equal codes", "%", 1),
        Column::measure("pictures with equal codes", "%", 1),
        Column::measure("PSNR to the pictures before", "dB", 2),
        Column::measure("lowest of them", "dB", 2),
        Column::measure("PSNR to the drawings", "dB", 2),
    ]
}

/// Drawings of concepts that training lacks, others for each seed.
fn held_out(data: &Dataset, seed: u32, count: usize) -> Vec<&[u8]> {
    let mut items = data.indices(Split::TestConcepts);
    Rng::new(seed.into()).shuffle(&mut items);
    items.into_iter().take(count).map(|item| data.image(item)).collect()
}

/// What tables call these files.
fn name(roles: &[Role]) -> String {
    match roles.len() {
        0 => "none".into(),
        n if n == Role::ALL.len() => "all".into(),
        _ => roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn row(roles: &[Role], what: &str, files: &Files, equal: &[Equal], psnr: [Cell; 3]) -> Vec<Cell> {
    let shares = |of: fn(&Equal) -> f64| {
        Cell::from(&equal.iter().map(|equal| 100.0 * of(equal)).collect::<Vec<_>>()[..])
    };
    let [before, size] = files.bytes.map(|bytes| Cell::from(bytes as f64 / 1e6));
    let [mean, lowest, to] = psnr;
    vec![
        name(roles).into(),
        what.into(),
        before,
        size,
        shares(|equal| equal.regions),
        shares(|equal| equal.codes),
        shares(|equal| equal.pictures),
        mean,
        lowest,
        to,
    ]
}

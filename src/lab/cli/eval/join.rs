//! `varigrain eval join`: several runs of one evaluation as one table with spreads.

use std::path::PathBuf;

use crate::lab::results::{self, Results};
use crate::{Error, Result};

/// Arguments of `varigrain eval join`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// JSON files that evaluations wrote, such as those of three seeds.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What to write, FOLDER/NAME without an ending.
    #[arg(long)]
    out: PathBuf,
}

/// Joins, prints and writes.
pub fn run(args: &Args) -> Result<()> {
    let tables = args.files.iter().map(Results::read).collect::<Result<Vec<_>>>()?;
    let name =
        args.out.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
            Error::BadRequest(format!("{} is not FOLDER/NAME.", args.out.display()))
        })?;
    let folder = args.out.parent().unwrap_or_else(|| "".as_ref());
    results::join(&tables)?.write(folder, name)
}

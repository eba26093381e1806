//! `varigrain data`: makes the emoji data set.

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use crate::Result;
use crate::error::in_range;
use crate::lab::data::emoji::prepare::{Options, prepare};

/// Arguments of `varigrain data`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder to write the data set to.
    #[arg(long, default_value = "data/emoji-128")]
    out: PathBuf,
    /// Folder with the npm archives; missing ones are fetched into it [default: OUT/packages].
    #[arg(long)]
    packages: Option<PathBuf>,
    /// Side of the images in pixels (16 to 1024).
    #[arg(long, default_value_t = 128)]
    size: usize,
    /// Decides which images are kept for tests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that render [default: one a core].
    #[arg(long)]
    threads: Option<usize>,
}

/// Runs it.
pub fn run(args: Args) -> Result<()> {
    let Args { out, packages, size, seed, threads } = args;
    in_range("size", size as f64, 16.0, 1024.0)?;
    let threads = match threads {
        Some(given) => in_range("threads", given as f64, 1.0, 1024.0)? as usize,
        None => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    };
    let packages = packages.unwrap_or_else(|| out.join("packages"));
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("rendering {bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    let summary = prepare(&Options { out, packages, size, seed, threads }, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    print!("{summary}");
    Ok(())
}

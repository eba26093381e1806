//! `varigrain data`: makes the data sets.

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::in_range;
use crate::lab::data::emoji::prepare as emoji;
use crate::lab::data::photos::{measure, prepare as photos};
use crate::lab::data::portraits::prepare as portraits;
use crate::{Error, Result};

/// Arguments of `varigrain data`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    set: Set,
}

#[derive(clap::Subcommand, Debug)]
enum Set {
    /// Fetch the emoji sets, join their labels, render them and write the splits.
    Emoji(Emoji),
    /// Draw portraits from openly licensed parts, label them and write the splits.
    Portraits(Portraits),
    /// Join three collections of photographs without their duplicates and write the split.
    Photos(Photos),
}

#[derive(clap::Args, Debug)]
struct Emoji {
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

#[derive(clap::Args, Debug)]
struct Portraits {
    /// Folder to write the data set to.
    #[arg(long, default_value = "data/portraits")]
    out: PathBuf,
    /// The script that draws; needs Node and `npm ci`.
    #[arg(long, default_value = "scripts/portraits.mjs")]
    script: PathBuf,
    /// Portraits of every style (1 to 100000).
    #[arg(long, default_value_t = 2400)]
    count: usize,
    /// Side of the pictures in pixels when they are rendered (16 to 1024).
    #[arg(long, default_value_t = 288)]
    size: usize,
    /// Decides the drawings and which of them are kept for tests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(clap::Args, Debug)]
struct Photos {
    /// Folder to write the data set to.
    #[arg(long, default_value = "data/photos")]
    out: PathBuf,
    /// Clone of github.com/Oldpel/flower_photos.
    #[arg(long, required_unless_present = "measure")]
    flowers: Option<PathBuf>,
    /// Clone of github.com/alexeygrigorev/clothing-dataset.
    #[arg(long, required_unless_present = "measure")]
    clothing: Option<PathBuf>,
    /// Clone of github.com/marcusklasson/GroceryStoreDataset.
    #[arg(long, required_unless_present = "measure")]
    produce: Option<PathBuf>,
    /// Megabytes that all pictures together may have (1 to 10000); decides the JPEG quality.
    #[arg(long, default_value_t = 155)]
    megabytes: usize,
    /// Decides which photographs are kept for tests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead, make the set that is only measured with, from this clone of
    /// github.com/imazen/codec-corpus.
    #[arg(long, value_name = "CLONE", conflicts_with_all = ["flowers", "clothing", "produce"])]
    measure: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: Args) -> Result<()> {
    let summary = match args.set {
        Set::Emoji(args) => make_emoji(args)?,
        Set::Portraits(args) => make_portraits(args)?,
        Set::Photos(args) => make_photos(args)?,
    };
    print!("{summary}");
    Ok(())
}

fn make_emoji(args: Emoji) -> Result<String> {
    let Emoji { out, packages, size, seed, threads } = args;
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
    let options = emoji::Options { out, packages, size, seed, threads };
    let summary = emoji::prepare(&options, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(summary)
}

fn make_portraits(args: Portraits) -> Result<String> {
    let Portraits { out, script, count, size, seed } = args;
    in_range("size", size as f64, 16.0, 1024.0)?;
    in_range("count", count as f64, 1.0, 100_000.0)?;
    portraits::prepare(&portraits::Options { out, script, count, size, seed })
}

fn make_photos(args: Photos) -> Result<String> {
    let Photos { out, flowers, clothing, produce, megabytes, seed, measure } = args;
    if let Some(clone) = measure {
        return measure::prepare(&clone, &out);
    }
    let budget = in_range("megabytes", megabytes as f64, 1.0, 10_000.0)? as usize * 1_000_000;
    let missing = || Error::BadRequest("photos needs --flowers, --clothing and --produce.".into());
    let clones = [flowers, clothing, produce].map(|clone| clone.ok_or_else(missing));
    let [flowers, clothing, produce] = clones;
    let clones = [flowers?, clothing?, produce?];
    photos::prepare(&photos::Options { out, clones, budget, seed })
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches};

    use super::*;

    fn parse(line: &str) -> std::result::Result<Args, clap::Error> {
        let command = Args::augment_args(clap::Command::new("data"));
        Args::from_arg_matches(&command.try_get_matches_from(line.split(' '))?)
    }

    #[test]
    fn every_set_explains_itself_and_has_its_defaults() {
        Args::augment_args(clap::Command::new("data")).debug_assert();
        for set in ["emoji", "portraits", "photos"] {
            let help = parse(&format!("data {set} --help")).unwrap_err();
            assert_eq!(help.kind(), clap::error::ErrorKind::DisplayHelp);
            assert!(help.to_string().contains("--out"), "{help}");
        }
        let portraits = parse("data portraits").unwrap();
        assert!(matches!(portraits.set, Set::Portraits(Portraits { count: 2400, size: 288, .. })));
    }

    #[test]
    fn photographs_need_three_clones_or_the_one_to_measure_with() {
        assert!(parse("data photos --flowers a --clothing b").is_err());
        assert!(parse("data photos --flowers a --clothing b --produce c").is_ok());
        assert!(parse("data photos --measure d --out e").is_ok());
        assert!(parse("data photos --measure d --flowers a").is_err());
        assert!(parse("data").is_err());
    }
}

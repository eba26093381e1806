//! Known answers (ours): what one step of a fixed request looks like, kept in the pack, so that a GPU whose
//! numbers are wrong is found out before it draws.
//!
//! A GPU may promise what it does not keep: a driver that miscompiles a kernel answers with pictures of noise
//! and no error. Every network but the grain map is asked; the grain map has the transformer of DGiT-NAR.

use super::limits::TEMPERATURE;
use super::{ArSampler, Mode, NarSampler, Request, Step};
use crate::density::LEVELS;
use crate::grain::Grid;
use crate::model::Model;
use crate::{Error, Result};

/// Squares along each side of the picture, of which the mean colour is kept.
const SQUARES: usize = 4;
/// Numbers of an answer: red, green and blue of every square.
pub const LENGTH: usize = 3 * SQUARES * SQUARES;
/// How far the mean colours of a right answer may be off, of 255, on average. Backends that add in other orders
/// differ by less than 0.01, and a code that falls on the other side of a boundary changes one square a little.
const TOLERANCE: f32 = 4.0;
/// Codes of DGiT-AR that an answer has.
const CODES: usize = 8;

/// Answers the fixed request of a generator: mean colours, squares in raster order.
///
/// At the lowest temperature what is drawn does not hang on the last digit, and given density levels keep the
/// list of codes the same.
///
/// # Errors
/// Those of the samplers.
pub async fn answer(model: &Model, mode: Mode) -> Result<Vec<u8>> {
    let temperature = TEMPERATURE.low as f32;
    let request = Request {
        temperature,
        position_temperature: temperature,
        steps: 1,
        every: CODES,
        ..Request::defaults(model, mode)?
    };
    let step = match mode {
        Mode::Nar => {
            NarSampler::with_levels(model, request, &fixed_levels(model.grid()))?.next().await?
        }
        Mode::Ar => ArSampler::start(model, request)?.next().await?,
    };
    Ok(step.map(|step| colours(&step)).unwrap_or_default())
}

/// Density levels that need no grain map: from the lowest to the highest, in raster order.
pub fn fixed_levels(grid: Grid) -> Vec<u8> {
    let regions = grid.region_count();
    (0..regions).map(|i| (i * LEVELS / regions) as u8).collect()
}

/// Compares an answer with that of the pack; a pack that has none is not checked.
///
/// # Errors
/// [`Error::DeviceLost`] where they differ, [`Error::PackDamaged`] where the pack's is no answer.
pub fn check(model: &Model, mode: Mode, answer: &[u8]) -> Result<()> {
    let Some(known) = model.manifest().known.get(mode.as_str()) else { return Ok(()) };
    if known.len() != LENGTH {
        let why = format!("its known answer has {} numbers instead of {LENGTH}.", known.len());
        return Err(Error::damaged("manifest.json", why));
    }
    let off = answer.iter().zip(known).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>();
    let off = off / LENGTH as f32;
    if answer.len() == LENGTH && off <= TOLERANCE {
        return Ok(());
    }
    let why = format!("it computes wrong numbers: a known picture is off by {off:.0} of 255");
    Err(Error::DeviceLost(why))
}

/// The mean colours of the squares of a picture.
fn colours(step: &Step) -> Vec<u8> {
    let side = step.size / SQUARES;
    let mut colours = Vec::with_capacity(LENGTH);
    for (row, column) in (0..SQUARES).flat_map(|row| (0..SQUARES).map(move |c| (row, c))) {
        for channel in 0..3 {
            let line = |y: usize| {
                let start = (row * side + y) * step.size + column * side;
                (start..start + side)
                    .map(|at| usize::from(step.rgb[3 * at + channel]))
                    .sum::<usize>()
            };
            let sum: usize = (0..side).map(line).sum();
            colours.push((sum / (side * side)) as u8);
        }
    }
    colours
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use std::path::Path;

    use burn::tensor::Device;

    use super::*;
    use crate::pack::{Manifest, PackDir, Role};
    use crate::sampler::block_on;

    fn model(manifest: Manifest, dir: &Path) -> Model {
        let mut model = Model::new(manifest, Device::flex()).unwrap();
        let pack = PackDir::open(dir).unwrap();
        for role in [Role::Decoder, Role::GrainMap, Role::Nar, Role::Ar] {
            model.add(role, pack.read(role).unwrap()).unwrap();
        }
        model
    }

    #[test]
    fn a_pack_knows_its_answers_and_others_are_refused() {
        use crate::lab::cli::tiny_pack::{TinyPack, write};

        let dir = std::env::temp_dir().join(format!("varigrain-known-{}", std::process::id()));
        write(&dir, &TinyPack { granularities: 3, ..TinyPack::default() }).unwrap();
        let manifest = PackDir::open(&dir).unwrap().manifest().clone();
        assert_eq!(manifest.known.keys().collect::<Vec<_>>(), ["ar", "nar"]);
        let whole = model(manifest.clone(), &dir);
        for mode in Mode::ALL {
            let name = mode.as_str().to_string();
            let answer = block_on(answer(&whole, mode)).unwrap();
            check(&whole, mode, &answer).unwrap();
            // Not one colour: the picture has something to compare.
            assert!(answer.iter().max() > answer.iter().min());

            let known = |numbers: Vec<u8>| {
                let mut other = manifest.clone();
                other.known.insert(name.clone(), numbers);
                check(&model(other, &dir), mode, &answer)
            };
            let off = |by: u8| answer.iter().map(|n| n.wrapping_add(by)).collect::<Vec<u8>>();
            known(off(1)).unwrap();
            assert_eq!(known(off(40)).unwrap_err().code(), "device-lost");
            assert_eq!(known(vec![7]).unwrap_err().code(), "pack-damaged");
            assert_eq!(check(&whole, mode, &[]).unwrap_err().code(), "device-lost");
            let silent = Manifest { known: Default::default(), ..manifest.clone() };
            check(&model(silent, &dir), mode, &[]).unwrap();
        }
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

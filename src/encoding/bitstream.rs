//! A picture as a few hundred bytes: its grain map and its codes, for a link or a file (ours).
//!
//! ```text
//! format, 1 byte │ model, 4 bytes │ check, 3 bytes │ name: length, text │ range-coded: counts, map, codes
//! ```
//!
//! The map takes log₂ of the number of maps with its counts, every code log₂ K: the bits by which the paper
//! counts a picture's length, and some twenty bytes more. *model* is the beginning of the decoder's SHA-256, *check* that
//! of everything else; the name and version of the model are there to be told when it is another one.

use super::range_coder::{RangeDecoder, RangeEncoder};
use crate::bounds::shortened;
use crate::dqvae::TokenizerConfig;
use crate::grain::{Counts, GrainMap, Grid};
use crate::kernels::{Input, flat, read as read_back};
use crate::model::Model;
use crate::pack::{Role, sha256};
use crate::sampler::to_rgb;
use crate::{Error, Result};

/// The first byte.
const FORMAT: u8 = 1;
/// Where the check is.
const CHECK: std::ops::Range<usize> = 5..8;
/// Where the length of the model's name is; its text follows.
const NAME: usize = 8;
/// Longest name and version together, in bytes.
const LONGEST_NAME: usize = 48;
/// Most bytes of a picture: every code of the largest grid, with room to spare.
pub const LONGEST: usize = 16 << 10;

/// A picture as codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedPicture {
    /// Granularity of each region.
    pub map: GrainMap,
    /// The codes on the cell grid, raster order; equal within a code's square.
    pub cells: Vec<u16>,
}

impl CodedPicture {
    /// Checks lengths and values for a tokenizer.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for another grid or number of cells, and if cells of one code differ;
    /// [`Error::OutOfRange`] for a code that is none.
    pub fn validate(&self, config: &TokenizerConfig) -> Result<()> {
        let grid = self.map.grid();
        if grid != config.grid || self.cells.len() != grid.cell_count() {
            return Err(Error::BadRequest(format!(
                "a picture of this model has {0} × {0} cells.",
                config.grid.cells()
            )));
        }
        self.map.layout().check_codes(&self.cells, config.codes, |_| true)
    }

    /// The picture as bytes; `model` is the one that it is of.
    ///
    /// # Errors
    /// Those of [`Self::validate`].
    pub fn to_bytes(&self, model: &Model) -> Result<Vec<u8>> {
        let config = &model.architecture().tokenizer;
        self.validate(config)?;
        let name = name_of(model);
        let mut bytes = vec![FORMAT];
        bytes.extend(fingerprint(model)?);
        bytes.extend([0; 3]);
        bytes.push(name.len() as u8);
        bytes.extend(name.as_bytes());
        bytes.extend(self.range_coded(config.codes));
        let check = check_of(&bytes);
        bytes[CHECK].copy_from_slice(&check);
        Ok(bytes)
    }

    fn range_coded(&self, codes: usize) -> Vec<u8> {
        let (grid, layout) = (self.map.grid(), self.map.layout());
        let (mut coder, mut left) = (RangeEncoder::new(), grid.region_count());
        let counts = self.map.counts();
        for count in counts.as_slice() {
            coder.encode(*count as u32, 1, left as u32 + 1);
            left -= count;
        }
        let mut urn = Urn::new(grid, &counts);
        for grain in self.map.grains() {
            let (start, size, total) = urn.take(*grain);
            coder.encode(start, size, total);
        }
        for code in layout.pack(&self.cells) {
            coder.encode(code.into(), 1, codes as u32);
        }
        coder.finish()
    }

    /// Reads a picture of `model`.
    ///
    /// # Errors
    /// [`Error::PictureDamaged`] for bytes that no picture has, [`Error::PictureVersion`] for those of another
    /// model or version of it.
    pub fn from_bytes(bytes: &[u8], model: &Model) -> Result<Self> {
        let damaged = |why: &str| Error::PictureDamaged(why.into());
        let config = &model.architecture().tokenizer;
        if bytes.len() > LONGEST {
            return Err(damaged("it is longer than any picture."));
        }
        let length = bytes.get(NAME).map_or(0, |length| usize::from(*length));
        let begins = NAME + 1 + length;
        if bytes.len() < begins {
            return Err(damaged("it ends too early."));
        }
        if bytes[0] != FORMAT {
            return Err(damaged("it is of another format."));
        }
        if bytes[CHECK] != check_of(bytes) {
            return Err(damaged("a part of it is missing or was changed."));
        }
        let name = std::str::from_utf8(&bytes[NAME + 1..begins]);
        let name = name.map_err(|_| damaged("the name of its model is no text."))?;
        if bytes[1..CHECK.start] != fingerprint(model)? {
            return Err(Error::PictureVersion {
                wanted: shortened(name),
                found: shortened(name_of(model)),
            });
        }
        let own = Self::decoded(&bytes[begins..], config)?;
        // What no encoder writes is no picture, though it can be read.
        if own.to_bytes(model)? != bytes {
            return Err(damaged("it goes on behind its end."));
        }
        Ok(own)
    }

    fn decoded(bytes: &[u8], config: &TokenizerConfig) -> Result<Self> {
        let grid = config.grid;
        let (mut coder, mut left) = (RangeDecoder::new(bytes), grid.region_count());
        let mut counts = Vec::new();
        for _ in 0..grid.finest() {
            let count = coder.uniform(left as u32 + 1) as usize;
            left -= count;
            counts.push(count);
        }
        let mut urn = Urn::new(grid, &Counts::new(grid, &counts)?);
        let mut grains = Vec::with_capacity(grid.region_count());
        for _ in 0..grid.region_count() {
            let grain = urn.at(coder.peek(urn.total()));
            let (start, size, total) = urn.take(grain);
            coder.take(start, size, total);
            grains.push(grain);
        }
        let map = GrainMap::new(grid, grains)?;
        let layout = map.layout();
        let codes: Vec<u16> =
            layout.tokens().iter().map(|_| coder.uniform(config.codes as u32) as u16).collect();
        Ok(Self { cells: layout.unpack(&codes), map })
    }

    /// What the decoder makes of it, RGB, row by row.
    ///
    /// # Errors
    /// Those of [`Self::validate`], and [`Error::PackMissing`] without a decoder.
    pub async fn picture(&self, model: &Model) -> Result<Vec<u8>> {
        self.validate(&model.architecture().tokenizer)?;
        let decoder = model.decoder()?;
        let [mut codes, mut owner] =
            [0, 1].map(|_| Input::ints([self.cells.len()], model.device()));
        codes.set(&self.cells.iter().map(|code| i32::from(*code)).collect::<Vec<_>>());
        owner.set(&(0..self.cells.len() as i32).collect::<Vec<_>>()); // every cell has a code of its own
        let planes = flat(decoder.decode_tokens(codes.tensor(), owner.tensor()));
        let (_, mut planes) = read_back(&[], &[planes]).await?;
        Ok(to_rgb(&planes.swap_remove(0)))
    }
}

/// The granularities that regions have yet to get. Drawing them one by one makes every map with the same counts
/// equally likely, so that all together take log₂ of their number.
struct Urn {
    left: Vec<u32>,
}

impl Urn {
    fn new(grid: Grid, counts: &Counts) -> Self {
        let finer: u32 = counts.as_slice().iter().map(|count| *count as u32).sum();
        let coarse = grid.region_count() as u32 - finer;
        let finer = counts.as_slice().iter().map(|count| *count as u32);
        Self { left: std::iter::once(coarse).chain(finer).collect() }
    }

    fn total(&self) -> u32 {
        self.left.iter().sum()
    }

    /// The granularity at `place`, of all that are left, the coarsest first.
    fn at(&self, place: u32) -> u8 {
        let mut ends = self.left.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        ends.position(|end| place < end).unwrap_or(0) as u8
    }

    /// Takes one out: where those of its granularity begin, how many there were, and how many of all.
    fn take(&mut self, grain: u8) -> (u32, u32, u32) {
        let grain = usize::from(grain);
        let found = (self.left[..grain].iter().sum(), self.left[grain], self.total());
        self.left[grain] -= 1;
        found
    }
}

/// What says which decoder a picture needs.
fn fingerprint(model: &Model) -> Result<[u8; 4]> {
    let file = model.manifest().files.iter().find(|file| file.role == Role::Decoder);
    let hash = file.and_then(|file| u32::from_str_radix(file.sha256.get(..8)?, 16).ok());
    hash.map(u32::to_be_bytes).ok_or_else(|| Error::PackMissing { role: Role::Decoder.to_string() })
}

/// Name and version, as far as there is room for them.
fn name_of(model: &Model) -> String {
    let manifest = model.manifest();
    let mut name = format!("{} {}", manifest.name, manifest.version);
    let end = (0..=LONGEST_NAME.min(name.len())).rev().find(|at| name.is_char_boundary(*at));
    name.truncate(end.unwrap_or(0));
    name
}

/// The beginning of the hash of everything but the check.
fn check_of(bytes: &[u8]) -> [u8; 3] {
    let mut rest = bytes.to_vec();
    rest.drain(CHECK);
    let hash = sha256(&rest);
    [hash[0], hash[1], hash[2]]
}

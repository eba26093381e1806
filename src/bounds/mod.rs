//! How much anything from outside may be: manifests, weights, requests, pictures.
//!
//! A pack may come from a stranger, a request from a link. Every number in them has a bound that is checked
//! before the number is multiplied or sizes anything, in arithmetic that holds on 32 bits; and what a
//! network would have to compute is bounded as well as what it would hold. Pages read the same bounds through
//! the model's [description](crate::description); those that a page needs before there is a model are in
//! `www/lib/bounds.js`, which a test compares with these. The ranges of a request's settings are beside the
//! samplers, in [`limits`](crate::sampler::limits).

mod cost;
mod json;
mod text;

pub(crate) use cost::Cost;
pub(crate) use json::{MANIFEST, REQUEST};
pub(crate) use text::{number, shortened};

use serde::Serialize;

/// Longest manifest, in bytes.
pub const MANIFEST_BYTES: u64 = 4 << 20;
/// Longest weights file, in bytes.
pub const FILE_BYTES: u64 = 64 << 20;
/// Most bytes that all weights files of a pack may have together.
pub const PACK_BYTES: u64 = 128 << 20;
/// Most files of a pack: one for each [role](crate::pack::Role).
pub const FILES: usize = 5;
/// Longest header of a weights file, in bytes.
pub const HEADER_BYTES: u64 = 1 << 20;
/// Most tensors of a weights file.
pub const TENSORS: usize = 4096;
/// Most dimensions of a stored tensor.
pub const RANK: usize = 8;
/// Longest request, and longest options of an encoding, in bytes of JSON: several times what repainting the
/// largest grid takes.
pub const REQUEST_BYTES: u64 = 256 << 10;

/// Longest name of anything, such as a file, a class or a pack, in characters.
pub const NAME: usize = 100;
/// Longest text for people, such as a licence, in characters.
pub const TEXT: usize = 4000;
/// Most licences, and most credits.
pub const TEXTS: usize = 100;
/// Most class axes.
pub const AXES: usize = 16;
/// Most classes of an axis.
pub const CLASSES: usize = 65_535;
/// Most classes of all axes together.
pub const ALL_CLASSES: usize = 1 << 17;
/// Most combinations of classes that a pack can say training had.
pub const COMBINATIONS: usize = 1 << 18;

/// Most pixels along each side of a picture.
pub const PIXELS: usize = 2048;
/// Most cells along each side of a picture that a model draws or encodes.
pub const CELLS: usize = 64;
/// Most granularities: regions of up to 64 cells.
pub const GRANULARITIES: usize = 4;
/// Most codes of a codebook.
pub const CODES: usize = 65_536;

/// Most steps in which a picture is drawn everywhere at once.
pub const STEPS: usize = 64;
/// Passes of the grain-map model for one map.
pub const MAP_PASSES: usize = 8;
/// Most weights of one network: a file has no room for more.
pub const WEIGHTS: u64 = FILE_BYTES;
/// Most values that an operation may make, 256 MiB of them: a feature map, the scores of an attention, logits,
/// remembered keys.
pub const VALUES: u64 = 1 << 26;
/// Most multiplications of one pass, which nobody can interrupt: the encoder, or all networks of a step.
pub const PASS: u64 = 1 << 38;
/// Most multiplications of one picture with the costliest settings there are.
pub const PICTURE: u64 = 1 << 46;

/// The bounds that pages need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// [`MANIFEST_BYTES`].
    pub manifest_bytes: u64,
    /// [`FILE_BYTES`].
    pub file_bytes: u64,
    /// [`PACK_BYTES`].
    pub pack_bytes: u64,
    /// [`FILES`].
    pub files: usize,
    /// [`NAME`].
    pub name: usize,
    /// [`REQUEST_BYTES`].
    pub request_bytes: u64,
    /// [`PIXELS`].
    pub pixels: usize,
    /// [`CELLS`].
    pub cells: usize,
    /// [`GRANULARITIES`].
    pub granularities: usize,
    /// [`CODES`].
    pub codes: usize,
    /// [`AXES`].
    pub axes: usize,
    /// [`CLASSES`].
    pub classes: usize,
}

/// All of them.
pub const BOUNDS: Bounds = Bounds {
    manifest_bytes: MANIFEST_BYTES,
    file_bytes: FILE_BYTES,
    pack_bytes: PACK_BYTES,
    files: FILES,
    name: NAME,
    request_bytes: REQUEST_BYTES,
    pixels: PIXELS,
    cells: CELLS,
    granularities: GRANULARITIES,
    codes: CODES,
    axes: AXES,
    classes: CLASSES,
};

/// The product of numbers from outside; the largest number there is where it is larger.
pub(crate) fn product(factors: &[usize]) -> u64 {
    factors.iter().fold(1, |product: u64, factor| product.saturating_mul(*factor as u64))
}

/// The sum of such products.
pub(crate) fn sum(terms: impl IntoIterator<Item = u64>) -> u64 {
    terms.into_iter().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_sums_end_at_the_largest_number() {
        assert_eq!(product(&[3, 4, 5]), 60);
        assert_eq!(product(&[1 << 31, 1 << 31, 1 << 31]), u64::MAX);
        assert_eq!(sum([u64::MAX, 1]), u64::MAX);
    }

    #[test]
    fn pages_have_the_same_bounds_before_there_is_a_model() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lib/bounds.js");
        let text = std::fs::read_to_string(path).expect("www/lib/bounds.js");
        let (_, object) = text.split_once("Object.freeze(").expect("a frozen object");
        let (object, _) = object.split_once(");").expect("its end");
        let lines = object.lines().filter(|line| line.trim_start().starts_with('"'));
        let own = serde_json::to_value(BOUNDS).expect("JSON");
        let mut count = 0;
        for line in lines {
            let (name, value) = line.trim().trim_end_matches(',').split_once(": ").expect("a pair");
            assert_eq!(value, own[name.trim_matches('"')].to_string(), "{name} in bounds.js");
            count += 1;
        }
        assert_eq!(Some(count), own.as_object().map(|own| own.len()));
    }
}

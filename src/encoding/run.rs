//! From pixels to codes and back.

use super::density::{densities, levels};
use super::network::{Decoded, Network};
use super::{Arrangement, EncodeOptions, Picture, even_map};
use crate::Result;
use crate::dqvae::Allocation;
use crate::grain::GrainMap;
use crate::model::Model;
use crate::sampler::to_rgb;

/// A picture as codes, and what they make of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedPicture {
    /// Information density of each region, in units of the measure.
    pub density: Vec<f32>,
    /// The same as levels, `0..LEVELS`: over the training pictures where the measure is that of the
    /// tokenizer, else over the regions of this picture.
    pub levels: Vec<u8>,
    /// Granularity of each region, 0 = coarsest.
    pub grains: Vec<u8>,
    /// The codes on the cell grid; equal within a coarse region.
    pub cells: Vec<u16>,
    /// Number of codes.
    pub codes: usize,
    /// Bits that the codes take, log₂ K each.
    pub code_bits: f64,
    /// Bits that the grain map takes: log₂ of the number of granularities for each region; log₂ of
    /// the number of maps where the numbers of regions were given; none where it follows from these.
    pub map_bits: f64,
    /// Pixels along each side.
    pub size: usize,
    /// What the decoder makes of the codes, RGB.
    pub rgb: Vec<u8>,
    /// How far that is off at each pixel; see [`Picture::error`].
    pub error: Vec<f32>,
    /// Peak signal-to-noise ratio, in dB.
    pub psnr: f64,
}

/// Encodes one picture; see [`Picture::new`] for `pixels`. A pure function: the same picture, model,
/// backend and options give the same codes.
///
/// # Errors
/// [`Error::PackMissing`](crate::Error::PackMissing) without encoder and decoder; those of
/// [`Picture::new`] and [`EncodeOptions::validate`].
pub async fn encode(
    model: &Model,
    pixels: &[u8],
    options: &EncodeOptions,
) -> Result<EncodedPicture> {
    let spec = model.tokenizer_spec();
    let (grid, measure) = (spec.config.grid, options.measure.unwrap_or(spec.config.measure));
    options.validate(grid)?;
    let picture = Picture::new(pixels, spec.config.image)?;
    let planes = picture.planes();
    let network = Network::look_at(model, &planes)?;
    let density = densities(measure, &planes, &network, options.seed).await?;
    let levels = levels(&spec, measure, &density)?;
    let map = match options.allocation {
        Allocation::Densest(counts) => GrainMap::densest(grid, &density, &counts)?,
        Allocation::Shares(shares) => GrainMap::from_levels(grid, &levels, &shares)?,
        Allocation::Router => GrainMap::uniform(grid, 0), // refused by `validate`
    };
    let map = match (spec.config.fixed_map(), options.arrangement) {
        (Some(fixed), _) => fixed,
        (None, Arrangement::Density) => map,
        (None, Arrangement::Even) => even_map(grid, &map.counts())?,
    };
    let Decoded { cells, planes } = network.decoded(&map).await?;
    let rgb = to_rgb(&planes);
    let codes = spec.config.code_length(&map);
    Ok(EncodedPicture {
        error: picture.error(&rgb),
        psnr: picture.psnr(&rgb),
        size: picture.size(),
        code_bits: codes as f64 * (spec.config.codes as f64).log2(),
        map_bits: match options.arrangement {
            Arrangement::Density => spec.config.map_bits(options.allocation),
            Arrangement::Even => 0.0,
        },
        grains: map.grains().to_vec(),
        density,
        levels,
        cells,
        codes,
        rgb,
    })
}

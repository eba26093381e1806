//! DQVAE++ as a whole: encoder (image → vectors), codebook, decoder (codes → image).

use burn::module::Module;
use burn::tensor::{Device, FloatDType, Int, Tensor};

use super::{Codebook, Decoder, Encoder, ErrorHead, Router, TokenizerConfig, merge, resample};
use crate::density::Measure;
use crate::grain::{GrainMap, Grid};
use crate::kernels::{FeatureMap, grains_of, spread, token_grains, upsample_nearest};

/// Image → features; the part of the tokenizer that generating does not need.
#[derive(Module, Debug)]
pub struct EncoderHalf {
    /// Image → features per granularity.
    pub encoder: Encoder,
    /// Learned granularity decision, where the density measure is the learned one.
    pub router: Option<Router>,
    /// Predicts the error of coarse codes, where the configuration has it.
    pub error: Option<ErrorHead>,
}

/// Codes → image; the part of the tokenizer that generating needs.
#[derive(Module, Debug)]
pub struct DecoderHalf {
    /// The codes.
    pub codebook: Codebook,
    /// Code vectors → image.
    pub decoder: Decoder,
    /// Codes along each side of the grid on which vectors are quantised.
    side: usize,
}

/// The tokenizer. A model pack holds its two halves in separate files.
#[derive(Module, Debug)]
pub struct DqVae {
    /// Image → features.
    pub encoder: EncoderHalf,
    /// Codes → image.
    pub decoder: DecoderHalf,
}

/// What encoding a batch gives; training needs all of it. The grid is the cells; fewer for a fixed
/// length between regions and cells ([`TokenizerConfig::code_side`]).
#[derive(Debug, Clone)]
pub struct Encoded {
    /// Vectors before quantisation, `[batch, cells², code_dim]`: unit vectors, or in the box of the
    /// lattice.
    pub z: Tensor<3>,
    /// Codes on the grid, `[batch, cells²]`; equal within a coarse region.
    pub codes: Tensor<2, Int>,
    /// Their vectors, `[batch, cells², code_dim]`, without gradient.
    pub quantised: Tensor<3>,
}

impl EncoderHalf {
    /// A randomly initialised encoder half.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        Self {
            encoder: Encoder::new(config, device),
            router: (config.measure == Measure::Router && config.fixed.is_none())
                .then(|| Router::new(config, device)),
            error: config.predicts.then(|| ErrorHead::new(config, device)),
        }
    }

    /// Images `[batch, 3, image, image]` in -1..=1 → vectors for each granularity, as
    /// [`Encoder::forward`] says.
    pub fn features(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        self.encoder.forward(images)
    }
}

impl DecoderHalf {
    /// A randomly initialised decoder half.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        Self {
            codebook: Codebook::new(config, device),
            decoder: Decoder::new(config, device),
            side: config.code_side(),
        }
    }

    /// The same weights for codes of another length: what tells granularities goes where `config` has none.
    pub fn with_length(self, config: &TokenizerConfig) -> Self {
        let decoder = if config.told { self.decoder } else { self.decoder.untold() };
        Self { side: config.code_side(), decoder, ..self }
    }

    /// Codes `[batch, cells²]` → images `[batch, 3, image, image]`.
    pub fn decode(&self, codes: Tensor<2, Int>) -> Tensor<4> {
        let grains = self.decoder.told().map(|count| grains_of(codes.clone(), count));
        self.decode_vectors(self.codebook.lookup(codes), grains)
    }

    /// Codes of one token list, `[tokens]`, with the token of each cell, `[cells²]` → image
    /// `[1, 3, image, image]`. Not for a length between regions and cells, which [`decode`](Self::decode) takes: to
    /// resample needs Burn's own matrix product, which would make the browser's package larger by a third.
    pub fn decode_tokens(&self, codes: Tensor<1, Int>, owner: Tensor<1, Int>) -> Tensor<4> {
        let told = self.decoder.told();
        let grains = told.map(|count| token_grains(codes.clone(), owner.clone(), count));
        self.decoder.forward(spread(self.codebook.codes.val(), codes, owner), grains)
    }

    /// Code vectors `[batch, cells², code_dim]` → images `[batch, 3, image, image]`; `grains` as for
    /// [`Decoder::forward`].
    pub fn decode_vectors(&self, vectors: Tensor<3>, grains: Option<Tensor<4>>) -> Tensor<4> {
        self.decoder.finish(self.decode_body(vectors, grains))
    }

    /// [`decode_vectors`](Self::decode_vectors) without the last layer of the decoder.
    pub fn decode_body(&self, vectors: Tensor<3>, grains: Option<Tensor<4>>) -> FeatureMap {
        let [batch, positions, dim] = vectors.dims();
        let side = positions.isqrt();
        // Training keeps codes in f32, whatever precision the decoder has.
        let vectors = vectors.cast(FloatDType::from(self.decoder.dtype()));
        let vectors = vectors.transpose().reshape([batch, dim, side, side]);
        self.decoder.body(resample(vectors, self.decoder.cells()), grains)
    }

    /// Features and gates (`[batch, 1, cells, cells]` each, coarsest first) → codes.
    pub fn quantise(&self, features: Vec<Tensor<4>>, gates: &[Tensor<4>]) -> Encoded {
        let h = merge(features, gates); // [batch, code_dim, cells, cells]
        let h = resample(h, self.side);
        let [batch, dim, cells, _] = h.dims();
        let z = h.reshape([batch, dim, cells * cells]).transpose();
        let z = self.codebook.project(z); // [batch, cells², code_dim]
        let codes = self.codebook.assign(z.clone().detach());
        let quantised = self.codebook.lookup(codes.clone()).detach();
        Encoded { z, codes, quantised }
    }
}

impl DqVae {
    /// A randomly initialised tokenizer.
    pub fn new(config: &TokenizerConfig, device: &Device) -> Self {
        Self {
            encoder: EncoderHalf::new(config, device),
            decoder: DecoderHalf::new(config, device),
        }
    }

    /// Images `[batch, 3, image, image]` with their grain maps → codes.
    pub fn encode(&self, images: Tensor<4>, maps: &[GrainMap]) -> Encoded {
        let gates = gates_of(maps, &images.device());
        self.decoder.quantise(self.encoder.features(images), &gates)
    }

    /// Codes `[batch, cells²]` → images `[batch, 3, image, image]`.
    pub fn decode(&self, codes: Tensor<2, Int>) -> Tensor<4> {
        self.decoder.decode(codes)
    }
}

/// One gate per granularity on the cell grid: 1 where the map says so. `maps` is not empty.
pub fn gates_of(maps: &[GrainMap], device: &Device) -> Vec<Tensor<4>> {
    let grid = maps[0].grid();
    let shape = [maps.len(), 1, grid.cells(), grid.cells()];
    let per_cell: Vec<u8> = maps.iter().flat_map(GrainMap::per_cell).collect();
    (0..grid.granularities as u8)
        .map(|grain| {
            let gate: Vec<f32> = per_cell.iter().map(|g| f32::from(*g == grain)).collect();
            Tensor::<1>::from_floats(gate.as_slice(), device).reshape(shape)
        })
        .collect()
}

/// Gates on the region grid `[batch, regions², granularities]` → one per granularity on the cell
/// grid, differentiable.
pub fn spread_gates(gates: Tensor<3>, grid: Grid) -> Vec<Tensor<4>> {
    let [batch, _, granularities] = gates.dims();
    (0..granularities)
        .map(|grain| {
            let gate = gates.clone().narrow(2, grain, 1);
            let gate = gate.reshape([batch, 1, grid.regions, grid.regions]);
            upsample_nearest(gate, grid.region_side())
        })
        .collect()
}

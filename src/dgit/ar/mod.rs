//! DGiT-AR: generates codes one after the other, from coarse-grained to fine-grained regions.
//!
//! ```text
//! entry t ─ Position-Transformer ─ h ─┬─ where is entry t+1?
//!                                     └─ + its position ─ Content-Transformer ─ what does it say?
//! ```
//!
//! Key traits: two stacked causal transformers; the *heterogeneous embedding* (contents shared by all
//! granularities, positions apart, and an embedding of the granularity); class through AdaLN and at
//! START, and through a [`Sketch`] when a content is asked for. After the public code of DQ-Transformer
//! (Huang et al., CVPR 2023), which has two granularities. Ours: one to four of them; relative
//! positions by rotating queries and keys ([`Rope`]'s angles), where the Content-Transformer's
//! queries rotate by the place *asked for* and keys by the place *known*; no index within the padded
//! sequence; the shares asked for at START; output heads tied to the tables.
//!
//! In this folder: [`Positions`]' order on the device (`sequence`,
//! `successor`, `rules`, `choose`), attention with remembered keys (`cache`), sizes (`config`), a start from
//! DGiT-NAR (`masked`).

mod cache;
pub mod cases;
mod choose;
mod config;
mod masked;
mod rules;
mod sequence;
mod sketch;
mod successor;

pub use cache::{KvCache, causal_attention};
pub use choose::SamplingParameters;
pub use config::ArConfig;
pub use sequence::{Sequence, SequenceTables};

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, FloatDType, Int, Tensor};

use super::block::{MODULATIONS, Through};
use super::{Block, ConditionEmbedding, Rope, Sketch};
use crate::grain::{Grid, Positions, Shares};
use crate::kernels::Angles;
use crate::kernels::layers::{Linear, constant, random};
use crate::kernels::{Extent, class_rows, embedding, tied_head};

/// p(next position | entries, class) and p(next content | entries, next position, class).
#[derive(Module, Debug)]
pub struct Ar {
    /// Codes, START, END: `[codes and more, width]`.
    contents: Param<Tensor<2>>,
    /// Where codes are, END, START, DONE (see [`Positions`]): `[positions, width]`.
    positions: Param<Tensor<2>>,
    /// `[granularities, width]`.
    granularities: Option<Param<Tensor<2>>>,
    /// What the shares asked for say at START, a linear layer: `[finer granularities, width]`. Not with two
    /// granularities, where START's content says it.
    shares: Option<Param<Tensor<2>>>,
    condition: ConditionEmbedding,
    sketch: Option<Sketch>,
    modulation: Linear,
    position_blocks: Vec<Block>,
    content_blocks: Vec<Block>,
    position_bias: Param<Tensor<1>>,
    content_bias: Param<Tensor<1>>,
    /// Cosines, then sines, of each position's angles: constants, `[positions, head]`.
    rotations: Tensor<2>,
    /// Square of cells of each position ([`Positions::spot`]): constants, `[positions]`.
    spots: Tensor<1, Int>,
    /// Row of the position table for each position, where granularities share it: constants, `[positions]`.
    shared_rows: Option<Tensor<1, Int>>,
}

/// A batch of whole sequences, one entry short: the last one has no entry after it.
#[derive(Debug, Clone)]
pub struct Sequences {
    /// Contents, `[batch, entries]`.
    pub contents: Tensor<2, Int>,
    /// Positions, `[batch, entries]`.
    pub positions: Tensor<2, Int>,
    /// Positions of the entries after them, `[batch, entries]`.
    pub next: Tensor<2, Int>,
    /// Granularities, `[batch, entries]`.
    pub granularities: Tensor<2, Int>,
    /// The shares asked for, `[batch, finer granularities or more]`; see [`share_rows`].
    pub shares: Tensor<2>,
}

/// Shares in rows, for a batch: `[batch, finer granularities]`, or a column of zeros where there are none.
pub fn share_rows(shares: &[Shares], device: &Device) -> Tensor<2> {
    let rows: Vec<f32> = shares.iter().flat_map(share_row).collect();
    Tensor::<1>::from_floats(rows.as_slice(), device).reshape([shares.len() as i32, -1])
}

/// One row of [`share_rows`].
pub(crate) fn share_row(shares: &Shares) -> Vec<f32> {
    match shares.as_slice() {
        [] => vec![0.0],
        own => own.to_vec(),
    }
}

/// What the request for a batch comes down to: the same for every entry.
#[derive(Debug, Clone)]
pub struct ClassVectors {
    /// One vector a class, and one for each share asked for where START's content does not say it,
    /// `[batch, vectors, width]`.
    vectors: Tensor<3>,
    /// Modulation of all blocks, `[batch, 6, width]`.
    modulation: Tensor<3>,
    /// What they ask for in each region, `[batch, regions², channels]`.
    sketch: Option<Tensor<3>>,
}

/// Logits of positions, `[batch, entries, choices]`, and of contents, `[batch, entries, codes]`. The first
/// are as many as [`Positions::choices`], made a multiple of four.
pub type Logits = (Tensor<3>, Tensor<3>);

impl Ar {
    /// A randomly initialised model.
    pub fn new(config: &ArConfig, device: &Device) -> Self {
        let (sizes, positions) = (&config.transformer, config.positions());
        let d = sizes.width;
        let normal = |rows: usize| random([rows, d], Distribution::Normal(0.0, 0.02), device);
        let blocks = |count| (0..count).map(|_| Block::new(sizes, device)).collect();
        Self {
            contents: normal(config.contents()),
            positions: normal(positions.count()),
            granularities: config.granularity_embedding.then(|| normal(sizes.granularities)),
            shares: config.takes_shares().then(|| normal(positions.ends())),
            condition: ConditionEmbedding::new(&sizes.classes, d, device),
            sketch: sizes.sketch.map(|size| Sketch::new(size, sizes.granularities, d, device)),
            modulation: Linear::zeros(d, MODULATIONS * d, device),
            position_blocks: blocks(config.position_layers),
            content_blocks: blocks(sizes.layers - config.position_layers),
            // Kernels want a multiple of four; with one granularity nothing is chosen.
            position_bias: constant([positions.choices().max(1).next_multiple_of(4)], 0.0, device),
            content_bias: constant([sizes.vocabulary], 0.0, device),
            rotations: match config.rotary {
                true => Rope::of_positions(positions, d / sizes.heads, device),
                false => Rope::still(positions, d / sizes.heads, device),
            },
            spots: table(positions, |number| positions.spot(number), device),
            shared_rows: config
                .shared_positions
                .then(|| table(positions, |number| shared_row(positions, number), device)),
        }
    }

    /// The same with another table of contents, made from the one it has: `[codes and more, width]`.
    pub fn map_contents(mut self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        self.contents = self.contents.map(change);
        self
    }

    /// Class vectors of an image; see [`slots`](super::slots).
    pub fn slots(&self) -> usize {
        self.condition.slots()
    }

    /// Whole sequences at once, as in training, through every block as `through` says.
    pub fn forward(
        &self,
        batch: &Sequences,
        classes: Tensor<2, Int>,
        through: &impl Through,
    ) -> Logits {
        let Sequences { contents, positions, next, granularities, shares } = batch.clone();
        let ClassVectors { vectors, modulation, sketch } = self.class_vectors(classes, shares);
        let (here, ahead) = (self.angles(&positions), self.angles(&next));
        let (tables, whole) = (self.tables(), Extent::whole());
        let x = tables.embed(contents, positions, granularities); // [batch, entries, width]
        let x = with_class(x, vectors);
        let h = self.position_blocks.iter().fold(x, |x, block| {
            let attend = |qkv, s| causal_attention(qkv, s, &here, &here);
            through.pass(x, |x| block.forward(x, modulation.clone(), &whole, attend))
        });
        let y = h.clone() + embedding(&tables.positions, next.clone());
        let y = match (&self.sketch, sketch) {
            (Some(sketch), Some(drawn)) => sketch.add(y, drawn, self.spots(next)),
            _ => y,
        };
        let y = self.content_blocks.iter().fold(y, |y, block| {
            let attend = |qkv, s| causal_attention(qkv, s, &ahead, &here);
            through.pass(y, |y| block.forward(y, modulation.clone(), &whole, attend))
        });
        (
            tied_head(h, 0, tables.positions, self.position_bias.val(), &whole),
            tied_head(y, 0, tables.contents, self.content_bias.val(), &whole),
        )
    }

    /// Vectors of the classes of each axis, 0 for any, `[batch, slots]`, and of the shares asked for,
    /// `[batch, finer granularities]`.
    pub fn class_vectors(&self, classes: Tensor<2, Int>, shares: Tensor<2>) -> ClassVectors {
        let vectors = self.condition.forward(classes);
        ClassVectors {
            modulation: class_rows(vectors.clone(), &self.modulation, MODULATIONS),
            sketch: self.sketch.as_ref().map(|sketch| sketch.draw(vectors.clone())),
            vectors: match &self.shares {
                Some(weights) => {
                    let weights = weights.val().unsqueeze::<3>(); // [1, finer granularities, width]
                    let shares = shares.cast(FloatDType::from(weights.dtype()));
                    Tensor::cat(vec![vectors, shares.unsqueeze_dim::<3>(2) * weights], 1)
                }
                None => vectors,
            },
        }
    }

    /// One more entry of `sequence`, with what was computed for those before it remembered in
    /// `caches` (one a block): chooses its successor. `class`: of as many rows as there are images,
    /// or twice as many for guidance. Logits have one entry a row.
    pub fn step(
        &self,
        sequence: &mut Sequence,
        caches: &mut [KvCache],
        class: &ClassVectors,
    ) -> Logits {
        let ClassVectors { vectors, modulation, sketch } = class.clone();
        let (tables, whole) = (self.tables(), Extent::whole());
        let (first, second) = caches.split_at_mut(self.position_blocks.len());
        let x = sequence.embed(&tables, vectors); // [rows, 1, width]
        let h = self.position_blocks.iter().zip(first).fold(x, |x, (block, cache)| {
            block.forward(x, modulation.clone(), &whole, |qkv, s| {
                cache.attend(qkv, s, &self.rotations, sequence, false)
            })
        });
        let where_next =
            tied_head(h.clone(), 0, tables.positions.clone(), self.position_bias.val(), &whole);
        let y = sequence.choose_position(where_next.clone(), h, &tables.positions);
        let y = match (&self.sketch, sketch) {
            (Some(sketch), Some(drawn)) => sketch.add_next(y, drawn, sequence),
            _ => y,
        };
        let y = self.content_blocks.iter().zip(second).fold(y, |y, (block, cache)| {
            block.forward(y, modulation.clone(), &whole, |qkv, s| {
                cache.attend(qkv, s, &self.rotations, sequence, true)
            })
        });
        let what_next = tied_head(y, 0, tables.contents, self.content_bias.val(), &whole);
        sequence.choose_content(what_next.clone());
        (where_next, what_next)
    }

    /// Empty memory for `rows` sequences: a cache a block.
    pub fn caches(&self, rows: usize, longest: usize, device: &Device) -> Vec<KvCache> {
        let ([_, width], [_, head]) = (self.contents.dims(), self.rotations.dims());
        let blocks = self.position_blocks.len() + self.content_blocks.len();
        (0..blocks).map(|_| KvCache::new(rows, width / head, head, longest, device)).collect()
    }

    /// The squares of positions, as numbers of [`Positions::spot`].
    fn spots(&self, positions: Tensor<2, Int>) -> Tensor<2, Int> {
        let [batch, entries] = positions.dims();
        let spots = self.spots.clone().select(0, positions.reshape([batch * entries]));
        spots.reshape([batch, entries])
    }

    fn angles(&self, positions: &Tensor<2, Int>) -> Angles {
        Angles::of_positions(&self.rotations, positions.clone())
    }

    fn tables(&self) -> SequenceTables {
        let contents = self.contents.val();
        let device = contents.device();
        let [_, width] = contents.dims();
        SequenceTables {
            positions: match &self.shared_rows {
                Some(rows) if cfg!(feature = "cpu") => self.positions.val().select(0, rows.clone()),
                _ => self.positions.val(),
            },
            granularities: match &self.granularities {
                Some(table) => table.val(),
                // Packs hold the whole model: only training knows ablations.
                None if cfg!(not(feature = "cpu")) => contents.clone(),
                None => {
                    Tensor::zeros([Grid::MOST_GRANULARITIES, width], (&device, contents.dtype()))
                }
            },
            contents,
        }
    }
}

/// The row of the position table when granularities share it: a code is where its first cell is.
fn shared_row(positions: Positions, number: usize) -> usize {
    let (grid, Some(token)) = (positions.grid(), positions.token(number)) else { return number };
    let side = grid.region_side();
    let part = token.row % side * side + token.col % side;
    positions.code(grid.finest(), token.region, part)
}

/// `of` every position, `[positions]`.
fn table(positions: Positions, of: impl Fn(usize) -> usize, device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = (0..positions.count()).map(|number| of(number) as i32).collect();
    Tensor::from_ints(values.as_slice(), device)
}

/// The class vectors, `[batch, axes, width]`, added to the first entry.
fn with_class(x: Tensor<3>, class: Tensor<3>) -> Tensor<3> {
    let [batch, entries, width] = x.dims();
    let first = x.clone().narrow(1, 0, 1) + class.sum_dim(1);
    match entries {
        1 => first,
        _ => Tensor::cat(vec![first, x.slice([0..batch, 1..entries, 0..width])], 1),
    }
}

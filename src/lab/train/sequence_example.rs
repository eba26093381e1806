//! One picture as a coarse-to-fine sequence of positions and contents, as DGiT-AR learns it.

use super::examples::CodedExample;
use crate::dgit::{ArConfig, Condition};
use crate::grain::{Place, Shares};
use crate::rng::Rng;

/// One sequence before it becomes part of a tensor.
#[derive(Debug, Clone)]
pub struct SequenceExample {
    /// Numbers of the positions, from START to the last code.
    pub positions: Vec<usize>,
    /// Contents, as many.
    pub contents: Vec<usize>,
    /// What the network sees of them: the same, or with some codes swapped for others.
    pub seen: Vec<usize>,
    /// Class prompt.
    pub condition: Condition,
    /// The prompt with another class, which should make all of it less likely.
    pub rival: Option<Condition>,
    /// The shares asked for.
    pub shares: Shares,
    /// Granularity of every region.
    pub grains: Vec<u8>,
    /// Whether there is something to learn about positions: not on another map than the image has.
    pub own_map: bool,
}

impl SequenceExample {
    /// The sequence of an example's grain map and codes. A share `noise` of the codes that
    /// the network sees is random (ours): in sampling, too, not every code before is a good one.
    pub fn new(config: &ArConfig, drawn: &CodedExample, noise: f32, rng: &mut Rng) -> Self {
        let numbering = config.positions();
        let positions = numbering.sequence(&drawn.map);
        let side = numbering.grid().cells();
        let contents: Vec<usize> = (positions.iter())
            .map(|number| match (numbering.token(*number), numbering.place(*number)) {
                (Some(token), _) => usize::from(drawn.cells[token.row * side + token.col]),
                (None, Place::Start) => config.start(&drawn.shares),
                (None, _) => config.end(),
            })
            .collect();
        let codes = config.transformer.vocabulary;
        let swap = |content: &usize| match *content < codes && rng.uniform() < noise {
            true => rng.below(codes),
            false => *content,
        };
        let seen = contents.iter().map(swap).collect();
        Self {
            positions,
            contents,
            seen,
            condition: drawn.condition.clone(),
            rival: drawn.rival.clone(),
            shares: drawn.shares,
            grains: drawn.map.grains().to_vec(),
            own_map: drawn.own_map,
        }
    }

    /// The same under the rival's prompt.
    pub fn under_rival(&self) -> Option<Self> {
        Some(Self { condition: self.rival.clone()?, ..self.clone() })
    }
}

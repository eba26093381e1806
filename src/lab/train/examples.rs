//! What generators train on, one example after the other: an image, a grain map, and its codes.
//!
//! The map is that of the image, in shares of the granularities that are drawn anew each time. A network that only ever sees
//! these learns which drawing a map belongs to, and is lost on any other: the maps that a grain-map
//! model draws, for one. So a share of the examples gets another map (ours).

use std::sync::Arc;

use super::code_bank::CodeBank;
use super::contrast::Rivals;
use super::labels::Labels;
use super::tokens::CodedImage;
use crate::Result;
use crate::density::LEVELS;
use crate::dgit::Condition;
use crate::grain::{GrainMap, Grid, Shares};
use crate::rng::Rng;
use crate::sampler::{Mode, Request};

/// Other maps are those of the image with its levels off by a normal number, whose standard deviation
/// is itself drawn from 0 to this many levels …
const NOISE: f32 = 4.0;
/// … or, in this share of them, those of any other image.
const FOREIGN: f32 = 0.5;

/// How examples are drawn.
#[derive(Debug, Clone)]
pub struct ExamplePlan {
    /// What the pictures show.
    pub labels: Arc<Labels>,
    /// Grid of the maps.
    pub grid: Grid,
    /// Shares of all, instead of the default ones for some and any for the rest.
    pub shares: Option<Shares>,
    /// The default ones.
    pub usual: Shares,
    /// Share of examples in the default shares, 0..=1.
    pub default_shares: f32,
    /// Share of examples with another map than the image has, 0..=1.
    pub other_maps: f32,
    /// Share of examples that certainly keep their whole class, 0..=1.
    pub whole: f32,
    /// Other classes for some of them, where classes are held against each other.
    pub rivals: Option<Arc<Rivals>>,
}

/// Draws examples from codes.
pub struct ExampleSource {
    /// How.
    pub plan: ExamplePlan,
    /// From what.
    pub bank: CodeBank,
}

/// One example.
#[derive(Debug, Clone)]
pub struct CodedExample {
    /// The shares that the map was made with.
    pub shares: Shares,
    /// Density level of every region.
    pub levels: Vec<u8>,
    /// Granularity of every region.
    pub map: GrainMap,
    /// Whether it is the map that the image has.
    pub own_map: bool,
    /// Codes under this map, on the cell grid.
    pub cells: Vec<u16>,
    /// Class prompt.
    pub condition: Condition,
    /// The prompt with another class, which should make the codes less likely.
    pub rival: Option<Condition>,
}

impl ExampleSource {
    /// The next example.
    ///
    /// # Errors
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the codes are those of another grid,
    /// [`Error::Data`](crate::Error::Data) if there are none.
    pub fn next(&mut self, rng: &mut Rng) -> Result<CodedExample> {
        let coded = self.bank.draw(rng)?;
        let plan = &self.plan;
        let mixed = match rng.uniform() < plan.default_shares {
            true => plan.usual,
            false => any_shares(plan.grid, rng)?,
        };
        let shares = plan.shares.unwrap_or(mixed);
        let own_map = rng.uniform() >= plan.other_maps;
        let levels = if own_map { coded.levels.clone() } else { self.other_levels(&coded, rng)? };
        let item = coded.item as usize;
        let mut condition = plan.labels.random(item, plan.whole, rng);
        let whole = &plan.labels.conditions[item];
        let rival = match &plan.rivals {
            Some(rivals) if rng.uniform() < rivals.share => {
                rivals.rival(whole, &mut condition, rng)
            }
            _ => None,
        };
        let example = CodedExample::new(plan.grid, &coded, (shares, levels, own_map), condition)?;
        Ok(CodedExample { rival, ..example })
    }

    fn other_levels(&self, coded: &CodedImage, rng: &mut Rng) -> Result<Vec<u8>> {
        if rng.uniform() < FOREIGN {
            return Ok(self.bank.any(rng)?.levels.clone());
        }
        let deviation = NOISE * rng.uniform();
        let mut off = |level: &u8| (f32::from(*level) + deviation * rng.normal()).round();
        let top = (LEVELS - 1) as f32;
        Ok(coded.levels.iter().map(|level| off(level).clamp(0.0, top) as u8).collect())
    }
}

/// The shares that DGiT-AR is asked for where a request is silent.
pub(super) fn default_shares(grid: Grid) -> Shares {
    Request::on(grid, Mode::Ar).shares
}

/// Any shares: spacings of sorted uniform numbers, so that every way to divide the regions is about as
/// likely. None and all of them as often as any other sixteenth: they are asked for, too.
fn any_shares(grid: Grid, rng: &mut Rng) -> Result<Shares> {
    let cut = |_| (rng.uniform() * 17.0 / 16.0 - 1.0 / 32.0).clamp(0.0, 1.0);
    let mut at_least: Vec<f32> = (0..grid.finest()).map(cut).collect();
    at_least.sort_by(|a, b| b.total_cmp(a));
    let finer = at_least.iter().skip(1).chain([&0.0]);
    Shares::new(&at_least.iter().zip(finer).map(|(own, finer)| own - finer).collect::<Vec<_>>())
}

impl CodedExample {
    /// The image `coded` under its own map.
    ///
    /// # Errors
    /// As [`ExampleSource::next`].
    pub fn as_it_is(
        grid: Grid,
        coded: &CodedImage,
        shares: Shares,
        condition: Condition,
    ) -> Result<Self> {
        Self::new(grid, coded, (shares, coded.levels.clone(), true), condition)
    }

    fn new(
        grid: Grid,
        coded: &CodedImage,
        (shares, levels, own_map): (Shares, Vec<u8>, bool),
        condition: Condition,
    ) -> Result<Self> {
        let map = GrainMap::from_levels(grid, &levels, &shares)?;
        let cells = coded.cells(&map);
        Ok(Self { shares, own_map, cells, map, levels, condition, rival: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_drawn_evenly_and_both_ends_come() {
        let mut rng = Rng::new(4);
        for granularities in 1..=4 {
            let grid = Grid { regions: 4, granularities };
            let drawn: Vec<Shares> =
                (0..4000).map(|_| any_shares(grid, &mut rng).expect("shares")).collect();
            assert!(drawn.iter().all(|shares| shares.fit(grid).is_ok()));
            let count = drawn.len() as f32;
            for finer in 0..granularities - 1 {
                let mean = drawn.iter().map(|s| s.as_slice()[finer]).sum::<f32>() / count;
                let even = 1.0 / granularities as f32;
                assert!((mean - even).abs() < 0.04, "{granularities}: {mean} of number {finer}");
            }
            let none = drawn.iter().filter(|shares| shares.at_least(1) == 0.0).count();
            let few = if granularities == 2 { 60..=180 } else { 0..=4000 };
            assert!(few.contains(&none), "{none} of 4000 are all coarse");
        }
        assert_eq!(default_shares(Grid::dual(4)), Shares::dual(0.5));
        assert!(default_shares(Grid { regions: 4, granularities: 3 }).finest() > 0.2);
    }
}

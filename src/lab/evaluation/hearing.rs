//! What DGiT-AR hears of a prompt: the network as a classifier of real pictures, by Bayes' rule.
//!
//! A held-out picture keeps its codes and its classes, but one axis takes each of its classes in turn. The class under which
//! the network is least surprised is the one that it hears in the picture. A class that it does not tell from others in real pictures
//! it cannot draw on purpose either; one that it tells, and samples do not show, is lost in drawing. (Ours.)

use burn::tensor::Device;

use crate::dgit::{Ar, ArConfig, Condition};
use crate::lab::train::ar::batches;
use crate::lab::train::examples::CodedExample;

/// What it hears of one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// Share of the pictures in which it hears the class that they have, 0..=1.
    pub right: f64,
    /// Nats by which a picture's own class makes it less surprising than "any" does, mean.
    pub worth: f64,
    /// Pictures that have a class of this axis.
    pub pictures: usize,
}

/// What `ar` hears of an axis of `classes` classes in these pictures.
pub fn hear(
    (ar, config): (&Ar, &ArConfig),
    pictures: &[CodedExample],
    (axis, classes): (usize, usize),
    device: &Device,
) -> Heard {
    // Of each picture "any", then each class.
    let asked = std::iter::once(None).chain((0..classes as u16).map(Some));
    let asked: Vec<Option<u16>> = asked.collect();
    let known: Vec<(&CodedExample, u16)> = (pictures.iter())
        .filter_map(|picture| Some((picture, picture.condition.get(axis)?)))
        .collect();
    let shown: Vec<CodedExample> = (known.iter())
        .flat_map(|(picture, _)| asked.iter().map(move |class| with_class(picture, axis, *class)))
        .collect();
    let nats: Vec<f32> = batches(config, &shown, device).flat_map(|batch| batch.nats(ar)).collect();
    let (mut right, mut worth) = (0, 0.0);
    for (nats, (_, own)) in nats.chunks_exact(asked.len()).zip(&known) {
        let (any, of_classes) = (nats[0], &nats[1..]);
        let least = (0..classes).min_by(|a, b| of_classes[*a].total_cmp(&of_classes[*b]));
        right += usize::from(least == Some(usize::from(*own)));
        worth += f64::from(any - of_classes[usize::from(*own)]);
    }
    let of = known.len().max(1) as f64;
    Heard { right: right as f64 / of, worth: worth / of, pictures: known.len() }
}

/// The picture as if it showed another class of an axis.
fn with_class(picture: &CodedExample, axis: usize, class: Option<u16>) -> CodedExample {
    let mut classes = picture.condition.0.clone();
    classes[axis] = class;
    CodedExample { condition: Condition(classes), ..picture.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dgit::TransformerConfig;
    use crate::grain::{GrainMap, Grid, Shares};
    use crate::rng::Rng;

    #[test]
    fn an_untrained_network_hears_next_to_nothing() {
        let (grid, device) = (Grid { regions: 3, granularities: 2 }, Device::flex());
        let mut config = ArConfig::new(12, grid, vec![3]);
        config.transformer =
            TransformerConfig { width: 32, layers: 2, sketch: None, ..config.transformer };
        config.position_layers = 1;
        let ar = Ar::new(&config, &device);
        let mut rng = Rng::new(4);
        let pictures: Vec<CodedExample> = (0..6)
            .map(|number| CodedExample {
                shares: Shares::dual(0.5),
                levels: vec![0; grid.region_count()],
                map: GrainMap::new(grid, vec![0, 1, 0, 1, 0, 1, 0, 1, 0]).expect("a map"),
                own_map: true,
                cells: (0..grid.cells().pow(2)).map(|_| rng.below(12) as u16).collect(),
                condition: Condition(vec![(number < 5).then_some(number % 3)]),
                rival: None,
            })
            .collect();
        let heard = hear((&ar, &config), &pictures, (0, 3), &device);
        assert_eq!(heard.pictures, 5, "one says nothing of this axis");
        assert!(heard.worth.abs() < 0.5, "{heard:?}");
        assert!((0.0..=1.0).contains(&heard.right));
    }
}

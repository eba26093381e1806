//! What kind of codebook: learned vectors on the unit sphere (VQ), or a fixed lattice (FSQ).
//!
//! Idea of FSQ: every dimension of a vector is squashed to an interval by tanh and rounded to one of
//! a few levels. The codes are all combinations of levels, so K is the product of their numbers.
//!
//! Key traits: nothing to learn, no commitment loss, no idle codes to restart. Since the codes are a
//! table of K vectors all the same, everything behind the encoder (packs, sampling, browser) looks
//! them up as it does learned ones.
//!
//! Source: F. Mentzer et al., "Finite Scalar Quantization: VQ-VAE Made Simple", 2023.

use serde::{Deserialize, Serialize};

use crate::kernels::Projection;

/// Widens the interval a little, so that the outermost levels are reached at finite values.
const MARGIN: f32 = 1e-3;

/// How vectors become codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantiser {
    /// Learned unit vectors.
    #[default]
    Vq,
    /// Finite scalar quantisation: number of levels of each dimension.
    Fsq(Vec<usize>),
}

impl Quantiser {
    /// FSQ with 1024 codes of dimension four.
    pub fn fsq1024() -> Self {
        Self::Fsq(vec![8, 8, 4, 4])
    }

    /// Whether the codes follow the encoder in training.
    pub fn is_learned(&self) -> bool {
        *self == Self::Vq
    }

    /// Number and dimension of the codes, where the quantiser fixes them.
    pub fn lattice_size(&self) -> Option<(usize, usize)> {
        match self {
            Self::Vq => None,
            Self::Fsq(levels) => {
                let codes = levels.iter().try_fold(1usize, |k, l| k.checked_mul(*l));
                Some((codes.unwrap_or(usize::MAX), levels.len()))
            }
        }
    }

    /// All codes of the lattice, `[codes, code_dim]` row by row, the last dimension running fastest;
    /// values in -1..=1. None for learned codes.
    pub fn lattice(&self) -> Option<Vec<f32>> {
        let (Self::Fsq(levels), (codes, dim)) = (self, self.lattice_size()?) else { return None };
        let mut table = Vec::with_capacity(codes * dim);
        for code in 0..codes {
            let mut left = code;
            let mut row = vec![0.0; dim];
            for (value, levels) in row.iter_mut().zip(levels).rev() {
                *value = (left % levels) as f32 / half(*levels) - 1.0; // (i − ⌊L/2⌋) / ⌊L/2⌋
                left /= levels;
            }
            table.extend(row);
        }
        Some(table)
    }

    /// Where codes lie, and how vectors get there: the unit sphere, or the box of the lattice.
    pub fn projection(&self) -> Projection {
        let Self::Fsq(levels) = self else { return Projection::Sphere };
        let reach = |l: usize| (l - 1) as f32 * (1.0 + MARGIN) / 2.0;
        let offset = |l: usize| if l.is_multiple_of(2) { 0.5 } else { 0.0 };
        let each = |value: &dyn Fn(usize) -> f32| levels.iter().map(|l| value(*l)).collect();
        Projection::Box {
            shift: each(&|l| (offset(l) / reach(l)).atanh()), // 0 stays 0
            scale: each(&|l| reach(l) / half(l)),
            centre: each(&|l| offset(l) / half(l)),
        }
    }
}

/// ⌊L/2⌋
fn half(levels: usize) -> f32 {
    (levels / 2) as f32
}

impl std::str::FromStr for Quantiser {
    type Err = String;

    /// `vq`, `fsq` (8×8×4×4), or `fsq:8,5,5,5`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "vq" => Ok(Self::Vq),
            None if text == "fsq" => Ok(Self::fsq1024()),
            Some(("fsq", levels)) => {
                let level = |l: &str| l.parse().map_err(|_| format!("{l} is no number of levels"));
                Ok(Self::Fsq(levels.split(',').map(level).collect::<Result<_, _>>()?))
            }
            _ => Err("vq, fsq or fsq:8,8,4,4 is expected".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tensor};

    #[test]
    fn every_code_of_the_lattice_is_different_and_inside() {
        for levels in [vec![8, 8, 4, 4], vec![8, 5, 5, 5], vec![3, 2]] {
            let quantiser = Quantiser::Fsq(levels);
            let (codes, dim) = quantiser.lattice_size().expect("a lattice");
            let table = quantiser.lattice().expect("a lattice");
            assert_eq!(table.len(), codes * dim);
            assert!(table.iter().all(|v| (-1.0..=1.0).contains(v)));
            let rows: std::collections::BTreeSet<Vec<u32>> =
                table.chunks(dim).map(|row| row.iter().map(|v| v.to_bits()).collect()).collect();
            assert_eq!(rows.len(), codes);
        }
    }

    #[test]
    fn zero_stays_zero_and_every_level_is_reached() {
        let quantiser = Quantiser::Fsq(vec![8, 5]);
        let far: Vec<f32> = vec![0.0, 0.0, -20.0, -20.0, 20.0, 20.0];
        let far = Tensor::<1>::from_floats(far.as_slice(), &Device::flex()).reshape([1, 3, 2]);
        let z: Vec<f32> = quantiser.projection().apply(far).into_data().iter::<f32>().collect();
        for (found, wanted) in z.iter().zip([0.0, 0.0, -1.0, -1.0, 0.75, 1.0]) {
            assert!((found - wanted).abs() < 2e-3, "{z:?}");
        }
    }

    #[test]
    fn names_are_read() {
        assert_eq!("vq".parse(), Ok(Quantiser::Vq));
        assert_eq!("fsq".parse(), Ok(Quantiser::fsq1024()));
        assert_eq!("fsq:8,5,5,5".parse(), Ok(Quantiser::Fsq(vec![8, 5, 5, 5])));
        assert!("fsq:8,x".parse::<Quantiser>().is_err() && "lfq".parse::<Quantiser>().is_err());
    }
}

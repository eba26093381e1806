//! Code tables on a lattice (ours, after the factorised heads of MaskBit, Weber et al. 2024): what a code
//! says is the sum of what its digits say, one vector for each level of each dimension, and of what it says
//! alone.
//!
//! Of 4,096 codes many are rare, but none of their 32 digits is: neighbours on the lattice share what they
//! learn, in the embedding as in the tied head. Only training knows the parts. What is written is their sum,
//! an ordinary table.

use burn::module::{Module, Param};
use burn::tensor::{Device, Distribution, FloatDType, Tensor};

use crate::dgit::{Ar, Nar};
use crate::dqvae::Quantiser;
use crate::kernels::layers::random;

/// The vectors of all digits.
#[derive(Module, Debug)]
pub struct Lattice {
    /// `[levels, width]` for each dimension; the last one runs fastest in the numbers of codes.
    digits: Vec<Param<Tensor<2>>>,
}

/// A network, perhaps with digits that its code table does not have in it yet.
pub type OnLattice<N> = (N, Option<Lattice>);

/// A network with a table of codes.
pub trait CodeTable: Module {
    /// The same with another table, made from the one it has: `[codes and more, width]`.
    fn with_codes(self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self;
}

impl CodeTable for Nar {
    fn with_codes(self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        self.map_tokens(change)
    }
}

impl CodeTable for Ar {
    fn with_codes(self, change: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        self.map_contents(change)
    }
}

impl Lattice {
    /// Random vectors for the codes of `quantiser`; nothing for learned codes.
    pub fn new(quantiser: &Quantiser, width: usize, device: &Device) -> Option<Self> {
        let Quantiser::Fsq(levels) = quantiser else { return None };
        let digits =
            |levels: &usize| random([*levels, width], Distribution::Normal(0.0, 0.01), device);
        Some(Self { digits: levels.iter().map(digits).collect() })
    }

    /// `table` with the sum of its digits added to each code; the rows behind the codes stay.
    fn add(&self, table: Tensor<2>) -> Tensor<2> {
        let [rows, width] = table.dims();
        let sum = self.digits.iter().fold(None, |sum: Option<Tensor<2>>, digits| {
            let digits = digits.val();
            let [levels, _] = digits.dims();
            Some(match sum {
                None => digits,
                Some(sum) => {
                    let codes = sum.dims()[0];
                    let all = sum.unsqueeze_dim::<3>(1) + digits.unsqueeze::<3>();
                    all.reshape([codes * levels, width])
                }
            })
        });
        let Some(sum) = sum else { return table };
        let [codes, _] = sum.dims();
        let sum = sum.cast(FloatDType::from(table.dtype()));
        let changed = table.clone().narrow(0, 0, codes) + sum;
        match rows - codes {
            0 => changed,
            more => Tensor::cat(vec![changed, table.narrow(0, codes, more)], 0),
        }
    }
}

/// The network as it is without parts.
pub fn whole<N: CodeTable>((network, lattice): OnLattice<N>) -> N {
    match lattice {
        Some(lattice) => network.with_codes(|table| lattice.add(table)),
        None => network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_sum_of_its_digits_and_of_itself() {
        let device = Device::flex();
        let lattice = Lattice::new(&Quantiser::Fsq(vec![2, 3]), 2, &device).unwrap();
        let row = |values: [f32; 4]| Tensor::<1>::from_floats(values, &device).reshape([2, 2]);
        let first = row([100.0, 100.0, 200.0, 200.0]);
        let second =
            Tensor::<1>::from_floats([10., 10., 20., 20., 30., 30.], &device).reshape([3, 2]);
        let digits = lattice.digits.into_iter().zip([first, second]);
        let lattice = Lattice { digits: digits.map(|(old, new)| old.map(|_| new)).collect() };
        // Six codes and one row more.
        let table = Tensor::<1>::from_floats([0., 1., 2., 3., 4., 5., 6.], &device);
        let table = table.reshape([7, 1]).expand([7, 2]);
        let found: Vec<f32> = lattice.add(table).into_data().iter::<f32>().step_by(2).collect();
        assert_eq!(found, [110.0, 121.0, 132.0, 213.0, 224.0, 235.0, 6.0]);
        assert!(Lattice::new(&Quantiser::Vq, 2, &device).is_none());
    }
}

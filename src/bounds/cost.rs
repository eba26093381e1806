//! What a network takes, before there is one.

use std::ops::Add;

use super::{product, sum};

/// Memory and work of some layers. Numbers that would overflow are the largest there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Weights of all layers together, without the small ones of norms and biases.
    pub(crate) weights: u64,
    /// Multiplications of all layers together.
    pub(crate) multiplications: u64,
    /// Values that the largest operation makes.
    pub(crate) values: u64,
}

impl Cost {
    /// A layer with a weight for each of `weights` (a product), applied at each of `places` (a product).
    pub(crate) fn layer(weights: &[usize], places: &[usize]) -> Self {
        let count = product(weights);
        Self { weights: count, multiplications: count.saturating_mul(product(places)), values: 0 }
    }

    /// An operation that makes a value for each of `shape` (a product).
    pub(crate) fn values(shape: &[usize]) -> Self {
        Self { values: product(shape), ..Self::default() }
    }

    /// Scores of `queries` for `keys`, and the sums that they weigh.
    pub(crate) fn attention(queries: usize, keys: usize, width: usize, heads: usize) -> Self {
        Self {
            weights: 0,
            multiplications: product(&[2, queries, keys, width]),
            values: product(&[heads, queries, keys]),
        }
    }

    /// The same so many times over, with weights of their own.
    pub(crate) fn times(self, count: usize) -> Self {
        let many = |value: u64| value.saturating_mul(count as u64);
        Self {
            weights: many(self.weights),
            multiplications: many(self.multiplications),
            values: self.values,
        }
    }
}

impl Add for Cost {
    type Output = Self;

    /// One after the other.
    fn add(self, other: Self) -> Self {
        Self {
            weights: sum([self.weights, other.weights]),
            multiplications: sum([self.multiplications, other.multiplications]),
            values: self.values.max(other.values),
        }
    }
}

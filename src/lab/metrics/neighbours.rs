//! Nearest neighbours between two sets of feature vectors.
//!
//! Idea: |a − b|² = |a|² + |b|² − 2 a·b turns all distances of a block of rows into one matrix
//! product, on the device. Selection is done on the host, row by row, and needs only one block of
//! distances at a time.
//!
//! Key traits: the product loses digits where two rows are nearly the same, so both sets are centred
//! on the mean of one of them first, and [`nearest`] takes the distances of the neighbours that it
//! found again, exactly. Products must be real f32: TF32 is too coarse for this.

use burn::tensor::{Device, Tensor, TensorData};

use crate::{Error, Result};

/// Query rows in a block.
const BLOCK: usize = 256;
/// Neighbours found beyond those asked for, so that rounding cannot hide one.
const SPARE: usize = 4;

/// The nearest neighbours of one row, from near to far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neighbours {
    /// Rows of the base.
    pub indices: Vec<usize>,
    /// Euclidean distances to them.
    pub distances: Vec<f64>,
}

/// The `count` nearest rows of `base` for every row of `queries`; rows have `dims` values.
///
/// With `within` the two are one set, and no row is its own neighbour.
///
/// # Errors
/// [`Error::Data`] for a broken last row, values that are not finite, or a base of fewer than
/// `count` rows (one more with `within`).
pub fn nearest(
    queries: &[f32],
    base: &[f32],
    dims: usize,
    count: usize,
    within: bool,
    device: &Device,
) -> Result<Vec<Neighbours>> {
    let rows = base.len().checked_div(dims).unwrap_or(0);
    if rows < count + usize::from(within) {
        return Err(Error::Data(format!("{rows} images have no {count} neighbours each.")));
    }
    let row = |set: &'_ [f32], i: usize| -> Vec<f32> { set[i * dims..(i + 1) * dims].to_vec() };
    let mut found = Vec::with_capacity(queries.len() / dims);
    each_row(queries, base, dims, device, |i, squared| {
        let mut order: Vec<usize> = (0..squared.len()).filter(|j| !within || *j != i).collect();
        let kept = (count + SPARE).min(order.len());
        let by_distance = |a: &usize, b: &usize| squared[*a].total_cmp(&squared[*b]);
        if kept < order.len() {
            order.select_nth_unstable_by(kept, by_distance);
            order.truncate(kept);
        }
        let query = row(queries, i);
        let mut near: Vec<(f64, usize)> =
            order.into_iter().map(|j| (distance(&query, &row(base, j)), j)).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate(count);
        found.push(Neighbours {
            indices: near.iter().map(|n| n.1).collect(),
            distances: near.iter().map(|n| n.0).collect(),
        });
    })?;
    Ok(found)
}

/// Euclidean distance of two rows.
pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2));
    squares.sum::<f64>().sqrt()
}

/// Calls `visit` with every query's number and its squared distances to all rows of `base`.
///
/// # Errors
/// [`Error::Data`] for a broken last row or values that are not finite.
pub(super) fn each_row(
    queries: &[f32],
    base: &[f32],
    dims: usize,
    device: &Device,
    mut visit: impl FnMut(usize, &[f32]),
) -> Result<()> {
    let whole = |set: &[f32]| dims > 0 && set.len().is_multiple_of(dims);
    if !whole(queries) || !whole(base) || base.is_empty() {
        return Err(Error::Data(format!(
            "Neighbours need rows of {dims} features; {} and {} values are not that.",
            queries.len(),
            base.len()
        )));
    }
    if queries.iter().chain(base).any(|v| !v.is_finite()) {
        return Err(Error::Data("Neighbours need finite features.".into()));
    }
    let tensor = |rows: &[f32]| {
        let data = TensorData::new(rows.to_vec(), [rows.len() / dims, dims]);
        Tensor::<2>::from_data(data, device)
    };
    let base = tensor(base); // [n, d]
    let count = base.dims()[0];
    let centre = base.clone().mean_dim(0); // [1, d]
    let base = base - centre.clone();
    let base_squares = base.clone().square().sum_dim(1).transpose(); // [1, n]
    let base = base.transpose(); // [d, n]
    for (b, block) in queries.chunks(BLOCK * dims).enumerate() {
        let block = tensor(block) - centre.clone(); // [q, d]
        let squares = block.clone().square().sum_dim(1); // [q, 1]
        let products = block.matmul(base.clone()); // [q, n]
        let squared = (squares + base_squares.clone() - products * 2.0).clamp_min(0.0); // [q, n]
        let squared: Vec<f32> = squared.into_data().iter::<f32>().collect();
        for (i, row) in squared.chunks_exact(count).enumerate() {
            visit(b * BLOCK + i, row);
        }
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::rng::Rng;

    pub(in crate::lab::metrics) fn noise(rows: usize, dims: usize, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..rows * dims).map(|_| rng.normal()).collect()
    }

    /// All neighbours the slow way.
    fn slow(queries: &[f32], base: &[f32], dims: usize, within: bool) -> Vec<Vec<(f64, usize)>> {
        let of = |(i, query): (usize, &[f32])| {
            let rows = base.chunks(dims).enumerate().filter(|(j, _)| !within || i != *j);
            let mut all: Vec<(f64, usize)> = rows.map(|(j, r)| (distance(query, r), j)).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            all
        };
        queries.chunks(dims).enumerate().map(of).collect()
    }

    #[test]
    fn the_same_as_by_hand_far_from_the_origin_and_across_blocks() {
        let device = Device::flex();
        let far = |rows: Vec<f32>| rows.into_iter().map(|v| v + 50.0).collect::<Vec<f32>>();
        let (queries, base) = (far(noise(300, 5, 1)), far(noise(40, 5, 2)));
        for (queries, within) in [(&queries, false), (&base, true)] {
            let found = nearest(queries, &base, 5, 3, within, &device).unwrap();
            let expected = slow(queries, &base, 5, within);
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let indices: Vec<usize> = expected[..3].iter().map(|e| e.1).collect();
                assert_eq!(found.indices, indices);
                assert!((found.distances[2] - expected[2].0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn bad_input_is_a_typed_error() {
        let device = Device::flex();
        let base = noise(3, 4, 1);
        assert_eq!(nearest(&base, &base, 4, 2, true, &device).unwrap()[0].indices.len(), 2);
        let fails = |queries: &[f32], base: &[f32], count, within| {
            nearest(queries, base, 4, count, within, &device).unwrap_err().code()
        };
        assert_eq!(fails(&base, &base, 3, true), "data");
        assert_eq!(fails(&base[1..], &base, 1, false), "data");
        assert_eq!(fails(&[f32::NAN; 4], &base, 1, false), "data");
        assert_eq!(fails(&base, &[], 0, false), "data");
    }
}

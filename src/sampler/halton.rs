//! The Halton sequence: an order in which the places of a grid are visited evenly.

/// Element `index` of the van der Corput sequence in `base`, in 0..1.
fn van_der_corput(mut index: u32, base: u32) -> f32 {
    let (mut value, mut digit) = (0.0, 1.0);
    while index > 0 {
        digit /= base as f32;
        value += digit * (index % base) as f32;
        index /= base;
    }
    value
}

/// Ranks points by when a two-dimensional Halton sequence (bases 2 and 3) comes by them.
///
/// `points` lie in 0..1 (row, column); `offset` shifts the sequence (on a torus), so that different
/// images use different orders. Returns the rank of every point, a permutation of `0..points.len()`.
pub fn halton_order(points: &[(f32, f32)], offset: (f32, f32)) -> Vec<usize> {
    let mut rank = vec![usize::MAX; points.len()];
    let mut left: Vec<usize> = (0..points.len()).collect();
    for (order, index) in (0..points.len()).zip(1u32..) {
        let target = (
            (van_der_corput(index, 2) + offset.0).fract(),
            (van_der_corput(index, 3) + offset.1).fract(),
        );
        let distance = |i: &usize| {
            let (dy, dx) = (points[*i].0 - target.0, points[*i].1 - target.1);
            dy * dy + dx * dx
        };
        let nearest = (0..left.len())
            .min_by(|a, b| distance(&left[*a]).total_cmp(&distance(&left[*b])))
            .unwrap_or(0); // `left` has an entry for every round
        rank[left.swap_remove(nearest)] = order;
    }
    rank
}

//! The one source of randomness in sampling: small, seeded, the same on every platform.
//!
//! Backends have generators of their own, each with its own stream; an image would then depend on
//! where it was made. This one (SplitMix64, public domain; Steele, Lea and Flood 2014) runs on the
//! host in integer arithmetic, so native and web builds draw the same numbers.

/// SplitMix64. Same seed, same numbers, everywhere.
#[derive(Debug, Clone)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// An independent generator for a sub-task, named by `stream`.
    ///
    /// SampledImage more or fewer numbers in one sub-task then leaves the others as they were.
    pub fn fork(&self, stream: u64) -> Self {
        let mut child = Self { state: self.state ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03) };
        child.next_u64();
        child
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in the open interval (0, 1), with 24 bits: never 0 or 1, so that logarithms are finite.
    pub fn uniform(&mut self) -> f32 {
        ((self.next_u64() >> 40) as f32 + 0.5) / (1u64 << 24) as f32
    }

    /// Uniform in `0..n`. `n` must be positive.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.next_u64() >> 32).wrapping_mul(n as u64) >> 32) as usize
    }

    /// Standard Gumbel noise, `-ln(-ln u)`.
    pub fn gumbel(&mut self) -> f32 {
        -(-self.uniform().ln()).ln()
    }

    /// Standard normal (Box–Muller, one of the pair).
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f32::consts::TAU * self.uniform()).cos()
    }

    /// Index drawn with probability proportional to `weights` (non-negative, not all zero).
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = f32> + Clone) -> usize {
        let total: f32 = weights.clone().into_iter().sum();
        let mut left = self.uniform() * total;
        let mut last = 0;
        for (i, w) in weights.into_iter().enumerate() {
            if w > 0.0 {
                last = i;
                left -= w;
                if left <= 0.0 {
                    break;
                }
            }
        }
        last
    }

    /// Shuffles in place (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// At most `most` of `items`, chosen by chance, in random order.
    pub fn some<T>(&mut self, mut items: Vec<T>, most: usize) -> Vec<T> {
        self.shuffle(&mut items);
        items.truncate(most);
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_stream_and_known_first_value() {
        // Reference value of SplitMix64 for seed 0.
        assert_eq!(Rng::new(0).next_u64(), 0xE220_A839_7B1D_CDAF);
        let draw = |seed| {
            (0..5)
                .map({
                    let mut r = Rng::new(seed);
                    move |_| r.next_u64()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn uniform_stays_open_and_weighted_follows_its_weights() {
        let mut rng = Rng::new(1);
        let mut hits = [0usize; 3];
        for _ in 0..30_000 {
            let u = rng.uniform();
            assert!(u > 0.0 && u < 1.0);
            hits[rng.weighted([1.0, 0.0, 2.0])] += 1;
        }
        assert_eq!(hits[1], 0);
        assert!((hits[2] as f32 / hits[0] as f32 - 2.0).abs() < 0.1, "{hits:?}");
    }

    #[test]
    fn shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..50).collect();
        Rng::new(3).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}

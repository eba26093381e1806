//! Products of pairs of 16-bit numbers, four at a time, by the instruction that processors have for it.
//!
//! wasm has it in `simd128`, every x86-64 in SSE2. Elsewhere the formula is written out. All give the same sums.

pub use four::{add, all, numbers, of};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod four {
    use core::arch::wasm32::*;

    pub type Four = v128;

    pub fn of(pairs: [i32; 4]) -> Four {
        // SAFETY: Both are 16 bytes, of which every value means something.
        unsafe { std::mem::transmute(pairs) }
    }

    pub fn all(pair: i32) -> Four {
        i32x4_splat(pair)
    }

    pub fn add(sum: Four, a: Four, b: Four) -> Four {
        i32x4_add(sum, i32x4_dot_i16x8(a, b))
    }

    pub fn numbers(x: Four) -> [i32; 4] {
        // SAFETY: As above.
        unsafe { std::mem::transmute(x) }
    }
}

#[cfg(target_arch = "x86_64")]
mod four {
    use core::arch::x86_64::*;

    pub type Four = __m128i;

    pub fn of(pairs: [i32; 4]) -> Four {
        // SAFETY: Both are 16 bytes, of which every value means something.
        unsafe { std::mem::transmute(pairs) }
    }

    pub fn all(pair: i32) -> Four {
        of([pair; 4])
    }

    pub fn add(sum: Four, a: Four, b: Four) -> Four {
        // SAFETY: Every x86-64 has SSE2.
        unsafe { _mm_add_epi32(sum, _mm_madd_epi16(a, b)) }
    }

    pub fn numbers(x: Four) -> [i32; 4] {
        // SAFETY: As above.
        unsafe { std::mem::transmute(x) }
    }
}

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
use formula as four;

/// What the instructions do.
#[cfg(any(
    test,
    not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))
))]
mod formula {
    pub type Four = [i32; 4];

    pub fn of(pairs: [i32; 4]) -> Four {
        pairs
    }

    pub fn all(pair: i32) -> Four {
        [pair; 4]
    }

    pub fn add(sum: Four, a: Four, b: Four) -> Four {
        let halves = |pair: i32| (i32::from(pair as i16), pair >> 16);
        std::array::from_fn(|i| {
            let ((a0, a1), (b0, b1)) = (halves(a[i]), halves(b[i]));
            sum[i] + (a0 * b0 + a1 * b1)
        })
    }

    pub fn numbers(x: Four) -> [i32; 4] {
        x
    }
}

/// Two numbers of 16 bits in one of 32.
pub fn pair(low: i16, high: i16) -> i32 {
    i32::from(low as u16) | i32::from(high) << 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn instructions_do_what_the_formula_does() {
        let mut rng = Rng::new(11);
        let mut whole = || rng.below(8191) as i16 - 4095;
        for _ in 0..1000 {
            let [a, b] = [(); 2].map(|()| [(); 4].map(|()| pair(whole(), whole())));
            let sum = [7, -9, 1 << 20, 0];
            let found = numbers(add(add(of(sum), of(a), of(b)), all(a[0]), of(b)));
            let expected = formula::add(formula::of(sum), formula::of(a), formula::of(b));
            let expected = formula::add(expected, formula::all(a[0]), formula::of(b));
            assert_eq!(found, formula::numbers(expected));
        }
    }
}

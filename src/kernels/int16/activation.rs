//! Activations in operations that a compiler does for four numbers at a time. The last digits of a library's `exp` depend on
//! the system; these are the same everywhere.

/// eˣ, but for the sixth digit where it is large or small, in operations that a compiler does for four numbers at a time; of what
/// is below -87 or above 88 that of these.
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves a whole number
    let t = x.clamp(-87.0, 88.0) * std::f32::consts::LOG2_E;
    let whole = t + ROUND;
    let part = (t - (whole - ROUND)) * std::f32::consts::LN_2; // at most half of ln 2
    let mut sum = 1.0 / 5040.0;
    for term in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * part + term;
    }
    // 2 to the whole part, by its exponent.
    sum * f32::from_bits((whole.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127)) << 23)
}

/// x · sigmoid(x).
pub fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// x · Φ(x), the error function within 1.5 · 10⁻⁷ (Abramowitz and Stegun 7.1.26).
pub fn gelu(x: f32) -> f32 {
    let a = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let p = t
        * (0.254_829_6
            + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    0.5 * x + 0.5 * x.abs() * (1.0 - p * exp(-a * a))
}

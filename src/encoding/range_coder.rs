//! A range coder (G. N. N. Martin, 1979): values in a number of bytes that comes to log₂ of how many there could be.
//!
//! Every value narrows a range of 32 bits to its own part; bytes leave at the top as soon as they are settled.

/// Below this, a byte is settled.
const BOTTOM: u32 = 1 << 24;

/// Writes values.
#[derive(Debug)]
pub(super) struct RangeEncoder {
    low: u64,
    range: u32,
    /// A byte that a carry may still raise, and how many 255 follow it.
    pending: (u8, usize),
    bytes: Vec<u8>,
}

impl RangeEncoder {
    pub fn new() -> Self {
        Self { low: 0, range: u32::MAX, pending: (0, 0), bytes: Vec::new() }
    }

    /// One of `total` equally long parts of the range, counted from 0: `size` of them from `start` on.
    /// `total` is at most 2¹⁶, `size` at least 1.
    pub fn encode(&mut self, start: u32, size: u32, total: u32) {
        let part = self.range / total;
        self.low += u64::from(start * part);
        self.range = size * part;
        while self.range < BOTTOM {
            self.shift();
            self.range <<= 8;
        }
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        if self.low < 0xff00_0000 || carry == 1 {
            let (first, more) = self.pending;
            self.bytes.push(first.wrapping_add(carry));
            self.bytes.extend(std::iter::repeat_n(0xff_u8.wrapping_add(carry), more));
            self.pending = ((self.low >> 24) as u8, 0);
        } else {
            self.pending.1 += 1;
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    /// The bytes. Of all numbers in the last range the one with most zeros at its end, which are left out.
    pub fn finish(mut self) -> Vec<u8> {
        let last = self.low + u64::from(self.range) - 1;
        let zeros = (0..32).rev().find(|bits| (last >> bits << bits) >= self.low).unwrap_or(0);
        self.low = last >> zeros << zeros;
        (0..5).for_each(|_| self.shift());
        // The first byte is the one before any: always 0.
        self.bytes.remove(0);
        while self.bytes.last() == Some(&0) {
            self.bytes.pop();
        }
        self.bytes
    }
}

/// Reads what a [`RangeEncoder`] wrote. Beyond the end there are zeros.
#[derive(Debug)]
pub(super) struct RangeDecoder<'a> {
    code: u32,
    range: u32,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> RangeDecoder<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut own = Self { code: 0, range: u32::MAX, bytes: bytes.iter() };
        (0..4).for_each(|_| own.shift());
        own
    }

    fn shift(&mut self) {
        self.code = self.code << 8 | u32::from(*self.bytes.next().unwrap_or(&0));
    }

    /// Which of `total` equal parts it is in. [`Self::take`] must follow.
    pub fn peek(&self, total: u32) -> u32 {
        (self.code / (self.range / total)).min(total - 1)
    }

    /// Goes on behind the value that has `size` parts of `total` from `start` on.
    pub fn take(&mut self, start: u32, size: u32, total: u32) {
        let part = self.range / total;
        // Bytes that no encoder wrote may lie behind the last part.
        self.code = (self.code - start * part).min(size * part - 1);
        self.range = size * part;
        while self.range < BOTTOM {
            self.shift();
            self.range <<= 8;
        }
    }

    /// One of `total` values that are equally likely.
    pub fn uniform(&mut self, total: u32) -> u32 {
        let value = self.peek(total);
        self.take(value, 1, total);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn what_is_written_is_read_and_takes_no_more_than_it_must() {
        let mut rng = Rng::new(7);
        for length in [0, 1, 2, 7, 64, 1024] {
            let totals: Vec<u32> = (0..length)
                .map(|_| {
                    let most = [2, 300, 1 << 16][rng.below(3)];
                    1 + rng.below(most) as u32
                })
                .collect();
            // The ends of the range are where carries and empty bytes are.
            for choice in 0..3 {
                let values: Vec<u32> = totals
                    .iter()
                    .map(|total| [0, total - 1, rng.below(*total as usize) as u32][choice])
                    .collect();
                let mut encoder = RangeEncoder::new();
                for (value, total) in values.iter().zip(&totals) {
                    encoder.encode(*value, 1, *total);
                }
                let bytes = encoder.finish();
                let bits: f64 = totals.iter().map(|total| f64::from(*total).log2()).sum();
                assert!(bytes.len() as f64 <= bits * 1.01 / 8.0 + 2.0, "{} {bits}", bytes.len());
                let mut decoder = RangeDecoder::new(&bytes);
                let read: Vec<u32> = totals.iter().map(|total| decoder.uniform(*total)).collect();
                assert_eq!(read, values);
            }
        }
    }
}

//! What the tokenizer takes for one picture, computed from its sizes alone.

use super::TokenizerConfig;
use crate::bounds::Cost;

/// Weights of a 3×3 convolution for each pair of channels.
const WINDOW: usize = 9;
/// Values of a pixel behind the space-to-depth stem, and before the last step of the decoder.
const PIXEL: usize = 12;

/// A convolution whose result has `side`² positions, of `window` weights for each pair of channels.
fn conv(window: usize, from: usize, to: usize, side: usize) -> Cost {
    Cost::layer(&[window, from, to], &[side, side])
}

/// The residual blocks at one size.
fn blocks(count: usize, channels: usize, side: usize) -> Cost {
    conv(2 * WINDOW * count, channels, channels, side)
}

/// Attention over all positions of a map.
fn attention(channels: usize, side: usize) -> Cost {
    let positions = side * side;
    conv(4, channels, channels, side) + Cost::attention(positions, positions, channels, 1)
}

impl TokenizerConfig {
    /// A pass of the encoder, and the nearest code for every cell. To be asked for sizes that are each in
    /// range.
    pub(super) fn encoder_cost(&self) -> Cost {
        let (levels, granularities) = (self.channels.len(), self.grid.granularities);
        let attentive = self.attention.unwrap_or(granularities);
        let at = |level: usize| (self.channels[level], self.image >> (level + 1));
        let stages = (0..levels).map(|level| {
            let (width, side) = at(level);
            let mut cost = blocks(self.blocks, width, side);
            if level + attentive >= levels {
                cost = cost + attention(width, side);
            }
            if level + 1 < levels {
                let (next, half) = at(level + 1);
                cost = cost + conv(WINDOW, width, next, half);
            }
            if level + granularities >= levels {
                cost = cost + blocks(1, width, side) + conv(1, width, self.code_dim, side);
            }
            cost
        });
        let cells = self.grid.cell_count();
        let nearest = Cost::layer(&[], &[cells, self.codes, self.code_dim]);
        let compared = Cost::values(&[cells, self.codes]);
        let stem = conv(WINDOW, PIXEL, self.channels[0], self.image / 2);
        stages.fold(stem + nearest + compared, |sum, stage| sum + stage)
    }

    /// A pass of the decoder, with the codebook. To be asked for sizes that are each in range.
    pub(crate) fn decoder_cost(&self) -> Cost {
        let (channels, cells) = (&self.decoder_channels, self.grid.cells());
        let first = channels[0];
        let codebook = Cost::layer(&[self.codes, self.code_dim], &[]);
        let middle = conv(WINDOW, self.code_dim, first, cells)
            + blocks(2, first, cells)
            + attention(first, cells);
        let stages = channels.iter().enumerate().map(|(level, width)| {
            let side = cells << level;
            let entered = level.checked_sub(1).map_or(0, |before| channels[before]);
            conv(WINDOW, entered, *width, side) + blocks(self.blocks, *width, side)
        });
        let last = conv(WINDOW, channels[channels.len() - 1], PIXEL, self.image / 2);
        stages.fold(codebook + middle + last, |sum, stage| sum + stage)
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Module;
    use burn::tensor::Device;

    use super::*;
    use crate::dqvae::{DecoderHalf, EncoderHalf};

    #[test]
    fn weights_are_about_those_that_the_networks_have() {
        let device = Device::flex();
        for config in [TokenizerConfig::emoji128(), TokenizerConfig::tiny_triple()] {
            let networks = [
                (config.encoder_cost(), EncoderHalf::new(&config, &device).num_params()),
                (config.decoder_cost(), DecoderHalf::new(&config, &device).num_params()),
            ];
            for (cost, found) in networks {
                let share = cost.weights as f64 / found as f64;
                // Biases, norms and positions are left out: most of what a tiny network has.
                assert!((0.6..=1.0).contains(&share), "{} of {found}", cost.weights);
            }
        }
    }

    #[test]
    fn shipped_sizes_are_far_from_the_bounds_and_large_ones_beyond() {
        for config in [TokenizerConfig::emoji128(), TokenizerConfig::picture256()] {
            config.validate().expect("it fits");
            let most =
                config.encoder_cost().multiplications.max(config.decoder_cost().multiplications);
            assert!(most < crate::bounds::PASS / 4, "{most}");
        }
    }
}

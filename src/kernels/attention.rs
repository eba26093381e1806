//! Self-attention over a list of tokens.

use burn::tensor::activation::softmax;
use burn::tensor::{FloatDType, Tensor};

#[cfg(feature = "cpu")]
use super::int16;
use super::layers::Conv2d;
#[cfg(feature = "gpu")]
use super::on_gpu;
#[cfg(feature = "libtorch")]
use super::torch::on_torch;
#[cfg(feature = "cpu")]
use super::tuning::Tuning;
use super::{Extent, FeatureMap, GroupNorm, rms_norm};

/// Angles by which queries and keys rotate: the cosines and sines of a batch of token lists,
/// `[lists, 1, tokens, head/2]` each. One list serves a whole batch.
#[derive(Debug, Clone)]
pub struct Angles {
    /// Cosines.
    pub cos: Tensor<4>,
    /// Sines.
    pub sin: Tensor<4>,
}

impl Angles {
    /// Rotates queries or keys, `[batch, heads, tokens, head]`; component i goes with i + head/2.
    pub(crate) fn rotate(&self, x: Tensor<4>) -> Tensor<4> {
        let half = x.dims()[3] / 2;
        let dtype = FloatDType::from(x.dtype());
        let (cos, sin) = (self.cos.clone().cast(dtype), self.sin.clone().cast(dtype));
        let (a, b) = (x.clone().narrow(3, 0, half), x.narrow(3, half, half));
        let rotated = vec![a.clone() * cos.clone() - b.clone() * sin.clone(), a * sin + b * cos];
        Tensor::cat(rotated, 3)
    }
}

/// softmax(q kᵀ / √head + bias) v with normalised, rotated queries and keys.
///
/// `qkv`: `[batch, prefix + tokens, 3 · heads · head]`; `qk_scale`: scale of the queries, `[head]`;
/// `padding`: 1 for tokens that are masked out as keys, `[lists, tokens]`, among them all that `extent` leaves out →
/// `[batch, prefix + tokens, heads · head]`.
pub fn attention(
    qkv: Tensor<3>,
    qk_scale: Tensor<1>,
    angles: &Angles,
    padding: Tensor<2>,
    extent: &Extent,
) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&qkv.device()) {
        return gpu::attention(qkv, qk_scale, angles, padding, extent);
    }
    let _ = extent;
    #[cfg(feature = "libtorch")]
    if on_torch(&qkv) {
        let bias = key_bias(padding, qkv.dims()[1]);
        return torch::attention(qkv, qk_scale, angles, angles, Some(bias));
    }
    let ([_, tokens, _], [head]) = (qkv.dims(), qk_scale.dims());
    let [q, k, v] = split(qkv, head); // [batch, heads, tokens, head]
    let (q, k) = (rotated_queries(q, qk_scale, angles), rotated_keys(k, angles));
    mix(q, k, v, Some(key_bias(padding, tokens)))
}

/// rotate(rms(q) · scale): `[batch, heads, tokens, head]`, `[head]` → `[batch, heads, tokens, head]`.
pub(crate) fn rotated_queries(q: Tensor<4>, qk_scale: Tensor<1>, angles: &Angles) -> Tensor<4> {
    let head = q.dims()[3];
    angles.rotate(rms_norm(q) * qk_scale.reshape([1, 1, 1, head]))
}

/// rotate(rms(k)): `[batch, heads, tokens, head]`, same shape out.
pub(crate) fn rotated_keys(k: Tensor<4>, angles: &Angles) -> Tensor<4> {
    angles.rotate(rms_norm(k))
}

/// softmax(q kᵀ / √head + bias) v, the heads side by side again.
///
/// `q`: `[batch, heads, queries, head]`; `k`, `v`: `[batch, heads, keys, head]`; `bias` broadcasts to
/// `[batch, heads, queries, keys]` → `[batch, queries, heads · head]`.
pub(crate) fn mix(q: Tensor<4>, k: Tensor<4>, v: Tensor<4>, bias: Option<Tensor<4>>) -> Tensor<3> {
    let [batch, heads, queries, head] = q.dims();
    #[cfg(feature = "cpu")]
    if Tuning::now().int16 {
        let mixed = int16::mix(q, k, v, bias);
        return mixed.swap_dims(1, 2).reshape([batch, queries, heads * head]);
    }
    let scores = q.matmul(k.transpose()) / (head as f32).sqrt(); // [batch, heads, queries, keys]
    let scores = match bias {
        Some(bias) => {
            let dtype = FloatDType::from(scores.dtype());
            scores + bias.cast(dtype)
        }
        None => scores,
    };
    let mixed = softmax(scores, 3).matmul(v); // [batch, heads, queries, head]
    mixed.swap_dims(1, 2).reshape([batch, queries, heads * head])
}

/// Queries, keys and values: `[batch, tokens, 3 · heads · head]` → `[batch, heads, tokens, head]`
/// each.
pub(crate) fn split(qkv: Tensor<3>, head: usize) -> [Tensor<4>; 3] {
    let [batch, tokens, width] = qkv.dims();
    let qkv = qkv.reshape([batch, tokens, 3, width / 3 / head, head]);
    let qkv = qkv.permute([2, 0, 3, 1, 4]); // [3, batch, heads, tokens, head]
    [0, 1, 2].map(|i| qkv.clone().narrow(0, i, 1).squeeze_dim::<4>(0))
}

/// What is added to the scores of a key, `[lists, 1, 1, tokens]`: a large negative number for
/// padding, 0 for all others and for the tokens in front of the list.
fn key_bias(padding: Tensor<2>, tokens: usize) -> Tensor<4> {
    let [lists, listed] = padding.dims();
    let front = Tensor::zeros([lists, tokens - listed], &padding.device());
    Tensor::cat(vec![front, padding * -1e4], 1).reshape([lists, 1, 1, tokens])
}

/// x + out(softmax(q kᵀ / √c) v) over the positions of a feature map, one head of c channels, where
/// q, k, v = qkv(norm(x)).
///
/// `x`: `[batch, c, h, w]`, same shape out.
pub fn map_attention(x: FeatureMap, norm: &GroupNorm, qkv: &Conv2d, out: &Conv2d) -> FeatureMap {
    #[cfg(feature = "gpu")]
    if on_gpu(&out.weight.device()) {
        return gpu::map_attention(x, norm, qkv, out);
    }
    let x = x.values();
    let [batch, channels, height, width] = x.dims();
    let qkv = qkv.forward(norm.forward(x.clone()));
    let qkv = qkv.reshape([batch, 3 * channels, height * width]); // [batch, 3·c, positions]
    #[cfg(feature = "libtorch")]
    if on_torch(&qkv) {
        let h = torch::map_attention(qkv);
        return (x + out.forward(h.reshape([batch, channels, height, width]))).into();
    }
    let part = |i: usize| qkv.clone().narrow(1, i * channels, channels);
    let (q, k, v) = (part(0), part(1), part(2));
    let scores = q.transpose().matmul(k) / (channels as f32).sqrt(); // [batch, query, key]
    let h = v.matmul(softmax(scores, 2).transpose()); // [batch, c, query]
    (x + out.forward(h.reshape([batch, channels, height, width]))).into()
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::WORKGROUP_BYTES;
    use super::super::conv::Fused;
    use super::super::gpu::{Kernel, buffer, empty, tensor};
    use super::super::tuning::Tuning;
    use super::*;

    const TEXT: &str = include_str!("attention.wgsl");
    const BOUNDED: &str = include_str!("bounded_attention.wgsl");

    /// Width of a head, queries and threads of a workgroup that `bounded_attention.wgsl` is made for.
    const BOUNDED_SIZES: [usize; 3] = [64, 16, 128];

    /// Keys of a chunk at most. Up to here scores are computed once and a list is gone through once.
    const CHUNK: usize = 272;

    /// What a workgroup works on at a time.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) struct Tile {
        pub queries: usize,
        pub keys: usize,
        pub threads: usize,
        /// How much of a key is held at a time.
        pub slice: usize,
        /// Keys whose scores are held at a time.
        pub chunk: usize,
    }

    impl Tile {
        /// For a list of tokens, in which every head is `head` wide.
        ///
        /// Every tile reads all keys, normalises and rotates them. Where a list is long that is most of
        /// the work, and there are tiles enough for any processor: twice the queries share it.
        pub fn of_list(head: usize, tokens: usize) -> Self {
            let few = tokens <= CHUNK || Tuning::now().attention == 1;
            let queries = if few { 8 } else { 16 };
            Self::new(head, queries, [16, 128], head).expect("heads are at most 64 wide")
        }

        /// For a map of `positions`, where the rows of the only head are long.
        pub fn of_map(channels: usize, positions: usize) -> Self {
            let keys = if channels > 128 { 8 } else { 16 };
            let whole = Self::new(channels, 4, [keys, 4 * keys], channels);
            if let Some(whole) = whole.filter(|tile| positions <= tile.chunk) {
                return whole;
            }
            let slice =
                (1..=8).rev().map(|part| part * 8).find(|part| channels.is_multiple_of(*part));
            let slice = slice.expect("channels are a multiple of eight");
            let tiles =
                [8, 4, 2].map(|queries| Self::new(channels, queries, [16, 16 * queries], slice));
            tiles.into_iter().flatten().next().expect("at most 1024 channels")
        }

        /// None where workgroup memory does not hold it.
        fn new(
            head: usize,
            queries: usize,
            [keys, threads]: [usize; 2],
            slice: usize,
        ) -> Option<Self> {
            let rows = queries * (head + 4) + keys * (slice + 4);
            let floats = rows + queries * keys + queries; // partial results, and a factor a query
            let chunk = (WORKGROUP_BYTES / 4).checked_sub(floats)? / queries / keys * keys;
            let tile = Self { queries, keys, threads, slice, chunk: chunk.min(CHUNK) };
            // A thread has eight numbers of a row.
            (chunk > 0 && slice / 8 <= threads).then_some(tile)
        }

        fn kernel(self, name: &'static str, head: usize, heads: usize) -> Kernel {
            Kernel::new(name, TEXT, self.threads)
                .with("HEAD", head)
                .with("HEADS", heads)
                .with("QUERIES", self.queries)
                .with("KEYS", self.keys)
                .with("SLICE", self.slice)
                .with("CHUNK", self.chunk)
        }
    }

    pub fn attention(
        qkv: Tensor<3>,
        qk_scale: Tensor<1>,
        angles: &Angles,
        padding: Tensor<2>,
        extent: &Extent,
    ) -> Tensor<3> {
        let [batch, tokens, width] = qkv.dims();
        let ([head], [lists, listed]) = (qk_scale.dims(), padding.dims());
        let qkv = buffer(&qkv);
        let out = empty(&qkv, [batch, tokens, width / 3]);
        let (cos, sin) = (buffer(&angles.cos), buffer(&angles.sin));
        let (qk_scale, padding) = (buffer(&qk_scale), buffer(&padding));
        let heads = width / 3 / head;
        let (kernel, queries) = if head == BOUNDED_SIZES[0] && Tuning::now().attention == 0 {
            let [_, queries, threads] = BOUNDED_SIZES;
            let kernel = Kernel::new("bounded_attention", BOUNDED, threads);
            (kernel.with("HEAD", head).with("HEADS", heads), queries)
        } else {
            let tile = Tile::of_list(head, tokens);
            (tile.kernel("attention", head, heads).with_flag("ROTARY", true), tile.queries)
        };
        kernel.with_precision().run_within(
            &[&qkv, &qk_scale, &cos, &sin, &padding, &out],
            extent,
            [batch, tokens, tokens - listed, lists],
            [tokens.div_ceil(queries), heads, batch],
        );
        tensor(out)
    }

    pub fn map_attention(
        x: FeatureMap,
        norm: &GroupNorm,
        qkv: &Conv2d,
        out: &Conv2d,
    ) -> FeatureMap {
        let [batch, channels, height, width] = x.clone().values().dims();
        let positions = height * width;
        // Attention wants the channels of a position side by side.
        let before = Fused { norm: Some((norm, false)), last_out: true, ..Fused::default() };
        let qkv = buffer(&before.conv(x.clone(), qkv).values()); // [batch, h, w, 3·c]
        let mixed = empty(&qkv, [batch, channels, height, width]); // holds [batch, h, w, c]
        let tile = Tile::of_map(channels, positions);
        // Without a normalisation its scores are too large for f16.
        let kernel = tile.kernel("map_attention", channels, 1).in_half(false);
        kernel.with_flag("ROTARY", false).run(
            &[&qkv, &qkv, &qkv, &qkv, &qkv, &mixed],
            &[batch, positions, positions, positions, 1],
            [positions.div_ceil(tile.queries), 1, batch],
        );
        let after = Fused { last_in: true, residual: Some(x), ..Fused::default() };
        after.conv(tensor(mixed).into(), out)
    }
}

#[cfg(feature = "libtorch")]
pub(super) mod torch {
    use tch::Tensor as Torch;

    use super::super::norm::torch::rms;
    use super::super::torch::{constant, fused, operand};
    use super::*;

    /// Attention with a bias on the keys, or, without one, of every entry to those before it.
    pub fn attention(
        qkv: Tensor<3>,
        qk_scale: Tensor<1>,
        queries: &Angles,
        keys: &Angles,
        bias: Option<Tensor<4>>,
    ) -> Tensor<3> {
        let ([batch, tokens, width], [head]) = (qkv.dims(), qk_scale.dims());
        let dims = [batch, tokens, 3, width / 3 / head, head].map(|n| n as i64);
        let [queries, keys] = [queries, keys].map(|a| {
            let dtype = FloatDType::from(qkv.dtype());
            (constant(a.cos.clone().cast(dtype)), constant(a.sin.clone().cast(dtype)))
        });
        let bias = bias.map(|bias| constant(bias.cast(FloatDType::from(qkv.dtype()))));
        fused([operand(qkv), operand(qk_scale)], |[qkv, qk_scale]| {
            let qkv = qkv.view(dims).permute([2, 0, 3, 1, 4]); // [3, batch, heads, tokens, head]
            let q = rotate(&(rms(&qkv.get(0)) * qk_scale), &queries);
            let k = rotate(&rms(&qkv.get(1)), &keys);
            let (v, causal) = (qkv.get(2), bias.is_none());
            let mixed = Torch::scaled_dot_product_attention(
                &q,
                &k,
                &v,
                bias.as_ref(),
                0.0,
                causal,
                None::<f64>,
                false,
            ); // [batch, heads, tokens, head]
            mixed.transpose(1, 2).reshape([dims[0], dims[1], width as i64 / 3])
        })
    }

    /// softmax(q kᵀ / √c) v of `[batch, 3·c, positions]` → `[batch, c, positions]`.
    pub fn map_attention(qkv: Tensor<3>) -> Tensor<3> {
        fused([operand(qkv)], |[qkv]| {
            // One head: [batch, 1, positions, c]
            let parts = qkv.transpose(1, 2).unsqueeze(1).chunk(3, -1);
            let [q, k, v] = [0, 1, 2].map(|i| parts[i].contiguous());
            let none = None::<&Torch>;
            Torch::scaled_dot_product_attention(&q, &k, &v, none, 0.0, false, None::<f64>, false)
                .squeeze_dim(1)
                .transpose(1, 2)
        })
    }

    fn rotate(x: &Torch, (cos, sin): &(Torch, Torch)) -> Torch {
        let halves = x.chunk(2, -1);
        let (a, b) = (&halves[0], &halves[1]);
        Torch::cat(&[a * cos - b * sin, a * sin + b * cos], -1)
    }
}

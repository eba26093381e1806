//! Causal self-attention: over a whole sequence, and for one more entry with all others remembered.

use burn::tensor::{Bool, Device, Int, Tensor};

use super::sequence::Sequence;
use crate::kernels::embedding;
#[cfg(feature = "gpu")]
use crate::kernels::on_gpu;
use crate::kernels::{Angles, mix, rotated_keys, rotated_queries, split};

impl Angles {
    /// Angles of entries by their positions; `table`: cosines, then sines, `[positions, head]`;
    /// `positions`: `[batch, entries]`.
    pub fn of_positions(table: &Tensor<2>, positions: Tensor<2, Int>) -> Self {
        let half = table.dims()[1] / 2;
        let both = embedding(table, positions).unsqueeze_dim::<4>(1); // [batch, 1, entries, head]
        Self { cos: both.clone().narrow(3, 0, half), sin: both.narrow(3, half, half) }
    }

    /// The same angles again and again, for the rows of guidance.
    fn repeated(&self, rows: usize) -> Self {
        let times = rows / self.cos.dims()[0];
        let again =
            |x: &Tensor<4>| if times == 1 { x.clone() } else { x.clone().repeat_dim(0, times) };
        Self { cos: again(&self.cos), sin: again(&self.sin) }
    }
}

/// Attention of every entry to itself and those before it.
///
/// Queries and keys rotate by angles of their own: a query may ask from another place than the one its
/// entry is at. `qkv`: `[batch, entries, 3 · width]`, `qk_scale`: scale of the queries, `[head]` →
/// `[batch, entries, width]`.
pub fn causal_attention(
    qkv: Tensor<3>,
    qk_scale: Tensor<1>,
    queries: &Angles,
    keys: &Angles,
) -> Tensor<3> {
    #[cfg(feature = "libtorch")]
    if crate::kernels::torch::on_torch(&qkv) {
        return crate::kernels::torch_attention(qkv, qk_scale, queries, keys, None);
    }
    let ([_, entries, _], [head]) = (qkv.dims(), qk_scale.dims());
    let future = Tensor::<2, Bool>::tril_mask([entries, entries], 0, &qkv.device());
    let [q, k, v] = split(qkv, head); // [batch, heads, entries, head]
    let (q, k) = (rotated_queries(q, qk_scale, queries), rotated_keys(k, keys));
    mix(q, k, v, Some((future.float() * -1e4).unsqueeze()))
}

/// Keys and values of all entries so far, for one block: memory for the longest sequence, taken once.
#[derive(Debug)]
pub struct KvCache {
    /// `[2, rows, heads, longest, head]`; the part after the current entry is not defined.
    kept: Tensor<5>,
}

impl KvCache {
    /// For `rows` sequences.
    pub fn new(rows: usize, heads: usize, head: usize, longest: usize, device: &Device) -> Self {
        Self { kept: Tensor::empty([2, rows, heads, longest, head], device) }
    }

    /// Attention of the entry that `sequence` is at; its key and value are remembered.
    ///
    /// The query rotates by the position of this entry, or of the next one (`ahead`); the key by the
    /// position of this one. `qkv`: `[rows, 1, 3 · width]`; `rotations`: see [`Angles::of_positions`] →
    /// `[rows, 1, width]`.
    pub fn attend(
        &mut self,
        qkv: Tensor<3>,
        qk_scale: Tensor<1>,
        rotations: &Tensor<2>,
        sequence: &Sequence,
        ahead: bool,
    ) -> Tensor<3> {
        #[cfg(feature = "gpu")]
        if on_gpu(&qkv.device()) {
            return gpu::attend(self, qkv, qk_scale, rotations, sequence, ahead);
        }
        let ([rows, _, width], [head]) = (qkv.dims(), qk_scale.dims());
        let (now, heads) = (sequence.now, width / 3 / head);
        let [q, k, v] = split(qkv, head); // [rows, heads, 1, head]
        let own = sequence.angles(rotations, false);
        let asked = sequence.angles(rotations, ahead);
        let q = rotated_queries(q, qk_scale, &asked.repeated(rows));
        let k = rotated_keys(k, &own.repeated(rows));
        let both = Tensor::stack::<5>(vec![k, v], 0); // [2, rows, heads, 1, head]
        let place = [0..2, 0..rows, 0..heads, now..now + 1, 0..head];
        // Taken out, so that there is no second owner and the CPU writes in place.
        let kept = std::mem::replace(&mut self.kept, Tensor::empty([1; 5], &both.device()));
        self.kept = kept.slice_assign(place, both);
        let past = |i| self.kept.clone().slice([i..i + 1, 0..rows, 0..heads, 0..now + 1, 0..head]);
        let [k, v] = [0, 1].map(|i| past(i).squeeze_dim::<4>(0)); // [rows, heads, now + 1, head]
        mix(q, k, v, None)
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::*;
    use crate::kernels::gpu::{buffer, empty, tensor};

    const TEXT: &str = concat!(include_str!("reduce.wgsl"), include_str!("cached_attention.wgsl"));

    /// Entries whose scores are held at a time: a shorter sequence is gone through once.
    const CHUNK: usize = 512;

    pub fn attend(
        cache: &KvCache,
        qkv: Tensor<3>,
        qk_scale: Tensor<1>,
        rotations: &Tensor<2>,
        sequence: &Sequence,
        ahead: bool,
    ) -> Tensor<3> {
        let ([rows, _, width], [head]) = (qkv.dims(), qk_scale.dims());
        let heads = width / 3 / head;
        let (qkv, [entries, clock]) = (buffer(&qkv), sequence.buffers());
        let out = empty(&qkv, [rows, 1, width / 3]);
        let (qk_scale, rotations) = (buffer(&qk_scale), buffer(rotations));
        sequence
            .kernel("cached_attention", TEXT, 256)
            .with("HEAD", head)
            .with("HEADS", heads)
            .with("CHUNK", CHUNK)
            .run(
                &[&qkv, &qk_scale, &rotations, &entries, &clock, &buffer(&cache.kept), &out],
                &[rows, sequence.images(), usize::from(ahead)],
                [heads, rows, 1],
            );
        tensor(out)
    }
}

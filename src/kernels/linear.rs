//! Linear maps with what comes before and after them.

use burn::tensor::activation::gelu;
use burn::tensor::{FloatDType, Tensor};

#[cfg(feature = "cpu")]
use super::int16;
use super::layers::Linear;
#[cfg(feature = "gpu")]
use super::on_gpu;
#[cfg(feature = "libtorch")]
use super::torch::on_torch;
use super::{Extent, rms_norm};
#[cfg(any(feature = "gpu", test))]
use super::{int8, tuning::Tuning};

/// Class-dependent scales and shifts (AdaLN-single): `[batch, 6, width]`, shared by all layers, plus
/// a layer's own offset, `[6, width]`.
#[derive(Debug, Clone)]
pub struct Modulation {
    /// `[batch, 6, width]`.
    pub shared: Tensor<3>,
    /// `[6, width]`.
    pub offset: Tensor<2>,
}

/// Which of the six modulations: those of attention or of the MLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Shift, scale and gate 0, 1, 2.
    Attention = 0,
    /// Shift, scale and gate 3, 4, 5.
    Mlp = 3,
}

impl Modulation {
    /// Shift, scale and gate of a branch, `[batch, 1, width]` each.
    fn of(&self, branch: Branch) -> [Tensor<3>; 3] {
        let m = self.shared.clone() + self.offset.clone().unsqueeze::<3>(); // [batch, 6, width]
        [0, 1, 2].map(|i| m.clone().narrow(1, branch as usize + i, 1))
    }
}

/// f(modulate(norm(x)) · w + b), where f is [`gelu`] or nothing.
///
/// `x`: `[batch, tokens, width]` → `[batch, tokens, outputs]`.
pub fn modulated_linear(
    x: Tensor<3>,
    modulation: &Modulation,
    branch: Branch,
    linear: &Linear,
    activate: bool,
    extent: &Extent,
) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        let fused = gpu::Fused {
            modulation: Some((modulation, branch)),
            gelu: activate,
            ..Default::default()
        };
        return fused.linear(x, linear, extent);
    }
    let _ = extent;
    let [shift, scale, _] = modulation.of(branch);
    #[cfg(feature = "libtorch")]
    if on_torch(&x) {
        return torch::modulated_linear(x, shift, scale, linear, activate);
    }
    product(rms_norm(x) * (scale + 1.0) + shift, linear, activate)
}

/// x + (h · w + b) · gate: the end of a residual branch.
///
/// `h`: `[batch, tokens, inputs]`, `x`: `[batch, tokens, width]`.
pub fn gated_linear(
    h: Tensor<3>,
    linear: &Linear,
    modulation: &Modulation,
    branch: Branch,
    x: Tensor<3>,
    extent: &Extent,
) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        let fused = gpu::Fused { gate: Some((modulation, branch, x)), ..Default::default() };
        return fused.linear(h, linear, extent);
    }
    let _ = extent;
    let [_, _, gate] = modulation.of(branch);
    #[cfg(feature = "libtorch")]
    if on_torch(&x) {
        return torch::gated_linear(h, linear, gate, x);
    }
    x + product(h, linear, false) * (gate + 1.0)
}

/// f(x · w + b), where f is [`gelu`] or nothing.
fn product(x: Tensor<3>, linear: &Linear, activate: bool) -> Tensor<3> {
    #[cfg(any(feature = "gpu", test))]
    if Tuning::now().int8 {
        let h = int8::product(x, linear);
        return if activate { gelu(h) } else { h };
    }
    #[cfg(feature = "cpu")]
    if int16::pays(&x) {
        return int16::linear(x, linear, activate);
    }
    let h = linear.forward(x);
    if activate { gelu(h) } else { h }
}

/// Logits norm(x) · tableᵀ + bias, in f32: the output head tied to the token table.
///
/// `x`: `[batch, skip + tokens, width]`, `table`: `[vocabulary or more, width]`, `bias`:
/// `[vocabulary]` → `[batch, tokens, vocabulary]`.
pub fn tied_head(
    x: Tensor<3>,
    skip: usize,
    table: Tensor<2>,
    bias: Tensor<1>,
    extent: &Extent,
) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&x.device()) {
        return gpu::head(x, skip, table, bias, extent);
    }
    let _ = extent;
    let [_, tokens, _] = x.dims();
    let vocabulary = bias.dims()[0];
    #[cfg(feature = "libtorch")]
    if on_torch(&x) {
        return torch::head(x.narrow(1, skip, tokens - skip), table, bias);
    }
    let x = rms_norm(x.narrow(1, skip, tokens - skip)); // [batch, tokens, width]
    #[cfg(feature = "cpu")]
    if int16::pays(&x) {
        return int16::head(x, table, bias);
    }
    let head = table.narrow(0, 0, vocabulary).transpose(); // [width, vocabulary]
    let logits = x.matmul(head.unsqueeze::<3>()) + bias.reshape([1, 1, -1]);
    logits.cast(FloatDType::F32)
}

#[cfg(feature = "libtorch")]
mod torch {
    use tch::{Kind, Tensor as Torch};

    use super::super::norm::torch::rms;
    use super::super::torch::{fused, operand};
    use super::*;

    pub fn modulated_linear(
        x: Tensor<3>,
        shift: Tensor<3>,
        scale: Tensor<3>,
        linear: &Linear,
        activate: bool,
    ) -> Tensor<3> {
        let formula = |x: &Torch, shift: &Torch, scale: &Torch, w: &Torch, b: Option<&Torch>| {
            let h = apply(&shift.addcmul(&rms(x), &(scale + 1.0)), w, b);
            if activate { h.gelu("none") } else { h }
        };
        let inputs = [operand(x), operand(shift), operand(scale), operand(linear.weight.val())];
        match &linear.bias {
            Some(bias) => {
                let [x, shift, scale, w] = inputs;
                let inputs = [x, shift, scale, w, operand(bias.val())];
                fused(inputs, |[x, shift, scale, w, b]| formula(x, shift, scale, w, Some(b)))
            }
            None => fused(inputs, |[x, shift, scale, w]| formula(x, shift, scale, w, None)),
        }
    }

    pub fn gated_linear(h: Tensor<3>, linear: &Linear, gate: Tensor<3>, x: Tensor<3>) -> Tensor<3> {
        let formula = |h: &Torch, w: &Torch, b: Option<&Torch>, gate: &Torch, x: &Torch| {
            x.addcmul(&apply(h, w, b), &(gate + 1.0))
        };
        let inputs = [operand(h), operand(linear.weight.val()), operand(gate), operand(x)];
        match &linear.bias {
            Some(bias) => {
                let [h, w, gate, x] = inputs;
                let inputs = [h, w, operand(bias.val()), gate, x];
                fused(inputs, |[h, w, b, gate, x]| formula(h, w, Some(b), gate, x))
            }
            None => fused(inputs, |[h, w, gate, x]| formula(h, w, None, gate, x)),
        }
    }

    pub fn head(x: Tensor<3>, table: Tensor<2>, bias: Tensor<1>) -> Tensor<3> {
        let vocabulary = bias.dims()[0] as i64;
        fused([operand(x), operand(table), operand(bias)], |[x, table, bias]| {
            let head = table.narrow(0, 0, vocabulary).transpose(0, 1); // [width, vocabulary]
            apply(&rms(x), &head, Some(bias)).to_kind(Kind::Float)
        })
    }

    /// x · w + b over the last dimension.
    fn apply(x: &Torch, w: &Torch, b: Option<&Torch>) -> Torch {
        x.linear(&w.transpose(0, 1), b)
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, tensor};
    use super::*;

    const TEXT: &str = concat!(
        include_str!("slices.wgsl"),
        include_str!("product.wgsl"),
        include_str!("linear.wgsl")
    );
    const INT8: &str = concat!(include_str!("product.wgsl"), include_str!("linear_int8.wgsl"));

    /// What a matrix product takes along.
    #[derive(Default)]
    pub struct Fused<'a> {
        pub modulation: Option<(&'a Modulation, Branch)>,
        pub gelu: bool,
        pub gate: Option<(&'a Modulation, Branch, Tensor<3>)>,
    }

    impl Fused<'_> {
        pub fn linear(self, x: Tensor<3>, linear: &Linear, extent: &Extent) -> Tensor<3> {
            let [_, outputs] = linear.weight.dims();
            let [batch, tokens, inputs] = x.dims();
            let (x, int8) = (buffer(&x), Tuning::now().int8);
            let weight = linear.weight.val();
            let w = if int8 { linear.packed.of(&weight) } else { buffer(&weight) };
            let bias = linear.bias.as_ref().map(|bias| buffer(&bias.val()));
            let (modulation, branch) = match (&self.modulation, &self.gate) {
                (Some((m, branch)), _) | (None, Some((m, branch, _))) => {
                    (Some(*m), *branch as usize)
                }
                (None, None) => (None, 0),
            };
            let shared = modulation.map(|m| buffer(&m.shared));
            let offset = modulation.map(|m| buffer(&m.offset));
            let residual = self.gate.as_ref().map(|(_, _, x)| buffer(x));
            let out = empty(&x, [batch, tokens, outputs]);

            let tile = Tile::new(batch * tokens, outputs);
            let any = |b: &Option<_>| b.clone().unwrap_or_else(|| w.clone()); // bound, never read
            let kernel = match int8 {
                true => tile.int8("linear", inputs, outputs),
                false => tile.kernel("linear", inputs, outputs).with_flag("TRANSPOSED", false),
            };
            kernel
                .with_flag("MODULATED", self.modulation.is_some())
                .with_flag("NORMALISED", self.modulation.is_some())
                .with_flag("BIAS", bias.is_some())
                .with_flag("GELU", self.gelu)
                .with_flag("GATED", self.gate.is_some())
                .with("SHIFT", branch)
                .with("SCALE", branch + 1)
                .with("GATE", branch + 2)
                .with_flag("BEHIND", false)
                .run_within(
                    &[&x, &w, &any(&bias), &any(&shared), &any(&offset), &any(&residual), &out],
                    extent,
                    [batch, tokens, 0, 1],
                    tile.groups(batch * tokens, outputs),
                );
            tensor(out)
        }
    }

    pub fn head(
        x: Tensor<3>,
        skip: usize,
        table: Tensor<2>,
        bias: Tensor<1>,
        extent: &Extent,
    ) -> Tensor<3> {
        let [batch, tokens, width] = x.dims();
        let [vocabulary] = bias.dims();
        let (x, w, bias) = (buffer(&x), buffer(&table), buffer(&bias));
        let kept = tokens - skip;
        let out = empty(&x, [batch, kept, vocabulary]);
        let tile = Tile::new(batch * kept, vocabulary);
        tile.kernel("head", width, vocabulary)
            .with_flag("MODULATED", false)
            .with_flag("NORMALISED", true)
            .with_flag("TRANSPOSED", true)
            .with_flag("BIAS", true)
            .with_flag("GELU", false)
            .with_flag("GATED", false)
            .with("SHIFT", 0)
            .with("SCALE", 0)
            .with("GATE", 0)
            .with_flag("BEHIND", true)
            .run_within(
                &[&x, &w, &bias, &w, &w, &w, &out],
                extent,
                [batch, tokens, skip, 1],
                tile.groups(batch * kept, vocabulary),
            );
        tensor(out)
    }

    /// How a product is cut into workgroups. A large tile uses what it reads more often; few outputs want
    /// small ones, so that every core of the GPU has work; for one entry of a sequence or two, the work lies
    /// along the inputs.
    struct Tile {
        rows: usize,
        columns: usize,
        depth: usize,
        tall: usize,
        slices: usize,
    }

    /// For lists, from large to small, and how many workgroups each has to give.
    const TILES: [(Tile, usize); 4] = [
        (Tile { rows: 64, columns: 64, depth: 16, tall: 4, slices: 1 }, 256),
        (Tile { rows: 32, columns: 64, depth: 32, tall: 4, slices: 2 }, 128),
        (Tile { rows: 32, columns: 32, depth: 32, tall: 4, slices: 4 }, 96),
        (Tile { rows: 16, columns: 32, depth: 32, tall: 2, slices: 4 }, 0),
    ];

    /// For an entry of a sequence, or two.
    const ENTRY: Tile = Tile { rows: 2, columns: 16, depth: 128, tall: 2, slices: 32 };

    const _: () = {
        assert!(ENTRY.has_names());
        let mut i = 0;
        while i < TILES.len() {
            assert!(TILES[i].0.has_names());
            i += 1;
        }
    };

    impl Tile {
        /// Whether `linear.wgsl` has names for what a thread adds up and reads ahead.
        const fn has_names(&self) -> bool {
            let (threads, weights) = (self.threads(), self.depth * self.columns / 4);
            let turns = weights / threads;
            let in_turns =
                weights <= threads || weights == turns * threads && (turns == 2 || turns == 4);
            (self.tall == 2 || self.tall == 4) && self.rows * self.depth / 4 <= threads && in_turns
        }

        fn new(rows: usize, outputs: usize) -> &'static Self {
            if rows <= ENTRY.rows {
                return &ENTRY;
            }
            let groups = |tile: &Tile| tile.groups(rows, outputs).iter().product::<usize>();
            // The last candidate of the tuning wants many workgroups.
            let times = if Tuning::now().products == 2 { 4 } else { 1 };
            let found = TILES.iter().find(|(tile, enough)| groups(tile) >= times * enough);
            &found.expect("the last is always enough").0
        }

        fn kernel(&self, name: &'static str, inputs: usize, outputs: usize) -> Kernel {
            self.sized(Kernel::new(name, TEXT, self.threads()), [inputs, outputs])
                .with_precision()
                .with("DEPTH", self.depth)
                .with_flag("AHEAD", Tuning::now().products != 1)
        }

        /// For int8, of which more are in a tile at a time.
        fn int8(&self, name: &'static str, inputs: usize, outputs: usize) -> Kernel {
            self.sized(Kernel::new(name, INT8, self.threads()), [inputs, outputs])
                .with("DEPTH", 2 * self.depth)
        }

        const fn threads(&self) -> usize {
            self.rows / self.tall * self.columns / 4 * self.slices
        }

        fn sized(&self, kernel: Kernel, [inputs, outputs]: [usize; 2]) -> Kernel {
            kernel
                .labelled(format_args!("{inputs}→{outputs}"))
                .with("K", inputs)
                .with("N", outputs)
                .with("ROWS", self.rows)
                .with("COLUMNS", self.columns)
                .with("TALL", self.tall)
                .with("SLICES", self.slices)
        }

        fn groups(&self, rows: usize, outputs: usize) -> [usize; 3] {
            [rows.div_ceil(self.rows), outputs.div_ceil(self.columns), 1]
        }
    }
}

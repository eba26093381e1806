//! Small cases for every operation, with inputs that a seed gives: what a device makes of them can
//! be compared with what the formulas make of them on a CPU. Sizes are odd on purpose.

use burn::module::Param;
use burn::tensor::{Device, Int, Tensor};

use super::layers::{Conv2d, Linear};
use super::*;
use crate::Result;
use crate::grain::Grid;
use crate::rng::Rng;

/// An operation on inputs drawn from a seed.
#[derive(Debug)]
pub struct Case {
    /// What is tried.
    pub name: &'static str,
    pub(crate) compute: fn(&mut Inputs) -> Outputs,
}

/// Integers and floats, flat.
pub(crate) type Outputs = (Vec<Tensor<1, Int>>, Vec<Tensor<1>>);

impl Case {
    /// What a device makes of it, all results one after the other.
    ///
    /// # Errors
    /// [`Error::DeviceLost`](crate::Error::DeviceLost) when the device no longer answers.
    pub async fn run(&self, device: &Device) -> Result<Vec<f32>> {
        let (ints, floats) = (self.compute)(&mut Inputs { rng: Rng::new(7), device });
        let (ints, floats) = read(&ints, &floats).await?;
        let ints = ints.into_iter().flatten().map(|i| i as f32);
        Ok(ints.chain(floats.into_iter().flatten()).collect())
    }
}

/// Cases of operations on whole lists and pictures. Those on sequences are in
/// [`dgit::ar::cases`](crate::dgit::ar::cases).
pub const CASES: &[Case] = &[
    Case { name: "modulated linear", compute: |i| modulated(i, false) },
    Case { name: "modulated linear, GELU", compute: |i| modulated(i, true) },
    Case { name: "gated linear", compute: gated },
    Case { name: "linear, by large tiles", compute: |i| long_linear(i, 520, [64, 1024]) },
    Case { name: "linear, by tiles in between", compute: |i| long_linear(i, 260, [100, 512]) },
    Case { name: "tied head", compute: head },
    Case { name: "attention", compute: attend },
    Case { name: "attention over a map", compute: attend_map },
    Case { name: "attention over a wide map", compute: attend_wide_map },
    Case { name: "attention of one token", compute: |i| attend_list(i, 1, [2, 16], 0) },
    Case { name: "attention of 64 tokens", compute: |i| attend_list(i, 64, [2, 64], 5) },
    Case { name: "attention of 272 tokens", compute: |i| attend_list(i, 272, [1, 64], 100) },
    Case { name: "attention of 273 tokens", compute: |i| attend_list(i, 273, [3, 8], 1) },
    Case { name: "attention of 406 tokens", compute: |i| attend_list(i, 406, [2, 64], 0) },
    Case {
        name: "attention of 406 tokens, padded",
        compute: |i| attend_list(i, 406, [1, 32], 321),
    },
    Case { name: "attention of 1,028 tokens", compute: |i| attend_list(i, 1028, [2, 64], 0) },
    Case {
        name: "attention of 1,028 tokens, padded",
        compute: |i| attend_list(i, 1028, [1, 64], 77),
    },
    Case { name: "lists of which a part is in use", compute: |i| in_part(i, 260, 97) },
    Case { name: "lists of which all but one token is in use", compute: |i| in_part(i, 130, 129) },
    Case { name: "lists of which nothing is in use", compute: |i| in_part(i, 90, 0) },
    Case {
        name: "attention over a map of four positions",
        compute: |i| attend_side(i, 40, [1, 4]),
    },
    Case { name: "attention over a 16×16 map", compute: |i| attend_side(i, 128, [16, 16]) },
    Case { name: "attention over a map of 18×20", compute: |i| attend_side(i, 72, [18, 20]) },
    Case { name: "attention over a 32×32 map", compute: |i| attend_side(i, 256, [32, 32]) },
    Case { name: "attention over a very wide map", compute: |i| attend_side(i, 512, [8, 8]) },
    Case { name: "norm of a large group, convolution", compute: norm_large },
    Case { name: "norm and convolution of the most channels", compute: norm_wide },
    Case { name: "convolution 1×1", compute: |i| convolve(i, 1) },
    Case { name: "convolution 3×3 and residual", compute: |i| convolve(i, 3) },
    Case { name: "norm, SiLU, convolution", compute: norm_convolve },
    Case { name: "convolution of a measured map", compute: measured },
    Case { name: "convolution that halves", compute: halve },
    Case { name: "convolution of pixels", compute: unshuffle },
    Case { name: "upsampling convolution", compute: upsample_convolve },
    Case { name: "convolution to pixels", compute: shuffle },
    Case { name: "convolutions by large tiles", compute: large_windows },
    Case { name: "convolution by small tiles", compute: small_windows },
    Case {
        name: "pixels",
        compute: |i| (vec![pixels(i.between([1, 3, 9, 15], -1.2, 1.2))], vec![]),
    },
    Case { name: "class vectors", compute: classes },
    Case { name: "class modulation", compute: modulate },
    Case { name: "sketch, two granularities", compute: |i| sketch(i, 2) },
    Case { name: "sketch, three granularities", compute: |i| sketch(i, 3) },
    Case { name: "token vectors", compute: tokens },
    Case { name: "angles", compute: rotate },
    Case { name: "drawing", compute: |i| draw(i, 1) },
    Case { name: "guided drawing", compute: |i| draw(i, 2) },
    Case { name: "choice of codes", compute: |i| choose(i, 90, 31) },
    Case { name: "choice of codes of a long list", compute: |i| choose(i, 1_100, 400) },
    Case { name: "code vectors", compute: vectors },
    Case { name: "granularities of codes", compute: granularities },
    Case { name: "positions", compute: positions },
    Case { name: "nearest codes on the sphere", compute: nearest_on_sphere },
    Case { name: "nearest codes of a lattice", compute: nearest_in_box },
    Case {
        name: "nearest codes of three granularities",
        compute: |i| nearest_of_many(i, &[2, 4, 8]),
    },
    Case {
        name: "nearest codes of four granularities",
        compute: |i| nearest_of_many(i, &[1, 2, 4, 8]),
    },
];

/// Where a case takes its inputs from.
pub(crate) struct Inputs<'a> {
    pub rng: Rng,
    pub device: &'a Device,
}

impl Inputs<'_> {
    pub fn floats<const D: usize>(&mut self, shape: [usize; D]) -> Tensor<D> {
        self.between(shape, -1.0, 1.0)
    }

    pub fn between<const D: usize>(&mut self, shape: [usize; D], low: f32, high: f32) -> Tensor<D> {
        self.drawn(shape, |rng| low + (high - low) * rng.uniform())
    }

    pub fn flags<const D: usize>(&mut self, shape: [usize; D]) -> Tensor<D> {
        self.drawn(shape, |rng| rng.below(2) as f32)
    }

    pub fn drawn<const D: usize>(
        &mut self,
        shape: [usize; D],
        mut draw: impl FnMut(&mut Rng) -> f32,
    ) -> Tensor<D> {
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| draw(&mut self.rng)).collect();
        let mut input = Input::floats(shape, self.device);
        input.set(&values);
        input.tensor()
    }

    pub fn ints<const D: usize>(&mut self, shape: [usize; D], below: usize) -> Tensor<D, Int> {
        self.drawn_ints(shape, |rng| rng.below(below))
    }

    fn drawn_ints<const D: usize>(
        &mut self,
        shape: [usize; D],
        mut draw: impl FnMut(&mut Rng) -> usize,
    ) -> Tensor<D, Int> {
        let count = shape.iter().product();
        let values: Vec<i32> = (0..count).map(|_| draw(&mut self.rng) as i32).collect();
        let mut input = Input::ints(shape, self.device);
        input.set(&values);
        input.tensor()
    }

    pub fn linear(&mut self, from: usize, to: usize, bias: bool) -> Linear {
        let weight = Param::from_tensor(self.floats([from, to]));
        Linear::of(weight, bias.then(|| Param::from_tensor(self.floats([to]))))
    }

    pub fn conv(&mut self, from: usize, to: usize, side: usize) -> Conv2d {
        let weight = Param::from_tensor(self.floats([to, from, side, side]));
        let bias = Param::from_tensor(self.floats([to]));
        Conv2d { weight, bias, stride: 1, packed: Default::default() }
    }

    pub fn norm(&mut self, channels: usize) -> GroupNorm {
        let mut norm = GroupNorm::new(channels, self.device);
        norm.gamma = Param::from_tensor(self.floats([channels]));
        norm.beta = Param::from_tensor(self.floats([channels]));
        norm
    }

    pub fn modulation(&mut self, batch: usize, width: usize) -> Modulation {
        Modulation { shared: self.floats([batch, 6, width]), offset: self.floats([6, width]) }
    }
}

pub(crate) fn one(result: Tensor<1>) -> Outputs {
    (vec![], vec![result])
}

fn modulated(i: &mut Inputs, gelu: bool) -> Outputs {
    let (x, m) = (i.floats([2, 5, 72]), i.modulation(2, 72));
    let linear = i.linear(72, 20, gelu);
    one(flat(modulated_linear(x, &m, Branch::Mlp, &linear, gelu, &Extent::whole())))
}

/// Two lists.
fn long_linear(i: &mut Inputs, tokens: usize, [from, to]: [usize; 2]) -> Outputs {
    let (x, m, linear) =
        (i.floats([2, tokens, from]), i.modulation(2, from), i.linear(from, to, true));
    one(flat(modulated_linear(x, &m, Branch::Attention, &linear, false, &Extent::whole())))
}

fn gated(i: &mut Inputs) -> Outputs {
    let (x, m, h) = (i.floats([2, 5, 24]), i.modulation(2, 24), i.floats([2, 5, 300]));
    let linear = i.linear(300, 24, true);
    one(flat(gated_linear(h, &linear, &m, Branch::Attention, x, &Extent::whole())))
}

fn head(i: &mut Inputs) -> Outputs {
    let (x, table, bias) = (i.floats([2, 7, 40]), i.floats([21, 40]), i.floats([20]));
    one(flat(tied_head(x, 3, table, bias, &Extent::whole())))
}

fn attend(i: &mut Inputs) -> Outputs {
    let (qkv, qk_scale) = (i.floats([2, 23, 96]), i.floats([16]));
    let angles = Angles { cos: i.floats([1, 1, 23, 8]), sin: i.floats([1, 1, 23, 8]) };
    let padding = i.flags([1, 19]);
    one(flat(attention(qkv, qk_scale, &angles, padding, &Extent::whole())))
}

fn attend_map(i: &mut Inputs) -> Outputs {
    let (x, norm) = (i.floats([1, 16, 4, 8]), i.norm(16));
    let (qkv, out) = (i.conv(16, 48, 1), i.conv(16, 16, 1));
    one(flat(map_attention(x.into(), &norm, &qkv, &out).values()))
}

/// As wide as an encoder is at its end.
fn attend_wide_map(i: &mut Inputs) -> Outputs {
    let (x, norm) = (i.floats([1, 192, 4, 4]), i.norm(192));
    let (qkv, out) = (i.conv(192, 576, 1), i.conv(192, 192, 1));
    one(flat(map_attention(x.into(), &norm, &qkv, &out).values()))
}

/// Two lists, of which the second ends with `padded` tokens that are none; four more are in front.
fn attend_list(i: &mut Inputs, tokens: usize, [heads, head]: [usize; 2], padded: usize) -> Outputs {
    let front = 4.min(tokens - 1);
    let (qkv, qk_scale) = (i.floats([2, tokens, 3 * heads * head]), i.between([head], -3.0, 3.0));
    let mut angles = || i.floats([2, 1, tokens, head / 2]);
    let angles = Angles { cos: angles(), sin: angles() };
    let listed = tokens - front;
    let values = (0..2 * listed).map(|at| f32::from(u8::from(at >= 2 * listed - padded)));
    let mut padding = Input::floats([2, listed], i.device);
    padding.set(&values.collect::<Vec<_>>());
    one(flat(attention(qkv, qk_scale, &angles, padding.tensor(), &Extent::whole())))
}

/// What a block does with two lists that end with padding, four more tokens in front; of the results what is in use.
fn in_part(i: &mut Inputs, listed: usize, used: usize) -> Outputs {
    let (front, width, wide) = (4, 64, 256);
    let tokens = front + listed;
    let mut extent = ExtentInput::new(2, front, listed, i.device);
    extent.set(used);
    let extent = extent.extent();
    let (x, m, h) =
        (i.floats([2, tokens, width]), i.modulation(2, width), i.floats([2, tokens, wide]));
    let (up, down) = (i.linear(width, wide, true), i.linear(wide, width, false));
    let (table, bias) = (i.floats([301, width]), i.floats([300]));
    let (qkv, qk_scale) = (i.floats([2, tokens, 3 * width]), i.between([32], -3.0, 3.0));
    let mut angles = || i.floats([1, 1, tokens, 16]);
    let angles = Angles { cos: angles(), sin: angles() };
    let mut padding = Input::floats([1, listed], i.device);
    padding.set(&(0..listed).map(|at| f32::from(u8::from(at >= used))).collect::<Vec<_>>());
    let padding = padding.tensor();
    let results = [
        (modulated_linear(x.clone(), &m, Branch::Mlp, &up, true, &extent), front + used),
        (gated_linear(h, &down, &m, Branch::Attention, x.clone(), &extent), front + used),
        (attention(qkv, qk_scale, &angles, padding, &extent), front + used),
        (tied_head(x, front, table, bias, &extent), used),
    ];
    let in_use = results.into_iter().filter(|(_, rows)| *rows > 0).flat_map(|(result, rows)| {
        let [_, all, width] = result.dims();
        let result = flat(result);
        [0, all * width].map(|start| part(result.clone(), start, rows * width))
    });
    (vec![], in_use.collect())
}

fn attend_side(i: &mut Inputs, channels: usize, [height, width]: [usize; 2]) -> Outputs {
    let (x, norm) = (i.floats([1, channels, height, width]), i.norm(channels));
    let (mut qkv, out) = (i.conv(channels, 3 * channels, 1), i.conv(channels, channels, 1));
    // So that no key has all of the weight.
    let spread = 2.0 / (channels as f32).sqrt();
    qkv.weight = Param::from_tensor(i.between([3 * channels, channels, 1, 1], -spread, spread));
    one(flat(map_attention(x.into(), &norm, &qkv, &out).values()))
}

fn convolve(i: &mut Inputs, side: usize) -> Outputs {
    let (x, layer) = (i.floats([2, 5, 4, 12]), i.conv(5, 6, side));
    let residual = (side == 3).then(|| i.floats([1, 6, 4, 12]).into());
    one(flat(conv(x.into(), &layer, residual).values()))
}

fn norm_convolve(i: &mut Inputs) -> Outputs {
    let (x, norm, layer) = (i.floats([2, 16, 4, 4]), i.norm(16), i.conv(16, 20, 3));
    let residual = i.floats([2, 20, 4, 4]);
    one(flat(norm_conv(x.into(), &norm, &layer, Some(residual.into())).values()))
}

/// Groups of which a thread has more than it keeps.
fn norm_large(i: &mut Inputs) -> Outputs {
    let (x, norm, layer) = (i.floats([1, 16, 72, 64]), i.norm(16), i.conv(16, 4, 1));
    one(flat(norm_conv(x.into(), &norm, &layer, None).values()))
}

fn norm_wide(i: &mut Inputs) -> Outputs {
    let (x, norm, layer) = (i.floats([2, 1024, 4, 8]), i.norm(1024), i.conv(1024, 20, 3));
    one(flat(norm_conv(x.into(), &norm, &layer, None).values()))
}

fn measured(i: &mut Inputs) -> Outputs {
    let (x, first, residual) =
        (i.floats([2, 5, 8, 16]), i.conv(5, 24, 3), i.floats([1, 24, 8, 16]));
    let (norm, second) = (i.norm(24), i.conv(24, 3, 1));
    let x = conv(x.into(), &first, Some(residual.into()));
    one(flat(norm_conv(x, &norm, &second, None).values()))
}

/// What it makes is measured, and the next convolution halves, too.
fn halve(i: &mut Inputs) -> Outputs {
    let (x, mut first) = (i.floats([2, 5, 16, 32]), i.conv(5, 16, 3));
    let (norm, mut second, residual) = (i.norm(16), i.conv(16, 6, 3), i.floats([2, 6, 4, 8]));
    (first.stride, second.stride) = (2, 2);
    let x = conv(x.into(), &first, None);
    one(flat(norm_conv(x, &norm, &second, Some(residual.into())).values()))
}

fn unshuffle(i: &mut Inputs) -> Outputs {
    let (x, layer) = (i.floats([2, 3, 12, 16]), i.conv(12, 7, 3));
    one(flat(unshuffle_conv(x, &layer).values()))
}

fn upsample_convolve(i: &mut Inputs) -> Outputs {
    let (x, layer) = (i.floats([1, 3, 4, 6]), i.conv(3, 5, 3));
    one(flat(upsample_conv(x.into(), &layer).values()))
}

fn shuffle(i: &mut Inputs) -> Outputs {
    let (x, norm, layer) = (i.floats([1, 8, 4, 8]), i.norm(8), i.conv(8, 12, 3));
    one(flat(norm_conv_shuffle(x.into(), &norm, &layer)))
}

/// A larger picture, a measured map with a residual for two images, and pixels.
fn large_windows(i: &mut Inputs) -> Outputs {
    let (x, first, norm1, second) =
        (i.floats([1, 6, 48, 64]), i.conv(6, 64, 3), i.norm(64), i.conv(64, 32, 3));
    let (residual, norm2, last) = (i.floats([1, 32, 96, 128]), i.norm(32), i.conv(32, 12, 3));
    let x = upsample_conv(x.into(), &first);
    let x = norm_conv(x, &norm1, &second, Some(residual.into()));
    one(flat(norm_conv_shuffle(x, &norm2, &last)))
}

fn small_windows(i: &mut Inputs) -> Outputs {
    let (x, first, norm, second) =
        (i.floats([2, 9, 32, 48]), i.conv(9, 40, 3), i.norm(40), i.conv(40, 3, 1));
    let residual = i.floats([1, 40, 32, 48]);
    let x = conv(x.into(), &first, Some(residual.into()));
    one(flat(norm_conv(x, &norm, &second, None).values()))
}

fn classes(i: &mut Inputs) -> Outputs {
    let (table, classes) = (i.floats([17, 24]), i.ints([2, 3], 3));
    one(flat(condition(&table, &[0, 3, 8], classes)))
}

fn modulate(i: &mut Inputs) -> Outputs {
    let (condition, linear) = (i.floats([2, 3, 24]), i.linear(24, 144, true));
    one(flat(class_rows(condition, &linear, 6)))
}

fn sketch(i: &mut Inputs, granularities: usize) -> Outputs {
    let spots = Grid { regions: 2, granularities }.spots();
    let (x, parts) = (i.floats([2, 3 + 30, 24]), i.floats([spots / 4, 5, 24]));
    let (drawn, spots) = (i.floats([2, 4, 5]), i.ints([1, 30], spots + 1));
    one(flat(add_sketch(x, drawn, &parts, spots)))
}

fn tokens(i: &mut Inputs) -> Outputs {
    let (tokens, granularities) = (i.floats([11, 24]), i.floats([2, 24]));
    let tables = TokenTables { tokens, granularities, register: i.floats([1, 24]) };
    let (condition, codes, grains) = (i.floats([2, 3, 24]), i.ints([1, 5], 11), i.ints([2, 5], 2));
    one(flat(tables.embed(condition, codes, grains)))
}

fn rotate(i: &mut Inputs) -> Outputs {
    // Position 0 does not rotate: neither do tokens without a place.
    let mut table = |unit: f32| {
        let values = (0..36).map(|k| if k < 4 { unit } else { i.rng.uniform() });
        let mut table = Input::floats([9, 4], i.device);
        table.set(&values.collect::<Vec<_>>());
        table.tensor()
    };
    let tables = [table(1.0), table(0.0)];
    let angles = angles(tables, i.ints([2, 7], 9), i.ints([2, 7], 9), 3);
    (vec![], vec![flat(angles.cos), flat(angles.sin)])
}

fn draw(i: &mut Inputs, batch: usize) -> Outputs {
    let logits = i.between([batch, 90, 300], -4.0, 4.0);
    let (uniform, parameters) = (i.between([2, 90], 0.0, 1.0), i.between([2, 2], 0.7, 1.1));
    let categorical = Categorical { uniform, parameters, keep: i.flags([2, 90]) };
    let (values, log_p) = categorical.sample(1, logits, i.ints([90], 300));
    (vec![values], vec![log_p])
}

/// Half of the codes are known, the last seven are none; many scores are equal.
fn choose(i: &mut Inputs, length: usize, count: usize) -> Outputs {
    let mask = 300;
    let codes =
        i.drawn_ints([1, length], |rng| if rng.below(2) == 0 { mask } else { rng.below(mask) });
    let (drawn, log_p) =
        (i.ints([1, length], mask), i.drawn([1, length], |rng| -(rng.below(4) as f32)));
    let noise = i.drawn([1, length], |rng| rng.below(3) as f32);
    let mut at = 0;
    let bias = i.drawn([1, length], |rng| {
        at += 1;
        if at + 7 > length { NEVER } else { rng.below(2) as f32 }
    });
    let choice = Choice { noise, bias, confidence: &[1.0], counts: &[count] };
    let known = i.flags([1, length]); // does not matter
    let (codes, known) = choice.commit(mask, [codes, drawn], log_p, known);
    (vec![view_ints(codes, [length])], vec![flat(known)])
}

fn vectors(i: &mut Inputs) -> Outputs {
    let (codebook, codes, owner) = (i.floats([30, 6]), i.ints([9], 30), i.ints([64], 9));
    one(flat(spread(codebook, codes, owner)))
}

fn granularities(i: &mut Inputs) -> Outputs {
    // A coarse region, a middle one, and two fine ones whose few codes agree here and there.
    let codes = i.ints([64], 2);
    let owner = (0..64).map(|cell| match (cell / 8, cell % 8) {
        (0..4, 0..4) => 0,
        (row @ 0..4, column) => row / 2 * 2 + (column - 4) / 2 + 1,
        _ => cell,
    });
    let owner: Vec<i32> = owner.collect();
    let mut input = Input::ints([64], i.device);
    input.set(&owner);
    one(flat(token_grains(codes, input.tensor(), 3)))
}

fn positions(i: &mut Inputs) -> Outputs {
    let (fourier, rows, columns) = (i.conv(2, 10, 1), i.floats([8, 10]), i.floats([8, 10]));
    one(flat(position(&fourier, rows, columns)))
}

fn nearest_on_sphere(i: &mut Inputs) -> Outputs {
    let features = vec![i.floats([1, 6, 4, 4]), i.floats([1, 6, 8, 8])];
    let (grains, codebook) = (i.ints([64], 2), i.floats([150, 6]));
    (vec![nearest_codes(features, grains, codebook, &Projection::Sphere)], vec![])
}

fn nearest_in_box(i: &mut Inputs) -> Outputs {
    let features = vec![i.between([1, 4, 4, 4], -3.0, 3.0), i.between([1, 4, 8, 8], -20.0, 90.0)];
    let (grains, codebook) = (i.ints([64], 2), i.floats([70, 4]));
    let projection = Projection::Box {
        shift: vec![0.1, -0.2, 0.0, 0.3],
        scale: vec![1.1, 0.9, 1.0, 0.8],
        centre: vec![0.1, 0.0, -0.1, 0.2],
    };
    (vec![nearest_codes(features, grains, codebook, &projection)], vec![])
}

fn nearest_of_many(i: &mut Inputs, sides: &[usize]) -> Outputs {
    let features: Vec<_> = sides.iter().map(|side| i.floats([1, 3, *side, *side])).collect();
    let (grains, codebook) = (i.ints([64], sides.len()), i.floats([9, 3]));
    (vec![nearest_codes(features, grains, codebook, &Projection::Sphere)], vec![])
}

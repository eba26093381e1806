//! Axial two-dimensional rotary positions (RoPE), exact for mixed granularities.
//!
//! A coarse token sits at the centre of its region, half way between cells. Rotating half of each
//! head by the row and half by the column makes attention depend on the offset between two
//! centres, whatever their granularities. Su et al. 2021; the axial form after EVA-02.

use burn::tensor::{DType, Device, FloatDType, Int, Tensor};

const BASE: f32 = 100.0;

/// Cosines and sines for a batch of token positions.
#[derive(Debug, Clone)]
pub struct Rope {
    cos: Tensor<4>, // [batch, 1, tokens, head/2]
    sin: Tensor<4>,
}

impl Rope {
    /// `rows`, `columns`: centres in half cells, `[batch, tokens]`, at most `2 · cells`.
    /// `prefix` tokens without a place are put in front, unrotated.
    pub fn new(
        rows: Tensor<2, Int>,
        columns: Tensor<2, Int>,
        cells: usize,
        head: usize,
        prefix: usize,
    ) -> Self {
        let device = rows.device();
        let table = |f: fn(f32) -> f32| axis_table(f, cells, head / 4, &device);
        let rotate = |table: Tensor<2>, unit: f32| {
            let half = Tensor::cat(
                vec![look_up(table.clone(), rows.clone()), look_up(table, columns.clone())],
                2,
            ); // [batch, tokens, head/2]
            let [batch, _, width] = half.dims();
            let front = Tensor::full([batch, prefix, width], unit, &device);
            Tensor::cat(vec![front, half], 1).unsqueeze_dim(1)
        };
        Self { cos: rotate(table(f32::cos), 1.0), sin: rotate(table(f32::sin), 0.0) }
    }

    /// The same angles in another precision.
    pub fn cast(self, dtype: DType) -> Self {
        let dtype = FloatDType::from(dtype);
        Self { cos: self.cos.cast(dtype), sin: self.sin.cast(dtype) }
    }

    /// Rotates queries or keys, `[batch, heads, tokens, head]`.
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let half = x.dims()[3] / 2;
        let (a, b) = (x.clone().narrow(3, 0, half), x.narrow(3, half, half));
        let (cos, sin) = (self.cos.clone(), self.sin.clone());
        let rotated = vec![a.clone() * cos.clone() - b.clone() * sin.clone(), a * sin + b * cos];
        Tensor::cat(rotated, 3)
    }
}

/// f(angle) for every position in half cells and every frequency: `[2·cells + 1, frequencies]`.
fn axis_table(f: fn(f32) -> f32, cells: usize, frequencies: usize, device: &Device) -> Tensor<2> {
    let positions = 2 * cells + 1;
    let values: Vec<f32> = (0..positions * frequencies)
        .map(|i| {
            let (position, k) = ((i / frequencies) as f32 / 2.0, (i % frequencies) as f32);
            f(position * BASE.powf(-k / frequencies as f32))
        })
        .collect();
    Tensor::<1>::from_floats(values.as_slice(), device).reshape([positions, frequencies])
}

fn look_up(table: Tensor<2>, index: Tensor<2, Int>) -> Tensor<3> {
    let [batch, tokens] = index.dims();
    let width = table.dims()[1];
    table.select(0, index.reshape([batch * tokens])).reshape([batch, tokens, width])
}

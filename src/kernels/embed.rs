//! Tables to vectors: classes, tokens, positions.

use burn::tensor::activation::silu;
use burn::tensor::{Int, Tensor};

use super::Angles;
#[cfg(feature = "cpu")]
use super::int16;
use super::layers::Linear;
#[cfg(feature = "gpu")]
use super::on_gpu;
#[cfg(feature = "cpu")]
use super::tuning::Tuning;

/// Rows of the class table: `classes`, `[batch, axes]`, counted from the first row of each axis,
/// `offsets` → `[batch, axes, width]`. `table`: `[rows, width]`.
pub fn condition(table: &Tensor<2>, offsets: &[usize], classes: Tensor<2, Int>) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&classes.device()) {
        return gpu::condition(table, offsets, classes);
    }
    let offsets: Vec<i32> = offsets.iter().map(|row| *row as i32).collect();
    let offsets = Tensor::<1, Int>::from_ints(offsets.as_slice(), &classes.device());
    embedding(table, classes + offsets.unsqueeze())
}

/// silu(sum of the class vectors) · w + b, cut into `rows`: `[batch, axes, width]` →
/// `[batch, rows, outputs / rows]`.
pub fn class_rows(condition: Tensor<3>, linear: &Linear, rows: usize) -> Tensor<3> {
    #[cfg(feature = "gpu")]
    if on_gpu(&condition.device()) {
        return gpu::class_rows(condition, linear, rows);
    }
    let ([batch, ..], [_, outputs]) = (condition.dims(), linear.weight.dims());
    #[cfg(feature = "cpu")]
    if Tuning::now().int16 {
        return int16::of_sum(condition, linear).reshape([batch, rows, outputs / rows]);
    }
    let class = silu(condition.sum_dim(1)); // [batch, 1, width]
    linear.forward(class).reshape([batch, rows, outputs / rows])
}

/// Tables of a token list.
#[derive(Debug)]
pub struct TokenTables {
    /// `[vocabulary + 1, width]`.
    pub tokens: Tensor<2>,
    /// `[granularities, width]`.
    pub granularities: Tensor<2>,
    /// A vector without meaning of its own, `[1, width]`.
    pub register: Tensor<2>,
}

impl TokenTables {
    /// (class vectors, register, code + granularity of each token).
    ///
    /// `condition`: `[batch, axes, width]`; `codes`, `grains`: `[lists, tokens]`, where one list
    /// serves a whole batch → `[batch, axes + 1 + tokens, width]`.
    pub fn embed(
        &self,
        condition: Tensor<3>,
        codes: Tensor<2, Int>,
        grains: Tensor<2, Int>,
    ) -> Tensor<3> {
        #[cfg(feature = "gpu")]
        if on_gpu(&condition.device()) {
            return gpu::embed(self, condition, codes, grains);
        }
        let [batch, _, width] = condition.dims();
        let [_, tokens] = codes.dims();
        let x = embedding(&self.tokens, codes) + embedding(&self.granularities, grains);
        let x = x.expand([batch, tokens, width]);
        let register = self.register.clone().unsqueeze::<3>().expand([batch, 1, width]);
        Tensor::cat(vec![condition, register, x], 1)
    }
}

/// Angles of a list of tokens: half of them by the row, half by the column, and none (cosine 1,
/// sine 0) for the `prefix` tokens in front.
///
/// `cos`, `sin`: tables `[positions, head/4]`; `rows`, `columns`: `[lists, tokens]`.
pub fn angles(
    [cos, sin]: [Tensor<2>; 2],
    rows: Tensor<2, Int>,
    columns: Tensor<2, Int>,
    prefix: usize,
) -> Angles {
    #[cfg(feature = "gpu")]
    if on_gpu(&rows.device()) {
        let of = |table| gpu::angles(table, &rows, &columns, prefix);
        return Angles { cos: of(cos), sin: of(sin) };
    }
    let device = rows.device();
    let of = |table: Tensor<2>, unit: f32| {
        let half = vec![embedding(&table, rows.clone()), embedding(&table, columns.clone())];
        let half = Tensor::cat(half, 2); // [lists, tokens, head/2]
        let [lists, _, width] = half.dims();
        let front = Tensor::ones([lists, prefix, width], &device) * unit;
        Tensor::cat(vec![front, half], 1).unsqueeze_dim(1)
    };
    Angles { cos: of(cos, 1.0), sin: of(sin, 0.0) }
}

/// Rows of a table, `[lists, tokens]` → `[lists, tokens, width]`.
pub fn embedding(table: &Tensor<2>, index: Tensor<2, Int>) -> Tensor<3> {
    #[cfg(feature = "libtorch")]
    if super::torch::on_torch(table) {
        use super::torch::{fused, indices, operand};
        let index = indices(index);
        return fused([operand(table.clone())], |[table]| {
            tch::Tensor::embedding(table, &index, -1, false, false)
        });
    }
    let ([lists, tokens], [_, width]) = (index.dims(), table.dims());
    table.clone().select(0, index.reshape([lists * tokens])).reshape([lists, tokens, width])
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, int_buffer, tensor};
    use super::*;

    pub fn condition(table: &Tensor<2>, offsets: &[usize], classes: Tensor<2, Int>) -> Tensor<3> {
        let ([batch, axes], [_, width]) = (classes.dims(), table.dims());
        let table = buffer(table);
        let out = empty(&table, [batch, axes, width]);
        Kernel::new("condition", include_str!("condition.wgsl"), 64)
            .with("WIDTH", width)
            .with("AXES", axes)
            .run(&[&table, &int_buffer(&classes), &out], offsets, [axes, batch, 1]);
        tensor(out)
    }

    pub fn class_rows(condition: Tensor<3>, linear: &Linear, rows: usize) -> Tensor<3> {
        let ([batch, axes, width], [_, outputs]) = (condition.dims(), linear.weight.dims());
        let condition = buffer(&condition);
        let bias = linear.bias.as_ref().expect("it has a bias");
        let out = empty(&condition, [batch, rows, outputs / rows]);
        Kernel::new("class_rows", include_str!("class_rows.wgsl"), 64)
            .with("WIDTH", width)
            .with("OUTPUTS", outputs)
            .with("AXES", axes)
            .run(
                &[&condition, &buffer(&linear.weight.val()), &buffer(&bias.val()), &out],
                &[0],
                [outputs.div_ceil(64), batch, 1],
            );
        tensor(out)
    }

    pub fn embed(
        tables: &TokenTables,
        condition: Tensor<3>,
        codes: Tensor<2, Int>,
        grains: Tensor<2, Int>,
    ) -> Tensor<3> {
        let [batch, axes, width] = condition.dims();
        let ([code_lists, tokens], [lists, _]) = (codes.dims(), grains.dims());
        let condition = buffer(&condition);
        let out = empty(&condition, [batch, axes + 1 + tokens, width]);
        Kernel::new("embed", include_str!("embed.wgsl"), 64)
            .with("WIDTH", width)
            .with("AXES", axes)
            .run(
                &[
                    &condition,
                    &buffer(&tables.register),
                    &buffer(&tables.tokens),
                    &buffer(&tables.granularities),
                    &int_buffer(&codes),
                    &int_buffer(&grains),
                    &out,
                ],
                &[tokens, code_lists, lists],
                [axes + 1 + tokens, batch, 1],
            );
        tensor(out)
    }

    pub fn angles(
        table: Tensor<2>,
        rows: &Tensor<2, Int>,
        columns: &Tensor<2, Int>,
        prefix: usize,
    ) -> Tensor<4> {
        let ([_, quarter], [lists, tokens]) = (table.dims(), rows.dims());
        let table = buffer(&table);
        let out = empty(&table, [lists, 1, prefix + tokens, 2 * quarter]);
        Kernel::new("angles", include_str!("angles.wgsl"), 32).with("QUARTER", quarter).run(
            &[&table, &int_buffer(rows), &int_buffer(columns), &out],
            &[tokens, prefix],
            [prefix + tokens, lists, 1],
        );
        tensor(out)
    }
}

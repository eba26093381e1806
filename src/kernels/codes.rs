//! From codes to what the decoder starts with: vectors and positions on the cell grid.

use burn::tensor::{Int, Tensor};

use super::Input;
use super::layers::Conv2d;
#[cfg(feature = "gpu")]
use super::on_gpu;

/// Vectors of the codes that own each cell: `codebook`, `[codes, dim]`; `codes`, `[tokens]`;
/// `owner`, the token of each cell, `[cells²]` → `[1, dim, cells, cells]`.
pub fn spread(codebook: Tensor<2>, codes: Tensor<1, Int>, owner: Tensor<1, Int>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&codes.device()) {
        return gpu::spread(codebook, codes, owner);
    }
    let ([_, dim], [count]) = (codebook.dims(), owner.dims());
    let vectors = codebook.select(0, codes.select(0, owner)); // [cells², dim]
    let cells = count.isqrt();
    vectors.reshape([1, count, dim]).transpose().reshape([1, dim, cells, cells])
}

/// Lays codes, `[tokens]`, on `cells`, `[cells²]`; `owner`: the token of each cell.
pub fn put_on_cells(codes: Tensor<1, Int>, owner: Tensor<1, Int>, cells: &mut Input<1, Int>) {
    #[cfg(feature = "gpu")]
    if on_gpu(&codes.device()) {
        return gpu::put_on_cells(codes, owner, cells.tensor());
    }
    cells.replace(|_| codes.select(0, owner));
}

/// The granularity of each cell, read off codes on the cell grid, `[batch, cells²]`: the coarsest of
/// `granularities` at which the cells that a code would cover have one code in common. One map each,
/// coarsest first: `[batch, granularities, cells, cells]`.
pub fn grains_of(codes: Tensor<2, Int>, granularities: usize) -> Tensor<4> {
    let [batch, count] = codes.dims();
    let cells = count.isqrt();
    let codes = codes.float().reshape([batch, 1, cells, cells]);
    let mut taken = Tensor::<4>::zeros([batch, 1, cells, cells], &codes.device());
    let mut maps = Vec::new();
    for grain in 0..granularities {
        let span = 1 << (granularities - 1 - grain);
        let sides = [batch, cells / span, span, cells / span, span];
        let parts = codes.clone().reshape(sides);
        let low = parts.clone().min_dim(2).min_dim(4);
        let same = parts.max_dim(2).max_dim(4).equal(low).float(); // [batch, side, 1, side, 1]
        let same = same.expand(sides).reshape([batch, 1, cells, cells]);
        let map = same * (taken.clone().neg() + 1.0);
        taken = taken + map.clone();
        maps.push(map);
    }
    Tensor::cat(maps, 1)
}

/// [`grains_of`] the codes that own each cell: `codes`, `[tokens]`; `owner`, the token of each cell,
/// `[cells²]` → `[1, granularities, cells, cells]`.
pub fn token_grains(
    codes: Tensor<1, Int>,
    owner: Tensor<1, Int>,
    granularities: usize,
) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&codes.device()) {
        return gpu::token_grains(codes, owner, granularities);
    }
    grains_of(codes.select(0, owner).unsqueeze(), granularities)
}

/// sin(fourier·(x, y)) + rows + columns: `rows` and `columns`, `[cells, channels]` →
/// `[1, channels, cells, cells]`. Coordinates run from -1 to 1.
pub fn position(fourier: &Conv2d, rows: Tensor<2>, columns: Tensor<2>) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if on_gpu(&rows.device()) {
        return gpu::position(fourier, rows, columns);
    }
    let [cells, channels] = rows.dims();
    let axis: Vec<f32> = (0..cells).map(|i| 2.0 * (i as f32 + 0.5) / cells as f32 - 1.0).collect();
    let axis = Tensor::<1>::from_floats(axis.as_slice(), &rows.device()).cast(rows.dtype());
    let x = axis.clone().reshape([1, 1, 1, cells]).expand([1, 1, cells, cells]);
    let y = axis.reshape([1, 1, cells, 1]).expand([1, 1, cells, cells]);
    let waves = fourier.forward(Tensor::cat(vec![x, y], 1)).sin();
    waves
        + rows.transpose().reshape([1, channels, cells, 1])
        + columns.transpose().reshape([1, channels, 1, cells])
}

#[cfg(feature = "gpu")]
mod gpu {
    use super::super::gpu::{Kernel, buffer, empty, int_buffer, tensor};
    use super::*;

    pub fn spread(codebook: Tensor<2>, codes: Tensor<1, Int>, owner: Tensor<1, Int>) -> Tensor<4> {
        let ([_, dim], [count], [tokens]) = (codebook.dims(), owner.dims(), codes.dims());
        let (codebook, cells) = (buffer(&codebook), count.isqrt());
        let out = empty(&codebook, [1, dim, cells, cells]);
        Kernel::new("spread", include_str!("codes.wgsl"), 64)
            .with("DIM", dim)
            .with("CELLS", count)
            .run(
                &[&codebook, &int_buffer(&codes), &int_buffer(&owner), &out],
                &[tokens],
                [count.div_ceil(64), 1, 1],
            );
        tensor(out)
    }

    pub fn put_on_cells(codes: Tensor<1, Int>, owner: Tensor<1, Int>, cells: Tensor<1, Int>) {
        let [count] = owner.dims();
        let [codes, owner, cells] = [codes, owner, cells].map(|x| int_buffer(&x));
        let groups = [count.div_ceil(64), 1, 1];
        Kernel::new("cells", include_str!("cells.wgsl"), 64).with("CELLS", count).run(
            &[&codes, &owner, &cells],
            &[0],
            groups,
        );
    }

    pub fn token_grains(
        codes: Tensor<1, Int>,
        owner: Tensor<1, Int>,
        granularities: usize,
    ) -> Tensor<4> {
        let [count] = owner.dims();
        let (codes, side) = (int_buffer(&codes), count.isqrt());
        let out = empty(&codes, [1, granularities, side, side]);
        Kernel::new("grains", include_str!("grains.wgsl"), 64)
            .with("SIDE", side)
            .with("GRAINS", granularities)
            .run(&[&codes, &int_buffer(&owner), &out], &[0], [count.div_ceil(64), 1, 1]);
        tensor(out)
    }

    pub fn position(fourier: &Conv2d, rows: Tensor<2>, columns: Tensor<2>) -> Tensor<4> {
        let [cells, channels] = rows.dims();
        let rows = buffer(&rows);
        let out = empty(&rows, [1, channels, cells, cells]);
        let bias = buffer(&fourier.bias.val());
        Kernel::new("position", include_str!("position.wgsl"), 64)
            .with("CHANNELS", channels)
            .with("SIDE", cells)
            .run(
                &[&buffer(&fourier.weight.val()), &bias, &rows, &buffer(&columns), &out],
                &[0],
                [(cells * cells).div_ceil(64), channels, 1],
            );
        tensor(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn codes_lie_on_the_cells_that_own_them() {
        let device = Device::flex();
        let ints = |values: &[i32]| Tensor::<1, Int>::from_ints(values, &device);
        let mut cells = Input::ints([4], &device);
        put_on_cells(ints(&[7, 9]), ints(&[1, 0, 0, 1]), &mut cells);
        let found: Vec<i32> = cells.tensor().into_data().iter().collect();
        assert_eq!(found, [9, 7, 7, 9]);
    }

    #[test]
    fn granularities_are_read_off_equal_codes() {
        let device = Device::flex();
        // Two regions of 4×4 cells a row: one code for the first; four for the second, of which one
        // is cut into its cells. Below, the same the other way round.
        let code = |row: i32, column: i32| match (row / 4, column / 4) {
            (0, 0) | (1, 1) => 5,
            _ if row % 4 < 2 && column % 4 < 2 => 10 + row * 8 + column,
            _ => 100 + row / 2 * 4 + column / 2,
        };
        let codes: Vec<i32> = (0..64).map(|cell| code(cell / 8, cell % 8)).collect();
        let codes = Tensor::<1, Int>::from_ints(codes.as_slice(), &device);
        let owner = Tensor::<1, Int>::arange(0..64, &device);
        let found = token_grains(codes, owner, 3).into_data();
        let found: Vec<f32> = found.iter::<f32>().collect();
        for cell in 0..64i32 {
            let (row, column) = (cell / 8, cell % 8);
            let wanted = match (row / 4, column / 4) {
                (0, 0) | (1, 1) => 0,
                _ if row % 4 < 2 && column % 4 < 2 => 2,
                _ => 1,
            };
            for grain in 0..3 {
                let value = found[grain * 64 + cell as usize];
                assert_eq!(value, if grain == wanted { 1.0 } else { 0.0 }, "{cell} {grain}");
            }
        }
    }
}

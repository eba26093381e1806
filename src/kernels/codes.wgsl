// Code vectors on the cell grid, channels first.
//
// Constants: DIM, CELLS: of the whole grid.

@group(0) @binding(0) var<storage, read> codebook: array<f32>;     // [codes, DIM]
@group(0) @binding(1) var<storage, read> codes: array<i32>;        // [tokens]
@group(0) @binding(2) var<storage, read> owner: array<i32>;        // [CELLS]: which token a cell takes
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // [images, DIM, CELLS]
@group(0) @binding(4) var<storage, read> info: array<u32>;         // tokens of an image

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x * THREADS + thread;
    if (cell >= CELLS) { return; }
    let code = u32(codes[group.y * info[0] + u32(owner[cell])]);
    for (var d = 0u; d < DIM; d++) {
        out[(group.y * DIM + d) * CELLS + cell] = codebook[code * DIM + d];
    }
}

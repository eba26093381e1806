// The code of each cell, from a list of tokens.
//
// Constants: CELLS: of the whole grid.

@group(0) @binding(0) var<storage, read> codes: array<i32>;        // [tokens]
@group(0) @binding(1) var<storage, read> owner: array<i32>;        // [CELLS]: which token a cell takes
@group(0) @binding(2) var<storage, read_write> out: array<i32>;    // [CELLS]
@group(0) @binding(3) var<storage, read> info: array<u32>;         // 0

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x * THREADS + thread + info[0];
    if (cell >= CELLS) { return; }
    out[cell] = codes[owner[cell]];
}

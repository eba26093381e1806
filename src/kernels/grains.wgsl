// The granularity of each cell, read off the codes: the coarsest at which all the cells that a code
// would cover have the same one.
//
// Constants: SIDE: cells along a side; GRAINS: granularities.

@group(0) @binding(0) var<storage, read> codes: array<i32>;        // [tokens]
@group(0) @binding(1) var<storage, read> owner: array<i32>;        // [SIDE²]: which token a cell takes
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // [GRAINS, SIDE²]: 1 or 0
@group(0) @binding(3) var<storage, read> info: array<u32>;         // 0

fn code(row: u32, column: u32) -> i32 { return codes[owner[row * SIDE + column]]; }

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x * THREADS + thread + info[0];
    if (cell >= SIDE * SIDE) { return; }
    let own = code(cell / SIDE, cell % SIDE);
    var found = GRAINS - 1u;
    for (var grain = 0u; grain < found; grain++) {
        let span = 1u << (GRAINS - 1u - grain);
        let row = cell / SIDE / span * span;
        let column = cell % SIDE / span * span;
        var same = true;
        for (var i = 0u; i < span * span; i++) {
            same = same && code(row + i / span, column + i % span) == own;
        }
        if (same) { found = grain; }
    }
    for (var grain = 0u; grain < GRAINS; grain++) {
        out[grain * SIDE * SIDE + cell] = select(0.0, 1.0, grain == found);
    }
}

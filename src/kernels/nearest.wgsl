// The nearest code of each cell: the vector of its granularity, projected to where codes lie, against
// all codes; the first among equals. One workgroup a cell.
//
// Constants: DIM of vectors; CODES; CELLS along one side; FINEST granularity; FIRST of the three granularities
// whose maps are bound, cells of others are left alone; SPHERE: codes are of length one (then that of the vector
// does not matter), else they lie in a box.

@group(0) @binding(0) var<storage, read> coarsest: array<f32>;    // [DIM, side, side], side = CELLS >> FINEST - FIRST
@group(0) @binding(1) var<storage, read> finer: array<f32>;       // the same at twice the side
@group(0) @binding(2) var<storage, read> third: array<f32>;       // and again
@group(0) @binding(3) var<storage, read> grains: array<i32>;      // [CELLS²]
@group(0) @binding(4) var<storage, read> codebook: array<f32>;    // [CODES, DIM]
@group(0) @binding(5) var<storage, read> parameters: array<f32>;       // [3, DIM]: shift, scale, centre of the box
@group(0) @binding(6) var<storage, read_write> out: array<i32>;   // [CELLS²]
@group(0) @binding(7) var<storage, read> info: array<u32>;        // 0

var<workgroup> z: array<f32, DIM>;
var<workgroup> best_nearness: array<f32, THREADS>;
var<workgroup> best_code: array<u32, THREADS>;

fn feature(cell: u32, grain: u32, d: u32) -> f32 {
    let span = 1u << (FINEST - grain);
    let at = (d * (CELLS / span) + cell / CELLS / span) * (CELLS / span) + cell % CELLS / span;
    if (grain == FIRST) { return coarsest[at]; }
    if (grain == FIRST + 1u) { return finer[at]; }
    return third[at];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x + info[0];
    let grain = min(u32(grains[cell]), FINEST);
    if (grain < FIRST || grain > FIRST + 2u) { return; }
    for (var d = thread; d < DIM; d += THREADS) {
        var h = feature(cell, grain, d);
        if (!SPHERE) {
            // Beyond ±10 it is ±1; some drivers overflow far out.
            h = tanh(clamp(h + parameters[d], -10.0, 10.0)) * parameters[DIM + d] - parameters[2u * DIM + d];
        }
        z[d] = h;
    }
    workgroupBarrier();
    var nearest = -1e30;
    var code = 0u;
    for (var c = thread; c < CODES; c += THREADS) {
        var nearness = 0.0;
        var squares = 0.0;
        for (var d = 0u; d < DIM; d++) {
            let value = codebook[c * DIM + d];
            nearness += z[d] * value;
            squares += value * value;
        }
        if (!SPHERE) { nearness -= squares / 2.0; }
        if (nearness > nearest) {
            nearest = nearness;
            code = c;
        }
    }
    best_nearness[thread] = nearest;
    best_code[thread] = code;
    workgroupBarrier();
    if (thread != 0u) { return; }
    for (var t = 1u; t < THREADS; t++) {
        let equal = best_nearness[t] == nearest && best_code[t] < code;
        if (best_nearness[t] > nearest || equal) {
            nearest = best_nearness[t];
            code = best_code[t];
        }
    }
    out[cell] = i32(code);
}

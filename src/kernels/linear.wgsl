// out = epilogue(prologue(x) · w + bias), tile by tile: see product.wgsl.
//
// HALF: what lies in workgroup memory, products, and their sums over a tile's DEPTH are f16 (`real`); all else is f32.
//
// Constants beside those of product.wgsl: AHEAD: what comes next is read before it is wanted; TRANSPOSED.

@group(0) @binding(1) var<storage, read> w: array<vec4<f32>>;           // [K, N], or [N, K]

const AT_ONCE = DEPTH * C4 / (TEAM * TALL);  // slices whose sums fit where the weights were
const XN = (ROWS * D4 + THREADS - 1u) / THREADS;
const WN = (DEPTH * C4 + THREADS - 1u) / THREADS;
const APART = select(1u, DEPTH * C4, HALF && SLICES > 1u);  // for slices.wgsl

var<workgroup> xs: array<real4, ROWS * XD>;
var<workgroup> ws: array<real4, DEPTH * C4>;

fn tile_input(row: u32, k4: u32, inverse: f32) -> real4 {
    return real4(input(row, k4, inverse));
}

fn weights(k: u32, column: u32) -> real4 {
    if (k >= K || column >= N4) { return real4(); }
    return real4(w[k * N4 + column]);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let rows = info[0] * kept();
    let row0 = group.x * ROWS;
    if (idle(row0)) { return; }
    let column0 = group.y * C4;

    if (NORMALISED) { measure(row0, thread); }

    let at = place(thread);
    let slice = at.slice;
    var sum: array<vec4<f32>, TALL>;
    var part: array<real4, TALL>;  // since sum was last added to
    // A thread's share of the tiles: with AHEAD on its way while the last ones are multiplied.
    var next_x: array<real4, XN>;
    var next_w: array<real4, WN>;
    for (var k0 = 0u; k0 < K4; k0 += D4) {
        for (var j = 0u; j < XN; j++) {
            let i = thread + j * THREADS;
            if (k0 == 0u || !AHEAD) { next_x[j] = tile_input(row0 + i / D4, k0 + i % D4, inverse_rms[min(i / D4, ROWS - 1u)]); }
            if (i < ROWS * D4) { xs[i / D4 * XD + i % D4] = next_x[j]; }
        }
        if (TRANSPOSED) {
            for (var i = thread; i < D4 * C4; i += THREADS) {
                let k4 = k0 + i % D4;
                let column = column0 + i / D4;
                var m = mat4x4<f32>();
                if (k4 < K4 && column < N4) {
                    for (var j = 0u; j < 4u; j++) { m[j] = w[(column * 4u + j) * K4 + k4]; }
                    m = transpose(m);
                }
                for (var j = 0u; j < 4u; j++) { ws[(i % D4 * 4u + j) * C4 + i / D4] = real4(m[j]); }
            }
        } else {
            for (var j = 0u; j < WN; j++) {
                let i = thread + j * THREADS;
                if (k0 == 0u || !AHEAD) { next_w[j] = weights(k0 * 4u + i / C4, column0 + i % C4); }
                if (i < DEPTH * C4) { ws[i] = next_w[j]; }
            }
        }
        workgroupBarrier();
        if (AHEAD && k0 + D4 < K4) {
            for (var j = 0u; j < XN; j++) {
                let i = thread + j * THREADS;
                next_x[j] = tile_input(row0 + i / D4, k0 + D4 + i % D4, inverse_rms[min(i / D4, ROWS - 1u)]);
            }
            if (!TRANSPOSED) {
                for (var j = 0u; j < WN; j++) {
                    let i = thread + j * THREADS;
                    next_w[j] = weights((k0 + D4) * 4u + i / C4, column0 + i % C4);
                }
            }
        }
        for (var k4 = slice * D4 / SLICES; k4 < (slice + 1u) * D4 / SLICES; k4++) {
            let w0 = ws[(k4 * 4u) * C4 + at.column];
            let w1 = ws[(k4 * 4u + 1u) * C4 + at.column];
            let w2 = ws[(k4 * 4u + 2u) * C4 + at.column];
            let w3 = ws[(k4 * 4u + 3u) * C4 + at.column];
            for (var i = 0u; i < TALL; i++) {
                let v = xs[(at.row + i) * XD + k4];
                part[i] += v.x * w0 + v.y * w1 + v.z * w2 + v.w * w3;
            }
        }
        if (HALF || k0 + D4 >= K4) {
            for (var i = 0u; i < TALL; i++) {
                sum[i] += vec4<f32>(part[i]);
                part[i] = real4();
            }
        }
        workgroupBarrier();
    }

    // Sums of the slices, where the weights were.
    for (var first = 1u; first < SLICES; first += AT_ONCE) {
        if (slice >= first && slice < first + AT_ONCE) {
            for (var i = 0u; i < TALL; i++) { put(((slice - first) * TEAM + thread % TEAM) * TALL + i, sum[i]); }
        }
        workgroupBarrier();
        if (slice == 0u) {
            for (var s = first; s < min(first + AT_ONCE, SLICES); s++) {
                for (var i = 0u; i < TALL; i++) { sum[i] += got(((s - first) * TEAM + thread) * TALL + i); }
            }
        }
        workgroupBarrier();
    }
    if (slice > 0u) { return; }

    let column = column0 + at.column;
    if (column >= N4) { return; }
    for (var i = 0u; i < TALL; i++) {
        let row = row0 + at.row + i;
        if (row >= rows) { return; }
        output(row, column, sum[i]);
    }
}

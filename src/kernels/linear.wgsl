// out = epilogue(prologue(x) · w + bias), tile by tile: see product.wgsl.
//
// HALF: what lies in workgroup memory, products, and their sums over a tile's DEPTH are f16 (`real`); all else is f32.
//
// Sums and what comes next have names of their own instead of places in arrays: on the card that was tried, the same
// product takes up to a third less time.
//
// Constants beside those of product.wgsl: AHEAD: what comes next is read before it is wanted; TRANSPOSED. TALL is 2 or 4;
// a tile has at most one vec4 of inputs for each thread, and of weights at most one or exactly two or four.

@group(0) @binding(1) var<storage, read> w: array<vec4<f32>>;           // [K, N], or [N, K]

const AT_ONCE = DEPTH * C4 / (TEAM * TALL);  // slices whose sums fit where the weights were
const XN = ROWS * D4;
const WN = DEPTH * C4;
const APART = select(1u, WN, HALF && SLICES > 1u);  // for slices.wgsl

var<workgroup> xs: array<real4, ROWS * XD>;
var<workgroup> ws: array<real4, WN>;

fn weights(k: u32, column: u32) -> real4 {
    let found = w[min(k, K - 1u) * N4 + min(column, N4 - 1u)];
    return real4(select(vec4<f32>(), found, k < K && column < N4));
}

// What thread number i brings of the weights from k0 on.
fn tile_weights(k0: u32, column0: u32, i: u32) -> real4 {
    return weights(k0 * 4u + i / C4, column0 + i % C4);
}

// The weights of a tile where a column of them lies side by side.
fn transposed_weights(k0: u32, column0: u32, thread: u32) {
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
    // The row and column of inputs that a thread brings.
    let own_row = min(thread / D4, ROWS - 1u);
    let own_k4 = thread % D4;
    let inverse = select(1.0, inverse_rms[own_row], NORMALISED);

    var sum0 = vec4<f32>();
    var sum1 = vec4<f32>();
    var sum2 = vec4<f32>();
    var sum3 = vec4<f32>();
    // Since sums were last added to.
    var part0 = real4();
    var part1 = real4();
    var part2 = real4();
    var part3 = real4();
    // What comes next: a vec4 of inputs, and up to four of weights.
    var next_x = real4(input(row0 + own_row, own_k4, inverse));
    var next_w0 = tile_weights(0u, column0, thread);
    var next_w1 = real4();
    var next_w2 = real4();
    var next_w3 = real4();
    if (WN > THREADS) { next_w1 = tile_weights(0u, column0, thread + THREADS); }
    if (WN > 2u * THREADS) { next_w2 = tile_weights(0u, column0, thread + 2u * THREADS); }
    if (WN > 3u * THREADS) { next_w3 = tile_weights(0u, column0, thread + 3u * THREADS); }
    for (var k0 = 0u; k0 < K4; k0 += D4) {
        if (thread < XN) { xs[own_row * XD + own_k4] = next_x; }
        if (TRANSPOSED) {
            transposed_weights(k0, column0, thread);
        } else {
            if (thread < WN) { ws[thread] = next_w0; }
            if (WN > THREADS) { ws[thread + THREADS] = next_w1; }
            if (WN > 2u * THREADS) { ws[thread + 2u * THREADS] = next_w2; }
            if (WN > 3u * THREADS) { ws[thread + 3u * THREADS] = next_w3; }
        }
        workgroupBarrier();
        // Behind the end nothing of it is used.
        if (AHEAD) {
            next_x = real4(input(row0 + own_row, k0 + D4 + own_k4, inverse));
            if (!TRANSPOSED) {
                next_w0 = tile_weights(k0 + D4, column0, thread);
                if (WN > THREADS) { next_w1 = tile_weights(k0 + D4, column0, thread + THREADS); }
                if (WN > 2u * THREADS) { next_w2 = tile_weights(k0 + D4, column0, thread + 2u * THREADS); }
                if (WN > 3u * THREADS) { next_w3 = tile_weights(k0 + D4, column0, thread + 3u * THREADS); }
            }
        }
        for (var j = 0u; j < D4 / SLICES; j++) {
            let k4 = slice * (D4 / SLICES) + j;
            let w0 = ws[(k4 * 4u) * C4 + at.column];
            let w1 = ws[(k4 * 4u + 1u) * C4 + at.column];
            let w2 = ws[(k4 * 4u + 2u) * C4 + at.column];
            let w3 = ws[(k4 * 4u + 3u) * C4 + at.column];
            let x0 = xs[at.row * XD + k4];
            let x1 = xs[(at.row + 1u) * XD + k4];
            part0 += x0.x * w0 + x0.y * w1 + x0.z * w2 + x0.w * w3;
            part1 += x1.x * w0 + x1.y * w1 + x1.z * w2 + x1.w * w3;
            if (TALL > 2u) {
                let x2 = xs[(at.row + 2u) * XD + k4];
                let x3 = xs[(at.row + 3u) * XD + k4];
                part2 += x2.x * w0 + x2.y * w1 + x2.z * w2 + x2.w * w3;
                part3 += x3.x * w0 + x3.y * w1 + x3.z * w2 + x3.w * w3;
            }
        }
        if (HALF || k0 + D4 >= K4) {
            sum0 += vec4<f32>(part0);
            sum1 += vec4<f32>(part1);
            sum2 += vec4<f32>(part2);
            sum3 += vec4<f32>(part3);
            part0 = real4();
            part1 = real4();
            part2 = real4();
            part3 = real4();
        }
        if (!AHEAD) {
            next_x = real4(input(row0 + own_row, k0 + D4 + own_k4, inverse));
            if (!TRANSPOSED) {
                next_w0 = tile_weights(k0 + D4, column0, thread);
                if (WN > THREADS) { next_w1 = tile_weights(k0 + D4, column0, thread + THREADS); }
                if (WN > 2u * THREADS) { next_w2 = tile_weights(k0 + D4, column0, thread + 2u * THREADS); }
                if (WN > 3u * THREADS) { next_w3 = tile_weights(k0 + D4, column0, thread + 3u * THREADS); }
            }
        }
        workgroupBarrier();
    }

    // Sums of the slices, where the weights were.
    for (var first = 1u; first < SLICES; first += AT_ONCE) {
        if (slice >= first && slice < first + AT_ONCE) {
            let to = ((slice - first) * TEAM + thread % TEAM) * TALL;
            put(to, sum0);
            put(to + 1u, sum1);
            if (TALL > 2u) {
                put(to + 2u, sum2);
                put(to + 3u, sum3);
            }
        }
        workgroupBarrier();
        if (slice == 0u) {
            for (var s = first; s < min(first + AT_ONCE, SLICES); s++) {
                let there = ((s - first) * TEAM + thread) * TALL;
                sum0 += got(there);
                sum1 += got(there + 1u);
                if (TALL > 2u) {
                    sum2 += got(there + 2u);
                    sum3 += got(there + 3u);
                }
            }
        }
        workgroupBarrier();
    }
    if (slice > 0u) { return; }

    let column = column0 + at.column;
    if (column >= N4) { return; }
    let row = row0 + at.row;
    if (row < rows) { output(row, column, sum0); }
    if (row + 1u < rows) { output(row + 1u, column, sum1); }
    if (TALL > 2u && row + 2u < rows) { output(row + 2u, column, sum2); }
    if (TALL > 2u && row + 3u < rows) { output(row + 3u, column, sum3); }
}

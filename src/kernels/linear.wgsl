// out = epilogue(prologue(x) · w + bias), tile by tile.
//
// HALF: what lies in workgroup memory, products, and their sums over a tile's DEPTH are f16 (`real`); all else is f32.
//
// Constants: K, N; ROWS and COLUMNS of a tile; DEPTH: how much of K at a time, by SLICES groups of
// threads that each take a part of it; TALL rows a thread; AHEAD: what comes next is read before it is wanted;
// MODULATED, NORMALISED, TRANSPOSED, BIAS, GELU, GATED; SHIFT, SCALE, GATE: which modulation.

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;           // [rows, K]
@group(0) @binding(1) var<storage, read> w: array<vec4<f32>>;           // [K, N], or [N, K]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;        // [N]
@group(0) @binding(3) var<storage, read> modulation: array<vec4<f32>>;  // [images, 6, width]
@group(0) @binding(4) var<storage, read> offset: array<vec4<f32>>;      // [6, width]
@group(0) @binding(5) var<storage, read> residual: array<vec4<f32>>;    // [rows, N]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;   // [images · (tokens - skip), N]
@group(0) @binding(7) var<storage, read> info: array<u32>;              // images, tokens, skip

const K4 = K / 4u;
const N4 = N / 4u;
const C4 = COLUMNS / 4u;
const D4 = DEPTH / 4u;
const XD4 = D4 + 1u;             // one more, so that rows start in different banks
const PER_ROW = THREADS / ROWS;  // threads that measure a row together
const TEAM = THREADS / SLICES;   // threads for all results of a tile
const AT_ONCE = DEPTH * C4 / (TEAM * TALL);  // slices whose sums fit where the weights were
const XN = (ROWS * D4 + THREADS - 1u) / THREADS;
const WN = (DEPTH * C4 + THREADS - 1u) / THREADS;
const APART = select(1u, DEPTH * C4, HALF && SLICES > 1u);  // for slices.wgsl

var<workgroup> xs: array<real4, ROWS * XD4>;
var<workgroup> ws: array<real4, DEPTH * C4>;
var<workgroup> squares: array<f32, THREADS>;
var<workgroup> inverse_rms: array<f32, ROWS>;

// Row of x for an output row: the first `skip` tokens of every image have no output.
fn source(row: u32) -> u32 {
    let kept = info[1] - info[2];
    return row / kept * info[1] + row % kept + info[2];
}

fn modulate(which: u32, image: u32, column4: u32, width4: u32) -> vec4<f32> {
    return modulation[(image * 6u + which) * width4 + column4] + offset[which * width4 + column4];
}

// Four inputs of a row of the tile, as the product wants them.
fn input(row: u32, k4: u32, inverse: f32) -> real4 {
    let kept = info[1] - info[2];
    if (row >= info[0] * kept || k4 >= K4) { return real4(); }
    var v = x[source(row) * K4 + k4];
    if (NORMALISED) { v *= inverse; }
    if (MODULATED) {
        let image = row / kept;
        v = v * (modulate(SCALE, image, k4, K4) + 1.0) + modulate(SHIFT, image, k4, K4);
    }
    return real4(v);
}

fn weights(k: u32, column: u32) -> real4 {
    if (k >= K || column >= N4) { return real4(); }
    return real4(w[k * N4 + column]);
}

fn erf(v: vec4<f32>) -> vec4<f32> {  // Abramowitz and Stegun 7.1.26, error below 1.5e-7
    let a = abs(v);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return sign(v) * (1.0 - p * exp(-a * a));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let kept = info[1] - info[2];
    let rows = info[0] * kept;
    let row0 = group.x * ROWS;
    let column0 = group.y * C4;

    if (NORMALISED) {
        let row = min(row0 + thread / PER_ROW, rows - 1u);
        var sum = 0.0;
        for (var k4 = thread % PER_ROW; k4 < K4; k4 += PER_ROW) {
            let v = x[source(row) * K4 + k4];
            sum += dot(v, v);
        }
        squares[thread] = sum;
        workgroupBarrier();
        if (thread < ROWS) {
            var total = 0.0;
            for (var i = 0u; i < PER_ROW; i++) { total += squares[thread * PER_ROW + i]; }
            inverse_rms[thread] = 1.0 / sqrt(total / f32(K) + 1e-6);
        }
        workgroupBarrier();
    }

    let slice = thread / TEAM;
    let tx = thread % TEAM % C4;
    let ty = thread % TEAM / C4;
    var sum: array<vec4<f32>, TALL>;
    var part: array<real4, TALL>;  // since sum was last added to
    // A thread's share of the tiles: with AHEAD on its way while the last ones are multiplied.
    var next_x: array<real4, XN>;
    var next_w: array<real4, WN>;
    for (var k0 = 0u; k0 < K4; k0 += D4) {
        for (var j = 0u; j < XN; j++) {
            let i = thread + j * THREADS;
            if (k0 == 0u || !AHEAD) { next_x[j] = input(row0 + i / D4, k0 + i % D4, inverse_rms[min(i / D4, ROWS - 1u)]); }
            if (i < ROWS * D4) { xs[i / D4 * XD4 + i % D4] = next_x[j]; }
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
                next_x[j] = input(row0 + i / D4, k0 + D4 + i % D4, inverse_rms[min(i / D4, ROWS - 1u)]);
            }
            if (!TRANSPOSED) {
                for (var j = 0u; j < WN; j++) {
                    let i = thread + j * THREADS;
                    next_w[j] = weights((k0 + D4) * 4u + i / C4, column0 + i % C4);
                }
            }
        }
        for (var k4 = slice * D4 / SLICES; k4 < (slice + 1u) * D4 / SLICES; k4++) {
            let w0 = ws[(k4 * 4u) * C4 + tx];
            let w1 = ws[(k4 * 4u + 1u) * C4 + tx];
            let w2 = ws[(k4 * 4u + 2u) * C4 + tx];
            let w3 = ws[(k4 * 4u + 3u) * C4 + tx];
            for (var i = 0u; i < TALL; i++) {
                let v = xs[(ty * TALL + i) * XD4 + k4];
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

    let column = column0 + tx;
    if (column >= N4) { return; }
    for (var i = 0u; i < TALL; i++) {
        let row = row0 + ty * TALL + i;
        if (row >= rows) { return; }
        var v = sum[i];
        if (BIAS) { v += bias[column]; }
        if (GELU) { v = v * 0.5 * (1.0 + erf(v * 0.70710678118654752)); }
        if (GATED) {
            let gate = modulate(GATE, row / kept, column, N4);
            v = residual[row * N4 + column] + v * (gate + 1.0);
        }
        out[row * N4 + column] = v;
    }
}

// What a product over lists takes in and gives out: normalised and modulated inputs; bias, activation, gate, residual.
//
// Constants: K, N; ROWS and COLUMNS of a tile; DEPTH: how much of K at a time, by SLICES groups of threads that each take
// a part of it; TALL rows a thread; NORMALISED, MODULATED, BIAS, GELU, GATED; SHIFT, SCALE, GATE: which modulation; BEHIND:
// tokens in front of a list have no output.

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;           // [rows, K]
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;        // [N]
@group(0) @binding(3) var<storage, read> modulation: array<vec4<f32>>;  // [images, 6, width]
@group(0) @binding(4) var<storage, read> offset: array<vec4<f32>>;      // [6, width]
@group(0) @binding(5) var<storage, read> residual: array<vec4<f32>>;    // [rows, N]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;   // [images · (tokens - skipped), N]
@group(0) @binding(7) var<storage, read> info: array<u32>;              // images, tokens, of which in front, of which in use

const K4 = K / 4u;
const N4 = N / 4u;
const C4 = COLUMNS / 4u;
const D4 = DEPTH / 4u;
const XD = D4 + 1u;              // one more, so that rows of inputs start in different banks
const TEAM = THREADS / SLICES;   // threads for all results of a tile
const PER_ROW = THREADS / ROWS;  // threads that measure a row together

var<workgroup> measured: array<f32, THREADS>;
var<workgroup> inverse_rms: array<f32, ROWS>;

// What a thread works on: its slice, and in its tile the column, of four each, and the first of TALL rows.
struct Place { slice: u32, column: u32, row: u32 }

fn place(thread: u32) -> Place {
    return Place(thread / TEAM, thread % TEAM % C4, thread % TEAM / C4 * TALL);
}

// Tokens of every image without output, and those with one.
fn skipped() -> u32 { return select(0u, info[2], BEHIND); }
fn kept() -> u32 { return info[1] - skipped(); }

// Row of x for an output row.
fn source(row: u32) -> u32 {
    return row / kept() * info[1] + row % kept() + skipped();
}

// Whether no row of a tile, from row0 on, is in use.
fn idle(row0: u32) -> bool {
    let first = row0 % kept();
    let one_image = first + ROWS <= kept() || row0 + ROWS >= info[0] * kept();
    return one_image && first + skipped() >= info[3];
}

fn modulate(which: u32, image: u32, column4: u32, width4: u32) -> vec4<f32> {
    return modulation[(image * 6u + which) * width4 + column4] + offset[which * width4 + column4];
}

// Measures the rows of a tile, from row0 on.
fn measure(row0: u32, thread: u32) {
    let row = min(row0 + thread / PER_ROW, info[0] * kept() - 1u);
    var sum = 0.0;
    for (var k4 = thread % PER_ROW; k4 < K4; k4 += PER_ROW) {
        let v = x[source(row) * K4 + k4];
        sum += dot(v, v);
    }
    measured[thread] = sum;
    workgroupBarrier();
    if (thread < ROWS) {
        var total = 0.0;
        for (var i = 0u; i < PER_ROW; i++) { total += measured[thread * PER_ROW + i]; }
        inverse_rms[thread] = 1.0 / sqrt(total / f32(K) + 1e-6);
    }
    workgroupBarrier();
}

// Four inputs of a row, as the product wants them; `inverse`: of its root mean square.
fn input(row: u32, k4: u32, inverse: f32) -> vec4<f32> {
    if (row >= info[0] * kept() || k4 >= K4) { return vec4<f32>(); }
    var v = x[source(row) * K4 + k4];
    if (NORMALISED) { v *= inverse; }
    if (MODULATED) {
        let image = row / kept();
        v = v * (modulate(SCALE, image, k4, K4) + 1.0) + modulate(SHIFT, image, k4, K4);
    }
    return v;
}

fn erf(v: vec4<f32>) -> vec4<f32> {  // Abramowitz and Stegun 7.1.26, error below 1.5e-7
    let a = abs(v);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return sign(v) * (1.0 - p * exp(-a * a));
}

fn output(row: u32, column: u32, product: vec4<f32>) {
    var v = product;
    if (BIAS) { v += bias[column]; }
    if (GELU) { v = v * 0.5 * (1.0 + erf(v * 0.70710678118654752)); }
    if (GATED) {
        let gate = modulate(GATE, row / kept(), column, N4);
        v = residual[row * N4 + column] + v * (gate + 1.0);
    }
    out[row * N4 + column] = v;
}

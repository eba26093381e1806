// out = conv(act(x · scale + shift)) + bias + residual, as a matrix product: output channels by
// pixels, summed over (input channel, dy, dx).
//
// Constants: FROM, TO channels; SIDE of the square window; WIDE, HIGH: the output; ZOOM: how much
// larger than x it is (nearest neighbour first), STRIDE: how much smaller; CHANNELS and PIXELS of a tile; DEPTH: how much of
// K at a time, by SLICES groups of threads that each take a part of it;
// NORMALISED, SILU, RESIDUAL, UNSHUFFLED (x is [images, FROM/4, 2·HIGH, 2·WIDE]: pixels become channels
// first), SHUFFLED, LAST_IN, LAST_OUT; MEASURED: x brings its moments along,
// MEASURING: out gets them (moments.wgsl; PIXELS is 32).

@group(0) @binding(0) var<storage, read> x: array<f32>;             // [images, FROM, HIGH·STRIDE/ZOOM, …]
@group(0) @binding(1) var<storage, read> w: array<f32>;             // [TO, FROM, SIDE, SIDE]
@group(0) @binding(2) var<storage, read> bias: array<f32>;          // [TO]
@group(0) @binding(3) var<storage, read> gamma: array<f32>;         // [FROM]; not MEASURED: [images, FROM, 2]
@group(0) @binding(4) var<storage, read> beta: array<f32>;          // [FROM]
@group(0) @binding(5) var<storage, read> residual: array<f32>;      // as out, or one image of it
@group(0) @binding(6) var<storage, read_write> out: array<f32>;     // [images, TO, HIGH, WIDE]
@group(0) @binding(7) var<storage, read> info: array<u32>;          // images, images of residual

const K = FROM * SIDE * SIDE;
const P4 = PIXELS / 4u;
const C4 = CHANNELS / 4u;
const TEAM = THREADS / SLICES;  // threads for all results of a tile
const AREA = WIDE * HIGH;
const X_WIDE = WIDE * STRIDE / ZOOM;
const X_AREA = AREA * STRIDE * STRIDE / (ZOOM * ZOOM);

var<workgroup> ws: array<vec4<f32>, DEPTH * C4>;
var<workgroup> xs: array<vec4<f32>, max(DEPTH * P4, SLICES / 2u * TEAM * 4u)>;

// Four neighbouring pixels of one row, at a place of the window and a channel.
fn input(image: u32, k: u32, pixel: u32) -> vec4<f32> {
    let channel = k / (SIDE * SIDE);
    let row = i32(pixel / WIDE * STRIDE + k / SIDE % SIDE) - i32(SIDE / 2u);
    if (row < 0 || row >= i32(HIGH * STRIDE)) { return vec4<f32>(); }
    let column0 = i32(pixel % WIDE * STRIDE + k % SIDE) - i32(SIDE / 2u);
    let row_at = u32(row) / ZOOM * X_WIDE;
    var a = vec2<f32>(1.0, 0.0);
    if (NORMALISED) { a = affine[channel]; }
    var result = vec4<f32>();
    for (var j = 0; j < 4; j++) {
        let column = column0 + j * i32(STRIDE);
        if (column < 0 || column >= i32(WIDE * STRIDE)) { continue; }
        let at = row_at + u32(column) / ZOOM;
        var v: f32;
        if (UNSHUFFLED) {
            v = x[unshuffled(image, channel, u32(row), u32(column))];
        } else if (LAST_IN) {
            v = x[(image * X_AREA + at) * FROM + channel];
        } else {
            v = x[(image * FROM + channel) * X_AREA + at];
        }
        if (NORMALISED) {
            v = v * a.x + a.y;
            if (SILU) { v = v / (1.0 + exp(-v)); }
        }
        result[j] = v;
    }
    return result;
}

// Space to depth by 2: channel (c, dy, dx) of pixel (y, x) ← c, (2y + dy, 2x + dx).
fn unshuffled(image: u32, channel: u32, row: u32, column: u32) -> u32 {
    let y = row * 2u + channel / 2u % 2u;
    return ((image * (FROM / 4u) + channel / 4u) * HIGH * STRIDE * 2u + y) * X_WIDE * 2u + column * 2u + channel % 2u;
}

fn place(image: u32, channel: u32, pixel: u32) -> u32 {
    if (LAST_OUT) { return (image * AREA + pixel) * TO + channel; }
    if (SHUFFLED) {  // depth to space by 2: channel (c, dy, dx) of pixel (y, x) → c, (2y + dy, 2x + dx)
        let row = pixel / WIDE * 2u + channel / 2u % 2u;
        let column = pixel % WIDE * 2u + channel % 2u;
        return ((image * (TO / 4u) + channel / 4u) * HIGH * 2u + row) * WIDE * 2u + column;
    }
    return (image * TO + channel) * AREA + pixel;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let pixel0 = group.x * PIXELS;
    let channel0 = group.y * CHANNELS;
    let image = group.z;
    measure(image, thread);
    let slice = thread / TEAM;
    let tx = thread % TEAM % P4;
    let ty = thread % TEAM / P4;
    var sum: array<vec4<f32>, 4>;
    for (var k0 = 0u; k0 < K; k0 += DEPTH) {
        for (var i = thread; i < DEPTH * C4; i += THREADS) {
            let k = k0 + i % DEPTH;
            let channel = channel0 + i / DEPTH * 4u;
            var v = vec4<f32>();
            if (k < K) {
                for (var j = 0u; j < 4u; j++) {
                    if (channel + j < TO) { v[j] = w[(channel + j) * K + k]; }
                }
            }
            ws[i % DEPTH * C4 + i / DEPTH] = v;
        }
        for (var i = thread; i < DEPTH * P4; i += THREADS) {
            let k = k0 + i / P4;
            let pixel = pixel0 + i % P4 * 4u;
            var v = vec4<f32>();
            if (k < K && pixel < AREA) { v = input(image, k, pixel); }
            xs[i] = v;
        }
        workgroupBarrier();
        for (var k = slice * DEPTH / SLICES; k < (slice + 1u) * DEPTH / SLICES; k++) {
            let a = ws[k * C4 + ty];
            let v = xs[k * P4 + tx];
            sum[0] += a.x * v;
            sum[1] += a.y * v;
            sum[2] += a.z * v;
            sum[3] += a.w * v;
        }
        workgroupBarrier();
    }
    // Sums of the slices, two by two. Nobody needs the tiles any more.
    for (var half = SLICES / 2u; half > 0u; half /= 2u) {
        if (slice >= half && slice < 2u * half) {
            for (var c = 0u; c < 4u; c++) { xs[(thread - half * TEAM) * 4u + c] = sum[c]; }
        }
        workgroupBarrier();
        if (slice < half) {
            for (var c = 0u; c < 4u; c++) { sum[c] += xs[thread * 4u + c]; }
        }
        workgroupBarrier();
    }
    var total = 0.0;
    for (var c = 0u; c < 4u; c++) {
        let channel = channel0 + ty * 4u + c;
        if (slice > 0u || channel >= TO) { continue; }
        for (var j = 0u; j < 4u; j++) {
            let pixel = pixel0 + tx * 4u + j;
            if (pixel >= AREA) { continue; }
            let at = place(image, channel, pixel);
            var v = sum[c][j] + bias[channel];
            if (RESIDUAL) { v += residual[place(image % info[1], channel, pixel)]; }
            out[at] = v;
            sum[c][j] = v;
            total += v;
        }
    }
    if (MEASURING) {  // the first thirty-two threads hold two groups
        let mean = team_sum(thread, 16u, total) / COUNT;
        total = 0.0;
        for (var c = 0u; c < 4u; c++) { total += dot(sum[c] - mean, sum[c] - mean); }
        let squares = team_sum(thread, 16u, total);
        let g = channel0 / 8u + thread / 16u;
        if (thread < TEAM && thread % 16u == 0u && g < TO / 8u) {
            let tail = info[0] * TO * AREA + ((image * (TO / 8u) + g) * (AREA / PIXELS) + group.x) * 2u;
            out[tail] = mean;
            out[tail + 1u] = squares;
        }
    }
}

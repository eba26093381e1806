// out = conv3×3(act(x · scale + shift)) + bias + residual, by tiles of a picture that lie in workgroup memory
// with a border of one pixel: a value is read, normalised and activated once for all nine places of the window
// and for CHANNELS outputs.
//
// HALF: what lies in workgroup memory, products, and their sums over the nine places are f16 (`real`); all else is f32.
//
// Constants: FROM, TO channels; WIDE, HIGH: the output; ZOOM: how much larger than x it is (nearest neighbour
// first); CHANNELS, ROWS and COLUMNS of a tile; DEPTH: input channels at a time, by SLICES groups of threads that
// each take a part of them; NORMALISED, SILU, RESIDUAL, SHUFFLED (channels become pixels); MEASURED: x brings its
// moments along, MEASURING: out gets them (moments.wgsl).

@group(0) @binding(0) var<storage, read> x: array<f32>;             // [images, FROM, HIGH/ZOOM, WIDE/ZOOM]
@group(0) @binding(1) var<storage, read> w: array<f32>;             // [TO, FROM, 3, 3]
@group(0) @binding(2) var<storage, read> bias: array<f32>;          // [TO]
@group(0) @binding(3) var<storage, read> gamma: array<f32>;         // [FROM]; not MEASURED: [images, FROM, 2]
@group(0) @binding(4) var<storage, read> beta: array<f32>;          // [FROM]
@group(0) @binding(5) var<storage, read> residual: array<f32>;      // as out, or one image of it
@group(0) @binding(6) var<storage, read_write> out: array<f32>;     // [images, TO, HIGH, WIDE]
@group(0) @binding(7) var<storage, read> info: array<u32>;          // images, images of residual

const K = FROM * 9u;
const AREA = WIDE * HIGH;
const X_WIDE = WIDE / ZOOM;
const X_AREA = AREA / (ZOOM * ZOOM);
const QUADS = COLUMNS / 4u;              // a thread has four pixels of a row
const PLACES = ROWS * QUADS;
const TEAM = PLACES * CHANNELS / 8u;     // and eight channels
const ROW4 = QUADS + 1u;                 // a row with its border: columns -1 to COLUMNS + 2
const X4 = DEPTH * (ROWS + 2u) * ROW4;
const C4 = CHANNELS / 4u;
const W4 = C4 + 1u;                      // one more, so that rows start in different banks
const SUMS = select(0u, TEAM * 8u, SLICES > 1u);
const APART = max(select(1u, SUMS, HALF), 1u);  // for slices.wgsl

var<workgroup> xs: array<real4, X4>;
var<workgroup> ws: array<real4, select(max(DEPTH * 9u * W4, SUMS), DEPTH * 9u * W4, HALF)>;

// Four neighbouring pixels of a row from `column` on; nothing outside the picture.
fn input(image: u32, channel: u32, row: i32, column: i32) -> real4 {
    var result = real4();
    if (channel >= FROM || row < 0 || row >= i32(HIGH)) { return result; }
    let row_at = (image * FROM + channel) * X_AREA + u32(row) / ZOOM * X_WIDE;
    for (var j = 0; j < 4; j++) {
        if (column + j < 0 || column + j >= i32(WIDE)) { continue; }
        var v = x[row_at + u32(column + j) / ZOOM];
        if (NORMALISED) {
            v = v * affine[channel].x + affine[channel].y;
            if (SILU) { v = v / (1.0 + exp(-v)); }
        }
        result[j] = real(v);
    }
    return result;
}

// Place of a value; depth to space by 2: channel (c, dy, dx) of pixel (y, x) → c, (2y + dy, 2x + dx).
fn place(image: u32, channel: u32, row: u32, column: u32) -> u32 {
    if (SHUFFLED) {
        let high = row * 2u + channel / 2u % 2u;
        return ((image * (TO / 4u) + channel / 4u) * HIGH * 2u + high) * WIDE * 2u + column * 2u + channel % 2u;
    }
    return (image * TO + channel) * AREA + row * WIDE + column;
}

// Four pixels under one place of the window, times the weights of eight channels.
fn add(sum: ptr<function, array<real4, 8>>, v: real4, at: u32) {
    let a = ws[at];
    let b = ws[at + 1u];
    (*sum)[0] += a.x * v;
    (*sum)[1] += a.y * v;
    (*sum)[2] += a.z * v;
    (*sum)[3] += a.w * v;
    (*sum)[4] += b.x * v;
    (*sum)[5] += b.y * v;
    (*sum)[6] += b.z * v;
    (*sum)[7] += b.w * v;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row0 = group.x / (WIDE / COLUMNS) * ROWS;
    let column0 = group.x % (WIDE / COLUMNS) * COLUMNS;
    let channel0 = group.y * CHANNELS;
    let image = group.z;
    measure(image, thread);
    let slice = thread / TEAM;
    let spot = thread % PLACES;
    let eight = thread % TEAM / PLACES;
    var sum: array<vec4<f32>, 8>;
    var part: array<real4, 8>;  // since sum was last added to
    for (var c0 = 0u; c0 < FROM; c0 += DEPTH) {
        for (var i = thread; i < X4; i += THREADS) {
            let row = i32(row0 + i / ROW4 % (ROWS + 2u)) - 1;
            let column = i32(column0 + i % ROW4 * 4u) - 1;
            xs[i] = input(image, c0 + i / (ROW4 * (ROWS + 2u)), row, column);
        }
        for (var i = thread; i < DEPTH * 9u * C4; i += THREADS) {
            let k = i % (DEPTH * 9u);
            let c4 = i / (DEPTH * 9u);
            var v = real4();
            if (c0 * 9u + k < K) {
                for (var j = 0u; j < 4u; j++) {
                    let channel = channel0 + c4 * 4u + j;
                    if (channel < TO) { v[j] = real(w[channel * K + c0 * 9u + k]); }
                }
            }
            ws[k * W4 + c4] = v;
        }
        workgroupBarrier();
        for (var c = slice; c < DEPTH; c += SLICES) {
            for (var dy = 0u; dy < 3u; dy++) {
                let at = (c * (ROWS + 2u) + spot / QUADS + dy) * ROW4 + spot % QUADS;
                let a = xs[at];
                let b = xs[at + 1u];
                let k = (c * 9u + dy * 3u) * W4 + eight * 2u;
                add(&part, a, k);
                add(&part, real4(a.yzw, b.x), k + W4);
                add(&part, real4(a.zw, b.xy), k + 2u * W4);
            }
            if (HALF || (c + SLICES >= DEPTH && c0 + DEPTH >= FROM)) {
                for (var n = 0u; n < 8u; n++) {
                    sum[n] += vec4<f32>(part[n]);
                    part[n] = real4();
                }
            }
        }
        workgroupBarrier();
    }
    // Sums of the slices, one after the other. Nobody needs the weights any more.
    for (var s = 1u; s < SLICES; s++) {
        if (slice == s) {
            for (var c = 0u; c < 8u; c++) { put(c * TEAM + thread % TEAM, sum[c]); }
        }
        workgroupBarrier();
        if (slice == 0u) {
            for (var c = 0u; c < 8u; c++) { sum[c] += got(c * TEAM + thread); }
        }
        workgroupBarrier();
    }
    let row = row0 + spot / QUADS;
    let column = column0 + spot % QUADS * 4u;
    var total = 0.0;
    for (var c = 0u; c < 8u; c++) {
        let channel = channel0 + eight * 8u + c;
        if (slice > 0u || channel >= TO) { continue; }
        for (var j = 0u; j < 4u; j++) {
            let at = place(image, channel, row, column + j);
            var v = sum[c][j] + bias[channel];
            if (RESIDUAL) { v += residual[place(image % info[1], channel, row, column + j)]; }
            out[at] = v;
            sum[c][j] = v;
            total += v;
        }
    }
    if (MEASURING) {  // eight threads hold 32 pixels of eight channels
        let mean = team_sum(thread, 8u, total) / COUNT;
        total = 0.0;
        for (var c = 0u; c < 8u; c++) { total += dot(sum[c] - mean, sum[c] - mean); }
        let squares = team_sum(thread, 8u, total);
        let g = channel0 / 8u + eight;
        if (slice == 0u && spot % 8u == 0u && g < TO / 8u) {
            let tile = group.x * (PLACES / 8u) + spot / 8u;
            let tail = info[0] * TO * AREA + ((image * (TO / 8u) + g) * (AREA / 32u) + tile) * 2u;
            out[tail] = mean;
            out[tail + 1u] = squares;
        }
    }
}

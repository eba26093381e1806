// out = conv3×3(act(x · scale + shift)) + bias + residual, by tiles of a picture that lie in workgroup memory
// with a border of one pixel: a value is read, normalised and activated once for all nine places of the window
// and for CHANNELS outputs.
//
// What comes next is read before it is wanted, and sums have names instead of places in an array: on the card that was
// tried, a convolution over 64×64 pixels takes two thirds of the time.
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
const X4 = DEPTH * (ROWS + 2u) * ROW4;   // at most one for each thread
const C4 = CHANNELS / 4u;
const WN = DEPTH * 9u * C4;              // at most three for each thread
const W4 = C4 + 1u;                      // one more, so that rows start in different banks
const SUMS = select(0u, TEAM * 8u, SLICES > 1u);
const APART = max(select(1u, SUMS, HALF), 1u);  // for slices.wgsl

var<workgroup> xs: array<real4, X4>;
var<workgroup> ws: array<real4, select(max(DEPTH * 9u * W4, SUMS), DEPTH * 9u * W4, HALF)>;

// Weights of four channels, from channel0 on, at place number i of the tile whose first input channel is c0.
fn tile_weights(channel0: u32, c0: u32, i: u32) -> vec4<f32> {
    let k = min(c0 * 9u + i % (DEPTH * 9u), K - 1u);
    let channel = vec4<u32>(channel0 + i / (DEPTH * 9u) * 4u) + vec4<u32>(0u, 1u, 2u, 3u);
    let at = min(channel, vec4<u32>(TO - 1u)) * K + k;
    return vec4<f32>(w[at.x], w[at.y], w[at.z], w[at.w]);
}

// Pixels of a channel as the window takes them.
fn activated(v: vec4<f32>, channel: u32) -> vec4<f32> {
    var result = v;
    if (NORMALISED) {
        let a = affine[min(channel, FROM - 1u)];
        result = result * a.x + a.y;
        if (SILU) { result = result / (1.0 + exp(-result)); }
    }
    return result * select(0.0, 1.0, channel < FROM);
}

fn keep_weights(i: u32, v: vec4<f32>) {
    if (i < WN) { ws[i % (DEPTH * 9u) * W4 + i / (DEPTH * 9u)] = real4(v); }
}

// Place of a value; depth to space by 2: channel (c, dy, dx) of pixel (y, x) → c, (2y + dy, 2x + dx).
fn place(image: u32, channel: u32, row: u32, column: u32) -> u32 {
    if (SHUFFLED) {
        let high = row * 2u + channel / 2u % 2u;
        return ((image * (TO / 4u) + channel / 4u) * HIGH * 2u + high) * WIDE * 2u + column * 2u + channel % 2u;
    }
    return (image * TO + channel) * AREA + row * WIDE + column;
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
    var sum0 = vec4<f32>();
    var sum1 = vec4<f32>();
    var sum2 = vec4<f32>();
    var sum3 = vec4<f32>();
    var sum4 = vec4<f32>();
    var sum5 = vec4<f32>();
    var sum6 = vec4<f32>();
    var sum7 = vec4<f32>();
    // Since sums were last added to.
    var part0 = real4();
    var part1 = real4();
    var part2 = real4();
    var part3 = real4();
    var part4 = real4();
    var part5 = real4();
    var part6 = real4();
    var part7 = real4();
    // A thread brings four neighbouring pixels of a row and a channel; 1 for those that are inside the picture.
    let own_channel = min(thread / (ROW4 * (ROWS + 2u)), DEPTH - 1u);
    let own_row = i32(row0 + thread / ROW4 % (ROWS + 2u)) - 1;
    let own_column = vec4<i32>(i32(column0 + thread % ROW4 * 4u) - 1) + vec4<i32>(0, 1, 2, 3);
    let row_in = clamp(own_row, 0, i32(HIGH) - 1);
    let column_in = clamp(own_column, vec4<i32>(), vec4<i32>(i32(WIDE) - 1));
    let own = vec4<u32>(u32(row_in) / ZOOM * X_WIDE) + vec4<u32>(column_in) / ZOOM;
    let inside = select(vec4<f32>(), vec4<f32>(1.0), own_column == column_in) * select(0.0, 1.0, own_row == row_in);
    // What comes next: these pixels, and weights of four channels at up to three places.
    var at_x = own + (image * FROM + min(own_channel, FROM - 1u)) * X_AREA;
    var next_x = vec4<f32>(x[at_x.x], x[at_x.y], x[at_x.z], x[at_x.w]);
    var next_w0 = tile_weights(channel0, 0u, thread);
    var next_w1 = vec4<f32>();
    var next_w2 = vec4<f32>();
    if (WN > THREADS) { next_w1 = tile_weights(channel0, 0u, thread + THREADS); }
    if (WN > 2u * THREADS) { next_w2 = tile_weights(channel0, 0u, thread + 2u * THREADS); }
    for (var c0 = 0u; c0 < FROM; c0 += DEPTH) {
        if (thread < X4) { xs[thread] = real4(activated(next_x, c0 + own_channel) * inside); }
        keep_weights(thread, next_w0);
        if (WN > THREADS) { keep_weights(thread + THREADS, next_w1); }
        if (WN > 2u * THREADS) { keep_weights(thread + 2u * THREADS, next_w2); }
        workgroupBarrier();
        // Of channels that are not there something is read, and nothing of it used.
        at_x = own + (image * FROM + min(c0 + DEPTH + own_channel, FROM - 1u)) * X_AREA;
        next_x = vec4<f32>(x[at_x.x], x[at_x.y], x[at_x.z], x[at_x.w]);
        next_w0 = tile_weights(channel0, c0 + DEPTH, thread);
        if (WN > THREADS) { next_w1 = tile_weights(channel0, c0 + DEPTH, thread + THREADS); }
        if (WN > 2u * THREADS) { next_w2 = tile_weights(channel0, c0 + DEPTH, thread + 2u * THREADS); }
        for (var c = slice; c < DEPTH; c += SLICES) {
            for (var dy = 0u; dy < 3u; dy++) {
                let at = (c * (ROWS + 2u) + spot / QUADS + dy) * ROW4 + spot % QUADS;
                let k = (c * 9u + dy * 3u) * W4 + eight * 2u;
                // Four pixels under each of three places of the window, and the weights of eight channels there.
                let a = xs[at];
                let b = xs[at + 1u];
                let v1 = real4(a.yzw, b.x);
                let v2 = real4(a.zw, b.xy);
                let w0 = ws[k];
                let w1 = ws[k + W4];
                let w2 = ws[k + 2u * W4];
                let u0 = ws[k + 1u];
                let u1 = ws[k + W4 + 1u];
                let u2 = ws[k + 2u * W4 + 1u];
                part0 += w0.x * a + w1.x * v1 + w2.x * v2;
                part1 += w0.y * a + w1.y * v1 + w2.y * v2;
                part2 += w0.z * a + w1.z * v1 + w2.z * v2;
                part3 += w0.w * a + w1.w * v1 + w2.w * v2;
                part4 += u0.x * a + u1.x * v1 + u2.x * v2;
                part5 += u0.y * a + u1.y * v1 + u2.y * v2;
                part6 += u0.z * a + u1.z * v1 + u2.z * v2;
                part7 += u0.w * a + u1.w * v1 + u2.w * v2;
            }
            if (HALF || (c + SLICES >= DEPTH && c0 + DEPTH >= FROM)) {
                sum0 += vec4<f32>(part0);
                sum1 += vec4<f32>(part1);
                sum2 += vec4<f32>(part2);
                sum3 += vec4<f32>(part3);
                sum4 += vec4<f32>(part4);
                sum5 += vec4<f32>(part5);
                sum6 += vec4<f32>(part6);
                sum7 += vec4<f32>(part7);
                part0 = real4();
                part1 = real4();
                part2 = real4();
                part3 = real4();
                part4 = real4();
                part5 = real4();
                part6 = real4();
                part7 = real4();
            }
        }
        workgroupBarrier();
    }
    // Sums of the slices, one after the other. Nobody needs the weights any more.
    for (var s = 1u; s < SLICES; s++) {
        if (slice == s) {
            let to = thread % TEAM;
            put(to, sum0);
            put(TEAM + to, sum1);
            put(2u * TEAM + to, sum2);
            put(3u * TEAM + to, sum3);
            put(4u * TEAM + to, sum4);
            put(5u * TEAM + to, sum5);
            put(6u * TEAM + to, sum6);
            put(7u * TEAM + to, sum7);
        }
        workgroupBarrier();
        if (slice == 0u) {
            sum0 += got(thread);
            sum1 += got(TEAM + thread);
            sum2 += got(2u * TEAM + thread);
            sum3 += got(3u * TEAM + thread);
            sum4 += got(4u * TEAM + thread);
            sum5 += got(5u * TEAM + thread);
            sum6 += got(6u * TEAM + thread);
            sum7 += got(7u * TEAM + thread);
        }
        workgroupBarrier();
    }
    var sum = array<vec4<f32>, 8>(sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7);
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

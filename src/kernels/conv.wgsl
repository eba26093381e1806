// out = conv(act(x · scale + shift)) + bias + residual, as a matrix product: output channels by
// pixels, summed over (input channel, dy, dx).
//
// Constants: FROM, TO channels; SIDE of the square window; WIDE, HIGH: the output; ZOOM: how much
// larger than x it is (nearest neighbour first); CHANNELS and PIXELS of a tile, DEPTH of a slice;
// NORMALISED, SILU, RESIDUAL, SHUFFLED, LAST_IN, LAST_OUT.

@group(0) @binding(0) var<storage, read> x: array<f32>;             // [images, FROM, HIGH/ZOOM, WIDE/ZOOM]
@group(0) @binding(1) var<storage, read> w: array<f32>;             // [TO, FROM, SIDE, SIDE]
@group(0) @binding(2) var<storage, read> bias: array<f32>;          // [TO]
@group(0) @binding(3) var<storage, read> affine: array<vec2<f32>>;  // [images, FROM]
@group(0) @binding(4) var<storage, read> residual: array<f32>;      // as out, or one image of it
@group(0) @binding(5) var<storage, read_write> out: array<f32>;     // [images, TO, HIGH, WIDE]
@group(0) @binding(6) var<storage, read> info: array<u32>;          // images of residual

const K = FROM * SIDE * SIDE;
const P4 = PIXELS / 4u;
const C4 = CHANNELS / 4u;
const AREA = WIDE * HIGH;
const X_WIDE = WIDE / ZOOM;
const X_AREA = AREA / (ZOOM * ZOOM);

var<workgroup> ws: array<vec4<f32>, DEPTH * C4>;
var<workgroup> xs: array<vec4<f32>, DEPTH * P4>;

fn input(image: u32, k: u32, pixel: u32) -> f32 {
    let channel = k / (SIDE * SIDE);
    let row = i32(pixel / WIDE + k / SIDE % SIDE) - i32(SIDE / 2u);
    let column = i32(pixel % WIDE + k % SIDE) - i32(SIDE / 2u);
    if (row < 0 || column < 0 || row >= i32(HIGH) || column >= i32(WIDE)) { return 0.0; }
    let at = u32(row) / ZOOM * X_WIDE + u32(column) / ZOOM;
    var v: f32;
    if (LAST_IN) { v = x[(image * X_AREA + at) * FROM + channel]; } else { v = x[(image * FROM + channel) * X_AREA + at]; }
    if (NORMALISED) {
        let a = affine[image * FROM + channel];
        v = v * a.x + a.y;
        if (SILU) { v = v / (1.0 + exp(-v)); }
    }
    return v;
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
    let tx = thread % P4;
    let ty = thread / P4;
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
            if (k < K && pixel < AREA) {
                for (var j = 0u; j < 4u; j++) { v[j] = input(image, k, pixel + j); }
            }
            xs[i] = v;
        }
        workgroupBarrier();
        for (var k = 0u; k < DEPTH; k++) {
            let a = ws[k * C4 + ty];
            let v = xs[k * P4 + tx];
            sum[0] += a.x * v;
            sum[1] += a.y * v;
            sum[2] += a.z * v;
            sum[3] += a.w * v;
        }
        workgroupBarrier();
    }
    for (var c = 0u; c < 4u; c++) {
        let channel = channel0 + ty * 4u + c;
        if (channel >= TO) { return; }
        for (var j = 0u; j < 4u; j++) {
            let pixel = pixel0 + tx * 4u + j;
            if (pixel >= AREA) { return; }
            let at = place(image, channel, pixel);
            var v = sum[c][j] + bias[channel];
            if (RESIDUAL) { v += residual[place(image % info[0], channel, pixel)]; }
            out[at] = v;
        }
    }
}

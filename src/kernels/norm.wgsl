// Scale and shift of every channel that normalise its group: one workgroup a group.
//
// `total` is from sums.wgsl or sums_subgroups.wgsl.
//
// Constants: CHANNELS, GROUPS, PIXELS; HELD: how many values, four at a time, a thread keeps; those
// beyond are read again.

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;          // [images, CHANNELS, pixels]
@group(0) @binding(1) var<storage, read> gamma: array<f32>;            // [CHANNELS]
@group(0) @binding(2) var<storage, read> beta: array<f32>;             // [CHANNELS]
@group(0) @binding(3) var<storage, read_write> affine: array<vec2<f32>>; // [images, CHANNELS]
@group(0) @binding(4) var<storage, read> info: array<u32>;             // 0

const WIDTH = CHANNELS / GROUPS;

const COUNT4 = WIDTH * PIXELS / 4u;
const SHARE = (COUNT4 + THREADS - 1u) / THREADS;  // values of a thread, four at a time

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let image = group.y + info[0];
    let first4 = (image * GROUPS + group.x) * COUNT4;
    var held: array<vec4<f32>, HELD>;
    var sum = 0.0;
    for (var i = 0u; i < HELD; i++) {
        let at = thread + i * THREADS;
        if (at < COUNT4) { held[i] = x[first4 + at]; }
        sum += dot(held[i], vec4<f32>(1.0));
    }
    for (var i = HELD; i < SHARE; i++) {
        let at = thread + i * THREADS;
        if (at < COUNT4) { sum += dot(x[first4 + at], vec4<f32>(1.0)); }
    }
    let count = f32(COUNT4 * 4u);
    let mean = total(thread, sum) / count;
    sum = 0.0;
    for (var i = 0u; i < HELD; i++) {
        let centred = held[i] - mean;
        if (thread + i * THREADS < COUNT4) { sum += dot(centred, centred); }
    }
    for (var i = HELD; i < SHARE; i++) {
        let at = thread + i * THREADS;
        if (at < COUNT4) {
            let centred = x[first4 + at] - mean;
            sum += dot(centred, centred);
        }
    }
    let inverse = 1.0 / sqrt(total(thread, sum) / count + 1e-6);

    if (thread < WIDTH) {
        let channel = group.x * WIDTH + thread;
        let scale = gamma[channel] * inverse;
        affine[image * CHANNELS + channel] = vec2<f32>(scale, beta[channel] - mean * scale);
    }
}

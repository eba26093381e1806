// Scale and shift of every channel that normalise its group: one workgroup a group.
//
// Constants: CHANNELS, GROUPS.

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;          // [images, CHANNELS, pixels]
@group(0) @binding(1) var<storage, read> gamma: array<f32>;            // [CHANNELS]
@group(0) @binding(2) var<storage, read> beta: array<f32>;             // [CHANNELS]
@group(0) @binding(3) var<storage, read_write> affine: array<vec2<f32>>; // [images, CHANNELS]
@group(0) @binding(4) var<storage, read> info: array<u32>;             // pixels

const WIDTH = CHANNELS / GROUPS;

var<workgroup> sums: array<f32, THREADS>;

fn total(thread: u32, mine: f32) -> f32 {
    sums[thread] = mine;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if (thread < half) { sums[thread] += sums[thread + half]; }
        workgroupBarrier();
    }
    let sum = sums[0];
    workgroupBarrier();
    return sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let count4 = WIDTH * info[0] / 4u;
    let first4 = (group.y * GROUPS + group.x) * count4;
    let count = f32(count4 * 4u);

    var sum = 0.0;
    for (var i = thread; i < count4; i += THREADS) { sum += dot(x[first4 + i], vec4<f32>(1.0)); }
    let mean = total(thread, sum) / count;
    sum = 0.0;
    for (var i = thread; i < count4; i += THREADS) {
        let centred = x[first4 + i] - mean;
        sum += dot(centred, centred);
    }
    let inverse = 1.0 / sqrt(total(thread, sum) / count + 1e-6);

    if (thread < WIDTH) {
        let channel = group.x * WIDTH + thread;
        let scale = gamma[channel] * inverse;
        affine[group.y * CHANNELS + channel] = vec2<f32>(scale, beta[channel] - mean * scale);
    }
}

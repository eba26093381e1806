// silu(sum of the class vectors) · w + bias: one thread an output.
//
// Constants: WIDTH, OUTPUTS, AXES.

@group(0) @binding(0) var<storage, read> condition: array<f32>;    // [images, AXES, WIDTH]
@group(0) @binding(1) var<storage, read> w: array<f32>;            // [WIDTH, OUTPUTS]
@group(0) @binding(2) var<storage, read> bias: array<f32>;         // [OUTPUTS]
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // [images, OUTPUTS]
@group(0) @binding(4) var<storage, read> info: array<u32>;         // 0

var<workgroup> vector: array<f32, WIDTH>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let image = group.y + info[0];
    for (var i = thread; i < WIDTH; i += THREADS) {
        var v = 0.0;
        for (var axis = 0u; axis < AXES; axis++) { v += condition[(image * AXES + axis) * WIDTH + i]; }
        vector[i] = v / (1.0 + exp(-v));
    }
    workgroupBarrier();
    let column = group.x * THREADS + thread;
    if (column >= OUTPUTS) { return; }
    var sum = bias[column];
    for (var i = 0u; i < WIDTH; i++) { sum += vector[i] * w[i * OUTPUTS + column]; }
    out[image * OUTPUTS + column] = sum;
}

// Rows of the class table: of each image one an axis.
//
// Constants: WIDTH, AXES.

@group(0) @binding(0) var<storage, read> table: array<f32>;        // [rows, WIDTH]
@group(0) @binding(1) var<storage, read> classes: array<i32>;      // [images, AXES]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // [images, AXES, WIDTH]
@group(0) @binding(3) var<storage, read> info: array<u32>;         // first row of each axis

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let at = group.y * AXES + group.x;
    let row = u32(classes[at]) + info[group.x];
    for (var i = thread; i < WIDTH; i += THREADS) {
        out[at * WIDTH + i] = table[row * WIDTH + i];
    }
}

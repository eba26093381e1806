// Rows of the three class tables.
//
// Constants: WIDTH.

@group(0) @binding(0) var<storage, read> styles: array<f32>;       // [styles + 1, WIDTH]
@group(0) @binding(1) var<storage, read> categories: array<f32>;   // [categories + 1, WIDTH]
@group(0) @binding(2) var<storage, read> concepts: array<f32>;     // [concepts + 1, WIDTH]
@group(0) @binding(3) var<storage, read> classes: array<i32>;      // [images, 3]
@group(0) @binding(4) var<storage, read_write> out: array<f32>;    // [images, 3, WIDTH]
@group(0) @binding(5) var<storage, read> info: array<u32>;         // 0

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let axis = group.x;
    let row = u32(classes[group.y * 3u + axis]) + info[0];
    for (var i = thread; i < WIDTH; i += THREADS) {
        var v: f32;
        if (axis == 0u) { v = styles[row * WIDTH + i]; }
        else if (axis == 1u) { v = categories[row * WIDTH + i]; }
        else { v = concepts[row * WIDTH + i]; }
        out[(group.y * 3u + axis) * WIDTH + i] = v;
    }
}

// x + what the class asks for at the place of each token; those in front have none.
//
// Constants: those of sketch.wgsl.

@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>;          // [images, prefix + tokens, WIDTH]
@group(0) @binding(3) var<storage, read> spots: array<i32>;            // [lists, tokens]
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;  // [images, prefix + tokens, WIDTH]
@group(0) @binding(5) var<storage, read> info: array<u32>;             // tokens, prefix, lists

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let image = group.y;
    var spot = REGIONS * PARTS;
    if (row >= info[1]) { spot = u32(spots[image % info[2] * info[0] + row - info[1]]); }
    for (var i = thread; i < W4; i += THREADS) {
        let at = (image * (info[1] + info[0]) + row) * W4 + i;
        out[at] = x[at] + asked(image, spot, i);
    }
}

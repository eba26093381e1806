// x + what the class asks for at the place of the next entry. One workgroup a row.
//
// Constants: those of sketch.wgsl; CAPACITY: entries of a sequence at most; END, START: positions.

@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>;          // [rows, WIDTH]
@group(0) @binding(3) var<storage, read> entries: array<i32>;          // [images, 2, CAPACITY]
@group(0) @binding(4) var<storage, read> clock: array<i32>;            // number of the entry
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;  // [rows, WIDTH]
@group(0) @binding(6) var<storage, read> info: array<u32>;             // images

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let position = u32(entries[row % info[0] * 2u * CAPACITY + u32(clock[0]) + 1u]);
    var spot = REGIONS * PARTS;
    if (position < END) { spot = position; }
    if (position > END && position < START) { spot = position - 1u; }
    for (var i = thread; i < W4; i += THREADS) {
        out[row * W4 + i] = x[row * W4 + i] + asked(row, spot, i);
    }
}

// x + what the class asks for at the place of the next entry. One workgroup a row. Follows sketch.wgsl and
// rules.wgsl.
//
// Constants: those of sketch.wgsl; CAPACITY: entries of a sequence at most.

@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>;          // [rows, WIDTH]
@group(0) @binding(3) var<storage, read> entries: array<i32>;          // [images, 2, CAPACITY]
@group(0) @binding(4) var<storage, read> clock: array<i32>;            // number of the entry, then rules
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;  // [rows, WIDTH]
@group(0) @binding(6) var<storage, read> info: array<u32>;             // images

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let position = u32(entries[row % info[0] * 2u * CAPACITY + u32(clock[0]) + 1u]);
    let spot = u32(rule(position, SPOT));
    for (var i = thread; i < W4; i += THREADS) {
        out[row * W4 + i] = x[row * W4 + i] + asked(row, spot, i);
    }
}

// The vector of the entry that each sequence is at: content + position + granularity, and at the first
// one the class. One workgroup a row. Follows rules.wgsl.
//
// Constants: WIDTH, AXES; CAPACITY: entries of a sequence at most.

@group(0) @binding(0) var<storage, read> contents: array<vec4<f32>>;      // [codes and more, WIDTH]
@group(0) @binding(1) var<storage, read> positions: array<vec4<f32>>;     // [positions, WIDTH]
@group(0) @binding(2) var<storage, read> granularities: array<vec4<f32>>; // [granularities, WIDTH]
@group(0) @binding(3) var<storage, read> class_vectors: array<vec4<f32>>; // [rows, AXES, WIDTH]
@group(0) @binding(4) var<storage, read> entries: array<i32>;             // [images, 2, CAPACITY]
@group(0) @binding(5) var<storage, read> clock: array<i32>;               // number of the entry, then rules
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;     // [rows, WIDTH]
@group(0) @binding(7) var<storage, read> info: array<u32>;                // images

const W4 = WIDTH / 4u;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let now = u32(clock[0]);
    let at = row % info[0] * 2u * CAPACITY + now;
    let position = u32(entries[at]);
    let content = u32(entries[at + CAPACITY]);
    let grain = u32(rule(position, STREAM));
    for (var i = thread; i < W4; i += THREADS) {
        var v = contents[content * W4 + i] + positions[position * W4 + i] + granularities[grain * W4 + i];
        if (now == 0u) {
            for (var axis = 0u; axis < AXES; axis++) { v += class_vectors[(row * AXES + axis) * W4 + i]; }
        }
        out[row * W4 + i] = v;
    }
}

// Pixels as bytes: red + 256 · green + 65536 · blue. What is read of a picture is a quarter as much.

@group(0) @binding(0) var<storage, read> x: array<f32>;            // [3, pixels], -1..=1
@group(0) @binding(1) var<storage, read_write> out: array<i32>;    // [pixels]
@group(0) @binding(2) var<storage, read> info: array<u32>;         // pixels

fn byte(v: f32) -> i32 { return i32((clamp(v, -1.0, 1.0) + 1.0) * 127.5 + 0.5); }

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let pixel = group.x * THREADS + thread;
    if (pixel >= info[0]) { return; }
    let red = byte(x[pixel]);
    let green = byte(x[info[0] + pixel]);
    let blue = byte(x[2u * info[0] + pixel]);
    out[pixel] = red + 256 * green + 65536 * blue;
}

// Weights of a product as int8: a thread for each column. Constants: K, N.

@group(0) @binding(0) var<storage, read> w: array<f32>;           // [K, N]
@group(0) @binding(1) var<storage, read_write> out: array<u32>;   // [K/4 + 1, N]: four of a column each; scales, f32
@group(0) @binding(2) var<storage, read> info: array<u32>;        // 0

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let column = group.x * THREADS + thread + info[0];
    if (column >= N) { return; }
    var largest = 1e-30;
    for (var k = 0u; k < K; k++) { largest = max(largest, abs(w[k * N + column])); }
    let scale = largest / 127.0;
    for (var k4 = 0u; k4 < K / 4u; k4++) {
        var v: vec4<f32>;
        for (var j = 0u; j < 4u; j++) { v[j] = w[(k4 * 4u + j) * N + column]; }
        out[k4 * N + column] = pack4xI8(vec4<i32>(round(v / scale)));
    }
    out[K / 4u * N + column] = bitcast<u32>(scale);
}

// Stored weights → f32. Constants: HALF (two f16 a word; otherwise four int8, each times the scale of its row).

@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<f32>;       // [rows]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // [values]
@group(0) @binding(3) var<storage, read> info: array<u32>;         // values, values from one row to the next, rows

// By hand: of numbers below 2⁻¹⁴ a GPU may make zeros.
fn from_half(bits: u32) -> f32 {
    let sign = 1.0 - f32((bits >> 15u) & 1u) * 2.0;
    let exponent = (bits >> 10u) & 31u;
    let digits = bits & 1023u;
    if (exponent == 0u) { return sign * f32(digits) / 16777216.0; }
    return sign * bitcast<f32>(((exponent + 112u) << 23u) | (digits << 13u));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
    let at = (group.y * groups.x + group.x) * THREADS + thread;
    let each = select(4u, 2u, HALF);
    for (var j = 0u; j < each; j++) {
        let i = at * each + j;
        if (i >= info[0]) { return; }
        if (HALF) {
            out[i] = from_half((words[at] >> (16u * j)) & 0xffffu);
        } else {
            let q = bitcast<i32>(words[at] << (24u - 8u * j)) >> 24u;
            out[i] = scales[i / info[1] % info[2]] * f32(q);
        }
    }
}

// out = epilogue(⌊prologue(x) / a⌉ · ⌊w / s⌉ · a · s + bias), tile by tile: see product.wgsl and int8.rs. Four int8 are
// multiplied by four others and added up in one go; sums are i32 to the end.

@group(0) @binding(1) var<storage, read> w: array<vec4<u32>>;  // [K/4 + 1, N]: four int8 of a column each; scales, f32

const WS = max(D4 * C4, (SLICES - 1u) * TEAM * TALL);  // the sums of slices come where the weights were

var<workgroup> xs: array<u32, ROWS * XD>;
var<workgroup> ws: array<vec4<u32>, WS>;
var<workgroup> steps: array<f32, ROWS>;  // a of each row

// The largest input of each row: what one step of its int8 is.
fn measure_steps(row0: u32, thread: u32) {
    let local = thread / PER_ROW;
    var largest = 0.0;
    for (var k4 = thread % PER_ROW; k4 < K4; k4 += PER_ROW) {
        let v = abs(input(row0 + local, k4, inverse_rms[local]));
        largest = max(largest, max(max(v.x, v.y), max(v.z, v.w)));
    }
    measured[thread] = largest;
    workgroupBarrier();
    if (thread < ROWS) {
        var all = 1e-30;
        for (var i = 0u; i < PER_ROW; i++) { all = max(all, measured[thread * PER_ROW + i]); }
        steps[thread] = all / 127.0;
    }
    workgroupBarrier();
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let rows = info[0] * kept();
    let row0 = group.x * ROWS;
    if (idle(row0)) { return; }
    let column0 = group.y * C4;
    if (NORMALISED) { measure(row0, thread); }
    measure_steps(row0, thread);

    let at = place(thread);
    let slice = at.slice;
    var sum: array<vec4<i32>, TALL>;
    for (var k0 = 0u; k0 < K4; k0 += D4) {
        for (var i = thread; i < ROWS * D4; i += THREADS) {
            let row = i / D4;
            let v = input(row0 + row, k0 + i % D4, inverse_rms[row]) / steps[row];
            xs[row * XD + i % D4] = pack4xI8(vec4<i32>(round(v)));
        }
        for (var i = thread; i < D4 * C4; i += THREADS) {
            let k4 = k0 + i / C4;
            let column = column0 + i % C4;
            var v = vec4<u32>();
            if (k4 < K4 && column < N4) { v = w[k4 * N4 + column]; }
            ws[i] = v;
        }
        workgroupBarrier();
        for (var k4 = slice * D4 / SLICES; k4 < (slice + 1u) * D4 / SLICES; k4++) {
            let v = ws[k4 * C4 + at.column];
            for (var i = 0u; i < TALL; i++) {
                let u = xs[(at.row + i) * XD + k4];
                sum[i] += vec4<i32>(dot4I8Packed(u, v.x), dot4I8Packed(u, v.y), dot4I8Packed(u, v.z), dot4I8Packed(u, v.w));
            }
        }
        workgroupBarrier();
    }

    if (slice > 0u) {
        for (var i = 0u; i < TALL; i++) { ws[((slice - 1u) * TEAM + thread % TEAM) * TALL + i] = bitcast<vec4<u32>>(sum[i]); }
    }
    workgroupBarrier();
    if (slice > 0u) { return; }
    for (var s = 1u; s < SLICES; s++) {
        for (var i = 0u; i < TALL; i++) { sum[i] += bitcast<vec4<i32>>(ws[((s - 1u) * TEAM + thread) * TALL + i]); }
    }

    let column = column0 + at.column;
    if (column >= N4) { return; }
    let scale = bitcast<vec4<f32>>(w[K4 * N4 + column]);
    for (var i = 0u; i < TALL; i++) {
        let local = at.row + i;
        if (row0 + local >= rows) { return; }
        output(row0 + local, column, vec4<f32>(sum[i]) * steps[local] * scale);
    }
}

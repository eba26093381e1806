// sin(w · (x, y) + bias) + rows + columns, on the cell grid.
//
// Constants: CHANNELS, SIDE: cells along one side.

@group(0) @binding(0) var<storage, read> w: array<f32>;            // [CHANNELS, 2]
@group(0) @binding(1) var<storage, read> bias: array<f32>;         // [CHANNELS]
@group(0) @binding(2) var<storage, read> rows: array<f32>;         // [SIDE, CHANNELS]
@group(0) @binding(3) var<storage, read> columns: array<f32>;      // [SIDE, CHANNELS]
@group(0) @binding(4) var<storage, read_write> out: array<f32>;    // [1, CHANNELS, SIDE, SIDE]
@group(0) @binding(5) var<storage, read> info: array<u32>;         // 0

// sin to 1e-7. WGSL promises no more than 2⁻¹¹ for its own.
fn sine(x: f32) -> f32 {
    let turns = round(x / 6.283185307179586);
    var t = x - turns * 6.28125 - turns * 0.0019353071795864769;  // -π..π
    if (abs(t) > 1.5707963267948966) { t = sign(t) * 3.141592653589793 - t; }
    let s = t * t;
    return t * (1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s * (1.0 / 362880.0 - s / 39916800.0)))));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x * THREADS + thread;
    let channel = group.y + info[0];
    if (cell >= SIDE * SIDE) { return; }
    let row = cell / SIDE;
    let column = cell % SIDE;
    let x = 2.0 * (f32(column) + 0.5) / f32(SIDE) - 1.0;
    let y = 2.0 * (f32(row) + 0.5) / f32(SIDE) - 1.0;
    let wave = sine(w[channel * 2u] * x + w[channel * 2u + 1u] * y + bias[channel]);
    out[channel * SIDE * SIDE + cell] = wave + rows[row * CHANNELS + channel] + columns[column * CHANNELS + channel];
}

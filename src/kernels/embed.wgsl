// Vectors of a list of tokens: the class, a spare one, then one vector a token.
//
// Constants: WIDTH, AXES.

@group(0) @binding(0) var<storage, read> condition: array<vec4<f32>>;  // [images, AXES, WIDTH]
@group(0) @binding(1) var<storage, read> spare: array<vec4<f32>>;   // [WIDTH]
@group(0) @binding(2) var<storage, read> table: array<vec4<f32>>;      // [vocabulary + 1, WIDTH]
@group(0) @binding(3) var<storage, read> grain_table: array<vec4<f32>>; // [granularities, WIDTH]
@group(0) @binding(4) var<storage, read> codes: array<i32>;            // [code lists, tokens]
@group(0) @binding(5) var<storage, read> grains: array<i32>;           // [lists, tokens]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;  // [images, AXES + 1 + tokens, WIDTH]
@group(0) @binding(7) var<storage, read> info: array<u32>;             // tokens, code lists, lists

const W4 = WIDTH / 4u;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let image = group.y;
    for (var i = thread; i < W4; i += THREADS) {
        var v: vec4<f32>;
        if (row < AXES) {
            v = condition[(image * AXES + row) * W4 + i];
        } else if (row == AXES) {
            v = spare[i];
        } else {
            let token = row - AXES - 1u;
            let code = u32(codes[image % info[1] * info[0] + token]);
            let grain = u32(grains[image % info[2] * info[0] + token]);
            v = table[code * W4 + i] + grain_table[grain * W4 + i];
        }
        out[(image * (AXES + 1u + info[0]) + row) * W4 + i] = v;
    }
}

// Groups of threads that each add up a slice of the same sums hand them over here: where the weights were, or, where
// those are of another type (HALF), by themselves.
//
// Of the text before or after it: `ws`, an array of `real4`; APART: how many sums lie by themselves, one at least.

var<workgroup> apart: array<vec4<f32>, APART>;

fn put(at: u32, v: vec4<f32>) {
    if (HALF) { apart[at] = v; } else { ws[at] = real4(v); }
}

fn got(at: u32) -> vec4<f32> {
    if (HALF) { return apart[at]; }
    return vec4<f32>(ws[at]);
}


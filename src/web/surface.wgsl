// A picture on a canvas: as large as fits, in the middle, each of its pixels a square.

@group(0) @binding(0) var<storage, read> pixels: array<i32>;    // red + 256 · green + 65536 · blue
@group(0) @binding(1) var<uniform> place: vec4<f32>;            // left, top and side on the canvas; side of the picture

@vertex
fn cover(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4<f32> {
    // A triangle that is larger than the canvas.
    return vec4(f32(corner & 1u) * 4.0 - 1.0, f32(corner >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn paint(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let side = u32(place.w);
    let pixel = vec2<i32>(floor((at.xy - place.xy) / place.z * place.w));
    let inside = all(pixel >= vec2(0)) && all(pixel < vec2(i32(side)));
    if (!inside) { return vec4(0.0); }
    let value = u32(pixels[u32(pixel.y) * side + u32(pixel.x)]);
    return vec4(f32(value & 255u), f32((value >> 8u) & 255u), f32((value >> 16u) & 255u), 255.0) / 255.0;
}

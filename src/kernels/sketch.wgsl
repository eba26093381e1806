// What the class asks for at a place: sketch[region] · G[part].
//
// Constants: REGIONS of an image, CHANNELS, PARTS: how many G there are; WIDTH.

@group(0) @binding(0) var<storage, read> sketch: array<f32>;       // [images, REGIONS, CHANNELS]
@group(0) @binding(1) var<storage, read> parts: array<vec4<f32>>;  // [PARTS, CHANNELS, WIDTH]

const W4 = WIDTH / 4u;

// Four values, from 4·i on, for the spot of that number: those of whole regions come first, then
// those of quarters, region by region, and so on. Nothing for numbers beyond.
fn asked(image: u32, spot: u32, i: u32) -> vec4<f32> {
    var sum = vec4<f32>(0.0);
    if (spot >= REGIONS * PARTS) { return sum; }
    var first = 0u;  // the granularity's first part
    var codes = 1u;  // codes of a region
    var at = spot;
    while (at >= REGIONS * codes) {
        at -= REGIONS * codes;
        first += codes;
        codes *= 4u;
    }
    let channel = (image * REGIONS + at / codes) * CHANNELS;
    let row = (first + at % codes) * CHANNELS;
    for (var c = 0u; c < CHANNELS; c++) { sum += sketch[channel + c] * parts[(row + c) * W4 + i]; }
    return sum;
}

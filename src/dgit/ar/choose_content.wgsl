// The content of the next entry, and the probability it was drawn with; END and DONE have a content of
// their own, and no probability.
//
// Constants: those of choose.wgsl; CLOSING: content of END; DONE: a position.

@group(0) @binding(4) var<storage, read_write> chances: array<f32>;  // [images, CAPACITY]
@group(0) @binding(5) var<storage, read> info: array<u32>;           // images

// Every code may be drawn.
fn legal(code: u32) -> bool { return true; }

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let image = group.x;
    let drawn = draw(thread, info[0], image, 1u);
    if (thread != 0u) { return; }
    let at = image * 2u * CAPACITY + u32(clock[0]) + 1u;
    let position = u32(entries[at]);
    let is_code = rule(position, SPAN) > 0;
    let other = select(CLOSING, 0u, position == DONE);
    entries[at + CAPACITY] = i32(select(other, drawn, is_code));
    chances[image * CAPACITY + u32(clock[0]) + 1u] = select(0.0, probability, is_code);
}

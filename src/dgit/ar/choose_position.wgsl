// The position of the next entry; then x + its vector. It is the next code of the region; in all streams but
// the last it is then drawn from the first codes of the regions to come and END, in the last one it is the
// first code of the next region that is left.
//
// Constants: those of choose.wgsl; WIDTH; DONE: a position; REGIONS of an image; CHOICES: first code of the last stream,
// FINEST its number, PARTS its codes of a region; LONGEST: entries of which one may have been chosen.

@group(0) @binding(4) var<storage, read> x: array<vec4<f32>>;          // [1 or 2, images, WIDTH]
@group(0) @binding(5) var<storage, read> positions: array<vec4<f32>>;  // [positions, WIDTH]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;  // [1 or 2, images, WIDTH]
@group(0) @binding(7) var<storage, read> info: array<u32>;             // images

const W4 = WIDTH / 4u;

var<workgroup> taken: array<u32, REGIONS>;  // regions that have a code
var<workgroup> open: atomic<u32>;           // first region left

var<private> current: u32;  // the position of this entry

// Whether a position may follow where one is chosen.
fn legal(position: u32) -> bool {
    if (rule(position, CHOSEN_IN) != rule(current, STREAM)) { return false; }
    if (rule(position, SPAN) == 0) { return true; }  // END
    let region = rule(position, REGION);
    return region > rule(current, REGION) && taken[region] == 0u;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let image = group.x;
    let now = u32(clock[0]);
    let at = image * 2u * CAPACITY;
    current = u32(entries[at + now]);

    for (var region = thread; region < REGIONS; region += THREADS) { taken[region] = 0u; }
    if (thread == 0u) { atomicStore(&open, REGIONS); }
    workgroupBarrier();
    for (var t = thread; t < min(now + 1u, LONGEST); t += THREADS) {
        let position = u32(entries[at + t]);
        if (rule(position, SPAN) > 0) { taken[rule(position, REGION)] = 1u; }
    }
    workgroupBarrier();
    for (var region = u32(rule(current, REGION) + 1) + thread; region < REGIONS; region += THREADS) {
        if (taken[region] == 0u) { atomicMin(&open, region); }
    }
    let drawn = draw(thread, info[0], image, 0u);  // has barriers

    var position = drawn;
    if (u32(rule(current, STREAM)) == FINEST) {
        let left = atomicLoad(&open);
        position = select(CHOICES + PARTS * left, DONE, left == REGIONS);
    }
    if (rule(current, NEXT) >= 0) { position = u32(rule(current, NEXT)); }
    if (thread == 0u) { entries[at + now + 1u] = i32(position); }
    let rows = select(1u, 2u, GUIDED);
    for (var i = thread; i < rows * W4; i += THREADS) {
        let element = (i / W4 * info[0] + image) * W4 + i % W4;
        out[element] = x[element] + positions[position * W4 + i % W4];
    }
}

// The position of the next entry; then x + its vector. In the coarse stream it is drawn from the
// regions to come and END; in the fine one it is the next cell of the regions left out.
//
// Constants: those of choose.wgsl; WIDTH; START: a position; PARTS: cells of a region.

@group(0) @binding(4) var<storage, read> x: array<vec4<f32>>;          // [1 or 2, images, WIDTH]
@group(0) @binding(5) var<storage, read> positions: array<vec4<f32>>;  // [positions, WIDTH]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;  // [1 or 2, images, WIDTH]
@group(0) @binding(7) var<storage, read> info: array<u32>;             // images

const W4 = WIDTH / 4u;

var<workgroup> taken: array<u32, END>;  // regions with a coarse code
var<workgroup> open: atomic<u32>;       // first region left

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let image = group.x;
    let now = u32(clock[0]);
    let at = image * 2u * CAPACITY;
    let current = u32(entries[at + now]);
    let in_coarse = current < END || current == START;
    let in_fine = current > END && current < START;

    // First region that may come.
    var later = 0u;
    if (current < END) { later = current + 1u; }
    if (in_fine) { later = (current - END - 1u) / PARTS + 1u; }
    if (current == DONE) { later = END; }
    let drawn = draw(thread, info[0], image, 0u, later, END);

    for (var region = thread; region < END; region += THREADS) { taken[region] = 0u; }
    if (thread == 0u) { atomicStore(&open, END); }
    workgroupBarrier();
    for (var t = thread; t <= min(now, END); t += THREADS) {
        let position = u32(entries[at + t]);
        if (position < END) { taken[position] = 1u; }
    }
    workgroupBarrier();
    for (var region = later + thread; region < END; region += THREADS) {
        if (taken[region] == 0u) { atomicMin(&open, region); }
    }
    workgroupBarrier();

    var position = END + 1u + PARTS * atomicLoad(&open);
    if (position == START) { position = DONE; }  // none was left
    if (in_fine && (current - END - 1u) % PARTS + 1u < PARTS) { position = current + 1u; }
    if (in_coarse) { position = drawn; }
    if (thread == 0u) { entries[at + now + 1u] = i32(position); }
    let rows = select(1u, 2u, GUIDED);
    for (var i = thread; i < rows * W4; i += THREADS) {
        let element = (i / W4 * info[0] + image) * W4 + i % W4;
        out[element] = x[element] + positions[position * W4 + i % W4];
    }
}

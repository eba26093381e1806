// The code of every cell: that of the nearest entry up to the one after the current, the first among
// equals; 0 before there is one. Follows rules.wgsl.
//
// Constants: CELLS along one side; CAPACITY: entries of a sequence at most.

@group(0) @binding(0) var<storage, read> entries: array<i32>;     // [images, 2, CAPACITY]
@group(0) @binding(1) var<storage, read> clock: array<i32>;       // number of the entry, then rules
@group(0) @binding(2) var<storage, read_write> out: array<i32>;   // [images, cells²]
@group(0) @binding(3) var<storage, read> info: array<u32>;        // 0

// How far `at` lies outside of `span` cells from `first` on.
fn beside(at: u32, first: i32, span: i32) -> i32 {
    return max(max(first - i32(at), i32(at) + 1 - (first + span)), 0);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let cell = group.x * THREADS + thread;
    let image = group.y + info[0];
    if (cell >= CELLS * CELLS) { return; }
    let at = image * 2u * CAPACITY;
    var nearest = 1000000;
    var code = 0;
    for (var t = 0u; t < u32(clock[0]) + 2u; t++) {
        let position = u32(entries[at + t]);
        let span = rule(position, SPAN);
        if (span == 0) { continue; }
        let below = beside(cell / CELLS, rule(position, ROW), span);
        let right = beside(cell % CELLS, rule(position, COLUMN), span);
        let distance = below * below + right * right;
        if (distance < nearest) {
            nearest = distance;
            code = entries[at + CAPACITY + t];
        }
    }
    out[image * CELLS * CELLS + cell] = code;
}

// Draws one value from the logits of an image: guidance, temperature, top-k, top-p. Stands between
// reduce.wgsl and the text that knows what may be drawn, and where it goes. One workgroup an image.
//
// Constants: VOCABULARY, GUIDED; ROOM for entries; END, DONE: positions.

@group(0) @binding(0) var<storage, read> logits: array<f32>;          // [1 or 2, images, VOCABULARY]
@group(0) @binding(1) var<storage, read> choices: array<f32>;         // [images, 2, KNOBS]
@group(0) @binding(2) var<storage, read> clock: array<i32>;           // number of the entry
@group(0) @binding(3) var<storage, read_write> entries: array<i32>;   // [images, 2, ROOM]

const KNOBS = 5u;                                    // uniform number, guidance, temperature, top k, top p
const MINE = (VOCABULARY + THREADS - 1u) / THREADS;  // values of a thread, THREADS apart

var<workgroup> p: array<f32, VOCABULARY>;
var<workgroup> found: atomic<u32>;

// One of the values `first..=last`, by choice number `which` (0: position, 1: content). A value's rank
// is how many are likelier, or as likely and lower; `before` is their probability. Those drawn from
// have a small enough one of both.
fn draw(thread: u32, images: u32, image: u32, which: u32, first: u32, last: u32) -> u32 {
    let knobs = (image * 2u + which) * KNOBS;
    var own: array<f32, MINE>;
    var largest = -1e30;
    for (var i = 0u; i < MINE; i++) {
        let value = thread + i * THREADS;
        own[i] = -1e30;
        if (value < VOCABULARY) {
            var l = logits[image * VOCABULARY + value];
            if (GUIDED) {
                let weight = choices[knobs + 1u];
                l = l * (1.0 + weight) - logits[(images + image) * VOCABULARY + value] * weight;
            }
            own[i] = select(-1e9, l / choices[knobs + 2u], value >= first && value <= last);
        }
        largest = max(largest, own[i]);
    }
    largest = reduce(thread, largest, true);
    var sum = 0.0;
    for (var i = 0u; i < MINE; i++) {
        own[i] = exp(own[i] - largest);
        sum += own[i];
    }
    sum = reduce(thread, sum, false);
    for (var i = 0u; i < MINE; i++) {
        own[i] /= sum;
        if (thread + i * THREADS < VOCABULARY) { p[thread + i * THREADS] = own[i]; }
    }
    if (thread == 0u) { atomicStore(&found, 0u); }
    workgroupBarrier();

    var rank: array<u32, MINE>;
    var before: array<f32, MINE>;
    for (var other = 0u; other < VOCABULARY; other++) {
        let q = p[other];
        for (var i = 0u; i < MINE; i++) {
            if (q > own[i] || (q == own[i] && other < thread + i * THREADS)) {
                rank[i]++;
                before[i] += q;
            }
        }
    }
    var end = 0.0;
    for (var i = 0u; i < MINE; i++) {
        let kept = f32(rank[i]) < choices[knobs + 3u] && before[i] < choices[knobs + 4u] && own[i] > 0.0;
        if (kept) { end = max(end, before[i] + own[i]); } else { before[i] = 1e30; }
    }
    let bound = choices[knobs] * reduce(thread, end, true);
    for (var i = 0u; i < MINE; i++) {
        // The one of the highest rank that begins below the bound; ranks and values are below 2¹⁶.
        if (before[i] <= bound) { atomicMax(&found, (rank[i] << 16u) | (thread + i * THREADS)); }
    }
    workgroupBarrier();
    return atomicLoad(&found) & 0xffffu;
}

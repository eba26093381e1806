// Draws one value from the logits of an image: guidance, temperature, top-k, top-p. Stands between
// reduce.wgsl with rules.wgsl and the text that knows what is `legal`, and where it goes. One workgroup an
// image.
//
// Constants: VOCABULARY, GUIDED; CAPACITY: entries of a sequence at most.

@group(0) @binding(0) var<storage, read> logits: array<f32>;          // [1 or 2, images, VOCABULARY]
@group(0) @binding(1) var<storage, read> parameters: array<f32>; // [images, 2, PARAMETERS]
@group(0) @binding(2) var<storage, read> clock: array<i32>;           // number of the entry, then rules
@group(0) @binding(3) var<storage, read_write> entries: array<i32>;   // [images, 2, CAPACITY]

const PARAMETERS = 5u;                                    // uniform number, guidance, temperature, top k, top p
const MINE = (VOCABULARY + THREADS - 1u) / THREADS;  // neighbouring values that one thread sees

const TILE = 1024u;                                  // neighbouring values that all threads see at once

var<workgroup> p: array<f32, TILE>;
var<workgroup> found: atomic<u32>;
var<workgroup> chosen: f32;

var<private> probability: f32;  // of the value drawn last, among those that stay

// One of the legal values, by choice number `which` (0: position, 1: content).
fn draw(thread: u32, images: u32, image: u32, which: u32) -> u32 {
    let row = (image * 2u + which) * PARAMETERS;
    let start = thread * MINE;
    var own: array<f32, MINE>;
    var largest = -1e30;
    for (var i = 0u; i < MINE; i++) {
        let value = start + i;
        own[i] = -1e30;
        if (value < VOCABULARY) {
            var l = logits[image * VOCABULARY + value];
            if (GUIDED) {
                let weight = parameters[row + 1u];
                l = l * (1.0 + weight) - logits[(images + image) * VOCABULARY + value] * weight;
            }
            own[i] = select(-1e9, l / parameters[row + 2u], legal(value));
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
    for (var i = 0u; i < MINE; i++) { own[i] /= sum; }
    if (thread == 0u) { atomicStore(&found, 0u); }
    workgroupBarrier();

    // Top k and top p, where they leave anything out.
    if (parameters[row + 3u] < f32(VOCABULARY) || parameters[row + 4u] < 1.0) {
        var rank: array<u32, MINE>;    // how many are more likely
        var before: array<f32, MINE>;  // their probability
        for (var first = 0u; first < VOCABULARY; first += TILE) {
            let count = min(TILE, VOCABULARY - first);
            for (var i = 0u; i < MINE; i++) {
                let value = start + i;
                if (value >= first && value < first + count) { p[value - first] = own[i]; }
            }
            workgroupBarrier();
            for (var other = 0u; other < count; other++) {
                let q = p[other];
                for (var i = 0u; i < MINE; i++) {
                    if (q > own[i]) {
                        rank[i]++;
                        before[i] += q;
                    }
                }
            }
            workgroupBarrier();
        }
        for (var i = 0u; i < MINE; i++) {
            if (f32(rank[i]) >= parameters[row + 3u] || before[i] >= parameters[row + 4u]) { own[i] = 0.0; }
        }
    }

    // The value is how many end below the bound.
    sum = 0.0;
    for (var i = 0u; i < MINE; i++) { sum += own[i]; }
    thread_values[thread] = sum;
    workgroupBarrier();
    var cumulative = 0.0;
    var total = 0.0;
    for (var t = 0u; t < THREADS; t++) {
        if (t == thread) { cumulative = total; }
        total += thread_values[t];
    }
    let bound = parameters[row] * total;
    var below = 0u;
    for (var i = 0u; i < MINE; i++) {
        cumulative += own[i];
        if (start + i < VOCABULARY && cumulative < bound) { below++; }
    }
    atomicAdd(&found, below);
    workgroupBarrier();
    let value = min(atomicLoad(&found), VOCABULARY - 1u);
    if (value / MINE == thread) { chosen = own[value % MINE] / total; }
    workgroupBarrier();
    probability = chosen;
    return value;
}

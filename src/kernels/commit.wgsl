// Makes the codes with the largest scores known: one workgroup for one list.
//
// Constants: MASK, what an unknown code is.

@group(0) @binding(0) var<storage, read_write> codes: array<i32>;  // [length]
@group(0) @binding(1) var<storage, read_write> known: array<f32>;  // [length]: 1 or 0; in between the scores
@group(0) @binding(2) var<storage, read> drawn: array<i32>;        // [length]
@group(0) @binding(3) var<storage, read> log_p: array<f32>;        // [length]
@group(0) @binding(4) var<storage, read> noise: array<f32>;        // [length], for unknown codes in turn
@group(0) @binding(5) var<storage, read> bias: array<f32>;         // [length], NEVER for padding
@group(0) @binding(6) var<storage, read> info: array<u32>;         // length, how many, weight of log p

const NEVER = -1e30;

var<workgroup> open: array<u32, THREADS>;
var<workgroup> others: array<f32, THREADS>;

fn score(at: u32) -> f32 {
    if (at >= info[0]) { return NEVER; }
    return known[at];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32) {
    let length = info[0];
    var dealt = 0u;
    for (var first = 0u; first < length; first += THREADS) {
        let at = first + thread;
        var is_open = false;
        if (at < length) { is_open = codes[at] == i32(MASK) && bias[at] > NEVER / 2.0; }
        open[thread] = u32(is_open);
        workgroupBarrier();
        var turn = dealt;
        for (var i = 0u; i < THREADS; i++) {
            if (i < thread) { turn += open[i]; }
            dealt += open[i];
        }
        if (is_open) {
            known[at] = log_p[at] * bitcast<f32>(info[2]) + noise[turn] + bias[at];
        } else if (at < length) {
            known[at] = NEVER;
        }
        workgroupBarrier();
    }
    storageBarrier();

    for (var first = 0u; first < length; first += THREADS) {
        let at = first + thread;
        let own = score(at);
        var ahead = 0u;
        for (var other = 0u; other < length; other += THREADS) {
            others[thread] = score(other + thread);
            workgroupBarrier();
            for (var i = 0u; i < THREADS; i++) {
                let ties = others[i] == own && other + i < at;
                ahead += u32(others[i] > own || ties);
            }
            workgroupBarrier();
        }
        if (own > NEVER / 2.0 && ahead < info[1]) { codes[at] = drawn[at]; }
    }
    storageBarrier();
    for (var at = thread; at < length; at += THREADS) { known[at] = f32(codes[at] != i32(MASK)); }
}

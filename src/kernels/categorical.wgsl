// Draws one value a token: guidance, temperature, softmax, inverse of the cumulative distribution.
// One workgroup a token. `largest` and `sums` are from sums.wgsl or sums_subgroups.wgsl.
//
// Constants: VOCABULARY, GUIDED.

@group(0) @binding(0) var<storage, read> logits: array<f32>;           // [1 or 2, tokens, VOCABULARY]
@group(0) @binding(1) var<storage, read> uniform_numbers: array<f32>;  // [rounds, tokens]
@group(0) @binding(2) var<storage, read> parameters: array<f32>;            // [rounds, 2]: guidance, temperature
@group(0) @binding(3) var<storage, read> keep: array<f32>;             // [rounds, tokens]
@group(0) @binding(4) var<storage, read> before: array<i32>;           // [tokens]
@group(0) @binding(5) var<storage, read_write> values: array<i32>;     // [tokens]
@group(0) @binding(6) var<storage, read_write> log_p: array<f32>;      // [tokens]
@group(0) @binding(7) var<storage, read> info: array<u32>;             // tokens, round

const MINE = (VOCABULARY + THREADS - 1u) / THREADS;  // neighbouring values that one thread sees

var<workgroup> found: atomic<u32>;

fn scaled(token: u32, value: u32) -> f32 {
    var l = logits[token * VOCABULARY + value];
    let weight = parameters[info[1] * 2u];
    if (GUIDED) { l = l * (1.0 + weight) - logits[(info[0] + token) * VOCABULARY + value] * weight; }
    return l / parameters[info[1] * 2u + 1u];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let token = group.x;
    let first = thread * MINE;
    let end = min(first + MINE, VOCABULARY);

    var mine: array<f32, MINE>;
    var most = -1e30;
    for (var i = 0u; i < MINE; i++) {
        mine[i] = -1e30;
        if (first + i < end) { mine[i] = scaled(token, first + i); }
        most = max(most, mine[i]);
    }
    let peak = largest(thread, most);

    var sum = 0.0;
    for (var i = 0u; i < MINE; i++) {
        mine[i] = exp(mine[i] - peak);
        sum += mine[i];
    }
    let sums = sums(thread, sum);
    let bound = uniform_numbers[info[1] * info[0] + token] * sums.all;

    // The value is how many end below the bound.
    var cumulative = sums.before;
    var below = 0u;
    for (var i = 0u; i < MINE; i++) {
        cumulative += mine[i];
        if (first + i < end && cumulative < bound) { below++; }
    }
    if (thread == 0u) { atomicStore(&found, 0u); }
    workgroupBarrier();
    atomicAdd(&found, below);
    workgroupBarrier();
    let value = min(atomicLoad(&found), VOCABULARY - 1u);
    if (value >= first && value < end) {
        log_p[token] = log(mine[value - first] / sums.all + 1e-20);
        if (keep[info[1] * info[0] + token] != 0.0) {
            values[token] = before[token];
        } else {
            values[token] = i32(value);
        }
    }
}

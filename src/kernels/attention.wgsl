// out = softmax(q kᵀ / √HEAD + bias) v, for QUERIES queries of one head and one image.
//
// The keys come in chunks of CHUNK: each thread keeps the largest score and the sum of its queries so
// far, and what was mixed before is scaled down when a larger score appears (the running softmax of
// FlashAttention, Dao et al. 2022). A list that fits one chunk is gone through once.
//
// Queries and keys lie in workgroup memory as `real`, f32 or f16, in which four of their products are added at a time.
//
// Constants: HEAD, HEADS; QUERIES and KEYS of a tile; SLICE: how much of a key at a time; CHUNK, a
// multiple of KEYS; ROTARY: normalise and rotate queries and keys first (SLICE = HEAD then).

@group(0) @binding(0) var<storage, read> qkv: array<vec4<f32>>;         // [images, tokens, 3, heads, HEAD]
@group(0) @binding(1) var<storage, read> qk_scale: array<vec4<f32>>;   // [HEAD]
@group(0) @binding(2) var<storage, read> cosines: array<vec4<f32>>;     // [lists, tokens, HEAD/2]
@group(0) @binding(3) var<storage, read> sines: array<vec4<f32>>;       // [lists, tokens, HEAD/2]
@group(0) @binding(4) var<storage, read> padding: array<f32>;           // [lists, tokens - those in front]
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;   // [images, tokens, heads, HEAD]
@group(0) @binding(6) var<storage, read> info: array<u32>;              // images, tokens, of which in front, of which in use, lists

const H4 = HEAD / 4u;
const S4 = SLICE / 4u;
const HALF4 = SLICE / 8u;
const Q4 = H4 + 1u;  // one more, so that rows start in different banks
const K4 = S4 + 1u;
const BESIDE = THREADS / KEYS;    // queries that are worked on at the same time
const OWN = QUERIES / BESIDE;     // queries of a thread, for one key
const ITEMS = (QUERIES * H4 + THREADS - 1u) / THREADS;  // results of a thread
const ONE_COLUMN = THREADS % H4 == 0u;  // which all lie in one column of the values

var<workgroup> qs: array<real4, QUERIES * Q4>;
var<workgroup> ks: array<real4, KEYS * K4>;
var<workgroup> parts: array<f32, QUERIES * KEYS>;
var<workgroup> scores: array<f32, QUERIES * CHUNK>;
var<workgroup> shrinks: array<f32, QUERIES>;

struct Pair { a: vec4<f32>, b: vec4<f32> }

fn address(image: u32, token: u32, part: u32, head: u32) -> u32 {
    return ((image * info[1] + token) * 3u + part) * HEADS * H4 + head * H4;
}

// Cosines and sines of a token's angles at i.
fn angles(image: u32, token: u32, i: u32) -> Pair {
    let at = (image % info[4] * info[1] + min(token, info[1] - 1u)) * HALF4 + i;
    return Pair(cosines[at], sines[at]);
}

// The two halves of a row at i, rotated after division by its length.
fn rotated(row: Pair, squares: f32, angles: Pair, scale_a: vec4<f32>, scale_b: vec4<f32>) -> Pair {
    let inverse = 1.0 / sqrt(squares / f32(HEAD) + 1e-6);
    let a = row.a * inverse * scale_a;
    let b = row.b * inverse * scale_b;
    return Pair(a * angles.a - b * angles.b, a * angles.b + b * angles.a);
}

fn load(image: u32, token: u32, part: u32, head: u32, i: u32) -> Pair {
    if (token >= info[3]) { return Pair(vec4<f32>(), vec4<f32>()); }
    let at = address(image, token, part, head);
    return Pair(qkv[at + i], qkv[at + i + HALF4]);
}

// Values of four tokens at i; of tokens past the end, which nobody looks at, those of the last.
fn values(image: u32, token: u32, head: u32, i: u32) -> array<vec4<f32>, 4> {
    var v: array<vec4<f32>, 4>;
    for (var j = 0u; j < 4u; j++) { v[j] = qkv[address(image, min(token + j, info[3] - 1u), 2u, head) + i]; }
    return v;
}

fn row_squares(first: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < HALF4; i++) { sum += parts[first + i]; }
    return sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let tokens = info[3];
    let head = group.y;
    let image = group.z;
    let query0 = group.x * QUERIES;
    if (query0 >= tokens) { return; }

    // Queries. Each thread has two vec4 of one row, SLICE/2 apart: those that rotate together.
    let i = thread % HALF4;
    let r = thread / HALF4;
    for (var slice = 0u; slice < H4; slice += S4) {
        for (var row0 = 0u; row0 < QUERIES; row0 += THREADS / HALF4) {
            let row = row0 + r;
            var pair = load(image, query0 + row, 0u, head, slice + i);
            if (ROTARY) {
                parts[thread] = dot(pair.a, pair.a) + dot(pair.b, pair.b);
                workgroupBarrier();
                let turn = angles(image, query0 + row, i);
                pair = rotated(pair, row_squares(r * HALF4), turn, qk_scale[i], qk_scale[i + HALF4]);
            }
            if (row < QUERIES) {
                qs[row * Q4 + slice + i] = real4(pair.a);
                qs[row * Q4 + slice + i + HALF4] = real4(pair.b);
            }
            workgroupBarrier();
        }
    }

    let query = thread / KEYS;
    let key = thread % KEYS;
    var largest: array<f32, OWN>;
    var sums: array<f32, OWN>;
    for (var n = 0u; n < OWN; n++) { largest[n] = -1e30; }
    var mixed: array<vec4<f32>, ITEMS>;

    // The keys that come next, on their way while scores are computed. (A thread has one row of them: where
    // they rotate, THREADS / HALF4 is KEYS or more.)
    var next = Pair();
    var next_turn = Pair();
    if (ROTARY) {
        next = load(image, r, 1u, head, i);
        next_turn = angles(image, r, i);
    }

    for (var first = 0u; first < tokens; first += CHUNK) {
        let count = min(tokens - first, CHUNK);

        // Scores, KEYS keys at a time.
        var highest = largest;
        for (var key0 = 0u; key0 < count; key0 += KEYS) {
            var dots = array<f32, OWN>();  // without a value SwiftShader keeps that of the last turn
            for (var slice = 0u; slice < H4; slice += S4) {
                for (var row0 = 0u; row0 < KEYS; row0 += THREADS / HALF4) {
                    let row = row0 + r;
                    var pair = next;
                    if (ROTARY) {
                        let turn = next_turn;
                        parts[thread] = dot(pair.a, pair.a) + dot(pair.b, pair.b);
                        next = load(image, first + key0 + KEYS + row, 1u, head, i);
                        next_turn = angles(image, first + key0 + KEYS + row, i);
                        workgroupBarrier();
                        pair = rotated(pair, row_squares(r * HALF4), turn, vec4<f32>(1.0), vec4<f32>(1.0));
                    } else {
                        pair = load(image, first + key0 + row, 1u, head, slice + i);
                    }
                    if (row < KEYS) {
                        ks[row * K4 + i] = real4(pair.a);
                        ks[row * K4 + i + HALF4] = real4(pair.b);
                    }
                    workgroupBarrier();
                }
                for (var d = 0u; d < S4; d++) {
                    let k = ks[key * K4 + d];
                    for (var n = 0u; n < OWN; n++) { dots[n] += f32(dot(qs[(query + n * BESIDE) * Q4 + slice + d], k)); }
                }
                workgroupBarrier();
            }
            let token = first + key0 + key;
            if (token < tokens) {
                var bias = 0.0;
                if (token >= info[2]) {
                    let list = image % info[4];
                    bias = 1e4 * padding[list * (info[1] - info[2]) + token - info[2]];
                }
                for (var n = 0u; n < OWN; n++) {
                    let score = dots[n] / sqrt(f32(HEAD)) - bias;
                    scores[(query + n * BESIDE) * CHUNK + key0 + key] = score;
                    highest[n] = max(highest[n], score);
                }
            }
        }

        // Softmax over the keys so far; KEYS threads a query, each for the scores that it computed.
        for (var n = 0u; n < OWN; n++) { parts[(query + n * BESIDE) * KEYS + key] = highest[n]; }
        workgroupBarrier();
        for (var n = 0u; n < OWN; n++) {
            let q = query + n * BESIDE;
            var peak = highest[n];
            for (var j = 0u; j < KEYS; j++) { peak = max(peak, parts[q * KEYS + j]); }
            let shrink = exp(largest[n] - peak);
            largest[n] = peak;
            var sum = 0.0;
            for (var t = key; t < (count + 3u) / 4u * 4u; t += KEYS) {
                let e = select(0.0, exp(scores[q * CHUNK + t] - peak), t < count);
                scores[q * CHUNK + t] = e;
                sum += e;
            }
            sums[n] = sums[n] * shrink + sum;
            if (key == 0u) { shrinks[q] = shrink; }
        }
        workgroupBarrier();

        // Values.
        for (var n = 0u; n < ITEMS; n++) { mixed[n] *= shrinks[min((thread + n * THREADS) / H4, QUERIES - 1u)]; }
        for (var t = 0u; t < count; t += 4u) {
            var v: array<vec4<f32>, 4>;
            if (ONE_COLUMN) { v = values(image, first + t, head, thread % H4); }
            for (var n = 0u; n < ITEMS; n++) {
                let item = thread + n * THREADS;
                if (!ONE_COLUMN) { v = values(image, first + t, head, item % H4); }
                let at = min(item / H4, QUERIES - 1u) * CHUNK + t;
                for (var j = 0u; j < 4u; j++) { mixed[n] += scores[at + j] * v[j]; }
            }
        }
    }

    for (var n = 0u; n < OWN; n++) { parts[(query + n * BESIDE) * KEYS + key] = sums[n]; }
    workgroupBarrier();
    for (var n = 0u; n < ITEMS; n++) {
        let item = thread + n * THREADS;
        let q = item / H4;
        if (q >= QUERIES || query0 + q >= tokens) { continue; }
        var total = 0.0;
        for (var j = 0u; j < KEYS; j++) { total += parts[q * KEYS + j]; }
        out[((image * info[1] + query0 + q) * HEADS + head) * H4 + item % H4] = mixed[n] / total;
    }
}

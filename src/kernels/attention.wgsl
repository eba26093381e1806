// out = softmax(q kᵀ / √HEAD + bias) v, for QUERIES queries of one head and one image.
//
// Constants: HEAD, HEADS; QUERIES and KEYS of a tile (THREADS = QUERIES · KEYS); LONGEST list of
// tokens; ROTARY: normalise and rotate queries and keys first.

@group(0) @binding(0) var<storage, read> qkv: array<vec4<f32>>;         // [images, tokens, 3, heads, HEAD]
@group(0) @binding(1) var<storage, read> qk_scale: array<vec4<f32>>;   // [HEAD]
@group(0) @binding(2) var<storage, read> cosines: array<vec4<f32>>;     // [lists, tokens, HEAD/2]
@group(0) @binding(3) var<storage, read> sines: array<vec4<f32>>;       // [lists, tokens, HEAD/2]
@group(0) @binding(4) var<storage, read> padding: array<f32>;           // [lists, tokens - prefix]
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;   // [images, tokens, heads, HEAD]
@group(0) @binding(6) var<storage, read> info: array<u32>;              // tokens, prefix, lists

const H4 = HEAD / 4u;
const HALF4 = HEAD / 8u;
const ROW4 = H4 + 1u;  // one more, so that rows start in different banks

var<workgroup> qs: array<vec4<f32>, QUERIES * ROW4>;
var<workgroup> ks: array<vec4<f32>, KEYS * ROW4>;
var<workgroup> parts: array<f32, THREADS>;
var<workgroup> scores: array<f32, QUERIES * LONGEST>;

struct Pair { a: vec4<f32>, b: vec4<f32> }

fn address(image: u32, token: u32, part: u32, head: u32) -> u32 {
    return ((image * info[0] + token) * 3u + part) * HEADS * H4 + head * H4;
}

// The two halves of a row at i, rotated by the row's angles after division by its length.
fn rotated(row: Pair, squares: f32, image: u32, token: u32, i: u32, scale_a: vec4<f32>, scale_b: vec4<f32>) -> Pair {
    let inverse = 1.0 / sqrt(squares / f32(HEAD) + 1e-6);
    let a = row.a * inverse * scale_a;
    let b = row.b * inverse * scale_b;
    let at = (image % info[2] * info[0] + token) * HALF4 + i;
    let c = cosines[at];
    let s = sines[at];
    return Pair(a * c - b * s, a * s + b * c);
}

fn load(image: u32, token: u32, part: u32, head: u32, i: u32) -> Pair {
    if (token >= info[0]) { return Pair(vec4<f32>(), vec4<f32>()); }
    let at = address(image, token, part, head);
    return Pair(qkv[at + i], qkv[at + i + HALF4]);
}

fn row_squares(first: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < HALF4; i++) { sum += parts[first + i]; }
    return sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let tokens = info[0];
    let head = group.y;
    let image = group.z;
    let query0 = group.x * QUERIES;

    // Queries. Each thread has two vec4 of one row, HEAD/2 apart: those that rotate together.
    let i = thread % HALF4;
    let r = thread / HALF4;
    for (var row0 = 0u; row0 < QUERIES; row0 += THREADS / HALF4) {
        let row = row0 + r;
        var pair = load(image, query0 + row, 0u, head, i);
        if (ROTARY) {
            parts[thread] = dot(pair.a, pair.a) + dot(pair.b, pair.b);
            workgroupBarrier();
            let token = min(query0 + row, tokens - 1u);
            pair = rotated(pair, row_squares(r * HALF4), image, token, i, qk_scale[i], qk_scale[i + HALF4]);
        }
        if (row < QUERIES) {
            qs[row * ROW4 + i] = pair.a;
            qs[row * ROW4 + i + HALF4] = pair.b;
        }
        workgroupBarrier();
    }

    // Scores, KEYS keys at a time.
    let query = thread / KEYS;
    let key = thread % KEYS;
    for (var key0 = 0u; key0 < tokens; key0 += KEYS) {
        for (var row0 = 0u; row0 < KEYS; row0 += THREADS / HALF4) {
            let row = row0 + r;
            var pair = load(image, key0 + row, 1u, head, i);
            if (ROTARY) {
                parts[thread] = dot(pair.a, pair.a) + dot(pair.b, pair.b);
                workgroupBarrier();
                let token = min(key0 + row, tokens - 1u);
                pair = rotated(pair, row_squares(r * HALF4), image, token, i, vec4<f32>(1.0), vec4<f32>(1.0));
            }
            if (row < KEYS) {
                ks[row * ROW4 + i] = pair.a;
                ks[row * ROW4 + i + HALF4] = pair.b;
            }
            workgroupBarrier();
        }
        let token = key0 + key;
        if (token < tokens) {
            var sum = 0.0;
            for (var d = 0u; d < H4; d++) { sum += dot(qs[query * ROW4 + d], ks[key * ROW4 + d]); }
            sum /= sqrt(f32(HEAD));
            if (token >= info[1]) {
                let list = image % info[2];
                sum -= 1e4 * padding[list * (tokens - info[1]) + token - info[1]];
            }
            scores[query * LONGEST + token] = sum;
        }
        workgroupBarrier();
    }

    // Softmax over all keys; KEYS threads a query.
    var largest = -1e30;
    for (var t = key; t < tokens; t += KEYS) { largest = max(largest, scores[query * LONGEST + t]); }
    parts[thread] = largest;
    workgroupBarrier();
    for (var j = 0u; j < KEYS; j++) { largest = max(largest, parts[query * KEYS + j]); }
    workgroupBarrier();
    var sum = 0.0;
    for (var t = key; t < tokens; t += KEYS) {
        let e = exp(scores[query * LONGEST + t] - largest);
        scores[query * LONGEST + t] = e;
        sum += e;
    }
    parts[thread] = sum;
    workgroupBarrier();

    // Values.
    for (var item = thread; item < QUERIES * H4; item += THREADS) {
        let q = item / H4;
        let d = item % H4;
        if (query0 + q >= tokens) { continue; }
        var total = 0.0;
        for (var j = 0u; j < KEYS; j++) { total += parts[q * KEYS + j]; }
        var mixed = vec4<f32>();
        for (var t = 0u; t < tokens; t++) {
            mixed += scores[q * LONGEST + t] * qkv[address(image, t, 2u, head) + d];
        }
        out[((image * tokens + query0 + q) * HEADS + head) * H4 + d] = mixed / total;
    }
}

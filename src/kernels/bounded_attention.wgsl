// out = softmax(q kᵀ / √HEAD + bias) v, for 16 queries of one head and one image, where queries and keys are
// normalised and rotated: attention over lists.
//
// A normalised key is √HEAD long, and rotation does not change that: no score of a query is larger than the query is
// long. exp(score - length) never overflows, so what was mixed is never scaled down, and 32 keys at a time are gone
// through once. (Ours: the softmax of FlashAttention, Dao et al. 2022, with a bound instead of a running maximum.)
// Scores far below the bound vanish, all of them only where a query is longer than 43; those of our networks are 18 at most.
//
// A thread has one query and four keys while scores are computed, and two queries and a column of values while values
// are mixed. All of it has names of its own, so that it stays in registers.
//
// Queries and keys lie in workgroup memory as `real`, f32 or f16, in which four of their products are added at a time.
//
// Constants: HEADS; HEAD = 64 and THREADS = 128, which the work of a thread is made for.

@group(0) @binding(0) var<storage, read> qkv: array<vec4<f32>>;         // [images, tokens, 3, heads, HEAD]
@group(0) @binding(1) var<storage, read> qk_scale: array<vec4<f32>>;   // [HEAD]
@group(0) @binding(2) var<storage, read> cosines: array<vec4<f32>>;     // [lists, tokens, HEAD/2]
@group(0) @binding(3) var<storage, read> sines: array<vec4<f32>>;       // [lists, tokens, HEAD/2]
@group(0) @binding(4) var<storage, read> padding: array<f32>;           // [lists, tokens - those in front]
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;   // [images, tokens, heads, HEAD]
@group(0) @binding(6) var<storage, read> info: array<u32>;              // images, tokens, of which in front, of which in use, lists

const QUERIES = 16u;
const KEYS = 32u;
const H4 = HEAD / 4u;
const HALF4 = HEAD / 8u;
const R4 = H4 + 1u;       // one more, so that rows start in different banks
const P4 = KEYS / 4u + 1u;

var<workgroup> qs: array<real4, QUERIES * R4>;
var<workgroup> ks: array<real4, KEYS * R4>;
var<workgroup> weights: array<vec4<f32>, QUERIES * P4>;  // of keys k, k + 8, k + 16 and k + 24
var<workgroup> parts: array<f32, THREADS>;
var<workgroup> bounds: array<f32, QUERIES>;

// The first vec4 of a query or key.
fn row_of(image: u32, token: u32, part: u32, head: u32) -> u32 {
    return ((image * info[1] + token) * 3u + part) * HEADS * H4 + head * H4;
}

fn sum_of_parts(first: u32, count: u32) -> f32 {
    var sum = 0.0;
    for (var j = 0u; j < count; j++) { sum += parts[first + j]; }
    return sum;
}

// 0 for a key that is padding, 1 for all others.
fn kept(image: u32, token: u32) -> f32 {
    if (token < info[2] || token >= info[3]) { return 1.0; }
    return 1.0 - padding[image % info[4] * (info[1] - info[2]) + token - info[2]];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let tokens = info[3];
    let last = tokens - 1u;
    let head = group.y;
    let image = group.z;
    let query0 = group.x * QUERIES;
    if (query0 >= tokens) { return; }
    let turns = image % info[4] * info[1];  // the first token of its angles

    // Queries, eight threads a row.
    let i = thread % HALF4;
    let of_query = thread / HALF4;
    let own = min(query0 + of_query, last);
    let q_at = row_of(image, own, 0u, head) + i;
    var a = qkv[q_at];
    var b = qkv[q_at + HALF4];
    parts[thread] = dot(a, a) + dot(b, b);
    workgroupBarrier();
    let shrink = inverseSqrt(sum_of_parts(of_query * HALF4, HALF4) / f32(HEAD) + 1e-6) / sqrt(f32(HEAD));
    a *= shrink * qk_scale[i];
    b *= shrink * qk_scale[i + HALF4];
    let q_turn = (turns + own) * HALF4 + i;
    qs[of_query * R4 + i] = real4(a * cosines[q_turn] - b * sines[q_turn]);
    qs[of_query * R4 + i + HALF4] = real4(a * sines[q_turn] + b * cosines[q_turn]);
    workgroupBarrier();
    parts[thread] = dot(a, a) + dot(b, b);
    workgroupBarrier();
    if (thread < QUERIES) { bounds[thread] = sqrt(sum_of_parts(thread * HALF4, HALF4) * f32(HEAD)); }
    workgroupBarrier();

    // For scores: a query, and keys k, k + 8, k + 16, k + 24.
    let query = thread / 8u;
    let k = thread % 8u;
    let bound = bounds[query];
    // For values: queries `mixes` and `mixes` + 8, and four channels.
    let mixes = thread / H4;
    let column = thread % H4;
    let value = 3u * HEADS * H4;  // from one token to the next
    let value0 = image * info[1] * value + (2u * HEADS + head) * H4 + column;
    // For keys: two vec4 of each half of a row and their angles, which are on their way while those before them are used.
    let row = thread / 4u;
    let at = thread % 4u;
    var next = row_of(image, min(row, last), 1u, head) + at;
    var turn = (turns + min(row, last)) * HALF4 + at;
    var a0 = qkv[next];
    var a1 = qkv[next + 4u];
    var b0 = qkv[next + HALF4];
    var b1 = qkv[next + HALF4 + 4u];
    var cos0 = cosines[turn];
    var cos1 = cosines[turn + 4u];
    var sin0 = sines[turn];
    var sin1 = sines[turn + 4u];

    var sum = 0.0;
    var mixed = vec4<f32>();
    var mixed8 = vec4<f32>();
    for (var key0 = 0u; key0 < tokens; key0 += KEYS) {
        parts[thread] = dot(a0, a0) + dot(a1, a1) + dot(b0, b0) + dot(b1, b1);
        workgroupBarrier();
        let squares = parts[row * 4u] + parts[row * 4u + 1u] + parts[row * 4u + 2u] + parts[row * 4u + 3u];
        let inverse = inverseSqrt(squares / f32(HEAD) + 1e-6);
        ks[row * R4 + at] = real4((a0 * cos0 - b0 * sin0) * inverse);
        ks[row * R4 + at + 4u] = real4((a1 * cos1 - b1 * sin1) * inverse);
        ks[row * R4 + at + HALF4] = real4((a0 * sin0 + b0 * cos0) * inverse);
        ks[row * R4 + at + HALF4 + 4u] = real4((a1 * sin1 + b1 * cos1) * inverse);
        let following = min(key0 + KEYS + row, last);
        next = row_of(image, following, 1u, head) + at;
        turn = (turns + following) * HALF4 + at;
        a0 = qkv[next];
        a1 = qkv[next + 4u];
        b0 = qkv[next + HALF4];
        b1 = qkv[next + HALF4 + 4u];
        cos0 = cosines[turn];
        cos1 = cosines[turn + 4u];
        sin0 = sines[turn];
        sin1 = sines[turn + 4u];
        workgroupBarrier();

        var scores = vec4<f32>(-bound);
        for (var d = 0u; d < H4; d++) {
            let q = qs[query * R4 + d];
            let key = k * R4 + d;
            scores += vec4<f32>(vec4<real>(
                dot(q, ks[key]), dot(q, ks[key + 8u * R4]), dot(q, ks[key + 16u * R4]), dot(q, ks[key + 24u * R4])));
        }
        let token = vec4<u32>(key0 + k) + vec4<u32>(0u, 8u, 16u, 24u);
        var weight = select(vec4<f32>(), exp(scores), token < vec4<u32>(tokens));
        weight *= vec4<f32>(kept(image, token.x), kept(image, token.y), kept(image, token.z), kept(image, token.w));
        sum += weight.x + weight.y + weight.z + weight.w;
        weights[query * P4 + k] = weight;
        workgroupBarrier();

        for (var t = 0u; t < KEYS / 4u; t++) {
            let w = weights[mixes * P4 + t];
            let w8 = weights[(mixes + 8u) * P4 + t];
            let v0 = qkv[value0 + min(key0 + t, last) * value];
            let v1 = qkv[value0 + min(key0 + t + 8u, last) * value];
            let v2 = qkv[value0 + min(key0 + t + 16u, last) * value];
            let v3 = qkv[value0 + min(key0 + t + 24u, last) * value];
            mixed += w.x * v0 + w.y * v1 + w.z * v2 + w.w * v3;
            mixed8 += w8.x * v0 + w8.y * v1 + w8.z * v2 + w8.w * v3;
        }
    }

    workgroupBarrier();
    parts[thread] = sum;
    workgroupBarrier();
    let to = ((image * info[1] + query0 + mixes) * HEADS + head) * H4 + column;
    if (query0 + mixes < tokens) { out[to] = mixed / sum_of_parts(mixes * 8u, 8u); }
    if (query0 + mixes + 8u < tokens) { out[to + 8u * HEADS * H4] = mixed8 / sum_of_parts((mixes + 8u) * 8u, 8u); }
}

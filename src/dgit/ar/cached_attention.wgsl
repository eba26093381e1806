// out = softmax(q kᵀ / √HEAD) v for one more entry; its key and value are remembered. One workgroup a
// head of a row. Follows reduce.wgsl.
//
// The scores of CHUNK entries are held at a time; from chunk to chunk the softmax runs on: the largest
// score and the sum so far, and what was mixed before scaled down when a larger score appears.
//
// Constants: HEAD, HEADS; CHUNK; CAPACITY: entries of a sequence at most.

@group(0) @binding(0) var<storage, read> qkv: array<vec4<f32>>;         // [rows, 3, HEADS, HEAD]
@group(0) @binding(1) var<storage, read> qk_scale: array<vec4<f32>>;   // [HEAD]
@group(0) @binding(2) var<storage, read> rotations: array<vec4<f32>>;       // [positions, 2, HEAD/2]: cosines, sines
@group(0) @binding(3) var<storage, read> entries: array<i32>;           // [images, 2, CAPACITY]
@group(0) @binding(4) var<storage, read> clock: array<i32>;             // number of the entry
@group(0) @binding(5) var<storage, read_write> kept: array<vec4<f32>>;  // [2, rows, HEADS, CAPACITY, HEAD]
@group(0) @binding(6) var<storage, read_write> out: array<vec4<f32>>;   // [rows, HEADS, HEAD]
@group(0) @binding(7) var<storage, read> info: array<u32>;              // rows, images, entries ahead

const H4 = HEAD / 4u;
const HALF4 = HEAD / 8u;
const TURNS = THREADS / H4;  // threads that share a part of the result

var<workgroup> query: array<vec4<f32>, H4>;
var<workgroup> squares: array<f32, 2u * HALF4>;
var<workgroup> scores: array<f32, CHUNK>;
var<workgroup> parts: array<vec4<f32>, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let head = group.x;
    let row = group.y;
    let now = u32(clock[0]);
    let keys = (row * HEADS + head) * CAPACITY * H4;
    let values = keys + info[0] * HEADS * CAPACITY * H4;

    // Query, key and value of this entry. Each thread has two vec4, HEAD/2 apart: those that rotate
    // together.
    let which = thread / HALF4;
    let i = thread % HALF4;
    var a: vec4<f32>;
    var b: vec4<f32>;
    if (which < 3u) {
        let at = ((row * 3u + which) * HEADS + head) * H4 + i;
        a = qkv[at];
        b = qkv[at + HALF4];
    }
    if (which < 2u) { squares[thread] = dot(a, a) + dot(b, b); }
    workgroupBarrier();
    if (which < 2u) {
        var sum = 0.0;
        for (var j = 0u; j < HALF4; j++) { sum += squares[which * HALF4 + j]; }
        let inverse = 1.0 / sqrt(sum / f32(HEAD) + 1e-6);
        a *= inverse;
        b *= inverse;
        if (which == 0u) {
            a *= qk_scale[i];
            b *= qk_scale[i + HALF4];
        }
        let ahead = select(0u, info[2], which == 0u);
        let position = u32(entries[row % info[1] * 2u * CAPACITY + now + ahead]);
        let c = rotations[position * H4 + i];
        let s = rotations[position * H4 + HALF4 + i];
        let rotated = a * c - b * s;
        b = a * s + b * c;
        a = rotated;
    }
    if (which == 0u) {
        query[i] = a;
        query[i + HALF4] = b;
    } else if (which < 3u) {
        let at = select(keys, values, which == 2u) + now * H4 + i;
        kept[at] = a;
        kept[at + HALF4] = b;
    }
    storageBarrier();
    workgroupBarrier();

    let d = thread % H4;
    var largest = -1e30;
    var total = 0.0;
    var mixed = vec4<f32>();
    for (var first = 0u; first <= now; first += CHUNK) {
        if (first > 0u) { workgroupBarrier(); }  // the scores before these are done with
        let count = min(now + 1u - first, CHUNK);
        var highest = largest;
        for (var t = thread; t < count; t += THREADS) {
            var score = 0.0;
            for (var d = 0u; d < H4; d++) { score += dot(query[d], kept[keys + (first + t) * H4 + d]); }
            score /= sqrt(f32(HEAD));
            scores[t] = score;
            highest = max(highest, score);
        }
        highest = reduce(thread, highest, true);
        let shrink = exp(largest - highest);
        largest = highest;
        var sum = 0.0;
        for (var t = thread; t < count; t += THREADS) {
            scores[t] = exp(scores[t] - largest);
            sum += scores[t];
        }
        total = total * shrink + reduce(thread, sum, false);
        mixed *= shrink;
        for (var t = thread / H4; t < count; t += TURNS) { mixed += scores[t] * kept[values + (first + t) * H4 + d]; }
    }
    parts[thread] = mixed;
    workgroupBarrier();
    if (thread >= H4) { return; }
    mixed = vec4<f32>();
    for (var turn = 0u; turn < TURNS; turn++) { mixed += parts[turn * H4 + thread]; }
    out[(row * HEADS + head) * H4 + thread] = mixed / total;
}

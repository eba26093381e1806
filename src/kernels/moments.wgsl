// Group normalisation in front of a convolution, as a scale and a shift a channel. Goes before the text of a
// kernel that has the bindings x, gamma, beta, info and the constants FROM, X_AREA, THREADS, NORMALISED, MEASURED.
//
// Moments are mean and squared deviations of every 32 pixels and eight channels, behind the values of a map:
// [images, channels/8, pixels/32, 2]. Whoever makes a map decides which 32 pixels go together.

const GROUPS = max(FROM / 8u, 1u);
const X_TILES = X_AREA / 32u;
const COUNT = 256.0;  // values of a tile

var<workgroup> affine: array<vec2<f32>, FROM>;  // scale and shift of a channel
var<workgroup> sums: array<f32, THREADS>;

// Sum over the `width` threads that stand together.
fn team_sum(thread: u32, width: u32, mine: f32) -> f32 {
    sums[thread] = mine;
    workgroupBarrier();
    var sum = 0.0;
    for (var i = 0u; i < width; i++) { sum += sums[thread / width * width + i]; }
    workgroupBarrier();
    return sum;
}

// Group normalisation as a scale and a shift, for the whole workgroup, from the moments of x: sixteen threads a
// group. Nothing where nothing is normalised.
fn measure(image: u32, thread: u32) {
    if (!NORMALISED) { return; }
    if (!MEASURED) {
        for (var c = thread; c < FROM; c += THREADS) {
            affine[c] = vec2<f32>(gamma[(image * FROM + c) * 2u], gamma[(image * FROM + c) * 2u + 1u]);
        }
        workgroupBarrier();
        return;
    }
    let lane = thread % 16u;
    for (var g0 = 0u; g0 < GROUPS; g0 += THREADS / 16u) {
        let g = min(g0 + thread / 16u, GROUPS - 1u);
        let tail = info[0] * FROM * X_AREA + (image * GROUPS + g) * X_TILES * 2u;
        var sum = 0.0;
        for (var t = lane; t < X_TILES; t += 16u) { sum += x[tail + t * 2u]; }
        let mean = team_sum(thread, 16u, sum) / f32(X_TILES);
        sum = 0.0;
        for (var t = lane; t < X_TILES; t += 16u) {
            let off = x[tail + t * 2u] - mean;
            sum += x[tail + t * 2u + 1u] + COUNT * off * off;
        }
        let variance = team_sum(thread, 16u, sum) / (COUNT * f32(X_TILES));
        if (lane < 8u) {
            let scale = gamma[g * 8u + lane] / sqrt(variance + 1e-6);
            affine[g * 8u + lane] = vec2<f32>(scale, beta[g * 8u + lane] - mean * scale);
        }
    }
    workgroupBarrier();
}

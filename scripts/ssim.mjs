/**
 * Structural similarity on luma, as src/lab/metrics/ssim.rs has it: an 11×11 window with σ = 1.5 wherever it lies wholly
 * inside, constants 0.01² and 0.03² for values in 0..1, luma by ITU-R BT.601.
 *
 * Source: Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004.
 */

const WINDOW = 11;
const SIGMA = 1.5;
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];
const LUMA = [0.299, 0.587, 0.114];

/** @type {readonly number[]} */
const KERNEL = (() => {
  const bell = Array.from({ length: WINDOW }, (_, at) => Math.exp(-((at - (WINDOW >> 1)) ** 2) / (2 * SIGMA ** 2)));
  const sum = bell.reduce((all, one) => all + one, 0);
  return bell.map((one) => one / sum);
})();

/**
 * @param {Uint8Array | Uint8ClampedArray} a RGBA of a square picture
 * @param {Uint8Array | Uint8ClampedArray} b as large
 * @returns {number} 1 for equal pictures, otherwise less
 */
export function ssim(a, b) {
  const size = Math.sqrt(a.length / 4);
  if (a.length !== b.length || !Number.isInteger(size) || size < WINDOW) throw new RangeError(`SSIM compares squares of one size, at least ${WINDOW} pixels wide`);
  const [x, y] = [luma(a), luma(b)];
  const smooth = (/** @type {(at: number) => number} */ value) => blur(Float64Array.from(x, (_, at) => value(at)), size);
  const [meanX, meanY] = [smooth((at) => x[at]), smooth((at) => y[at])];
  const [xx, yy, xy] = [smooth((at) => x[at] ** 2), smooth((at) => y[at] ** 2), smooth((at) => x[at] * y[at])];
  let sum = 0;
  for (let at = 0; at < meanX.length; at++) {
    const [mx, my] = [meanX[at], meanY[at]];
    const [vx, vy, both] = [xx[at] - mx * mx, yy[at] - my * my, xy[at] - mx * my];
    sum += ((2 * mx * my + C1) * (2 * both + C2)) / ((mx * mx + my * my + C1) * (vx + vy + C2));
  }
  return sum / meanX.length;
}

/** @param {Uint8Array | Uint8ClampedArray} rgba */
function luma(rgba) {
  return Float64Array.from({ length: rgba.length / 4 }, (_, at) => LUMA.reduce((sum, weight, channel) => sum + (weight * rgba[4 * at + channel]) / 255, 0));
}

/** Gaussian average over every window inside. @param {Float64Array} values @param {number} size */
function blur(values, size) {
  const narrow = size - WINDOW + 1;
  const rows = new Float64Array(size * narrow);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < narrow; x++) rows[y * narrow + x] = KERNEL.reduce((sum, weight, at) => sum + weight * values[y * size + x + at], 0);
  }
  const out = new Float64Array(narrow * narrow);
  for (let y = 0; y < narrow; y++) {
    for (let x = 0; x < narrow; x++) out[y * narrow + x] = KERNEL.reduce((sum, weight, at) => sum + weight * rows[(y + at) * narrow + x], 0);
  }
  return out;
}

/**
 * Information density of a picture's regions, by the formulas that the engine has (src/density), here on
 * pixels, so that the tutorial can compute it before anyone's eyes.
 */
import { pixelErrors, psnrOf } from "../fidelity.js";

/** @typedef {{ width: number, height: number, data: ArrayLike<number> }} Pixels */
/** @typedef {(typeof MEASURES)[number]} Measure */
/** @typedef {{ bins: number, sigma: number }} Kernel */

export const MEASURES = Object.freeze(/** @type {const} */ (["deviation", "entropy", "sharp-entropy"]));

/** @type {Readonly<Record<Measure, { title: string, unit: string }>>} */
export const MEASURE_WORDS = Object.freeze({
  deviation: { title: "Deviation", unit: "" },
  entropy: { title: "Entropy", unit: " nats" },
  "sharp-entropy": { title: "Entropy, narrow bins", unit: " nats" },
});

/** 32 bins over -1 to 1, σ half their spacing: flat is flat at every grey. @type {Kernel} */
export const SMOOTH = Object.freeze({ bins: 32, sigma: 1 / 31 });
/** As the predecessor's public code has it. @type {Kernel} */
export const SHARP = Object.freeze({ bins: 32, sigma: 0.01 });

/**
 * The pixels of a region or a cell, each channel from -1 to 1.
 *
 * @param {Pixels} image
 * @param {number} at which one, row by row
 * @param {number} aSide how many there are a side: as many as the grid has regions, or cells
 * @returns {[number, number, number][]}
 */
export function patch({ width, height, data }, at, aSide) {
  const [w, h] = [width / aSide, height / aSide];
  const [left, top] = [(at % aSide) * w, Math.floor(at / aSide) * h];
  /** @type {[number, number, number][]} */
  const pixels = [];
  for (let y = top; y < top + h; y++) {
    for (let x = left; x < left + w; x++) {
      const n = 4 * (y * width + x);
      pixels.push([data[n] / 127.5 - 1, data[n + 1] / 127.5 - 1, data[n + 2] / 127.5 - 1]);
    }
  }
  return pixels;
}

/**
 * How much of a patch lies at each grey level: a soft histogram that sums to 1.
 *
 * @param {[number, number, number][]} pixels
 * @param {Kernel} [kernel]
 * @returns {number[]}
 */
export function histogram(pixels, { bins, sigma } = SMOOTH) {
  const grey = pixels.map(([r, g, b]) => 0.2989 * r + 0.587 * g + 0.114 * b);
  const mass = Array.from({ length: bins }, (_, bin) => {
    const centre = -1 + (2 * bin) / (bins - 1);
    return grey.reduce((sum, y) => sum + Math.exp(-0.5 * ((y - centre) / sigma) ** 2), 0) / grey.length;
  });
  const all = mass.reduce((a, b) => a + b, 0);
  return mass.map((m) => m / (all || 1));
}

/** Shannon entropy in nats. @param {readonly number[]} shares that sum to 1 */
export function entropy(shares) {
  return -shares.reduce((sum, p) => sum + p * Math.log(p + 1e-12), 0);
}

/** Standard deviation, root mean square over the channels. @param {[number, number, number][]} pixels */
export function deviation(pixels) {
  const variances = [0, 1, 2].map((channel) => {
    const mean = pixels.reduce((sum, pixel) => sum + pixel[channel], 0) / pixels.length;
    return pixels.reduce((sum, pixel) => sum + (pixel[channel] - mean) ** 2, 0) / pixels.length;
  });
  return Math.sqrt(variances.reduce((a, b) => a + b) / 3);
}

/**
 * @param {[number, number, number][]} pixels
 * @param {Measure} measure
 */
export function density(pixels, measure) {
  if (measure === "deviation") return deviation(pixels);
  return entropy(histogram(pixels, measure === "entropy" ? SMOOTH : SHARP));
}

/**
 * @param {Pixels} image
 * @param {Measure} measure
 * @param {number} aSide
 * @returns {number[]} row by row
 */
export function densities(image, measure, aSide) {
  return Array.from({ length: aSide * aSide }, (_, at) => density(patch(image, at, aSide), measure));
}

/**
 * The grain map that spends most codes on the densest regions; of equals on the first ones.
 *
 * @param {readonly number[]} values one a region
 * @param {readonly number[]} counts how many regions have each granularity finer than the coarsest, coarse to fine
 * @returns {Uint8Array} granularity of each region, 0 = coarsest
 */
export function densest(values, counts) {
  const order = values.map((_, at) => at).sort((a, b) => values[b] - values[a] || a - b);
  const grains = new Uint8Array(values.length);
  let from = 0;
  for (let grain = counts.length; grain > 0; grain--) {
    for (const region of order.slice(from, from + counts[grain - 1])) grains[region] = grain;
    from += counts[grain - 1];
  }
  return grains;
}

/** Peak signal-to-noise ratio in dB, of the colours. @param {Pixels} a @param {Pixels} b */
export function psnr(a, b) {
  return psnrOf(pixelErrors(a.data, b.data));
}

/**
 * Density as a share: how many of a picture's own regions are plainer than each. The engine takes its levels
 * from the training set instead; within one picture the order is the same.
 *
 * @param {readonly number[]} values
 * @returns {number[]} 0 to 1
 */
export function shares(values) {
  const most = Math.max(1, values.length - 1);
  return values.map((value) => values.filter((other) => other < value).length / most);
}

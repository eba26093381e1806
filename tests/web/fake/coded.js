/**
 * What the fake engine makes of a picture: regions of high contrast are fine, and every code is the mean
 * colour of what it covers.
 */
import { countsOf } from "./layout.js";

/**
 * @param {Uint8Array} pixels
 * @param {{ shares?: number[], counts?: number[], allocation?: string }} options
 * @param {import("./layout.js").Layout} layout
 */
export function coded(pixels, { shares = [], counts, allocation }, layout) {
  const { regions, cells, granularities, image: size, cellsOf, codesOf, pixelsOf } = layout;
  const places = Array.from({ length: regions * regions }, (_, region) => region);
  const given = counts ?? countsOf(shares, places.length);
  const density = Float32Array.from(places, (region) => deviation(pixels, pixelsOf(cellsOf[region])));
  const ranked = [...places].sort((a, b) => density[b] - density[a]);
  const evenly = [...places].sort((a, b) => ((a * 37) % 64) - ((b * 37) % 64));
  const grains = layout.spread(allocation === "even" ? evenly : ranked, given);
  const levels = Uint8Array.from(places, (region) => 15 - Math.floor((16 * ranked.indexOf(region)) / places.length));
  const image = new Uint8ClampedArray(pixels.length);
  const codes = new Uint16Array(cells * cells);
  for (const region of places) {
    for (const code of codesOf(region, grains[region])) {
      const own = pixelsOf(code);
      const mean = [0, 1, 2].map((channel) => average(pixels, own, channel));
      for (const at of own) image.set([...mean, 255], at * 4);
      for (const cell of code) codes[cell] = (mean[0] >> 6) * 16 + (mean[1] >> 6) * 4 + (mean[2] >> 6);
    }
  }
  const error = Float32Array.from({ length: size * size }, (_, at) => {
    const squares = [0, 1, 2].map((channel) => (pixels[at * 4 + channel] - image[at * 4 + channel]) ** 2);
    return Math.sqrt((squares[0] + squares[1] + squares[2]) / 3);
  });
  const mean = error.reduce((sum, e) => sum + e * e, 0) / error.length;
  const psnr = Math.min(100, 10 * Math.log10(255 ** 2 / mean));
  const mapBits = allocation === "even" ? 0 : bitsOf(grains, granularities);
  const all = layout.tokens(grains);
  return { density, levels, grains, cells: codes, codes: all, codeBits: all * 6, mapBits, image, width: size, height: size, error, psnr };
}

/** log₂ of how many maps there are with as many regions of each granularity. @param {Uint8Array} grains @param {number} granularities */
function bitsOf(grains, granularities) {
  const factorial = (/** @type {number} */ n) => Array.from({ length: n }, (_, at) => Math.log2(at + 1)).reduce((sum, bits) => sum + bits, 0);
  const counts = Array.from({ length: granularities }, (_, grain) => grains.filter((one) => one === grain).length);
  return counts.reduce((bits, count) => bits - factorial(count), factorial(grains.length));
}

/** @param {Uint8Array} pixels @param {number[]} at @param {number} channel */
function average(pixels, at, channel) {
  return Math.round(at.reduce((sum, one) => sum + pixels[one * 4 + channel], 0) / at.length);
}

/** @param {Uint8Array} pixels @param {number[]} at */
function deviation(pixels, at) {
  let variance = 0;
  for (const channel of [0, 1, 2]) {
    const mean = average(pixels, at, channel);
    for (const one of at) variance += (pixels[one * 4 + channel] - mean) ** 2;
  }
  return Math.sqrt(variance / (3 * at.length)) / 127.5;
}

/**
 * What the fake engine makes of a picture: regions of high contrast are fine, and every code is the mean
 * colour of what it covers.
 */
const REGIONS = Array.from({ length: 64 }, (_, region) => region);

/**
 * @param {Uint8Array} pixels
 * @param {{ fineRatio?: number, fineRegions?: number, allocation?: string }} options
 */
export function coded(pixels, { fineRatio = 0.5, fineRegions = Math.round(64 * fineRatio), allocation }) {
  const density = Float32Array.from(REGIONS, (region) => deviation(pixels, (region & 7) * 16, (region >> 3) * 16));
  const ranked = [...REGIONS].sort((a, b) => density[b] - density[a]);
  const evenly = [...REGIONS].sort((a, b) => ((a * 37) % 64) - ((b * 37) % 64));
  const grains = new Uint8Array(64);
  for (const region of (allocation === "even" ? evenly : ranked).slice(0, fineRegions)) grains[region] = 1;
  const levels = Uint8Array.from(REGIONS, (region) => 15 - (ranked.indexOf(region) >> 2));
  const image = new Uint8ClampedArray(pixels.length);
  const cells = new Uint16Array(256);
  for (const region of REGIONS) {
    const side = grains[region] ? 8 : 16;
    for (let part = 0; part < 256 / (side * side); part++) {
      const x = (region & 7) * 16 + (part & 1) * side;
      const y = (region >> 3) * 16 + (part >> 1) * side;
      const mean = [0, 1, 2].map((channel) => average(pixels, x, y, side, channel));
      for (let at = 0; at < side * side; at++) {
        image.set([...mean, 255], ((y + Math.floor(at / side)) * 128 + x + (at % side)) * 4);
      }
      const code = (mean[0] >> 6) * 16 + (mean[1] >> 6) * 4 + (mean[2] >> 6);
      for (let cell = 0; cell < (side * side) / 64; cell++) cells[((y >> 3) + (cell >> 1)) * 16 + (x >> 3) + (cell & 1)] = code;
    }
  }
  const error = Float32Array.from({ length: 128 * 128 }, (_, at) => {
    const squares = [0, 1, 2].map((channel) => (pixels[at * 4 + channel] - image[at * 4 + channel]) ** 2);
    return Math.sqrt((squares[0] + squares[1] + squares[2]) / 3);
  });
  const mean = error.reduce((sum, e) => sum + e * e, 0) / error.length;
  const codes = 64 + 3 * fineRegions;
  const psnr = Math.min(100, 10 * Math.log10(255 ** 2 / mean));
  const mapBits = allocation === "even" ? 0 : 64;
  return { density, levels, grains, cells, codes, codeBits: codes * 6, mapBits, image, width: 128, height: 128, error, psnr };
}

/** @param {Uint8Array} pixels @param {number} x @param {number} y @param {number} side @param {number} channel */
function average(pixels, x, y, side, channel) {
  let sum = 0;
  for (let at = 0; at < side * side; at++) sum += pixels[((y + Math.floor(at / side)) * 128 + x + (at % side)) * 4 + channel];
  return Math.round(sum / (side * side));
}

/** @param {Uint8Array} pixels @param {number} x @param {number} y */
function deviation(pixels, x, y) {
  let variance = 0;
  for (const channel of [0, 1, 2]) {
    const mean = average(pixels, x, y, 16, channel);
    for (let at = 0; at < 256; at++) variance += (pixels[((y + (at >> 4)) * 128 + x + (at & 15)) * 4 + channel] - mean) ** 2;
  }
  return Math.sqrt(variance / 768) / 127.5;
}

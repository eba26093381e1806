/**
 * Animated GIFs of frames of one size, with 256 colours for all of them and no dithering: for a few dozen frames of
 * flat colours. Encoded by gifenc, which scripts/vendor.mjs puts into vendor/.
 */
import { GIFEncoder, applyPalette, quantize } from "../vendor/gifenc.js";

/** @typedef {{ data: Uint8ClampedArray | Uint8Array, ms: number }} Frame RGBA, and how long it is shown */

const COLOURS = 256;
/**
 * Pixels that the colours are chosen from: of more, an even sample. Choosing takes time with the square of how many
 * different ones there are; what covers less of the frames than one in so many is not missed.
 */
const MOST_COUNTED = 1 << 14;

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly Frame[]} frames
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeGif(width, height, frames) {
  const palette = quantize(sampled(frames), COLOURS);
  const gif = GIFEncoder();
  for (const [n, { data, ms }] of frames.entries()) {
    // One palette for all, which comes with the first: with one each, flat colours would flicker.
    gif.writeFrame(applyPalette(data, palette), width, height, { palette: n ? undefined : palette, delay: ms, repeat: 0 });
  }
  gif.finish();
  return gif.bytes();
}

/** @param {readonly Frame[]} frames @returns {Uint8Array} RGBA */
function sampled(frames) {
  const all = frames.reduce((sum, { data }) => sum + data.length / 4, 0);
  const every = Math.ceil(all / MOST_COUNTED);
  const pixels = new Uint32Array(Math.ceil(all / every));
  let [at, left] = [0, 0];
  for (const { data } of frames) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
    for (; left < words.length; left += every) pixels[at++] = words[left];
    left -= words.length;
  }
  return new Uint8Array(pixels.buffer);
}

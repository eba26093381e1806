/**
 * What an ordinary image codec makes of a picture in so many bytes: the browser's own WebP, or JPEG where it writes
 * none. The file counts without the colour profile that browsers add. A picture too large at every quality is made smaller, and larger again to be looked at. The codec is to do its
 * best: of all sizes that fit, each at the highest quality that does, the one counts that comes nearest.
 */
import { bare } from "./bare-file.js";
import { pixelErrors, psnrOf } from "./fidelity.js";
import { drawScaled, opaque } from "./scaled.js";

/** @typedef {{ name: string, type: string }} Format */
/**
 * @template File
 * @typedef {{ size: number, quality: number, bytes: number, file: File }} Fit what fits: pixels along a side, quality 0 to 100
 */
/**
 * `fit` is null if nothing does; `least`: the bytes of the smallest file that was tried; `image`: as large as the picture
 * was; `stored`: as the file has it.
 *
 * @typedef {{ format: string, least: number, fit: (Fit<Blob> & { image: ImageData, stored: ImageData, errors: Float32Array, psnr: number }) | null }} Ordinary
 */

export const WEBP = Object.freeze({ name: "WebP", type: "image/webp" });
export const JPEG = Object.freeze({ name: "JPEG", type: "image/jpeg" });

const BEST = 100;
/** Where the lowest quality takes so many times the bytes there are, none is tried at all. */
const HOPELESS = 4;
/** Files do not always grow with the quality: so many steps above the last that fits are looked at as well. */
const BEYOND = 3;
/** The sizes that are tried, in parts of the whole: 16 of 16, 15 of 16, … */
const PARTS = 16;
/** Smaller ones are given up when so many in succession are further off than the best. */
const PATIENCE = 3;

/**
 * The highest quality whose file fits.
 *
 * @template File
 * @param {(quality: number) => Promise<{ bytes: number, file: File }>} encode quality: a whole number, 0 to 100
 * @param {number} budget the most bytes
 * @returns {Promise<{ found: { quality: number, bytes: number, file: File } | null, least: number }>} `least`: of the
 *   files tried, the fewest bytes
 */
export async function finestQuality(encode, budget) {
  let least = Infinity;
  /** @type {{ quality: number, bytes: number, file: File } | null} */
  let found = null;
  const fits = async (/** @type {number} */ quality) => {
    const { bytes, file } = await encode(quality);
    least = Math.min(least, bytes);
    if (bytes > HOPELESS * budget) return null;
    if (bytes > budget) return false;
    if (!found || quality > found.quality) found = { quality, bytes, file };
    return true;
  };
  const lowest = await fits(0);
  // The best may be another method, without loss, and smaller than those below.
  if (lowest === null || (await fits(BEST)) || !lowest) return { found, least };
  let [low, high] = [0, BEST];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await fits(middle)) low = middle;
    else high = middle;
  }
  for (let quality = high + 1; quality <= Math.min(BEST - 1, high + BEYOND); quality++) await fits(quality);
  return { found, least };
}

/**
 * The size and quality that come nearest to the picture in so many bytes.
 *
 * @template File
 * @param {object} codec
 * @param {readonly number[]} codec.sizes in pixels along a side, the largest first
 * @param {(size: number, quality: number) => Promise<{ bytes: number, file: File }>} codec.encode
 * @param {(file: File) => Promise<number>} codec.judge how near it comes, more is nearer
 * @param {number} budget the most bytes
 * @returns {Promise<{ fit: Fit<File> | null, least: number }>}
 */
export async function bestFit({ sizes, encode, judge }, budget) {
  /** @type {Fit<File> | null} */
  let fit = null;
  let [least, nearest, worse] = [Infinity, -Infinity, 0];
  for (const size of sizes) {
    const tried = await finestQuality((quality) => encode(size, quality), budget);
    least = Math.min(least, tried.least);
    if (!tried.found) continue;
    const near = await judge(tried.found.file);
    if (near > nearest) [fit, nearest, worse] = [{ size, ...tried.found }, near, 0];
    else if (++worse === PATIENCE) break;
  }
  return { fit, least };
}

/** @param {number} whole @returns {number[]} pixels along a side, the largest first */
export function sizesOf(whole) {
  const sizes = Array.from({ length: PARTS }, (_, at) => Math.round((whole * (PARTS - at)) / PARTS));
  return [...new Set(sizes)].filter((size) => size > 0);
}

/**
 * @param {ImageData} picture a square, nothing of it transparent
 * @param {number} budget the most bytes, of the whole file
 * @param {{ formats?: readonly Format[], signal?: AbortSignal }} [options] of the formats the first that the browser
 *   writes is taken
 * @returns {Promise<Ordinary>}
 */
export async function ordinary(picture, budget, { formats = [WEBP, JPEG], signal } = {}) {
  const whole = opaque(picture.width);
  whole.putImageData(picture, 0, 0);
  const format = await writable(formats, whole.canvas);
  /** @type {Map<number, OffscreenCanvas>} */
  const scaled = new Map([[picture.width, whole.canvas]]);
  const at = (/** @type {number} */ size) => {
    const canvas = scaled.get(size) ?? resample(whole.canvas, size);
    scaled.set(size, canvas);
    return canvas;
  };
  /** @param {number} size @param {number} quality */
  const encode = async (size, quality) => {
    signal?.throwIfAborted();
    const written = await at(size).convertToBlob({ type: format.type, quality: quality / BEST });
    const file = new Blob([bare(new Uint8Array(await written.arrayBuffer()))], { type: format.type });
    return { bytes: file.size, file };
  };
  /** @param {Blob} file */
  const seen = async (file) => {
    const image = await decode(file, picture.width);
    const errors = pixelErrors(picture.data, image.data);
    return { image, errors, psnr: psnrOf(errors) };
  };
  const judge = async (/** @type {Blob} */ file) => (await seen(file)).psnr;
  const { fit, least } = await bestFit({ sizes: sizesOf(picture.width), encode, judge }, budget);
  return { format: format.name, least, fit: fit && { ...fit, ...(await seen(fit.file)), stored: await decode(fit.file, fit.size) } };
}

/** The first format that the browser writes. @param {readonly Format[]} formats @param {OffscreenCanvas} canvas */
async function writable(formats, canvas) {
  for (const format of formats) {
    // What it cannot write becomes a PNG.
    const { type } = await canvas.convertToBlob({ type: format.type, quality: 0 });
    if (type === format.type) return format;
  }
  throw new Error("This browser writes none of these formats.");
}

/** @param {OffscreenCanvas} canvas @param {number} size */
function resample(canvas, size) {
  const context = opaque(size);
  const box = (/** @type {number} */ side) => ({ x: 0, y: 0, width: side, height: side });
  drawScaled(context, canvas, box(canvas.width), box(size));
  return context.canvas;
}

/** As large as is wanted. @param {Blob} file @param {number} size @returns {Promise<ImageData>} */
async function decode(file, size) {
  const bitmap = await createImageBitmap(file);
  const context = opaque(size);
  context.drawImage(bitmap, 0, 0, size, size);
  bitmap.close();
  return context.getImageData(0, 0, size, size);
}

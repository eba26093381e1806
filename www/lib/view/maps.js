/**
 * Maps of an encoded picture: how dense each region is, and how far each pixel is off.
 */
import { colourAt } from "../order-trail.js";

/** An error beyond this is as bright as can be; nobody needs to tell 90 from 120. */
const LOUD = 64;
/** Below this the two are the same to anyone's eye. */
const SAME_DB = 0.05;

/**
 * Densities as shares of the densest region, 0 to 1; all 0 if there is nothing to tell apart.
 *
 * @param {ArrayLike<number>} density
 * @returns {number[]}
 */
export function shares(density) {
  const values = Array.from(density, (value) => (Number.isFinite(value) ? value : 0));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {ArrayLike<number>} density of each region
 * @param {{ regions: number }} grid
 */
export function drawDensity(context, size, density, { regions }) {
  const side = size / regions;
  const gap = Math.max(1, Math.round(size / 400));
  for (const [region, share] of shares(density).entries()) {
    const [left, top] = [(region % regions) * side, Math.floor(region / regions) * side].map(Math.round);
    context.fillStyle = `rgb(${colourAt(share).join(" ")})`;
    context.fillRect(left, top, Math.ceil(side) - gap, Math.ceil(side) - gap);
  }
}

/** The brightest of several error maps, so that they can be compared. @param {readonly ArrayLike<number>[]} errors */
export function loudest(errors) {
  let top = 1;
  for (const error of errors) for (let at = 0; at < error.length; at++) top = Math.max(top, error[at]);
  return Math.min(LOUD, top);
}

/**
 * How far each pixel is off, as pixels: dark where nothing is.
 *
 * @param {ArrayLike<number>} error
 * @param {number} top the error that is brightest
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA
 */
export function errorPixels(error, top) {
  const pixels = new Uint8ClampedArray(4 * error.length);
  // By table: a ramp has not more than so many colours that can be told apart.
  const ramp = Array.from({ length: 65 }, (_, at) => [...colourAt(at / 64), 255]);
  for (let at = 0; at < error.length; at++) {
    const share = Math.min(1, Math.max(0, error[at] / top));
    pixels.set(ramp[Math.round(64 * share) || 0], 4 * at);
  }
  return pixels;
}

/**
 * Which of two reconstructions is nearer, in a sentence.
 *
 * @param {number} variable PSNR in dB
 * @param {number} even
 */
export function verdict(variable, even) {
  const gain = variable - even;
  if (Math.abs(gain) < SAME_DB) return "With this many codes it makes no difference where they go.";
  const figure = `${Math.abs(gain).toFixed(1)} dB`;
  if (gain > 0) return `The same number of codes, put where there is something to see, comes ${figure} nearer to the picture.`;
  return `Here spreading them evenly does better, by ${figure}: this measure sends them to the wrong places.`;
}

/**
 * How an ordinary codec does in as many bytes, in a sentence.
 *
 * @param {number} variable PSNR in dB
 * @param {number | null} codec null: nothing of it fits
 * @param {string} name of the codec
 * @param {number} bytes there are
 * @param {number} least bytes of the smallest file that was tried
 */
export function verdictOfCodec(variable, codec, name, bytes, least) {
  if (codec === null) return `No ${name} fits in ${bytes} bytes: the smallest that this browser writes takes ${least}.`;
  const gain = variable - codec;
  const figure = `${Math.abs(gain).toFixed(1)} dB`;
  if (Math.abs(gain) < SAME_DB) return `${name} in ${bytes} bytes comes as near.`;
  return gain > 0 ? `${name} in ${bytes} bytes is ${figure} further off.` : `${name} in ${bytes} bytes comes ${figure} nearer.`;
}

/**
 * Makes a picture fit a model: a square of it, or all of it centred on white, which is what the engine takes
 * transparent ground for.
 */
import { drawScaled, opaque } from "./scaled.js";

/** @typedef {import("./scaled.js").Picture} Picture */

/** @param {Picture} picture */
export function sizeOf(picture) {
  const natural = typeof HTMLImageElement !== "undefined" && picture instanceof HTMLImageElement;
  return natural ? { width: picture.naturalWidth, height: picture.naturalHeight } : { width: picture.width, height: picture.height };
}

/**
 * The whole picture, as large as a square of `size` pixels allows, its aspect kept; white around it and
 * behind what is transparent.
 *
 * @param {Picture} picture
 * @param {number} size pixels along a side: the model's `description.image`
 * @returns {ImageData}
 */
export function fitImage(picture, size) {
  const { width, height } = sizeOf(picture);
  const scale = size / Math.max(width, height, 1);
  // Of a very thin one a line is left.
  const [w, h] = [width, height].map((side) => Math.max(1, side * scale));
  const context = opaque(size);
  drawScaled(context, picture, { x: 0, y: 0, width, height }, { x: (size - w) / 2, y: (size - h) / 2, width: w, height: h });
  return context.getImageData(0, 0, size, size);
}

/**
 * A square of the picture.
 *
 * @param {Picture} picture
 * @param {import("./square-crop.js").Square} square
 * @param {number} size pixels along a side: the model's `description.image`
 * @returns {ImageData}
 */
export function cropImage(picture, { x, y, side }, size) {
  const context = opaque(size);
  drawScaled(context, picture, { x, y, width: side, height: side }, { x: 0, y: 0, width: size, height: size });
  return context.getImageData(0, 0, size, size);
}

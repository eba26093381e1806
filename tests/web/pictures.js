/** What the browser tests look at pictures with. */
import assert from "node:assert/strict";

/** How far apart, on average and in steps of 255, pictures may be that are to be the same but for rounding. */
export const TOLERANCE = 2;

/**
 * @param {Iterable<number>} rgba
 * @returns {number[]} the three colours of every pixel
 */
export const withoutAlpha = (rgba) => [...rgba].filter((_, at) => at % 4 !== 3);

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 * @returns {number} how far two pictures are apart on average, in steps of 255
 */
export function difference(a, b) {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
}

/**
 * What a canvas shows. Read from a copy: the browser warns of canvases that are read again and again.
 *
 * @param {import("playwright-core").Locator} canvas
 * @returns {Promise<number[]>} RGB
 */
export async function pixelsOf(canvas) {
  const rgba = await canvas.evaluate((element) => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (element);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
    context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
    return [...context.getImageData(0, 0, width, height).data];
  });
  return withoutAlpha(rgba);
}

/**
 * How many pixels of a canvas have anything on them.
 *
 * @param {import("playwright-core").Locator} canvas
 * @returns {Promise<number>}
 */
export async function markedOn(canvas) {
  return canvas.evaluate((element) => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (element);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
    context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer).filter(Boolean).length;
  });
}

/**
 * Where an element lies once it has come to rest: what was opened or scrolled a moment ago may still move it, and a
 * pointer that is sent to the place of before misses it.
 *
 * @param {import("playwright-core").Locator} locator
 * @returns {Promise<{ x: number, y: number, width: number, height: number }>} in CSS pixels of the window
 */
export async function restingBox(locator) {
  await locator.scrollIntoViewIfNeeded();
  return locator.evaluate(async (element) => {
    const box = () => element.getBoundingClientRect();
    const frames = async (/** @type {number} */ count) => {
      for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    };
    let [last, now] = [box(), box()];
    do {
      last = now;
      await frames(5);
      now = box();
    } while (["x", "y", "width", "height"].some((side) => Reflect.get(last, side) !== Reflect.get(now, side)));
    return { x: now.x, y: now.y, width: now.width, height: now.height };
  });
}

/**
 * A picture to encode: smooth on the left, striped on the right, flat at the bottom, transparent in a corner.
 *
 * @param {number} side in pixels
 * @returns {number[]} RGBA
 */
export function varied(side) {
  return Array.from({ length: side * side }, (_, at) => {
    const [y, x] = [Math.floor(at / side), at % side].map((place) => (place * 128) / side);
    const stripe = y < 96 && x > 64 && (x * y) % 13 < 6 ? 90 : 0;
    return [Math.min(255, y + stripe), 200 - x, y < 96 ? stripe * 2 : 40, x < 20 && y < 20 ? 60 : 255];
  }).flat();
}

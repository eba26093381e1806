/**
 * Pictures made smaller without what browsers leave out on the way: one that shrinks to less than half is halved step
 * by step, so that every pixel of it counts.
 */

/** @typedef {ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement} Picture */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/** No step is larger than this: several megapixels at once are more than some devices give to a canvas. */
const LARGEST = 2048;

/**
 * @param {number} width
 * @param {number} [height]
 * @returns {OffscreenCanvasRenderingContext2D} of a canvas that is opaque: a picture with an alpha channel makes larger files
 */
export function opaque(width, height = width) {
  const options = { alpha: false, willReadFrequently: true };
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d", options));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  return context;
}

/**
 * Draws a part of a picture into a part of another, white behind what is transparent.
 *
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Picture} picture
 * @param {Box} from
 * @param {Box} to
 */
export function drawScaled(context, picture, from, to) {
  let [now, box] = [picture, from];
  for (const [width, height] of stepsTo(from, to)) {
    const step = opaque(width, height);
    step.drawImage(now, box.x, box.y, box.width, box.height, 0, 0, width, height);
    [now, box] = [step.canvas, { x: 0, y: 0, width, height }];
  }
  context.drawImage(now, box.x, box.y, box.width, box.height, to.x, to.y, to.width, to.height);
}

/**
 * The sizes between: the last is twice what is wanted, the one before four times, and so on.
 *
 * @param {{ width: number, height: number }} from
 * @param {{ width: number, height: number }} to
 * @returns {[number, number][]} the largest first
 */
export function stepsTo(from, to) {
  const ratio = Math.min(from.width / to.width, from.height / to.height);
  /** @type {[number, number][]} */
  const steps = [];
  for (let times = 2; times <= ratio; times *= 2) {
    const [width, height] = [to.width, to.height].map((side) => Math.max(1, Math.round(side * times)));
    if (Math.max(width, height) > LARGEST) break;
    steps.unshift([width, height]);
  }
  return steps;
}

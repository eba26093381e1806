/**
 * Whether what a page reads from a canvas is what it has drawn there. Some browsers alter it, against pages that would
 * know visitors by it; a picture that went through such a canvas is another picture.
 */
import { VarigrainError } from "./errors.js";

const SIDE = 64;

/** @type {boolean | null} */
let known = null;

/** A pattern of all kinds of values, none of which a browser could take for empty. */
function pattern() {
  const image = new ImageData(SIDE, SIDE);
  for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : (at * 73 + (at >> 5) * 31) & 255;
  return image;
}

/** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null} context */
function tells(context) {
  if (!context) return true;
  const drawn = pattern();
  context.putImageData(drawn, 0, 0);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return data.every((value, at) => value === drawn.data[at]);
}

/** Asked once: every kind of canvas that this page reads from. */
export function canvasTells() {
  if (known !== null) return known;
  try {
    const element = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    known = [new OffscreenCanvas(SIDE, SIDE), element].every((canvas) => tells(/** @type {any} */ (canvas.getContext("2d", { willReadFrequently: true }))));
  } catch {
    known = false;
  }
  return known;
}

export const ALTERED = "This browser alters what pages read from a canvas, so that they cannot know visitors by it";

/** @param {string} what cannot be done then, as an end of the sentence @throws {VarigrainError} "unsupported" */
export function needCanvas(what) {
  if (canvasTells()) return;
  throw new VarigrainError("unsupported", `${ALTERED}: ${what}. Its settings can allow it for this site.`);
}

/**
 * Pictures to encode for those who have none at hand: two from the recordings that the page shows anyway,
 * and a test card drawn here, of which one knows what is plain and what is not.
 */
import { pictureFrom } from "../../lib/picture-file.js";
import { loadRecording } from "../../lib/recording.js";

/** The units that the card is drawn in, along a side. */
const SIZE = 128;

/** @param {number} size pixels along a side @returns {ImageData} flat, a gradient, stripes that grow finer, and small print */
export function testCard(size) {
  const canvas = new OffscreenCanvas(size, size);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(size / SIZE, size / SIZE);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIZE, SIZE);
  const sky = context.createLinearGradient(0, 0, SIZE, 0);
  sky.addColorStop(0, "#1b57c4");
  sky.addColorStop(1, "#bfe3ff");
  context.fillStyle = sky;
  context.fillRect(0, 0, SIZE, 48);
  context.fillStyle = "#ffcc4d";
  context.beginPath();
  context.arc(32, 80, 26, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#16201c";
  for (let x = 64, wide = 8; x < SIZE; x += 2 * wide, wide = Math.max(1, wide - 1)) context.fillRect(x, 48, wide, 40);
  for (let row = 0; row < 4; row++) {
    for (let at = 0; at < 16; at++) {
      const hash = ((at + 1) * (row + 3) * 37) % 11;
      if (hash > 3) context.fillRect(64 + at * 4, 94 + row * 8, 2, 2 + (hash % 4));
    }
  }
  return context.getImageData(0, 0, size, size);
}

/** @param {string} name */
async function recorded(name) {
  const { tracks } = await loadRecording(new URL(`../../recordings/${name}.json`, import.meta.url));
  const last = tracks[0].steps.at(-1);
  if (!last) throw new Error("an empty recording");
  return last.image;
}

/**
 * `way`: how it is shown at first; what is a square already may be drawn on. `recording`: address of what the model made of
 * it once.
 *
 * @typedef {{ title: string, picture: (size: number) => ImageData | Promise<ImageData | ImageBitmap>, way: "square" | "brush", recording?: string | null }} Offered
 */

/** @type {Offered} */
const CARD = { title: "Test card", picture: testCard, way: "brush" };

/** @type {readonly Offered[]} */
export const EXAMPLES = Object.freeze([
  { title: "Cat face", picture: () => recorded("cat-face"), way: "brush" },
  { title: "Red heart", picture: () => recorded("red-heart"), way: "brush" },
  CARD,
]);

/** Those of a model, and the card. @param {readonly import("../../lib/models.js").Example[]} own @returns {readonly Offered[]} */
export function examplesOf(own) {
  return [...own.map(({ name, picture, recording }) => ({ title: name, picture: () => downloaded(picture), way: /** @type {const} */ ("square"), recording })), CARD];
}

/** @param {string} address */
async function downloaded(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return pictureFrom(await response.blob());
}

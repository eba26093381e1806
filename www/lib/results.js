/**
 * What the public interface gives and takes beside requests (lib/request.js): names, steps, coded pictures, made
 * from the plainer things that cross over from the worker (lib/protocol.js).
 */
import { VarigrainError } from "./errors.js";

/** @typedef {import("./protocol.js").PackFile} PackFile */
/** @typedef {import("./protocol.js").Prompt} Prompt */
/** @typedef {import("./protocol.js").RawStep} RawStep */
/** @typedef {import("./protocol.js").RawCoded} RawCoded */

/** @typedef {{ id: string, name: string }} NamedClass */
/** @typedef {NamedClass & { emoji: string, category: string }} Concept `category`: an id */
/** @typedef {{ styles: NamedClass[], categories: NamedClass[], concepts: Concept[] }} Classes */
/** @typedef {{ name: string, version: number | string, size: number, files: PackFile[] }} PackSummary */

/**
 * @typedef {object} Step
 * @property {number} index counted from 0
 * @property {number} total how many steps there are; with "ar" at most so many, until the first fine
 *   code is there
 * @property {boolean} done true for the last one
 * @property {ImageData} image what the decoder makes of the codes known so far; where none is known
 *   yet, the model's present guess stands
 * @property {Uint8Array} grains 64 regions, row by row: 0 coarse (one code), 1 fine (four); with "ar"
 *   also 1 where that is not decided yet
 * @property {Uint8Array} known 256 fine cells, row by row: 1 once the cell's code is committed
 * @property {number} tokens how many codes this picture takes in all; with "ar" at most so many, as for
 *   `total`
 * @property {number} codes how many are committed
 * @property {Uint16Array} cells the codes themselves on the 256 cells, guesses included
 * @property {Uint16Array} order of the 256 cells, when their codes became known, counted from 1: with
 *   "nar" the step, with "ar" the place among all codes; 0 where none is known yet, and where `repaint`
 *   keeps one
 * @property {Float32Array} confidence of the 256 cells, the probability with which the model chose their
 *   code when it became known, above 0 and at most 1 (guidance, temperature and limits included); 0 where
 *   `order` is
 * @property {Prompt} prompt what it is drawn of, the same in every step: `{ style, category, concept }`, ids; what
 *   was left out of the request is what was drawn in its place, or null where that stayed any
 * @property {number} ms time that the step took in the worker
 */

/**
 * A picture as codes. Its `grains` and `cells` may be the start of a drawing, see `repaint`.
 *
 * @typedef {object} Coded
 * @property {Float32Array} density 64 regions, row by row: their information density, in units of the
 *   measure
 * @property {Uint8Array} levels the same as levels from 0 to 15: over the pictures the model was trained
 *   with if the measure is the model's own, else over the regions of this picture
 * @property {Uint8Array} grains 64 regions: 0 coarse (one code), 1 fine (four)
 * @property {Uint16Array} cells the codes on the 256 fine cells, row by row; equal within a coarse region
 * @property {number} codes how many codes there are
 * @property {number} codeBits what they take: log₂ of the codebook's size each
 * @property {number} mapBits what it takes to say which regions are fine: 64; the logarithm of the number
 *   of such maps if `fineRegions` was given; 0 if they are spread evenly, since all follows from `codes`
 * @property {number} bits both together
 * @property {ImageData} image what the decoder makes of the codes
 * @property {Float32Array} error 128 × 128 pixels: how far it is off, from 0 to 255 (root mean square over
 *   the three colours)
 * @property {number} psnr peak signal-to-noise ratio in dB; 100 if nothing is off
 * @property {number} ms time that it took in the worker
 */

/**
 * @param {RawStep} raw
 * @returns {Step}
 */
export function toStep({ image, width, height, ...rest }) {
  return { ...rest, image: new ImageData(image, width, height) };
}

/**
 * @param {RawCoded} raw
 * @returns {Coded}
 */
export function toCoded({ image, width, height, ...rest }) {
  return { ...rest, bits: rest.codeBits + rest.mapBits, image: new ImageData(image, width, height) };
}

/**
 * @param {unknown} image
 * @param {number} size
 */
export function checkImage(image, size) {
  if (!(image instanceof ImageData)) throw new VarigrainError("bad-image", "The picture to encode must be ImageData.");
  if (image.width === size && image.height === size) return;
  const found = `${image.width} × ${image.height}`;
  throw new VarigrainError("bad-image", `The picture has ${found} pixels, but must have ${size} × ${size}.`);
}

/**
 * @param {import("./protocol.js").RawClasses} raw
 * @returns {Classes}
 */
export function toClasses({ styles, categories, concepts }) {
  return {
    styles,
    categories,
    concepts: concepts.map(({ id, name, emoji, category }) => ({ id, name, emoji, category: categories[category].id })),
  };
}

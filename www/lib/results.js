/**
 * What the public interface gives and takes beside requests (lib/request.js) and the description of a model
 * (lib/description.js): steps and coded pictures, made from the plainer things that cross over from the worker
 * (lib/protocol.js).
 */
import { VarigrainError } from "./errors.js";

/** @typedef {import("./protocol.js").PackFile} PackFile */
/** @typedef {import("./protocol.js").Drawn} Drawn */
/** @typedef {import("./protocol.js").RawStep} RawStep */
/** @typedef {import("./protocol.js").RawCoded} RawCoded */
/** @typedef {import("./grid.js").Grid} Grid */

/**
 * @typedef {object} Step
 * @property {number} index counted from 0
 * @property {number} total how many steps there are; with "ar" at most so many, until all granularities are settled
 * @property {boolean} done true for the last one
 * @property {ImageData} image what the decoder makes of the codes known so far; where none is known
 *   yet, the model's present guess stands
 * @property {Grid} grid how many regions and cells the lists below are about; all of them are row by row
 * @property {Uint8Array} grains granularity of each region, 0 the coarsest; where that is not decided yet, the finest
 * @property {Uint8Array} undecided 1 for each region whose granularity is not decided yet, with "ar" only
 * @property {Uint8Array} known 1 for each cell whose code is committed
 * @property {number} tokens how many codes this picture takes in all; with "ar" at most so many, as for
 *   `total`
 * @property {number} codes how many are committed
 * @property {Uint16Array} cells the code on each cell, guesses included; equal on all cells of one code
 * @property {Uint16Array} order of each cell, when its code became known, counted from 1: with
 *   "nar" the step, with "ar" the place among all codes; 0 where none is known yet, and where `repaint`
 *   keeps one
 * @property {Float32Array} confidence of each cell, the probability with which the model chose its
 *   code when it became known, above 0 and at most 1 (guidance, temperature and limits included); 0 where
 *   `order` is
 * @property {Drawn} prompt what it is drawn of, the same in every step: for every axis of the model an id; what
 *   was left out of the request is what was drawn in its place, or null where that stayed any
 * @property {number} ms time that the step took in the worker
 */

/**
 * A picture as codes. Its `grains` and `cells` may be the start of a drawing, see `repaint`.
 *
 * @typedef {object} Coded
 * @property {Grid} grid how many regions and cells the lists below are about; all of them are row by row
 * @property {Float32Array} density information density of each region, in units of the measure
 * @property {Uint8Array} levels the same as levels from 0 to 15: over the pictures the model was trained
 *   with if the measure is the model's own, else over the regions of this picture
 * @property {Uint8Array} grains granularity of each region, 0 the coarsest
 * @property {Uint16Array} cells the code on each cell; equal on all cells of one code
 * @property {number} codes how many codes there are
 * @property {number} codeBits what they take: log₂ of the codebook's size each
 * @property {number} mapBits what it takes to say which region has which granularity: log₂ of the number of
 *   granularities for each; the logarithm of the number of such maps if `counts` was given; 0 if they are spread
 *   evenly, since all follows from `codes`
 * @property {number} bits both together
 * @property {ImageData} image what the decoder makes of the codes
 * @property {Float32Array} error of each pixel, how far it is off, from 0 to 255 (root mean square over
 *   the three colours)
 * @property {number} psnr peak signal-to-noise ratio in dB; 100 if nothing is off
 * @property {number} ms time that it took in the worker
 */

/**
 * A picture that was kept as bytes. Its `grains` and `cells` may be the start of a drawing, see `repaint`.
 *
 * @typedef {object} Picture
 * @property {Grid} grid how many regions and cells the lists below are about; all of them are row by row
 * @property {Uint8Array} grains granularity of each region, 0 the coarsest
 * @property {Uint16Array} cells the code on each cell; equal on all cells of one code
 * @property {number} codes how many codes there are
 * @property {ImageData} image what the decoder makes of them
 */

/**
 * @param {RawStep} raw
 * @param {Grid} grid
 * @returns {Step}
 */
export function toStep({ image, width, height, ...rest }, grid) {
  return { ...rest, grid, image: new ImageData(image, width, height) };
}

/**
 * @param {import("./protocol.js").RawPicture} raw
 * @param {Grid} grid
 * @returns {Picture}
 */
export function toPicture({ image, width, height, ...rest }, grid) {
  return { ...rest, grid, image: new ImageData(image, width, height) };
}

/**
 * @param {RawCoded} raw
 * @param {Grid} grid
 * @returns {Coded}
 */
export function toCoded({ image, width, height, ...rest }, grid) {
  return { ...rest, grid, bits: rest.codeBits + rest.mapBits, image: new ImageData(image, width, height) };
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

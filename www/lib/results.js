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
 * @property {ImageData} image null with `images: false`; what the decoder makes of the codes known so far; where none is known
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
 * How one code of a drawing was chosen: what the network made of it in that step, and what it looked at.
 *
 * @typedef {object} Decision
 * @property {number} row of the code's first cell
 * @property {number} column of the code's first cell
 * @property {number} span cells along its side
 * @property {number} grain its granularity, 0 the coarsest
 * @property {number} code what stands there
 * @property {number} step the one that chose it, counted from 1; 0 if none did: it is open, or was kept by `repaint`
 * @property {boolean} known whether it is committed
 * @property {number} before how many codes were committed when it was chosen; of one that is open how many are now, of
 *   one that was kept how many others were
 * @property {number | null} level information density of its region, from 0 to `levels` - 1, as the model drew it; null where
 *   that is not known, as with `repaint`
 * @property {number} levels how many levels of density there are
 * @property {Float32Array} logits of every code of the codebook, guidance included: the probabilities at a temperature
 *   are the softmax of `logits / temperature`
 * @property {number} temperature that it was chosen with
 * @property {number} layers of the network
 * @property {Float32Array} attention how much it looks at the code on each cell, one layer after the other (`layers`
 *   times as many values as cells, each row by row), mean of the heads; each cell has the weight of its whole code
 * @property {Float32Array} aside of each layer, how much it looks at what stands in front of all codes: the classes asked
 *   for, and a register; with the weights of all codes it is 1
 * @property {Grid} grid
 */

/**
 * @param {RawStep} raw
 * @param {Grid} grid
 * @returns {Step}
 */
export function toStep({ image, width, height, ...rest }, grid) {
  // Whoever asked for none does not look at it.
  const shown = /** @type {ImageData} */ (image ? new ImageData(image, width, height) : null);
  return { ...rest, grid, image: shown };
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
 * @param {import("./protocol.js").RawDecision} raw
 * @param {Grid} grid
 * @returns {Decision}
 */
export const toDecision = (raw, grid) => ({ ...raw, grid });

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

/**
 * Lists as long as the grid wants them, of whole numbers. What they mean is for the engine to say.
 *
 * @param {Record<string, unknown>} picture
 * @param {readonly ("grains" | "known" | "cells" | "order")[]} names
 * @param {Grid} grid
 */
export function checkLists(picture, names, grid) {
  for (const name of names) {
    const list = /** @type {ArrayLike<unknown> | undefined} */ (picture?.[name]);
    const wanted = name === "grains" ? grid.regionCount : grid.cellCount;
    if (list?.length !== wanted) throw new VarigrainError("bad-request", `The picture's “${name}” must be ${wanted} numbers.`);
    const most = name === "cells" || name === "order" ? 0xffff : 0xff;
    const fits = Array.prototype.every.call(list, (value) => Number.isInteger(value) && value >= 0 && value <= most);
    if (!fits) throw new VarigrainError("out-of-range", `The picture's “${name}” must be whole numbers from 0 to ${most}.`);
  }
}

/** @param {unknown} cell @param {Grid} grid */
export function checkCell(cell, { cellCount }) {
  if (typeof cell !== "number" || !Number.isInteger(cell)) throw new VarigrainError("bad-request", "The cell must be a whole number.");
  if (cell < 0 || cell >= cellCount) throw new VarigrainError("out-of-range", `The cell must be from 0 to ${cellCount - 1}, but is ${cell}.`);
}

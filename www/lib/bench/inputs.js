/**
 * What the passes are measured with: layouts and codes that look like those of a picture half drawn,
 * the same on every machine and for every engine. src/lab/cli/bench.rs makes the same ones.
 */

import { Grid } from "../grid.js";

/** @typedef {{ vocabulary: number, grid: import("../grid.js").GridSizes, axes: number }} Sizes of the model; `axes`: of classes */

/**
 * @typedef {object} TransformerInputs
 * @property {number} batch
 * @property {number} length tokens after padding
 * @property {Int32Array} codes `[batch × length]`; the vocabulary's size stands for "unknown"
 * @property {Int32Array} grains granularity of each code, 0: the coarsest
 * @property {Int32Array} rows centres in half cells
 * @property {Int32Array} columns
 * @property {Float32Array} padding 0 for a token, 1 for padding
 * @property {Int32Array} classes `[batch × axes]`, numbers of the classes, 0 for any; without axes one 0 an image
 */

/** Steps of padding from the shortest code to the longest, at most, and the shortest step; as in src/dgit/places.rs. */
const PADDING_STEPS = 8;
const SHORTEST_STEP = 24;
/** How far chance moves a region up or down the order in which they become fine. */
const SPREAD = 40;
const SEED = 1;

/** SplitMix64, as in src/rng.rs. */
export class Rng {
  #state;

  /** @param {number | bigint} seed */
  constructor(seed) {
    this.#state = BigInt(seed);
  }

  #next() {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  /** A whole number in `0..n`. @param {number} n */
  below(n) {
    return Number(((this.#next() >> 32n) * BigInt(n)) >> 32n);
  }
}

/**
 * The number of regions of the finest granularity that makes a code of about `tokens`, all others being of the coarsest.
 *
 * @param {number} tokens
 * @param {Grid} grid
 */
export function fineRegions(tokens, grid) {
  const more = grid.codesOf(grid.finest) - 1;
  return more ? Math.min(grid.regionCount, Math.max(0, Math.round((tokens - grid.regionCount) / more))) : 0;
}

/**
 * The length that a code of `length` tokens is padded to.
 *
 * @param {number} length
 * @param {Grid} grid
 */
export function bucket(length, { regionCount, cells }) {
  const step = Math.max(Math.ceil((cells ** 2 - regionCount) / PADDING_STEPS), SHORTEST_STEP);
  return regionCount + Math.ceil((length - regionCount) / step) * step;
}

/**
 * @param {Sizes} sizes
 * @param {number} tokens wanted length of the code
 * @param {number} batch 1, or 2 as guidance has it: the same codes, once with classes and once without
 * @returns {TransformerInputs}
 */
export function transformerInputs({ vocabulary, grid: sizes, axes }, tokens, batch) {
  const rng = new Rng(SEED);
  const grid = new Grid(sizes);
  const { regions, regionCount } = grid;
  // Detail is mostly in the middle of a picture.
  const rank = Array.from({ length: regionCount }, (_, region) => {
    const [row, column] = [Math.floor(region / regions), region % regions].map((at) => 2 * at + 1 - regions);
    return row * row + column * column + rng.below(SPREAD);
  });
  const order = rank.map((_, region) => region).sort((a, b) => rank[a] - rank[b] || a - b);
  const grains = new Uint8Array(regionCount);
  for (const region of order.slice(0, fineRegions(tokens, grid))) grains[region] = grid.finest;
  const length = bucket(grid.tokens(grains), grid);
  const one = {
    codes: new Int32Array(length).fill(vocabulary),
    grains: new Int32Array(length),
    rows: new Int32Array(length),
    columns: new Int32Array(length),
    padding: new Float32Array(length).fill(1),
  };
  let at = 0;
  grid.eachCode(grains, (row, column, span, _, grain) => {
    const code = rng.below(vocabulary);
    if (rng.below(2)) one.codes[at] = code;
    one.grains[at] = grain;
    one.rows[at] = 2 * row + span;
    one.columns[at] = 2 * column + span;
    one.padding[at++] = 0;
  });
  const times = (/** @type {any} */ array) => {
    const all = new array.constructor(batch * length);
    for (let copy = 0; copy < batch; copy++) all.set(array, copy * length);
    return all;
  };
  const classes = new Int32Array(Math.max(1, axes) * batch);
  classes.fill(1, 0, axes);
  return {
    batch,
    length,
    codes: times(one.codes),
    grains: times(one.grains),
    rows: times(one.rows),
    columns: times(one.columns),
    padding: times(one.padding),
    classes,
  };
}

/**
 * Codes on the cells of a picture.
 *
 * @param {Sizes} sizes
 */
export function decoderInputs({ vocabulary, grid }) {
  const rng = new Rng(SEED);
  return Int32Array.from({ length: grid.cells ** 2 }, () => rng.below(vocabulary));
}

/**
 * What the passes are measured with: layouts and codes that look like those of a picture half drawn,
 * the same on every machine and for every engine. src/lab/cli/bench.rs makes the same ones.
 */

import { Grid } from "../grid.js";

/**
 * Of the model; `axes`: of classes; `shares`: of the regions that its usual picture has at each finer granularity.
 *
 * @typedef {{ vocabulary: number, grid: import("../grid.js").GridSizes, axes: number, shares: readonly number[] }} Sizes
 */

/**
 * @typedef {object} TransformerInputs
 * @property {number} batch
 * @property {number} tokens of the picture
 * @property {number} length the same after padding
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
 * Regions of each granularity finer than the coarsest that make a code of about `tokens`: as many as possible of the
 * finest, then of the next.
 *
 * @param {number} tokens
 * @param {Grid} grid
 * @returns {number[]} from coarse to fine
 */
export function finerCounts(tokens, grid) {
  let [left, free] = [Math.max(0, tokens - grid.regionCount), grid.regionCount];
  const finer = [];
  for (let grain = grid.finest; grain > 0; grain--) {
    const more = grid.codesOf(grain) - 1;
    // What is left for the last of them is rounded.
    const count = Math.min(free, grain === 1 ? Math.round(left / more) : Math.floor(left / more));
    [left, free] = [Math.max(0, left - count * more), free - count];
    finer.unshift(count);
  }
  return finer;
}

/**
 * The counts nearest to some shares, as src/grain/counts.rs.
 *
 * @param {readonly number[]} shares
 * @param {Grid} grid
 * @returns {number[]} from coarse to fine
 */
export function usualCounts(shares, { regionCount, finest }) {
  const atLeast = (/** @type {number} */ grain) => {
    const sum = shares.slice(grain - 1).reduce((all, share) => all + share, 0);
    return Math.min(regionCount, Math.round(sum * regionCount));
  };
  return Array.from({ length: finest }, (_, at) => atLeast(at + 1) - atLeast(at + 2));
}

/**
 * The granularity of each region: detail is mostly in the middle of a picture.
 *
 * @param {Sizes} sizes
 * @param {number} tokens wanted length of the code, 0 for the model's usual one
 * @param {Rng} rng
 */
function layout({ grid: sizes, shares }, tokens, rng) {
  const grid = new Grid(sizes);
  const { regions, regionCount } = grid;
  const rank = Array.from({ length: regionCount }, (_, region) => {
    const [row, column] = [Math.floor(region / regions), region % regions].map((at) => 2 * at + 1 - regions);
    return row * row + column * column + rng.below(SPREAD);
  });
  const order = rank.map((_, region) => region).sort((a, b) => rank[a] - rank[b] || a - b);
  const finer = tokens ? finerCounts(tokens, grid) : usualCounts(shares, grid);
  const grains = new Uint8Array(regionCount);
  let taken = 0;
  for (let grain = grid.finest; grain > 0; grain--) {
    for (const region of order.slice(taken, (taken += finer[grain - 1]))) grains[region] = grain;
  }
  return { grid, grains };
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
 * @param {number} tokens wanted length of the code, 0 for the model's usual one
 * @param {number} batch 1, or 2 as guidance has it: the same codes, once with classes and once without
 * @returns {TransformerInputs}
 */
export function transformerInputs(sizes, tokens, batch) {
  const { vocabulary, axes } = sizes;
  const rng = new Rng(SEED);
  const { grid, grains } = layout(sizes, tokens, rng);
  const own = grid.tokens(grains);
  const length = bucket(own, grid);
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
    tokens: own,
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
 * Codes on the cells of a picture of the same layout: each in all the cells that it stands for.
 *
 * @param {Sizes} sizes
 * @param {number} tokens as for `transformerInputs`
 */
export function decoderInputs(sizes, tokens) {
  const rng = new Rng(SEED);
  const { grid, grains } = layout(sizes, tokens, rng);
  const cells = new Int32Array(grid.cellCount);
  grid.eachCode(grains, (row, column, span) => {
    const code = rng.below(sizes.vocabulary);
    for (const cell of grid.cellsUnder({ row, column, span })) cells[cell] = code;
  });
  return cells;
}

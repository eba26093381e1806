/**
 * Shares of regions that belong together: one for each granularity finer than the coarsest, at most 1 in all; what is
 * left is coarse.
 */
import { Grid } from "./grid.js";

/** Shares are made smaller by hundredths. */
const PARTS = 100;

/**
 * The shares when one of them has a new value: where that leaves too little for the others, they give way in proportion
 * to what they have.
 *
 * @param {readonly number[]} shares
 * @param {number} at which one
 * @param {number} value 0 to 1
 * @returns {number[]}
 */
export function withShare(shares, at, value) {
  const rest = 1 - value;
  const others = shares.reduce((sum, share, one) => (one === at ? sum : sum + share), 0);
  const fits = others <= rest + 1e-9;
  return shares.map((share, one) => {
    if (one === at) return value;
    return fits ? share : floor((share * rest) / others);
  });
}

/**
 * A place on the way from nothing but the coarsest granularity, by these shares in the middle, to nothing but the finest.
 *
 * @param {readonly number[]} shares
 * @param {number} place 0 to 1
 * @returns {number[]}
 */
export function sharesAlong(shares, place) {
  const [scale, finest] = place <= 0.5 ? [2 * place, 0] : [2 - 2 * place, 2 * place - 1];
  return shares.map((share, at) => floor(share * scale + (at === shares.length - 1 ? finest : 0)));
}

/** What the coarsest granularity has, and then the others. @param {readonly number[]} shares @returns {number[]} 1 together */
export function wholeOf(shares) {
  const finer = shares.reduce((sum, share) => sum + share, 0);
  return [Math.max(0, 1 - finer), ...shares];
}

/**
 * How many codes a picture takes when so many of its regions are finer than the coarsest.
 *
 * @param {import("./grid.js").Grid} grid
 * @param {readonly number[]} shares
 */
export function codesOf(grid, shares) {
  return wholeOf(shares).reduce((sum, share, grain) => sum + share * grid.regionCount * grid.codesOf(grain), 0);
}

/**
 * How many codes a picture of a model takes if nothing is said: to two figures, for it is not more exact than that. Of one
 * granularity it is exact.
 *
 * @param {Pick<import("./description.js").Description, "grid" | "generators" | "defaults">} description
 */
export function usualCodes({ grid: sizes, generators, defaults }) {
  const grid = new Grid(sizes);
  if (!grid.finest) return grid.cellCount;
  const codes = codesOf(grid, defaults[generators[0] ?? "encode"]?.shares ?? []);
  return codes < 100 ? Math.round(codes) : Number(codes.toPrecision(2));
}

/** Down, so that the sum stays within 1. @param {number} share */
const floor = (share) => Math.floor(share * PARTS + 1e-6) / PARTS;

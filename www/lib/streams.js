/**
 * What a step of the second generator says of each region. It writes two streams: first the coarse
 * codes, region after region, leaving out those that will be fine; then the codes of these. While the
 * first is being written, regions behind its end are not decided, though the step counts them as fine.
 */
import { REGIONS } from "./grain-pattern.js";

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {{ grains: ArrayLike<number>, known: ArrayLike<number>, done: boolean }} Look what of a step counts */

/** @param {number} region @returns {number} its first cell */
const firstCell = (region) => (region >> 3) * 32 + (region % REGIONS) * 2;

/** @param {Look} step */
function fineBegun({ grains, known }) {
  return Array.from(grains).some((grain, region) => {
    const cell = firstCell(region);
    return grain && [0, 1, 16, 17].some((at) => known[cell + at]);
  });
}

/**
 * The regions of which it is not yet known whether they are coarse or fine.
 *
 * @param {Look} step
 * @param {Mode} mode
 * @returns {Uint8Array} 1 for each such region
 */
export function undecided(step, mode) {
  const open = new Uint8Array(step.grains.length);
  if (mode !== "ar" || step.done || fineBegun(step)) return open;
  const last = Array.from(step.grains).lastIndexOf(0);
  return open.fill(1, last + 1);
}

/**
 * @param {Look} step
 * @param {Mode} mode
 * @returns {{ coarse: number, fine: number, open: number }} how many regions are what
 */
export function count(step, mode) {
  const open = undecided(step, mode).reduce((sum, one) => sum + one, 0);
  const coarse = Array.from(step.grains).filter((grain) => !grain).length;
  return { coarse, open, fine: step.grains.length - coarse - open };
}

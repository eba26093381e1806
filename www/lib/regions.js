/**
 * Regions chosen on a picture, by brush or one at a time; and the words for where they are.
 */
import { CELLS, REGIONS } from "./grain-pattern.js";

export const COUNT = REGIONS * REGIONS;

/**
 * The region at a place; the nearest one if that is outside.
 *
 * @param {number} x 0 to 1, from the left
 * @param {number} y 0 to 1, from above
 */
export function regionAt(x, y) {
  const [column, row] = [x, y].map((share) => Math.min(REGIONS - 1, Math.max(0, Math.floor(share * REGIONS))));
  return row * REGIONS + column;
}

/**
 * All regions that a stroke goes over: a fast pointer leaves out some.
 *
 * @param {{ x: number, y: number }} from 0 to 1
 * @param {{ x: number, y: number }} to
 * @returns {number[]}
 */
export function regionsAlong(from, to) {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * REGIONS * 4);
  const places = Array.from({ length: steps + 1 }, (_, at) => {
    const share = steps ? at / steps : 1;
    return regionAt(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
  });
  return [...new Set(places)];
}

/** The next region in a direction, staying on the picture. @param {number} region @param {string} key */
export function moved(region, key) {
  const [column, row] = [region % REGIONS, Math.floor(region / REGIONS)];
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const inside = (/** @type {number} */ at) => Math.min(REGIONS - 1, Math.max(0, at));
  return inside(row + dy) * REGIONS + inside(column + dx);
}

/** @param {number} region */
export function placeOf(region) {
  return `row ${Math.floor(region / REGIONS) + 1}, column ${(region % REGIONS) + 1}`;
}

/**
 * Which of the 256 cells lie in regions that are not chosen.
 *
 * @param {ArrayLike<number>} chosen of 64 regions
 */
export function keptCells(chosen) {
  return Uint8Array.from({ length: CELLS * CELLS }, (_, cell) => Number(!chosen[(cell >> 5) * REGIONS + ((cell % CELLS) >> 1)]));
}

/** How many codes the chosen regions have. @param {ArrayLike<number>} chosen @param {ArrayLike<number>} grains */
export function codesIn(chosen, grains) {
  return Array.from(chosen).reduce((sum, one, region) => sum + (one ? (grains[region] ? 4 : 1) : 0), 0);
}

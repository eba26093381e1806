/**
 * Regions chosen on a picture, by brush or one at a time; and the words for where they are.
 */

/** @typedef {import("./grid.js").Grid} Grid */

/**
 * The region at a place; the nearest one if that is outside.
 *
 * @param {Pick<Grid, "regions">} grid
 * @param {number} x 0 to 1, from the left
 * @param {number} y 0 to 1, from above
 */
export function regionAt({ regions }, x, y) {
  const [column, row] = [x, y].map((share) => Math.min(regions - 1, Math.max(0, Math.floor(share * regions))));
  return row * regions + column;
}

/**
 * All regions that a stroke goes over: a fast pointer leaves out some.
 *
 * @param {Pick<Grid, "regions">} grid
 * @param {{ x: number, y: number }} from 0 to 1
 * @param {{ x: number, y: number }} to
 * @returns {number[]}
 */
export function regionsAlong(grid, from, to) {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * grid.regions * 4);
  const places = Array.from({ length: steps + 1 }, (_, at) => {
    const share = steps ? at / steps : 1;
    return regionAt(grid, from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
  });
  return [...new Set(places)];
}

/**
 * The next region in a direction, staying on the picture.
 *
 * @param {Pick<Grid, "regions">} grid
 * @param {number} region
 * @param {string} key
 */
export function moved({ regions }, region, key) {
  const [column, row] = [region % regions, Math.floor(region / regions)];
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  const inside = (/** @type {number} */ at) => Math.min(regions - 1, Math.max(0, at));
  return inside(row + dy) * regions + inside(column + dx);
}

/** @param {Pick<Grid, "regions">} grid @param {number} region */
export function placeOf({ regions }, region) {
  return `row ${Math.floor(region / regions) + 1}, column ${(region % regions) + 1}`;
}

/**
 * Which cells lie in regions that are not chosen.
 *
 * @param {Grid} grid
 * @param {ArrayLike<number>} chosen 1 for each region that is
 */
export function keptCells(grid, chosen) {
  return Uint8Array.from({ length: grid.cellCount }, (_, cell) => Number(!chosen[grid.regionOf(cell)]));
}

/**
 * How many codes the chosen regions have.
 *
 * @param {Grid} grid
 * @param {ArrayLike<number>} chosen
 * @param {ArrayLike<number>} grains
 */
export function codesIn(grid, chosen, grains) {
  return Array.from(chosen).reduce((sum, one, region) => sum + (one ? grid.codesOf(grains[region]) : 0), 0);
}

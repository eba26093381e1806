/** What stands where a picture is still to come: the marks of one that nobody has drawn. */
import { drawProgress, drawUnknown, restingGrains } from "../lib/grain-pattern.js";
import { drawMap } from "../lib/view/layers.js";

/** @typedef {import("../lib/grid.js").Grid} Grid */
/** @typedef {import("../lib/grain-look.js").Colours} Colours */

/** @param {Grid} grid */
const resting = (grid) => ({ grid, grains: restingGrains(grid), known: new Uint8Array(grid.cellCount) });

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Grid} grid
 * @param {Colours} colours
 * @param {number | null} [progress] share of a download; null: none is under way
 */
export function drawResting(context, size, grid, colours, progress = null) {
  if (progress === null) drawUnknown(context, size, resting(grid), colours);
  else drawProgress(context, size, resting(grid), progress, colours);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Grid} grid
 * @param {Colours} colours
 */
export function drawRestingMap(context, size, grid, colours) {
  drawMap(context, size, resting(grid), colours);
}

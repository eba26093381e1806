/**
 * The sign of a granularity: a region with as many marks as it has codes, in its shape and colour. It stands in legends
 * and beside whatever is set for a granularity.
 */
import { svg } from "../lib/dom.js";
import { inkOf, shapeOf, shapePath } from "../lib/grain-look.js";

/** @typedef {import("../lib/grid.js").Grid} Grid */

/** Along a side, in the drawing's units. */
const SIDE = 64;
/** Lines between the codes of a region, unless they would be all that is seen. */
const MOST_LINED = 2;

/**
 * @param {number} grain
 * @param {Grid} grid
 * @param {string} [prefix] what the names of the colours begin with
 */
export function grainSign(grain, grid, prefix = "--") {
  const across = Math.sqrt(grid.codesOf(grain));
  const each = SIDE / across;
  const middles = Array.from({ length: across ** 2 }, (_, at) => [((at % across) + 0.5) * each, (Math.floor(at / across) + 0.5) * each]);
  const marks = middles.map(([x, y]) => shapePath(shapeOf(grain, grid), x, y, 0.32 * each)).join("");
  const between = across <= MOST_LINED ? Array.from({ length: across - 1 }, (_, at) => `M${(at + 1) * each} 0v${SIDE}M0 ${(at + 1) * each}h${SIDE}`).join("") : "";
  const sign = svg(
    "svg",
    { class: "grain-sign", part: "sign", viewBox: `-2 -2 ${SIDE + 4} ${SIDE + 4}`, width: 22, height: 22, "aria-hidden": "true" },
    svg("path", { d: `M0 0h${SIDE}v${SIDE}h-${SIDE}z${between}`, fill: "none", stroke: "currentColor", "stroke-width": 3.2 }),
    svg("path", { d: marks, fill: "currentColor" }),
  );
  sign.style.color = `var(${prefix}${inkOf(grain, grid)})`;
  return sign;
}

/**
 * The grain map as a drawing of its own: an SVG with a mark for each code, of its granularity's shape and the larger the
 * coarser it is, in the colours of the order. A string, so that it can be written to a file anywhere.
 */
import { shapeOf, shapePath } from "../grain-look.js";
import { colourAt } from "../order-trail.js";

/** Sides of a cell in the drawing's units. */
const CELL = 8;

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {{ grid: import("../grid.js").Grid, grains: ArrayLike<number>, order: ArrayLike<number>, tokens: number }} step
 * @param {object} [options]
 * @param {string} [options.title]
 * @param {boolean} [options.frames] squares around the codes
 * @returns {string}
 */
export function grainSvg({ grid, grains, order, tokens }, { title = "Grain map", frames = true } = {}) {
  const { cells } = grid;
  const side = cells * CELL;
  const last = Math.max(1, ...Array.from(order));
  /** @type {string[]} */
  const squares = [];
  /** @type {string[]} */
  const marks = [];
  grid.eachCode(grains, (row, column, span, _, grain) => {
    const size = span * CELL;
    const [x, y] = [column * CELL, row * CELL];
    const colour = colourAt(last > 1 ? (order[row * cells + column] - 1) / (last - 1) : 1);
    squares.push(`<path d="M${x} ${y}h${size}v${size}h-${size}z"/>`);
    const shape = shapePath(shapeOf(grain, grid), x + size / 2, y + size / 2, size * 0.32);
    marks.push(`<path d="${shape}" fill="rgb(${colour.join(",")})"/>`);
  });
  const lines = frames ? `<g fill="none" stroke="#16201c" stroke-opacity=".25" stroke-width=".4">${squares.join("")}</g>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${4 * side}" height="${4 * side}"><title>${escape(title)}: ${tokens} codes</title><rect width="${side}" height="${side}" fill="#f5f6f3"/>${lines}<g>${marks.join("")}</g></svg>\n`;
}

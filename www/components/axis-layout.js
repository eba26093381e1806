/** Which control an axis gets: tiles where all of its classes can be looked through, else a search box. */
import { axisOf } from "../lib/description.js";

/** @typedef {import("../lib/description.js").Axis} Axis */

/** More classes than this are not looked through, but searched. */
export const FEW = 12;

/**
 * Which axes get tiles, and which a box. One of many classes that others divide further is covered by their box, which
 * finds its classes as groups.
 *
 * @param {readonly Axis[]} axes
 * @returns {{ boxes: Axis[], tiles: Axis[] }}
 */
export function arrange(axes) {
  const many = axes.filter(({ classes }) => classes.length > FEW);
  return {
    boxes: many.filter(({ id }) => !many.some(({ parent }) => parent === id)),
    tiles: axes.filter(({ classes }) => classes.length <= FEW),
  };
}

/** Whether one box for words of all axes helps: where none has so many classes that it has a box, but all together have. @param {readonly Axis[]} axes */
export const wordy = (axes) => axes.length > 1 && !arrange(axes).boxes.length && axes.reduce((sum, { classes }) => sum + classes.length, 0) > FEW;

/** An axis, then those above it. @param {Axis} axis @param {readonly Axis[]} axes @returns {Axis[]} */
export function lineOf(axis, axes) {
  const line = [axis];
  for (let above = axisOf({ axes }, axis.parent); above && !line.includes(above); above = axisOf({ axes }, above.parent)) line.push(above);
  return line;
}

/**
 * The axes of a model as people see them: what a picture is of, the groups that this falls into, and the manner in
 * which it is made.
 */
import { axisOf, classOf } from "./description.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Class} Class */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Chosen axis → class, ids */
/**
 * @typedef {object} Roles
 * @property {Axis | null} main the axis with the most classes: what a picture is of
 * @property {readonly Axis[]} groups the axes that the main one divides further, the nearest first
 * @property {readonly Axis[]} others all that is left, in their order
 */

/**
 * @param {readonly Axis[]} axes
 * @returns {Roles}
 */
export function rolesOf(axes) {
  const [main = null] = [...axes].sort((a, b) => b.classes.length - a.classes.length);
  /** @type {Axis[]} */
  const groups = [];
  for (let axis = axisOf({ axes }, main?.parent); axis && !groups.includes(axis); axis = axisOf({ axes }, axis.parent)) groups.push(axis);
  return { main, groups, others: axes.filter((axis) => axis !== main && !groups.includes(axis)) };
}

/**
 * What was chosen, with the groups that this falls into. A class belongs to one group; if another is named beside it,
 * the class is what was meant.
 *
 * @param {Chosen} chosen
 * @param {readonly Axis[]} axes
 * @returns {Record<string, string | null>}
 */
export function withParents(chosen, axes) {
  /** @type {Record<string, string | null>} */
  const whole = {};
  for (const [axis, id] of Object.entries(chosen)) if (id !== undefined) whole[axis] = id;
  // A parent may have a parent of its own, wherever the two stand in the list.
  for (let round = 0; round < axes.length; round++) {
    for (const axis of axes) {
      const parent = classOf(axis, whole[axis.id])?.parent;
      if (axis.parent && parent) whole[axis.parent] = parent;
    }
  }
  return whole;
}

/**
 * What was chosen, without the groups that follow from it.
 *
 * @param {Chosen} chosen
 * @param {readonly Axis[]} axes
 * @returns {Record<string, string>}
 */
export function withoutParents(chosen, axes) {
  const implied = new Set(axes.flatMap((axis) => (axis.parent && classOf(axis, chosen[axis.id])?.parent ? [axis.parent] : [])));
  /** @type {Record<string, string>} */
  const rest = {};
  for (const [axis, id] of Object.entries(chosen)) if (id && !implied.has(axis)) rest[axis] = id;
  return rest;
}

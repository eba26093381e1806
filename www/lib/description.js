/**
 * What a model says of itself: sizes, classes, generators, and what can be asked of them. The engine reads it
 * out of the pack's manifest; nothing in the page's own files repeats it.
 */
import { VarigrainError } from "./errors.js";
import { Grid } from "./grid.js";

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Method} Method */
/** @typedef {import("./protocol.js").PackFile} PackFile */

/**
 * One of the things that can be asked for by name.
 *
 * @typedef {object} Class
 * @property {string} id
 * @property {string} name for people
 * @property {string} [glyph] a sign that stands for it, as text
 * @property {string} [thumbnail] address of a small picture of it
 * @property {string} [parent] id of a class of the axis that its own axis names as `parent`
 */

/**
 * A way in which pictures differ, of which a prompt may choose one class: style, subject, …
 *
 * @typedef {object} Axis
 * @property {string} id
 * @property {string} name for people
 * @property {string} [parent] id of the axis that this one divides further
 * @property {readonly Class[]} classes not empty
 */

/**
 * The combinations of classes that training had.
 *
 * @typedef {object} Trained
 * @property {readonly string[]} axes ids
 * @property {readonly (readonly number[])[]} combinations places in the lists of classes, in the order of `axes`
 */

/**
 * What a number may be.
 *
 * @typedef {object} Limit
 * @property {number} low
 * @property {number} high
 * @property {boolean} [whole] whole numbers only
 * @property {number} [count] of a list: how many there are
 * @property {readonly Mode[]} [generators] those that heed it; left out: all
 */

/**
 * An order in which "nar" settles codes. `priority`: what the priority is if nothing is said; `prioritised`:
 * whether it plays a part.
 *
 * @typedef {{ id: string, name: string, about: string, priority: number, prioritised: boolean }} Schedule
 */

/** @typedef {{ id: string, name: string, about: string }} Measure what counts as information density */

/** @typedef {Readonly<Record<keyof typeof import("./bounds.js").BOUNDS, number>>} Bounds how much anything from outside may be */

/**
 * What a generator is asked if nothing is said; null: no limit.
 *
 * @typedef {{ schedule?: string, shares?: readonly number[] } & Record<string, any>} Defaults
 */

/**
 * @typedef {object} Description
 * @property {string} name
 * @property {string | number} version
 * @property {number} image pixels along a side of its pictures
 * @property {import("./grid.js").GridSizes} grid
 * @property {readonly Axis[]} axes none at all: there is nothing to ask for by name
 * @property {Trained} [trained]
 * @property {readonly Mode[]} generators
 * @property {boolean} encodes whether it turns pictures into codes
 * @property {readonly Schedule[]} schedules
 * @property {readonly Measure[]} measures
 * @property {string} measure the one that it was trained with
 * @property {Bounds} [bounds] how much anything from outside may be
 * @property {Readonly<Record<string, Limit>>} limits
 * @property {Readonly<Partial<Record<Mode | "encode", Defaults>>>} defaults
 * @property {readonly PackFile[]} files
 */

/**
 * Makes it of what the engine says.
 *
 * @param {any} said
 * @param {string} folder absolute address of the pack, for the thumbnails
 * @returns {Description} frozen through and through
 */
export function toDescription(said, folder) {
  checkGrid(said.grid);
  return deepFreeze({ ...said, axes: inFolder(said.axes, folder) });
}

/** @param {readonly Axis[]} axes as a manifest has them @param {string} folder absolute address of the pack, for the thumbnails @returns {Axis[]} */
export const inFolder = (axes, folder) =>
  axes.map((axis) => ({ ...axis, classes: axis.classes.map((one) => (one.thumbnail ? { ...one, thumbnail: inside(one.thumbnail, folder) } : one)) }));

/** @param {import("./grid.js").GridSizes} sizes */
function checkGrid(sizes) {
  try {
    new Grid(sizes);
  } catch (cause) {
    throw new VarigrainError("pack-damaged", "The model's manifest has a grid that cannot be.", { cause });
  }
}

/** @param {string} path @param {string} folder */
function inside(path, folder) {
  const url = new URL(path, folder).href;
  if (url.startsWith(folder)) return url;
  throw new VarigrainError("pack-damaged", `The manifest names a picture outside its own folder: ${path}.`);
}

/** @template T @param {T} value @returns {T} */
function deepFreeze(value) {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** What stands for no model at all: nothing can be asked for. @type {Description} */
export const NOTHING = deepFreeze({
  ...{ name: "", version: "", image: 128, grid: { regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] }, axes: [], generators: [], encodes: false },
  ...{ schedules: [], measures: [], measure: "", limits: {}, defaults: {}, files: [] },
});

/** @param {Pick<Description, "axes">} description @param {string | undefined} id @returns {Axis | undefined} */
export const axisOf = ({ axes }, id) => axes.find((axis) => axis.id === id);

/** @param {Axis | undefined} axis @param {string | null | undefined} id @returns {Class | undefined} */
export const classOf = (axis, id) => axis?.classes.find((one) => one.id === id);

/** @param {Pick<Description, "schedules">} description @param {string | undefined} id @returns {Schedule | undefined} */
export const scheduleOf = ({ schedules }, id) => schedules.find((schedule) => schedule.id === id);

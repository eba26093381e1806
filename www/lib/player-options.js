/**
 * What the attributes of a player say. Values are taken as they are: the engine is the authority on
 * names and ranges, and its complaint reaches the player's "error" event.
 */
import { METHODS } from "./modes.js";
import { NUMBER_NAMES, SCHEDULES } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./request.js").NumberName} NumberName */
/** @typedef {(typeof CONTROLS)[number]} Control */

/** Everything that can be shown beside the picture, in its order from top to bottom. */
export const CONTROLS = Object.freeze(
  /** @type {const} */ ([
    ...["layers", "play", "timeline", "legend", "readout"],
    ...["draw", "seed", "style", "download", "status"],
  ]),
);

/** What is shown if nothing is said. */
const USUAL = "layers play timeline legend readout draw status";

/** Pictures of consecutive seeds in a grid. */
export const COUNTS = Object.freeze(/** @type {const} */ ([1, 4, 9]));

/** `fineRatio` is `fine-ratio` in markup. @param {string} name */
export const attributeOf = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Attributes that say what to draw. */
export const WISH_ATTRIBUTES = Object.freeze([
  ...["concept", "category", "style", "drawing-style", "mode", "schedule"],
  ...NUMBER_NAMES.map(attributeOf),
]);

/** Attributes that say how it is shown, and from where it comes. */
export const LOOK_ATTRIBUTES = Object.freeze(
  ["model", "backend", "recording", "autoplay", "controls", "count", "layer", "pixels", "theme"],
);

/** @param {string | null} text @returns {Set<Control>} */
export function controlsOf(text) {
  const words = new Set((text ?? USUAL).split(/\s+/));
  return new Set(CONTROLS.filter((control) => words.has(control)));
}

/** @param {string | null} text @returns {1 | 4 | 9} */
export function countOf(text) {
  return COUNTS.find((count) => String(count) === text) ?? 1;
}

/**
 * @param {(name: string) => string | null} attribute
 * @returns {Wish}
 */
export function wishOf(attribute) {
  /** @type {Wish} */
  const wish = {};
  for (const name of /** @type {const} */ (["concept", "category"])) {
    const value = attribute(name);
    if (value) wish[name] = value;
  }
  const style = attribute("drawing-style") ?? attribute("style");
  // `style` is also where a browser keeps declarations; an id has no colon.
  if (style && !/[:;]/.test(style)) wish.style = style.trim();
  const mode = attribute("mode");
  if (mode) wish.mode = METHODS.find((known) => known === mode) ?? /** @type {any} */ (mode);
  const schedule = attribute("schedule");
  if (schedule) wish.schedule = SCHEDULES.find((known) => known === schedule) ?? /** @type {any} */ (schedule);
  for (const name of NUMBER_NAMES) {
    const value = attribute(attributeOf(name));
    if (value !== null && value.trim() !== "") wish[name] = Number(value);
  }
  return wish;
}

/**
 * The seeds of a grid, one after another; where the numbers end, they go on from the other side.
 *
 * @param {number} seed
 * @param {number} count
 */
export function seedsFrom(seed, count) {
  const last = Number.MAX_SAFE_INTEGER - count + 1;
  const first = Math.min(seed, last);
  return Array.from({ length: count }, (_, at) => first + at);
}

/** An id in words, for as long as the model's own name for it is not known. @param {string} id */
export const spoken = (id) => id.replaceAll("-", " ");

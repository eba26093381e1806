/**
 * What the attributes of a player say. Values are taken as they are: the engine is the authority on
 * names and ranges, and its complaint reaches the player's "error" event.
 */
import { METHODS } from "./modes.js";
import { NUMBER_NAMES, SHORT_CUTS } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./request.js").NumberName} NumberName */
/** @typedef {(typeof CONTROLS)[number]} Control */

/** Everything that can be shown beside the picture, in its order from top to bottom. */
export const CONTROLS = Object.freeze(
  /** @type {const} */ ([
    ...["layers", "play", "timeline", "legend", "readout"],
    ...["draw", "seed", "style", "download", "about", "status"],
  ]),
);

/** What is shown if nothing is said. */
const USUAL = "layers play timeline legend readout draw about status";

/** Pictures of consecutive seeds in a grid. */
export const COUNTS = Object.freeze(/** @type {const} */ ([1, 4, 9]));

/** `topK` is `top-k` in markup. @param {string} name */
export const attributeOf = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** How markup said the shares while there were two granularities. */
const OLD_SHARES = "fine-ratio";

/** Attributes that say what to draw. */
export const WISH_ATTRIBUTES = Object.freeze([
  ...["prompt", "concept", "category", "style", "drawing-style", "mode", "schedule", "shares", OLD_SHARES],
  ...NUMBER_NAMES.map(attributeOf),
]);

/** Attributes that say how it is shown, and from where it comes. */
export const LOOK_ATTRIBUTES = Object.freeze(
  ["model", "backend", "recording", "poster", "autoplay", "controls", "count", "layer", "pixels", "theme"],
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
 * `subject=cat, style=noto`: a class for each axis.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function promptFrom(text) {
  const pairs = text.split(",").map((part) => part.trim()).filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    // Without a name it is an axis that no model has, and the engine says so.
    return at < 0 ? [pair, ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  }));
}

/** @param {Readonly<Record<string, string | null | undefined>>} prompt */
export const promptText = (prompt) =>
  Object.entries(prompt).flatMap(([axis, id]) => (id ? [`${axis}=${id}`] : [])).join(",");

/**
 * @param {(name: string) => string | null} attribute
 * @returns {Wish}
 */
export function wishOf(attribute) {
  /** @type {Wish} */
  const wish = {};
  const prompt = promptFrom(attribute("prompt") ?? "");
  for (const axis of SHORT_CUTS) {
    // `style` is also where a browser keeps declarations; an id has no colon.
    const value = axis === "style" ? (attribute("drawing-style") ?? attribute("style")) : attribute(axis);
    if (value && !/[:;]/.test(value)) prompt[axis] = value.trim();
  }
  if (Object.keys(prompt).length) wish.prompt = prompt;
  const mode = attribute("mode");
  if (mode) wish.mode = METHODS.find((known) => known === mode) ?? /** @type {any} */ (mode);
  const schedule = attribute("schedule");
  if (schedule) wish.schedule = schedule;
  const shares = attribute("shares") ?? attribute(OLD_SHARES);
  if (shares?.trim()) wish.shares = shares.split(",").map(Number);
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

/**
 * A player's attributes as properties, for frameworks that set those: each says what its attribute says, whatever is set,
 * and never throws. What is none of the values that there are is told in the console, and left to the attribute.
 */
import { COUNTS, CONTROLS, LOOK_ATTRIBUTES, WISH_ATTRIBUTES, promptText } from "./player-options.js";
import { LAYERS } from "./view/layers.js";

/** Attributes that are there or not. */
const FLAGS = ["autoplay", "pixels"];
/** The values that an attribute takes, where they are known before a model is. @type {Record<string, readonly string[]>} */
const KNOWN = {
  backend: ["auto", "webgpu", "cpu"],
  theme: ["light", "dark"],
  mode: ["nar", "ar", "both"],
  count: COUNTS.map(String),
  layer: Object.keys(LAYERS),
  controls: CONTROLS,
};

/** `top-k` is `topK` in JavaScript. @param {string} name */
export const propertyOf = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

/** @type {Set<string>} */
const told = new Set();

/** Once for each, in the console: it is for whoever wrote the page. @param {string} message */
export function tell(message) {
  if (told.has(message)) return;
  told.add(message);
  console.warn(`<varigrain-player>: ${message}`);
}

/** @param {unknown} value */
function shown(value) {
  try {
    return String(value).slice(0, 60);
  } catch {
    return typeof value;
  }
}

/** Tells of a value that its attribute does not take. @param {string} name @param {string | null} value */
export function checkValue(name, value) {
  const known = KNOWN[name];
  if (!known || !value) return;
  for (const word of name === "controls" ? value.split(/\s+/).filter(Boolean) : [value]) {
    if (!known.includes(word)) tell(`there is no ${name} “${shown(word)}”; there is ${known.join(", ")}.`);
  }
}

/** @param {string} name @param {unknown} value @returns {string | null} as an attribute has it */
function textOf(name, value) {
  if (value === null || value === undefined) return null;
  if (FLAGS.includes(name)) return value === false ? null : "";
  if (value === false) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || value instanceof URL) return String(value);
  if (Array.isArray(value)) return value.join(name === "controls" ? " " : ",");
  if (name === "prompt" && typeof value === "object") return promptText(/** @type {Record<string, string>} */ (value));
  throw new TypeError("no value for an attribute");
}

/** @param {HTMLElement} player @param {string} name of the attribute @param {unknown} value */
export function setAttributeFrom(player, name, value) {
  try {
    const text = textOf(name, value);
    if (text === null) player.removeAttribute(name);
    else player.setAttribute(name, text);
  } catch {
    tell(`“${propertyOf(name)}” cannot be ${shown(value)}.`);
  }
}

/**
 * Gives a class a property for each attribute that it has none for yet, and lets those that only say what is there be set
 * without an error.
 *
 * @param {{ prototype: HTMLElement }} element
 */
export function reflect({ prototype }) {
  for (const name of [...WISH_ATTRIBUTES, ...LOOK_ATTRIBUTES]) {
    const property = propertyOf(name);
    // `style` is the browser's own.
    if (property in prototype) continue;
    Object.defineProperty(prototype, property, {
      configurable: true,
      enumerable: true,
      /** @this {HTMLElement} */
      get() {
        return FLAGS.includes(name) ? this.hasAttribute(name) : (this.getAttribute(name) ?? "");
      },
      /** @this {HTMLElement} @param {unknown} value */
      set(value) {
        setAttributeFrom(this, name, value);
      },
    });
  }
  for (const [name, told] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (!told.get || told.set) continue;
    Object.defineProperty(prototype, name, { ...told, set: () => tell(`“${name}” says what is there and cannot be set.`) });
  }
}

/**
 * What was set before the element was defined hides its properties: it is set again.
 *
 * @param {HTMLElement} player
 */
export function takeOver(player) {
  const own = /** @type {any} */ (player);
  for (const property of Object.keys(own)) {
    if (!(property in Object.getPrototypeOf(player))) continue;
    const value = own[property];
    delete own[property];
    own[property] = value;
  }
}

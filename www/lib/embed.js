/**
 * The markup that puts a picture of the playground into another page.
 */
import { attributeOf } from "./player-options.js";
import { NUMBER_NAMES, initial, requestFor } from "./request.js";
import { modesOf } from "./modes.js";

/** @typedef {import("./request.js").Wish} Wish */

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {Wish} wish
 * @param {{ count: number, layer: string, pixels: boolean }} view
 * @param {string} script address of player.js
 * @returns {string}
 */
export function embedCode(wish, { count, layer, pixels }, script) {
  // What none of the generators heeds is left out, as is what is usual.
  const heeded = Object.assign({}, ...modesOf(wish.mode).map((mode) => requestFor(wish, mode)));
  /** @type {[string, string][]} */
  const attributes = [];
  if (wish.concept) attributes.push(["concept", wish.concept]);
  else if (wish.category) attributes.push(["category", wish.category]);
  if (wish.style) attributes.push(["drawing-style", wish.style]);
  for (const name of NUMBER_NAMES) {
    const value = heeded[name];
    if (value === undefined || (name !== "seed" && value === initial(name, wish))) continue;
    attributes.push([attributeOf(name), String(value)]);
  }
  if (wish.schedule && wish.schedule !== "priority" && wish.mode !== "ar") attributes.push(["schedule", wish.schedule]);
  if (wish.mode && wish.mode !== "nar") attributes.push(["mode", wish.mode]);
  if (count > 1) attributes.push(["count", String(count)]);
  if (layer !== "picture") attributes.push(["layer", layer]);
  const written = attributes.map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  const flag = pixels ? " pixels" : "";
  return `<script type="module" src="${escape(script)}"></script>\n<varigrain-player${written}${flag}></varigrain-player>\n`;
}

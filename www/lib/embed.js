/**
 * The markup that puts a picture of the playground into another page.
 */
import { withoutParents } from "./axes.js";
import { attributeOf, promptText } from "./player-options.js";
import { heeds, initial, initialSchedule, initialShares } from "./initial.js";
import { NUMBER_NAMES, SHORT_CUTS, promptOf, sameShares, sharesText } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {{ recording?: string, poster?: string }} Shown what a player shows before anything is drawn: addresses */

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {Wish} wish
 * @param {{ count: number, layer: string, pixels: boolean }} view
 * @param {object} place
 * @param {string} place.script address of player.js
 * @param {import("./description.js").Description} place.description of the model
 * @param {string} [place.model] its id, if the player would take another one
 * @param {Shown} [shown]
 * @returns {string}
 */
export function embedCode(wish, view, { script, description, model }, shown) {
  const written = attributesOf(wish, view, { description, model }, shown).map(([name, value]) => (value === "" ? ` ${name}` : ` ${name}="${escape(value)}"`));
  return `<script type="module" src="${escape(script)}"></script>\n<varigrain-player${written.join("")}></varigrain-player>\n`;
}

/** The player's own width, and room for these of its controls. */
const [WIDTH, HEIGHT] = [480, 720];
const FRAME_CONTROLS = "layers play timeline draw about status";

/**
 * The same as a frame, for pages that take no scripts of others: what a player's attributes say is in its address.
 *
 * @param {Wish} wish
 * @param {{ count: number, layer: string, pixels: boolean }} view
 * @param {{ page: string, title: string, description: import("./description.js").Description, model?: string }} place `page`: address of frame.html
 * @param {Shown} [shown]
 * @returns {string}
 */
export function frameCode(wish, view, { page, title, description, model }, shown) {
  const pairs = new URLSearchParams([...attributesOf(wish, view, { description, model }, shown), ["controls", FRAME_CONTROLS]]);
  return `<iframe src="${escape(`${page}#${pairs}`)}" title="${escape(title)}" width="${WIDTH}" height="${HEIGHT}" loading="lazy" style="border: 0; max-width: 100%"></iframe>\n`;
}

/**
 * @param {Wish} wish
 * @param {{ count: number, layer: string, pixels: boolean }} view
 * @param {{ description: import("./description.js").Description, model?: string }} place
 * @param {Shown} [shown]
 * @returns {[string, string][]} the player's attributes; one that is only there or not is empty
 */
function attributesOf(wish, { count, layer, pixels }, { description, model }, shown = {}) {
  const { mode = description.generators[0] } = wish;
  // What none of the generators heeds is left out, as is what is usual.
  const heeded = (/** @type {string} */ name) => heeds(description, mode, name);
  /** @type {[string, string][]} */
  const attributes = model ? [["model", model]] : [];
  attributes.push(...promptAttributes(wish, description));
  for (const name of NUMBER_NAMES) {
    const value = wish[name];
    if (value === undefined || value === null || !heeded(name)) continue;
    if (name === "seed" || value !== initial(description, name, wish)) attributes.push([attributeOf(name), String(value)]);
  }
  const { shares, schedule } = wish;
  if (shares?.length && !sameShares(shares, initialShares(description, mode))) attributes.push(["shares", sharesText(shares)]);
  if (schedule && schedule !== initialSchedule(description) && heeded("schedule")) attributes.push(["schedule", schedule]);
  if (mode && mode !== description.generators[0]) attributes.push(["mode", mode]);
  if (count > 1) attributes.push(["count", String(count)]);
  if (layer !== "picture") attributes.push(["layer", layer]);
  for (const name of /** @type {const} */ (["recording", "poster"])) if (shown[name]) attributes.push([name, shown[name]]);
  if (pixels) attributes.push(["pixels", ""]);
  return attributes;
}

/**
 * Attributes of their own for axes that have such, the rest together.
 *
 * @param {Wish} wish
 * @param {import("./description.js").Description} description
 * @returns {[string, string][]}
 */
function promptAttributes(wish, { axes }) {
  const chosen = withoutParents(promptOf(wish), axes);
  const short = ["concept", "category", "style"].filter((axis) => axis in chosen);
  const rest = Object.fromEntries(Object.entries(chosen).filter(([axis]) => !SHORT_CUTS.some((one) => one === axis)));
  return [
    ...short.map((axis) => /** @type {[string, string]} */ ([axis === "style" ? "drawing-style" : axis, chosen[axis]])),
    ...(Object.keys(rest).length ? [/** @type {[string, string]} */ (["prompt", promptText(rest)])] : []),
  ];
}

/**
 * The markup that puts a picture of the playground into another page.
 */
import { withoutParents } from "./axes.js";
import { attributeOf, promptText } from "./player-options.js";
import { NUMBER_NAMES, SHORT_CUTS, heeds, initial, initialSchedule, initialShares, promptOf, sameShares, sharesText } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {Wish} wish
 * @param {{ count: number, layer: string, pixels: boolean }} view
 * @param {object} place
 * @param {string} place.script address of player.js
 * @param {import("./description.js").Description} place.description of the model
 * @param {string} [place.model] its id, if the player would take another one
 * @returns {string}
 */
export function embedCode(wish, { count, layer, pixels }, { script, description, model }) {
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
  const written = attributes.map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  const flag = pixels ? " pixels" : "";
  return `<script type="module" src="${escape(script)}"></script>\n<varigrain-player${written}${flag}></varigrain-player>\n`;
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

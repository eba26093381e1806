/**
 * The whole state of the playground in its address: the model, what is drawn (lib/hash-state.js), and how it is
 * looked at. A link with `hide=prompt,gallery` is a page for a talk.
 *
 *     #model=emoji-128&style=twemoji&concept=cat-face&seed=42&n=4&layer=grains&hide=prompt,gallery&v=2
 *
 * Anyone can write a link, so nothing of one is believed: what is not known is left out, and said.
 */
import { MAX_LENGTH, formatHash, parseHash } from "./hash-state.js";
import { COUNTS, countOf } from "./player-options.js";
import { isLayer } from "./view/layers.js";

/** @typedef {import("./description.js").Description} Description */
/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./view/layers.js").Layer} Layer */
/** @typedef {(typeof HIDEABLE)[number]} Hideable */
/**
 * @typedef {object} View
 * @property {1 | 4 | 9} count pictures of consecutive seeds
 * @property {Layer} layer
 * @property {boolean} pixels
 * @property {Hideable[]} hidden
 * @property {string} tab the panel on show; empty: the first
 */
/** @typedef {{ id: string, description: Description }} Here the model that is here; its id in the list of models */

/** What can be hidden, in the page's own names (`data-part`) and the player's controls. */
export const HIDEABLE = Object.freeze(
  /** @type {const} */ ([
    ...["intro", "model", "prompt", "ideas", "style", "method", "count", "seed", "settings", "gallery", "footer"],
    ...["layers", "play", "timeline", "legend", "readout", "download", "link"],
  ]),
);

/** @type {Readonly<View>} */
export const PLAIN = Object.freeze({ count: 1, layer: "picture", pixels: false, hidden: [], tab: "" });

/** @param {string} hash with or without the leading "#" */
function pairsOf(hash) {
  const text = hash.replace(/^#/, "");
  return new URLSearchParams(text.length > MAX_LENGTH ? "" : text);
}

/**
 * @param {Wish} request
 * @param {View} view
 * @param {Here} here
 * @returns {string} without the leading "#"
 */
export function formatState(request, { count, layer, pixels, hidden, tab }, { id, description }) {
  const pairs = new URLSearchParams();
  if (id) pairs.set("model", id);
  for (const [key, value] of new URLSearchParams(formatHash(request, description))) pairs.set(key, value);
  if (count !== 1) pairs.set("n", String(count));
  if (layer !== "picture") pairs.set("layer", layer);
  if (pixels) pairs.set("pixels", "1");
  if (tab) pairs.set("tab", tab);
  pairs.set("v", String(description.version));
  // Commas as they are: people write these by hand.
  const hide = HIDEABLE.filter((name) => hidden.includes(name));
  return pairs.toString().replaceAll("%2C", ",") + (hide.length ? `&hide=${hide.join(",")}` : "");
}

/**
 * How it is looked at, which can be known before the model is.
 *
 * @param {string} hash with or without the leading "#"
 * @returns {View}
 */
export function parseView(hash) {
  const pairs = pairsOf(hash);
  const [layer, tab] = [pairs.get("layer"), pairs.get("tab") ?? ""];
  const words = new Set((pairs.get("hide") ?? "").split(","));
  return {
    count: countOf(pairs.get("n")),
    layer: isLayer(layer) ? layer : "picture",
    pixels: pairs.get("pixels") === "1",
    hidden: HIDEABLE.filter((name) => words.has(name)),
    tab: /^[a-z][a-z-]{0,30}$/.test(tab) ? tab : "",
  };
}

/**
 * The model that a link is for, which has to be known before anything else of it can be read.
 *
 * @param {string} hash
 * @returns {string | null} an id, not checked; null: older links, and links to whatever is usual here
 */
export function parseModel(hash) {
  return pairsOf(hash).get("model") || null;
}

/**
 * @param {string} hash
 * @param {Here} here
 * @returns {{ request: Wish, view: View, problems: string[] }} only what was valid, and a sentence for the rest
 */
export function parseState(hash, { id, description }) {
  const view = parseView(hash);
  const pairs = pairsOf(hash);
  const [count, layer, made, model] = ["n", "layer", "v", "model"].map((name) => pairs.get(name));
  /** @type {string[]} */
  const looks = [];
  if (count !== null && !COUNTS.some((known) => String(known) === count)) looks.push("The link asks for a number of pictures that is not on offer.");
  if (layer !== null && !isLayer(layer)) looks.push("The link asks for a layer that does not exist.");
  if (model && model !== id) {
    // What it asks for means something else here, or nothing.
    const name = model.length > 40 ? `${model.slice(0, 40)}…` : model;
    return { request: {}, view, problems: [`The link is for another model (${name}); here it is ${id || description.name}, so it was not followed.`, ...looks] };
  }
  const { request, problems } = parseHash(hash, description);
  problems.push(...looks);
  const names = request.seed !== undefined && Object.keys(request).length > 0;
  if (names && made !== null && made !== String(description.version)) {
    problems.push(`The link was made with another version of the model; here it is ${description.version}, and the picture is another one.`);
  }
  return { request, view, problems };
}

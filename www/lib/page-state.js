/**
 * The whole state of the playground in its address: what is drawn (lib/hash-state.js), and how it is
 * looked at. A link with `hide=prompt,gallery` is a page for a talk.
 *
 *     #style=twemoji&concept=cat-face&seed=42&n=4&layer=grains&hide=prompt,gallery&v=2
 *
 * Anyone can write a link, so nothing of one is believed: what is not known is left out, and said.
 */
import { formatHash, parseHash } from "./hash-state.js";
import { COUNTS, countOf } from "./player-options.js";
import { isLayer } from "./view/layers.js";

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

/** What can be hidden, in the page's own names (`data-part`) and the player's controls. */
export const HIDEABLE = Object.freeze(
  /** @type {const} */ ([
    ...["intro", "prompt", "ideas", "style", "method", "count", "seed", "settings", "gallery", "footer"],
    ...["layers", "play", "timeline", "legend", "readout", "download", "link"],
  ]),
);

/** Longer ones were not written by this page; lib/hash-state.js has the same limit for its part. */
const MAX_LENGTH = 2000;

/** @type {Readonly<View>} */
export const PLAIN = Object.freeze({ count: 1, layer: "picture", pixels: false, hidden: [], tab: "" });

/**
 * @param {Wish} request
 * @param {View} view
 * @param {string | number} [version] of the model
 * @returns {string} without the leading "#"
 */
export function formatState(request, { count, layer, pixels, hidden, tab }, version) {
  const pairs = new URLSearchParams(formatHash(request));
  if (count !== 1) pairs.set("n", String(count));
  if (layer !== "picture") pairs.set("layer", layer);
  if (pixels) pairs.set("pixels", "1");
  if (tab) pairs.set("tab", tab);
  if (version !== undefined) pairs.set("v", String(version));
  // Commas as they are: people write these by hand.
  const hide = HIDEABLE.filter((name) => hidden.includes(name));
  return pairs.toString() + (hide.length ? `&hide=${hide.join(",")}` : "");
}

/**
 * How it is looked at, which can be known before the model is.
 *
 * @param {string} hash with or without the leading "#"
 * @returns {View}
 */
export function parseView(hash) {
  const text = hash.replace(/^#/, "");
  const pairs = new URLSearchParams(text.length > MAX_LENGTH ? "" : text);
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
 * @param {string} hash
 * @param {import("../varigrain.js").Classes} classes
 * @param {readonly import("./modes.js").Mode[]} modes the generators that there are
 * @param {string | number} [version] of the model that is here
 * @returns {{ request: Wish, view: View, problems: string[] }} only what was valid, and a sentence for the rest
 */
export function parseState(hash, classes, modes, version) {
  const { request, problems } = parseHash(hash, classes, modes);
  const view = parseView(hash);
  const pairs = new URLSearchParams(hash.length > MAX_LENGTH + 1 ? "" : hash.replace(/^#/, ""));
  const [count, layer, made] = ["n", "layer", "v"].map((name) => pairs.get(name));
  if (count !== null && !COUNTS.some((known) => String(known) === count)) problems.push("The link asks for a number of pictures that cannot be had.");
  if (layer !== null && !isLayer(layer)) problems.push("The link asks for a layer that does not exist.");
  const names = request.seed !== undefined && Object.keys(request).length > 0;
  if (names && made !== null && version !== undefined && made !== String(version)) {
    problems.push(`The link was made with another version of the model; here it is ${version}, and the picture is another one.`);
  }
  return { request, view, problems };
}

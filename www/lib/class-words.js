/**
 * Other words for the classes of a model, from a file beside the page: of emoji those of the Unicode CLDR, which
 * scripts/words.mjs has picked out. By id of the axis, then of the class; a class's words stand in one text.
 */
import { fetchJson } from "./fetch-json.js";
import { quietly } from "./pack-cache.js";

/** @typedef {Readonly<Record<string, Readonly<Record<string, string>>>>} ClassWords */

const MOST_BYTES = 2 ** 20;
/** @type {ClassWords} */
export const NO_WORDS = Object.freeze({});

/** @type {Map<string, Promise<ClassWords>>} */
const known = new Map();

/** @param {string | null} address @returns {Promise<ClassWords>} none if there are none, or they are out of reach: names are there all the same */
export function loadWords(address) {
  if (!address) return Promise.resolve(NO_WORDS);
  const words = known.get(address) ?? read(address);
  known.set(address, words);
  return words;
}

/** @param {string} address @returns {Promise<ClassWords>} */
async function read(address) {
  const list = await quietly(async () => (await fetchJson(address, { what: "list of other words", limit: MOST_BYTES })).list);
  // It may be there another time.
  if (!list) known.delete(address);
  return isWords(list) ? list : NO_WORDS;
}

/** @param {any} list @returns {list is ClassWords} */
function isWords(list) {
  const isObject = (/** @type {unknown} */ one) => typeof one === "object" && one !== null;
  return isObject(list) && Object.values(list).every((axis) => isObject(axis) && Object.values(axis).every((text) => typeof text === "string"));
}

/**
 * The models that a site has: `models/index.json` lists them. A second model is a folder and an entry in that list.
 *
 * ```json
 * { "default": "emoji-128", "opening": "portraits-256", "models": [{ "id": "emoji-128", "name": "Emoji", "folder": "emoji-128/", "about": "…" }] }
 * ```
 *
 * `default` is taken by links, players and programs that name none; `opening` by a visitor who asks for nothing, and is
 * the default if left out. An entry may also have `credits`, a `recording` (an address relative to the site) and a `pair`, what the drawing of it
 * becomes as codes of variable length and on a fixed grid (lib/recorded-coding.js), `drawings`, a folder beside the list with those it learned from (lib/real-drawings.js), `words`, other words for its classes (lib/class-words.js), `ideas`, prompts to begin with, and
 * `recites` (true if it draws what training had just as it was there), and `encodes`, on pictures of one's own: a `note` that is read before one is encoded, and `examples`, pictures in the
 * model's folder, `[{ "name": "Tulip", "picture": "photos-256/examples/tulip.jpg" }]`. An example may name a `recording` of what the model made of
 * it (lib/recorded-coding.js), which is shown before the encoder is there.
 */
import { VarigrainError } from "./errors.js";
import { fetchJson } from "./fetch-json.js";
import { addressOf } from "./folder-address.js";
import { PACK_CACHE, quietly } from "./pack-cache.js";

/** @typedef {{ name: string, picture: string, recording: string | null }} Example a picture to encode, and what was recorded of it; addresses are absolute */
/**
 * @typedef {object} ModelEntry
 * @property {string} id what links and markup call it
 * @property {string} name for people
 * @property {string} about a sentence on what it draws
 * @property {string} credits a sentence on what it was trained with
 * @property {string} address of its folder, absolute
 * @property {string | null} recording absolute address of a drawing of it, to be shown before it is loaded
 * @property {string | null} pair absolute address of what that drawing becomes as codes of variable length and on a fixed grid
 * @property {string | null} words absolute address of other words for its classes (lib/class-words.js)
 * @property {string | null} drawings absolute address of the folder with the drawings that it learned from, as its codes
 * @property {readonly Readonly<Record<string, string>>[]} ideas prompts to begin with: a class id by axis id
 * @property {boolean} recites whether it draws what training had just as it was there
 * @property {{ note: string, examples: readonly Example[] }} encodes on pictures of one's own: what to know of them, what
 *   the model has not seen above all, and some to begin with
 */

/**
 * @typedef {{ usual: ModelEntry, opening: ModelEntry, models: readonly ModelEntry[] }} Models `usual`: what is taken if none
 *   is named; `opening`: what the page shows to those who ask for nothing
 */

/** As a text: of the address itself bundlers want to know what it names, and the list need not be there. */
const HERE = String(import.meta.url);
const LIST = new URL("../models/index.json", HERE);
const LIST_BYTES = 1 << 20;

/**
 * @param {any} list as the file has it
 * @param {string | URL} base address of the file
 * @returns {Models}
 */
export function toModels(list, base) {
  const damaged = (/** @type {string} */ why) => new VarigrainError("pack-damaged", `The list of models ${base} cannot be read: ${why}.`);
  if (!Array.isArray(list?.models) || !list.models.length) throw damaged("it has no models");
  /** @type {ModelEntry[]} */
  const models = list.models.map((/** @type {any} */ entry) => {
    const { id, name, folder, about = "", credits = "", recording = null, pair = null, drawings = null, words = null, ideas = [], encodes = {}, recites = false } = entry ?? {};
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(String(id))) throw damaged(`“${id}” is no id`);
    if (![name, folder, about, credits].every((text) => typeof text === "string") || !name || !folder) throw damaged(`“${id}” has no name or no folder`);
    if (recording !== null && !(typeof recording === "string" && URL.canParse(recording, base))) throw damaged(`“${id}” has a recording that is no address`);
    if (pair !== null && !(typeof pair === "string" && URL.canParse(pair, base))) throw damaged(`“${id}” has a pair that is no address`);
    if (words !== null && !(typeof words === "string" && URL.canParse(words, base))) throw damaged(`“${id}” has words that are no address`);
    if (drawings !== null && (typeof drawings !== "string" || !drawings)) throw damaged(`“${id}” has drawings that are no folder`);
    if (!Array.isArray(ideas) || ideas.some((idea) => typeof idea !== "object" || !idea)) throw damaged(`“${id}” has ideas that are no list of prompts`);
    if (typeof recites !== "boolean") throw damaged(`“${id}” has a “recites” that is neither true nor false`);
    const { note = "", examples = [] } = encodes ?? {};
    if (typeof note !== "string" || !Array.isArray(examples)) throw damaged(`“${id}” has an “encodes” that is no note and no list of examples`);
    const shown = examples.map((/** @type {any} */ example) => {
      const { name, picture, recording = null } = example ?? {};
      if (typeof name !== "string" || !name || !(typeof picture === "string" && URL.canParse(picture, base))) throw damaged(`“${id}” has an example without a name or an address`);
      if (recording !== null && !(typeof recording === "string" && URL.canParse(recording, base))) throw damaged(`“${id}” has an example with a recording that is no address`);
      return Object.freeze({ name, picture: new URL(picture, base).href, recording: recording === null ? null : new URL(recording, base).href });
    });
    const [played, compared, called] = [recording, pair, words].map((path) => (path === null ? null : new URL(path, new URL("../", base)).href));
    return Object.freeze({ id, name, about, credits, address: addressOf(folder, base), recording: played, pair: compared, words: called, drawings: drawings === null ? null : addressOf(drawings, base), ideas: Object.freeze(ideas), recites, encodes: Object.freeze({ note, examples: Object.freeze(shown) }) });
  });
  if (new Set(models.map(({ id }) => id)).size < models.length) throw damaged("an id appears twice");
  const usual = models.find(({ id }) => id === list.default);
  if (!usual) throw damaged(`its default “${list.default}” is none of them`);
  const opening = models.find(({ id }) => id === (list.opening ?? list.default));
  if (!opening) throw damaged(`its opening “${list.opening}” is none of them`);
  return Object.freeze({ usual, opening, models: Object.freeze(models) });
}

/** @type {Promise<Models> | null} */
let known = null;

/**
 * The list of this site, downloaded once.
 *
 * @returns {Promise<Models>}
 */
export function loadModels() {
  if (!/^https?:$/.test(LIST.protocol)) {
    // Bundled: nothing lies beside the script.
    return Promise.reject(new VarigrainError("pack-missing", "No model was named. Say with “model” where its folder lies."));
  }
  known ??= download(LIST).catch((error) => {
    // What failed may be tried again.
    known = null;
    throw error;
  });
  return known;
}

/** The list as it was last read is used when the network brings something else. @param {URL} url @returns {Promise<Models>} */
async function download(url) {
  try {
    const { bytes, list } = await fetchJson(url, { what: "list of models", limit: LIST_BYTES, cache: "no-cache" });
    const models = toModels(list, url);
    await quietly(async () => (await caches.open(PACK_CACHE)).put(url, new Response(bytes)));
    return models;
  } catch (error) {
    const kept = await quietly(async () => (await caches.match(url, { cacheName: PACK_CACHE }))?.json());
    if (!kept) throw error;
    return toModels(kept, url);
  }
}

/**
 * @param {Pick<Models, "models">} models
 * @param {string | null | undefined} id
 * @returns {ModelEntry | undefined}
 */
export const modelOf = ({ models }, id) => models.find((entry) => entry.id === id);

/** Whether it is an address and not an id. @param {string} text */
export const isAddress = (text) => /[/:]/.test(text);

/**
 * The folder that an id or an address stands for. The list is looked at only where it is needed, so that a page with a
 * model of its own needs none.
 *
 * @param {string | null} wanted an id of the list, the address of a folder (it has a slash), or null for the usual model
 * @param {() => Promise<Models>} [list]
 * @returns {Promise<string>} absolute, with a slash at the end
 */
export async function resolveModel(wanted, list = loadModels) {
  if (wanted && isAddress(wanted)) return addressOf(wanted, document.baseURI);
  const models = await list();
  const entry = wanted ? modelOf(models, wanted) : models.usual;
  if (entry) return entry.address;
  const there = models.models.map(({ id }) => `“${id}”`).join(", ");
  throw new VarigrainError("pack-missing", `There is no model called “${wanted}” here; there is ${there}.`);
}

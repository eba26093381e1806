/**
 * The models that this site has: models/index.json lists them and names the default. Another model is a folder beside
 * it and an entry there.
 */
import { VarigrainError } from "./errors.js";

/**
 * @typedef {object} ModelEntry
 * @property {string} id what links and the attribute `model` of a player call it
 * @property {string} name for people
 * @property {string} about a line about it
 * @property {string} folder absolute address of its pack
 * @property {string | null} recording absolute address of a drawing of it, to be shown before it is loaded
 * @property {readonly Record<string, string>[]} ideas prompts to begin with: a class id by axis id
 */
/** @typedef {{ initial: ModelEntry, models: readonly ModelEntry[] }} ModelList `initial`: the default */

const LIST = new URL("../models/index.json", import.meta.url);
/** As in links, where anything else would have to be escaped. */
const ID = /^[a-z0-9][a-z0-9-]*$/;

/** @type {Promise<ModelList> | null} */
let loading = null;

/** Downloaded once; what failed may be tried again. @returns {Promise<ModelList>} */
export function loadModels() {
  loading ??= download().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/**
 * @param {string | null | undefined} wanted id of a model of the list, or address of a folder; nothing: the default
 * @returns {Promise<string>} absolute address of its folder
 */
export async function folderOf(wanted) {
  // An address has a slash or a dot somewhere, an id neither.
  if (wanted && !ID.test(wanted)) return new URL(wanted, document.baseURI).href;
  const { initial, models } = await loadModels();
  if (!wanted) return initial.folder;
  const found = models.find(({ id }) => id === wanted);
  if (found) return found.folder;
  throw new VarigrainError("pack-missing", `There is no model called “${wanted}” here; there is ${models.map(({ id }) => id).join(", ")}.`);
}

async function download() {
  const response = await fetch(LIST, { cache: "no-cache" }).catch(() => null);
  if (!response?.ok) throw new VarigrainError("pack-missing", `The list of models could not be downloaded from ${LIST}.`);
  return readModels(await response.json().catch(() => null), LIST);
}

/**
 * @param {any} file
 * @param {string | URL} base where it lies
 * @returns {ModelList}
 */
export function readModels(file, base) {
  const models = Array.isArray(file?.models) ? file.models.map((/** @type {any} */ entry) => readEntry(entry, base)) : [];
  const twice = models.find(({ id }, /** @type {number} */ at) => models.findIndex((/** @type {ModelEntry} */ other) => other.id === id) !== at);
  if (twice) throw damaged(`has “${twice.id}” twice`);
  const initial = models.find((/** @type {ModelEntry} */ { id }) => id === file.default);
  if (!initial) throw damaged("does not name one of its models as the default");
  return Object.freeze({ initial, models: Object.freeze(models) });
}

/** @param {any} entry @param {string | URL} base @returns {ModelEntry} */
function readEntry(entry, base) {
  const { id, name, folder, about = "", recording, ideas = [] } = entry ?? {};
  if (typeof id !== "string" || !ID.test(id)) throw damaged("has a model without an id of small letters, digits and hyphens");
  if (typeof folder !== "string" || !URL.canParse(folder, base)) throw damaged(`does not say where “${id}” lies`);
  const site = new URL("../", base);
  return Object.freeze({
    id,
    name: typeof name === "string" && name ? name : id,
    about: String(about),
    folder: new URL(folder.replace(/\/?$/, "/"), base).href,
    recording: typeof recording === "string" && URL.canParse(recording, site) ? new URL(recording, site).href : null,
    ideas: Array.isArray(ideas) ? ideas.filter((idea) => typeof idea === "object" && idea) : [],
  });
}

/** @param {string} what */
const damaged = (what) => new VarigrainError("pack-damaged", `The list of models (models/index.json) ${what}.`);

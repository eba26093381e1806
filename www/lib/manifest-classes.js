/**
 * What can be asked of a model by name, from its manifest: that is small, and is there long before the engine that reads
 * the rest of the model.
 */
import { inFolder } from "./description.js";
import { fetchJson } from "./fetch-json.js";
import { quietly } from "./pack-cache.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {{ axes: readonly Axis[], trained?: import("./description.js").Trained }} ManifestClasses */

const BYTES = 4 << 20;
/** @type {ManifestClasses} */
const NONE = Object.freeze({ axes: Object.freeze([]) });

/** By address of the model's folder. @type {Map<string, Promise<ManifestClasses>>} */
const known = new Map();

/**
 * No axes for a model that does not draw, or is out of reach.
 *
 * @param {{ address: string }} model
 * @returns {Promise<ManifestClasses>}
 */
export function classesOf({ address }) {
  const found = known.get(address) ?? read(address);
  known.set(address, found);
  return found;
}

/** @param {string} address @returns {Promise<ManifestClasses>} */
async function read(address) {
  const manifest = await quietly(async () => (await fetchJson(new URL("manifest.json", address), { what: "model", limit: BYTES })).list);
  // It may be there another time.
  if (!manifest) known.delete(address);
  const draws = manifest?.files?.some?.((/** @type {any} */ { role }) => role === "nar" || role === "ar");
  const { axes, trained } = manifest?.classes ?? {};
  if (!draws || !isAxes(axes)) return NONE;
  // A picture outside of the folder makes a model that the engine refuses.
  return (await quietly(async () => ({ axes: inFolder(axes, address), trained }))) ?? NONE;
}

/** The engine checks more of it, but not before. @param {any} axes */
const isAxes = (axes) =>
  Array.isArray(axes) &&
  axes.every((axis) => typeof axis?.id === "string" && typeof axis.name === "string" && Array.isArray(axis.classes) && axis.classes.length && axis.classes.every((/** @type {any} */ one) => typeof one?.id === "string" && typeof one.name === "string"));

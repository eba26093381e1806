/**
 * Which tilings of the kernels are fastest on this graphics processor: found out once, by a race beside the drawing,
 * and remembered for later visits. Where nothing can be kept, the usual ones are used.
 */
import { VarigrainError } from "./errors.js";

export const TUNING_CACHE = "varigrain-tuning";
/** The usual tilings. */
const TILINGS = { products: 0, attention: 0, windows: 0 };
export const USUAL = JSON.stringify(TILINGS);
/** Kinds of kernels beside the plain ones: "int16" is what a processor uses, the others have to be asked for, and not every graphics processor can have them. */
export const KINDS = Object.freeze(/** @type {const} */ (["half", "int8", "int16", "subgroups"]));

/** @typedef {(typeof KINDS)[number]} Kind */
/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {{ sort: string, candidate: number, ms: number }} Timed one candidate */

/**
 * Has devices that are made from now on have subgroups, where the graphics processor does: wgpu 30 does not know that a
 * browser can have them, and never asks.
 */
export function askForSubgroups() {
  const { prototype } = globalThis.GPUAdapter ?? {};
  if (!prototype) return;
  const { requestDevice } = prototype;
  prototype.requestDevice = function (descriptor = {}) {
    const more = /** @type {const} */ (["subgroups"]).filter((name) => this.features.has(name));
    return requestDevice.call(this, { ...descriptor, requiredFeatures: [...(descriptor.requiredFeatures ?? []), ...more] });
  };
}

/** @param {readonly Kind[]} kinds @throws {VarigrainError} "bad-request" if there is none of that name */
export function checkKinds(kinds) {
  const wrong = kinds.find((kind) => !KINDS.includes(kind));
  if (wrong === undefined) return;
  throw new VarigrainError("bad-request", `There are no kernels of the kind “${wrong}”; there is ${KINDS.map((kind) => `“${kind}”`).join(", ")}.`);
}

/**
 * @param {Engine} engine
 * @param {readonly Kind[]} [kinds] those for these kinds
 * @returns {Promise<string | null>} as `engine.tune` takes it
 */
export async function remembered(engine, kinds = []) {
  if (!engine.race) return null;
  // Does not make a cache where there is none.
  return quietly(async () => (await caches.match(keyOf(engine, kinds), { cacheName: TUNING_CACHE }))?.text() ?? null);
}

/**
 * Lets the kernels use what is remembered. What this engine does not know, as after an update, is forgotten.
 *
 * @param {Engine} engine
 * @param {readonly Kind[] | null} [wanted] lets them be of these kinds as well; where they can be of none of those, and if it is
 *   left out, they stay what they are; none: only plain ones
 * @returns {Promise<string | null>} what it uses; null: the usual ones
 */
export async function useRemembered(engine, wanted = null) {
  const usual = kindsInUse(engine);
  const had = KINDS.filter((kind) => wanted?.includes(kind) && engine.kernels?.includes(kind));
  const kinds = had.length || wanted?.length === 0 ? had : usual;
  const tuning = await remembered(engine, kinds);
  try {
    if (tuning !== null) engine.tune?.(tuning);
    else if (kinds.join() !== usual.join()) engine.tune?.(JSON.stringify({ ...TILINGS, ...Object.fromEntries(kinds.map((kind) => [kind, true])) }));
    return tuning;
  } catch {
    await remember(engine, null, kinds);
    return null;
  }
}

/** @param {Engine} engine @param {string | null} tuning null: forgets it @param {readonly Kind[]} [kinds] which one it forgets */
export async function remember(engine, tuning, kinds = kindsOf(tuning)) {
  await quietly(async () => {
    const cache = await caches.open(TUNING_CACHE);
    if (tuning === null) await cache.delete(keyOf(engine, kinds));
    else await cache.put(keyOf(engine, kinds), new Response(tuning));
    return null;
  });
}

/** @param {string | null} tuning */
function kindsOf(tuning) {
  try {
    const named = JSON.parse(tuning ?? USUAL);
    return KINDS.filter((kind) => named[kind] === true);
  } catch {
    return [];
  }
}

/** The kinds beside the usual ones that its kernels are of. @param {Engine} engine @returns {Kind[]} */
export const kindsInUse = (engine) => kindsOf(engine.tuning?.() ?? USUAL);

/**
 * @param {Engine} engine with DGiT-NAR and a decoder, on WebGPU
 * @param {number} tokens length of the lists to race with
 * @param {<T>(work: () => Promise<T>) => Promise<T>} inTurn enters the engine; others may between two candidates
 * @returns {Promise<{ winner: string, rows: Timed[] }>}
 */
export async function raced(engine, tokens, inTurn) {
  const race = engine.race?.(tokens);
  if (!race) return { winner: USUAL, rows: [] };
  const rows = [];
  try {
    for (;;) {
      const row = await inTurn(() => race.next());
      if (row === undefined) return { winner: race.winner(), rows };
      rows.push(JSON.parse(row));
    }
  } finally {
    race.free();
  }
}

/** Codes of a usual picture. @param {import("./description.js").Description} description */
export function usualCodes({ grid, defaults }) {
  const more = (defaults.nar?.shares ?? []).reduce((sum, share, at) => sum + share * (4 ** (at + 1) - 1), 0);
  return Math.round(grid.regions ** 2 * (1 + more));
}

/** A processor and its driver. @param {Engine} engine @param {readonly Kind[]} kinds */
function keyOf(engine, kinds) {
  const { name = "", driver = "" } = JSON.parse(engine.adapter()) ?? {};
  return new URL(`tuning-${kinds.map((kind) => `${kind}-`).join("")}${encodeURIComponent(`${name} ${driver}`)}`, import.meta.url).href;
}

/** @param {() => Promise<string | null>} work */
async function quietly(work) {
  try {
    return await work();
  } catch {
    return null;
  }
}

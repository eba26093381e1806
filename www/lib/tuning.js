/**
 * Which tilings of the kernels are fastest on this graphics processor: found out once, by a race beside the drawing,
 * and remembered for later visits. Where nothing can be kept, the usual ones are used.
 */

export const TUNING_CACHE = "varigrain-tuning";
/** The usual tilings. */
const TILINGS = { products: 0, attention: 0, windows: 0 };
export const USUAL = JSON.stringify(TILINGS);

/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {{ sort: string, candidate: number, ms: number }} Timed one candidate */

/**
 * @param {Engine} engine
 * @param {boolean} [half] those for half precision
 * @returns {Promise<string | null>} as `engine.tune` takes it
 */
export async function remembered(engine, half = false) {
  if (!engine.tune) return null;
  // Does not make a cache where there is none.
  return quietly(async () => (await caches.match(keyOf(engine, half), { cacheName: TUNING_CACHE }))?.text() ?? null);
}

/**
 * Lets the kernels use what is remembered. What this engine does not know, as after an update, is forgotten.
 *
 * @param {Engine} engine
 * @param {boolean} [half] lets them multiply in half precision as well, where they can
 * @returns {Promise<string | null>} what it uses; null: the usual ones
 */
export async function useRemembered(engine, half = false) {
  const halved = half && Boolean(engine.hasHalf);
  const tuning = await remembered(engine, halved);
  try {
    if (tuning !== null) engine.tune?.(tuning);
    else if (halved) engine.tune?.(JSON.stringify({ ...TILINGS, half: true }));
    return tuning;
  } catch {
    await remember(engine, null, halved);
    return null;
  }
}

/** @param {Engine} engine @param {string | null} tuning null: forgets it @param {boolean} [half] which one it forgets */
export async function remember(engine, tuning, half = tuning !== null && isHalf(tuning)) {
  await quietly(async () => {
    const cache = await caches.open(TUNING_CACHE);
    if (tuning === null) await cache.delete(keyOf(engine, half));
    else await cache.put(keyOf(engine, half), new Response(tuning));
    return null;
  });
}

/** @param {string} tuning */
function isHalf(tuning) {
  try {
    return JSON.parse(tuning).half === true;
  } catch {
    return false;
  }
}

/** Whether its kernels multiply in half precision. @param {Engine} engine */
export const multipliesInHalf = (engine) => isHalf(engine.tuning?.() ?? USUAL);

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

/** A processor and its driver. @param {Engine} engine @param {boolean} half */
function keyOf(engine, half) {
  const { name = "", driver = "" } = JSON.parse(engine.adapter()) ?? {};
  return new URL(`tuning-${half ? "half-" : ""}${encodeURIComponent(`${name} ${driver}`)}`, import.meta.url).href;
}

/** @param {() => Promise<string | null>} work */
async function quietly(work) {
  try {
    return await work();
  } catch {
    return null;
  }
}

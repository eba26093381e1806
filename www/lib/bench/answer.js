/**
 * Whether this browser computes what the native program does: a fixed picture, and a hash of its codes beside the one
 * that was worked out natively (docs/bench/answers.json, by scripts/answers.mjs).
 */
import { fetchJson } from "../fetch-json.js";
import { Varigrain } from "../../varigrain.js";

/** @typedef {import("./parts.js").Bench} Bench */
/** @typedef {import("./parts.js").Result} Result */
/** @typedef {{ grains: ArrayLike<number>, cells: ArrayLike<number> }} Coded */
/** @typedef {Record<string, { version: string, codes: string, int16: string }>} Answers by the model's name: of floats, and of whole numbers as a processor has them */

/**
 * What is drawn: of a temperature at which hardly a draw hangs on the last digit of a sum.
 */
export const ASKED = Object.freeze({ mode: /** @type {const} */ ("nar"), seed: 1, steps: 4, temperature: 0.2 });

const LIMIT = 1 << 16;

/**
 * SHA-256 of grain map and codes, its first 16 digits: a byte for each region, then two for each cell, the lower first.
 *
 * @param {Coded} picture
 */
export async function hashOf({ grains, cells }) {
  const bytes = [...Array.from(grains), ...Array.from(cells, (code) => [code & 255, code >> 8]).flat()];
  return hex(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
}

/** @param {ArrayBuffer} digest */
const hex = (digest) => Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Bench} bench @returns {Promise<Result>} */
export async function answer({ options: { model, backend, kernels }, signal, progress }) {
  progress("loading the model", 0);
  // The warm-up compares with the answers that the pack itself knows, and refuses a processor that gives others.
  const varigrain = await Varigrain.load({ model, backend, kernels, modes: [ASKED.mode] });
  try {
    progress("a fixed picture", 0.5);
    let last;
    for await (const step of varigrain.generate({ ...ASKED, signal })) last = step;
    if (!last) throw new Error("nothing was drawn");
    const { name, version } = varigrain.description;
    const known = (await answers())[name];
    const native = known?.version === String(version) ? codesOf(known, varigrain.kernels) : null;
    const codes = await hashOf(last);
    const pixels = hex(await crypto.subtle.digest("SHA-256", last.image.data));
    return { part: "answer", backend: varigrain.backend, model: name, version: String(version), asked: ASKED, codes, native, same: native ? codes === native : null, pixels };
  } finally {
    varigrain.close();
  }
}

/**
 * Half precision draws another picture, and nobody says which.
 *
 * @param {Answers[string]} known
 * @param {readonly string[]} kernels
 */
function codesOf(known, kernels) {
  if (!kernels.length) return known.codes;
  return kernels.join() === "int16" ? known.int16 : null;
}

/** @returns {Promise<Answers>} none where a site does not have them */
async function answers() {
  const url = new URL("docs/bench/answers.json", document.baseURI);
  return fetchJson(url, { what: "native answers", limit: LIMIT }).then(({ list }) => list, () => ({}));
}

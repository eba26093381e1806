/**
 * Kernels that have given the known answers here before. A later visit draws with them at once, and asks them again after
 * its first picture. Where nothing can be kept, every visit asks first.
 */
import { TUNING_CACHE } from "./tuning.js";

/** @typedef {import("./wasm-module.js").Engine} Engine */

/**
 * @typedef {object} Trust
 * @property {boolean} given whether they gave them on an earlier visit
 * @property {() => Promise<void>} give they just have
 * @property {() => Promise<void>} withdraw they do not any more
 */

/** Of an engine that has to answer first, always. @type {Trust} */
export const NO_TRUST = Object.freeze({ given: false, give: async () => {}, withdraw: async () => {} });

/**
 * What is remembered of these kernels: the same texts, compiled by the same browser for the same graphics processor.
 *
 * @param {Engine} engine
 * @param {readonly string[]} shaders all that it computes with; none on a processor, which needs no trust
 * @returns {Promise<Trust>}
 */
export async function trustIn(engine, shaders) {
  if (!shaders.length) return NO_TRUST;
  try {
    const key = await keyOf([navigator.userAgent, engine.adapter(), ...shaders].join("\n"));
    const given = Boolean(await caches.match(key, { cacheName: TUNING_CACHE }));
    const open = () => caches.open(TUNING_CACHE);
    return {
      given,
      give: () => quietly(async () => (await open()).put(key, new Response("right"))),
      withdraw: () => quietly(async () => (await open()).delete(key)),
    };
  } catch {
    return NO_TRUST;
  }
}

/** @param {string} text */
async function keyOf(text) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const digits = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0"));
  // Put together beforehand: bundlers take a pattern in its place for files of ours.
  const name = "right-" + digits.join("");
  return new URL(name, import.meta.url).href;
}

/** @param {() => Promise<unknown>} work */
async function quietly(work) {
  try {
    await work();
  } catch {
    // Then the next visit asks first.
  }
}

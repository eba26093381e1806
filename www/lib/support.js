/**
 * Whether this browser can run the engine at all; asked before anything is downloaded.
 */
import { VarigrainError } from "./errors.js";

/** A module with one function that makes a vector: valid where WebAssembly has SIMD. */
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/** @param {string} lacks */
const unsupported = (lacks) =>
  new VarigrainError(
    "unsupported",
    `This browser cannot draw here: it has no ${lacks}. A current Chrome, Edge, Firefox or Safari has; in a locked-down mode it may be switched off.`,
  );

export function checkSupport() {
  if (typeof WebAssembly !== "object") throw unsupported("WebAssembly");
  if (typeof Worker !== "function") throw unsupported("workers");
  let simd = true;
  try {
    simd = WebAssembly.validate(SIMD);
  } catch {
    // Not allowed to look: then loading tells.
  }
  if (!simd) throw unsupported("WebAssembly with SIMD");
}

/**
 * Starts a worker that is a module, if the browser knows such.
 *
 * @param {string | URL} url
 * @param {string} name
 * @returns {Worker}
 */
export function moduleWorker(url, name) {
  let asked = false;
  const worker = new Worker(url, {
    name,
    // Browsers that do not know it do not look.
    get type() {
      asked = true;
      return /** @type {const} */ ("module");
    },
  });
  if (asked) return worker;
  worker.terminate();
  throw unsupported("workers that are modules");
}

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

/** What an old browser says of a worker that is a module, and takes for a script. */
const OLD = /import (statement|declaration)|import call expects|outside a module|top level of a module/i;

/** @param {string} message of a worker that did not start @returns {VarigrainError | null} */
export const noModules = (message) => (OLD.test(message) ? unsupported("workers that are modules") : null);

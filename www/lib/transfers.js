/** What the worker hands to the page: arrays of their own, moved instead of copied. */

/**
 * An array with a buffer of its own. Of a mere view into wasm memory, moving it to the page would
 * pull the memory out from under the engine, and copying it would copy all of the memory.
 *
 * @template {Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array} T
 * @param {T} array
 * @returns {T}
 */
export function owned(array) {
  return array.byteLength === array.buffer.byteLength ? array : /** @type {T} */ (array.slice());
}

/**
 * What of a step is moved to the page instead of copied.
 *
 * @param {unknown} step
 * @returns {Transferable[]}
 */
export function buffers(step) {
  const parts = Object.values(/** @type {object} */ (step ?? {})).filter(ArrayBuffer.isView);
  return [...new Set(parts.map((part) => /** @type {ArrayBuffer} */ (part.buffer)))];
}

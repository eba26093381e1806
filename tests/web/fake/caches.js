/** Cache Storage of one cache, with what tests need of it. */
export function someCaches() {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const cache = {
    put: async (/** @type {string} */ key, /** @type {Response} */ response) => void kept.set(key, response),
    delete: async (/** @type {string} */ key) => kept.delete(key),
  };
  return { open: async () => cache, match: async (/** @type {string} */ key) => kept.get(key)?.clone() };
}

/**
 * Verified model files, kept in Cache Storage under their SHA-256.
 *
 * Keys are contents, not addresses, so a new version of a pack re-downloads only what has changed and
 * a stale file can never be taken for a fresh one. Everything here is a convenience: any failure
 * (private window, no quota, insecure page, where `caches` does not exist) means "not cached".
 */

export const PACK_CACHE = "varigrain-pack-v1";

export class PackCache {
  #base;
  /** @type {Promise<Cache | null>} */
  #cache;
  /** Whether something could not be kept because there is no room for it. */
  full = false;

  /** @param {string} base absolute address of the pack's folder */
  constructor(base) {
    this.#base = base;
    this.#cache = openCache();
  }

  /** @param {string} sha256 */
  async get(sha256) {
    return this.#read(this.#key(sha256));
  }

  /**
   * @param {string} sha256
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async put(sha256, bytes) {
    await this.#write(this.#key(sha256), bytes);
  }

  /** @param {string} sha256 */
  async evict(sha256) {
    await quietly(async () => (await this.#cache)?.delete(this.#key(sha256)));
  }

  /** The manifest as last accepted, so that a page opened offline still finds its model. */
  async manifest() {
    return this.#read(this.#manifestKey());
  }

  /**
   * Remembers the manifest and forgets the files that it no longer names.
   *
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {string[]} hashes
   */
  async accept(bytes, hashes) {
    await this.#write(this.#manifestKey(), bytes);
    const keep = new Set([this.#manifestKey(), ...hashes.map((hash) => this.#key(hash))]);
    await quietly(async () => {
      const cache = await this.#cache;
      for (const { url } of (await cache?.keys()) ?? []) {
        if (url.startsWith(this.#base) && !keep.has(url)) await cache?.delete(url);
      }
    });
  }

  /** @param {string} sha256 */
  #key(sha256) {
    return new URL(`sha256-${encodeURIComponent(sha256)}`, this.#base).href;
  }

  #manifestKey() {
    return new URL("manifest.json", this.#base).href;
  }

  /** @param {string} key */
  async #read(key) {
    return quietly(async () => {
      const found = await (await this.#cache)?.match(key);
      return found ? new Uint8Array(await found.arrayBuffer()) : undefined;
    });
  }

  /**
   * @param {string} key
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async #write(key, bytes) {
    await quietly(async () => {
      try {
        await (await this.#cache)?.put(key, new Response(bytes));
      } catch (error) {
        if (error instanceof DOMException && error.name === "QuotaExceededError") this.full = true;
      }
    });
  }
}

/** @returns {Promise<Cache | null>} */
async function openCache() {
  return (await quietly(async () => (typeof caches === "undefined" ? null : caches.open(PACK_CACHE)))) ?? null;
}

/**
 * Nothing, where the cache is not there or full.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
export async function quietly(work) {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

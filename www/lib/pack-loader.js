/**
 * Brings a model pack into an engine: manifest first, then the files that drawing needs, each taken
 * from the cache or the network and handed to the engine, which alone judges whether it is intact.
 */
import { VarigrainError, asVarigrainError } from "./errors.js";
import { download } from "./download.js";
import { PackCache } from "./pack-cache.js";

/** @typedef {import("./protocol.js").PackFile} PackFile */
/** @typedef {import("./protocol.js").PackInfo} PackInfo */
/** @typedef {import("./progress.js").ProgressMeter} ProgressMeter */
/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {{ bytes: Uint8Array<ArrayBuffer>, cached: boolean }} Fetched */

/** What the non-autoregressive sampler uses; other files of a pack stay on the server. */
const ROLES = ["decoder", "grain-map", "nar"];

export class PackLoader {
  #base;
  #meter;
  #cache;
  /** @type {Map<string, Promise<Fetched>>} by SHA-256 */
  #fetching = new Map();

  /**
   * @param {string} base absolute address of the pack's folder
   * @param {ProgressMeter} meter
   */
  constructor(base, meter) {
    this.#base = base;
    this.#meter = meter;
    this.#cache = new PackCache(base);
  }

  /**
   * Downloads the manifest and, if it looks readable, starts on the files at once: they then travel
   * side by side with the wasm binary, which is what decides whether the manifest is acceptable.
   */
  async prefetch() {
    const manifest = await this.#manifest();
    for (const file of peek(manifest)) void this.#fetch(file).catch(() => {});
    this.#meter.totalKnown();
    return manifest;
  }

  /**
   * @param {Engine} engine
   * @param {Uint8Array<ArrayBuffer>} manifest
   * @returns {Promise<PackInfo>}
   */
  async install(engine, manifest) {
    /** @type {PackInfo} */
    const info = JSON.parse(engine.open(manifest));
    const files = info.files.filter(({ role }) => ROLES.includes(role));
    let arriving = files.length;
    let added = 0;
    // Each as it arrives: checking one goes on beside the download of the others.
    await Promise.all(
      files.map(async (file) => {
        const fetched = await this.#fetch(file);
        if (--arriving === 0) this.#meter.phase("compile", added, files.length, file.name);
        await this.#add(engine, file, fetched);
        added++;
      }),
    );
    this.#meter.phase("compile", files.length, files.length);
    await this.#cache.accept(
      manifest,
      info.files.map(({ sha256 }) => sha256),
    );
    this.#fetching.clear();
    return info;
  }

  async #manifest() {
    const url = new URL("manifest.json", this.#base);
    try {
      // Revalidated every time: it is small, and it says whether anything else has changed.
      return await download(url, { cache: "no-cache" });
    } catch (error) {
      const kept = await this.#cache.manifest();
      if (kept && asVarigrainError(error).code === "pack-missing") return kept;
      throw error;
    }
  }

  /**
   * @param {Engine} engine
   * @param {PackFile} file
   * @param {Fetched} fetched
   */
  async #add(engine, file, { bytes, cached }) {
    try {
      engine.add(file.name, bytes);
      if (!cached) await this.#cache.put(file.sha256, bytes);
    } catch (error) {
      if (asVarigrainError(error).code !== "pack-damaged") throw error;
      // Once more, past every cache: an old copy of a file is the likeliest damage there is.
      await this.#cache.evict(file.sha256);
      this.#meter.advance(-file.bytes, file.name);
      const fresh = await this.#download(file, "reload");
      engine.add(file.name, fresh);
      await this.#cache.put(file.sha256, fresh);
    }
  }

  /**
   * @param {PackFile} file
   * @returns {Promise<Fetched>}
   */
  #fetch(file) {
    let fetching = this.#fetching.get(file.sha256);
    if (!fetching) {
      this.#meter.expect(file.bytes);
      fetching = this.#cacheOrNetwork(file);
      this.#fetching.set(file.sha256, fetching);
    }
    return fetching;
  }

  /**
   * @param {PackFile} file
   * @returns {Promise<Fetched>}
   */
  async #cacheOrNetwork(file) {
    const kept = await this.#cache.get(file.sha256);
    if (kept) {
      this.#meter.advance(file.bytes, file.name);
      return { bytes: kept, cached: true };
    }
    return { bytes: await this.#download(file, "default"), cached: false };
  }

  /**
   * A file of the wrong length is refused here already, and asked for a second time in the same way
   * as one whose contents are wrong.
   *
   * @param {PackFile} file
   * @param {RequestCache} cache
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async #download(file, cache) {
    const url = new URL(file.name, this.#base);
    if (!url.href.startsWith(this.#base)) {
      const message = `The manifest names a file outside its own folder: ${file.name}.`;
      throw new VarigrainError("pack-damaged", message);
    }
    let counted = 0;
    try {
      return await download(url, {
        bytes: file.bytes,
        cache,
        onBytes: (bytes) => {
          counted += bytes;
          this.#meter.advance(bytes, file.name);
        },
      });
    } catch (error) {
      if (asVarigrainError(error).code !== "pack-damaged" || cache === "reload") throw error;
      this.#meter.advance(-counted, file.name);
      return this.#download(file, "reload");
    }
  }
}

/**
 * The files a manifest seems to name. Only a head start: the engine's own reading decides, and
 * whatever is amiss here is reported by it.
 *
 * @param {Uint8Array} manifest
 * @returns {PackFile[]}
 */
export function peek(manifest) {
  try {
    const { files } = JSON.parse(new TextDecoder().decode(manifest));
    return files.filter((/** @type {PackFile} */ { name, role, bytes, sha256 }) => {
      const plausible = Number.isSafeInteger(bytes) && bytes >= 0 && /^[0-9a-f]{64}$/.test(sha256);
      return plausible && typeof name === "string" && ROLES.includes(role);
    });
  } catch {
    return [];
  }
}

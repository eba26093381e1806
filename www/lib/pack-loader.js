/**
 * Brings a model pack into an engine: manifest first, then the files that drawing needs, each taken
 * from the cache or the network and handed to the engine, which alone judges whether it is intact.
 */
import { VarigrainError, asVarigrainError } from "./errors.js";
import { download } from "./download.js";
import { BOUNDS } from "./bounds.js";
import { PART_NAMES, filesFor, firstOf, isThere } from "./modes.js";
import { PackCache } from "./pack-cache.js";
import { WEB_PAGE, isWebPage } from "./what-came.js";

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Part} Part */
/** @typedef {import("./protocol.js").PackFile} PackFile */
/** @typedef {import("./progress.js").ProgressMeter} ProgressMeter */
/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {{ bytes: Uint8Array<ArrayBuffer>, cached: boolean }} Fetched */

/** Codes of a manifest that the engine does not take. */
const REFUSED = ["pack-damaged", "pack-version"];

export class PackLoader {
  #base;
  #cache;
  /** @type {Map<string, Promise<Fetched>>} by SHA-256; those on their way, or not yet handed over */
  #fetching = new Map();
  /** @type {Set<string>} names of the files that the engine has */
  #added = new Set();
  /** @type {Uint8Array<ArrayBuffer>} */
  #accepted = new Uint8Array();
  /** @type {PackFile[]} */
  #files = [];

  /** @param {string} base absolute address of the pack's folder */
  constructor(base) {
    this.#base = base;
    this.#cache = new PackCache(base);
  }

  /** Whether the browser had no room to keep all of it. */
  get full() {
    return this.#cache.full;
  }

  /**
   * Downloads the manifest and, if it looks readable, starts on the files at once: they then travel
   * side by side with the wasm binary, which is what decides whether the manifest is acceptable.
   *
   * @param {readonly Mode[] | null} modes null: the first generator that the model has
   * @param {ProgressMeter} meter
   */
  async prefetch(modes, meter) {
    const came = await this.#manifest();
    const manifest = isJson(came) ? came : ((await this.#cache.manifest()) ?? came);
    for (const file of peek(manifest, modes)) void this.#fetch(file, meter).catch(() => {});
    meter.totalKnown();
    return manifest;
  }

  /**
   * @param {Engine} engine
   * @param {Uint8Array<ArrayBuffer>} manifest
   * @returns {Promise<import("./description.js").Description>} still plain
   */
  async open(engine, manifest) {
    let [accepted, description] = [manifest, /** @type {any} */ (null)];
    try {
      description = JSON.parse(engine.open(manifest));
    } catch (error) {
      // What is stored was accepted once: it is used when something else comes in its place.
      const kept = REFUSED.includes(asVarigrainError(error).code) ? await this.#cache.manifest() : undefined;
      if (!kept) throw isWebPage(manifest) ? this.#nonsense() : error;
      [accepted, description] = [kept, JSON.parse(engine.open(kept))];
    }
    this.#accepted = accepted;
    this.#files = description.files;
    return description;
  }

  #nonsense() {
    return new VarigrainError("pack-damaged", `The model could not be downloaded from ${this.#base}: ${WEB_PAGE("the model")}.`);
  }

  /**
   * Waits for the network only; the engine is free to draw meanwhile.
   *
   * @param {readonly Part[]} parts
   * @param {ProgressMeter} meter
   */
  async fetch(parts, meter) {
    const arriving = this.#lacking(parts).map(async (file) => {
      try {
        await this.#fetch(file, meter);
      } catch (error) {
        // Whoever asks again is to have another try.
        this.#fetching.delete(file.sha256);
        throw error;
      }
    });
    meter.totalKnown();
    await Promise.all(arriving);
  }

  /**
   * Hands the engine what these parts need and it does not have yet.
   *
   * @param {Engine} engine
   * @param {readonly Part[]} parts
   * @param {ProgressMeter} meter
   */
  async install(engine, parts, meter) {
    const files = this.#lacking(parts);
    let arriving = files.length;
    let added = 0;
    // Each as it arrives: checking one goes on beside the download of the others.
    await Promise.all(
      files.map(async (file) => {
        const fetched = await this.#fetch(file, meter);
        if (--arriving === 0) meter.phase("compile", added, files.length, file.name);
        // Whether or not it is of any use, its bytes are not needed here any more.
        this.#fetching.delete(file.sha256);
        await this.#add(engine, file, fetched, meter);
        this.#added.add(file.name);
        added++;
      }),
    );
    meter.phase("compile", files.length, files.length);
    await this.#cache.accept(
      this.#accepted,
      this.#files.map(({ sha256 }) => sha256),
    );
  }

  /**
   * @param {readonly Part[]} parts
   * @returns {PackFile[]}
   */
  #lacking(parts) {
    for (const part of parts) {
      if (isThere(this.#files, part)) continue;
      const message = `This model cannot do what was asked for: it has no ${PART_NAMES[part]}.`;
      throw new VarigrainError("pack-missing", message);
    }
    return filesFor(this.#files, parts).filter(({ name }) => !this.#added.has(name));
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
   * @param {ProgressMeter} meter
   */
  async #add(engine, file, { bytes, cached }, meter) {
    try {
      engine.add(file.name, bytes, await digestOf(bytes));
      if (!cached) await this.#cache.put(file.sha256, bytes);
    } catch (error) {
      if (asVarigrainError(error).code !== "pack-damaged") throw error;
      // Once more, past every cache: an old copy of a file is the likeliest damage there is.
      await this.#cache.evict(file.sha256);
      meter.advance(-file.bytes, file.name);
      const fresh = await this.#download(file, "reload", meter);
      engine.add(file.name, fresh, await digestOf(fresh));
      await this.#cache.put(file.sha256, fresh);
    }
  }

  /**
   * @param {PackFile} file
   * @param {ProgressMeter} meter
   * @returns {Promise<Fetched>}
   */
  #fetch(file, meter) {
    let fetching = this.#fetching.get(file.sha256);
    if (!fetching) {
      meter.expect(file.bytes);
      fetching = this.#cacheOrNetwork(file, meter);
      this.#fetching.set(file.sha256, fetching);
    }
    return fetching;
  }

  /**
   * @param {PackFile} file
   * @param {ProgressMeter} meter
   * @returns {Promise<Fetched>}
   */
  async #cacheOrNetwork(file, meter) {
    const kept = await this.#cache.get(file.sha256);
    if (kept) {
      meter.advance(file.bytes, file.name);
      return { bytes: kept, cached: true };
    }
    return { bytes: await this.#download(file, "default", meter), cached: false };
  }

  /**
   * A file of the wrong length is refused here already, and asked for a second time in the same way
   * as one whose contents are wrong.
   *
   * @param {PackFile} file
   * @param {RequestCache} cache
   * @param {ProgressMeter} meter
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async #download(file, cache, meter) {
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
          meter.advance(bytes, file.name);
        },
      });
    } catch (error) {
      if (asVarigrainError(error).code !== "pack-damaged" || cache === "reload") throw error;
      meter.advance(-counted, file.name);
      return this.#download(file, "reload", meter);
    }
  }
}

/**
 * SHA-256, where the browser works it out: beside everything else, and faster than the engine does.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Uint8Array | undefined>}
 */
async function digestOf(bytes) {
  try {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  } catch {
    // Not on a page that came unencrypted.
    return undefined;
  }
}

/** @param {Uint8Array} bytes */
function isJson(bytes) {
  try {
    return typeof JSON.parse(new TextDecoder().decode(bytes)) === "object";
  } catch {
    return false;
  }
}

/**
 * The files a manifest seems to name; none where they are more or larger than any pack has. Only a head start: the
 * engine's own reading decides, and whatever is amiss here is reported by it.
 *
 * @param {Uint8Array} manifest
 * @param {readonly Mode[] | null} modes null: the first generator that it has all files of
 * @returns {PackFile[]}
 */
export function peek(manifest, modes) {
  if (manifest.length > BOUNDS.manifestBytes) return [];
  try {
    const { files } = /** @type {{ files: PackFile[] }} */ (JSON.parse(new TextDecoder().decode(manifest)));
    if (files.length > BOUNDS.files) return [];
    const wanted = filesFor(files, modes ?? firstOf(files)).filter(({ name, bytes, sha256 }) => {
      const plausible = Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= BOUNDS.fileBytes && /^[0-9a-f]{64}$/.test(sha256);
      return plausible && typeof name === "string" && name.length <= BOUNDS.name;
    });
    return wanted.reduce((sum, { bytes }) => sum + bytes, 0) > BOUNDS.packBytes ? [] : wanted;
  } catch {
    return [];
  }
}

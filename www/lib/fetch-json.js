/**
 * Small files of JSON that no hash vouches for: lists and recordings.
 */
import { TooLong, ask, read } from "./ask.js";
import { VarigrainError } from "./errors.js";
import { WEB_PAGE, isWebPage } from "./what-came.js";

/**
 * @param {string | URL} url
 * @param {object} file
 * @param {string} file.what it is, for people
 * @param {number} file.limit bytes that it may have
 * @param {RequestCache} [file.cache]
 * @returns {Promise<{ bytes: Uint8Array<ArrayBuffer>, list: any }>} as it came, and what it says
 * @throws {VarigrainError} "pack-missing" if it did not come, "pack-damaged" if it says nothing
 */
export async function fetchJson(url, { what, limit, cache = "default" }) {
  const missing = (/** @type {string} */ why, /** @type {unknown} */ cause) =>
    new VarigrainError("pack-missing", `The ${what} could not be downloaded from ${url}: ${why}.`, { cause });
  const damaged = (/** @type {string} */ why, /** @type {unknown} */ cause) =>
    new VarigrainError("pack-damaged", `The ${what} ${url} cannot be read: ${why}.`, { cause });
  /** @type {Uint8Array<ArrayBuffer>} */
  let bytes;
  try {
    bytes = await read(await ask(url, cache), limit);
  } catch (cause) {
    if (cause instanceof TooLong) throw damaged(`it is longer than ${limit} bytes`, cause);
    throw missing(/** @type {Error} */ (cause).message, cause);
  }
  try {
    return { bytes, list: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch (cause) {
    if (isWebPage(bytes)) throw missing(WEB_PAGE(`the ${what}`), cause);
    throw damaged("it is no JSON, or only a part of it", cause);
  }
}

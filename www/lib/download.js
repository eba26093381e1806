/**
 * Downloads of a model's files, of which the manifest says how long each is.
 */
import { TooLong, ask, read } from "./ask.js";
import { BOUNDS } from "./bounds.js";
import { VarigrainError } from "./errors.js";
import { WEB_PAGE, isWebPage } from "./what-came.js";

/**
 * @param {string | URL} url
 * @param {object} [options]
 * @param {number} [options.bytes] exact length, when a manifest states it
 * @param {RequestCache} [options.cache]
 * @param {(count: number) => void} [options.onBytes] told of each piece
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(url, { bytes, cache = "default", onBytes } = {}) {
  // A manifest is read before anything vouches for its size.
  const limit = bytes ?? BOUNDS.manifestBytes;
  /** @type {Uint8Array<ArrayBuffer>} */
  let came;
  try {
    came = await read(await ask(url, cache), limit, onBytes);
  } catch (cause) {
    if (cause instanceof TooLong) throw damaged(url, cause.head, `it is longer than the ${limit} bytes expected`);
    const message = `A part of the model could not be downloaded from ${url}: ${/** @type {Error} */ (cause).message}.`;
    throw new VarigrainError("pack-missing", message, { cause });
  }
  if (bytes !== undefined && came.length !== bytes) throw damaged(url, came, `it ends after ${came.length} of ${bytes} bytes`);
  return came;
}

/** @param {string | URL} url @param {Uint8Array} came @param {string} why a part of a sentence */
function damaged(url, came, why) {
  return new VarigrainError("pack-damaged", `The model file ${url} is damaged: ${isWebPage(came) ? WEB_PAGE("it") : why}.`);
}

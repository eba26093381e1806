/**
 * Small files of JSON that no hash vouches for: lists and recordings.
 */
import { NoAnswer, ask, silent } from "./ask.js";
import { VarigrainError } from "./errors.js";
import { PATIENCE, within } from "./patience.js";
import { WEB_PAGE, isWebPage } from "./what-came.js";

/**
 * @param {string | URL} url
 * @param {string} what it is, for people
 * @param {RequestCache} [cache]
 * @returns {Promise<{ text: string, list: any }>} as it came, and what it says
 * @throws {VarigrainError} "pack-missing" if it did not come, "pack-damaged" if it says nothing
 */
export async function fetchJson(url, what, cache = "default") {
  const missing = (/** @type {string} */ why, /** @type {unknown} */ cause) =>
    new VarigrainError("pack-missing", `The ${what} could not be downloaded from ${url}: ${why}.`, { cause });
  const response = await ask(url, cache).catch((cause) => {
    throw missing(cause.message, cause);
  });
  const text = await within(PATIENCE.download, response.text(), silent).catch((cause) => {
    throw missing(cause instanceof NoAnswer ? cause.message : "the connection broke off", cause);
  });
  try {
    return { text, list: JSON.parse(text) };
  } catch (cause) {
    if (isWebPage(new TextEncoder().encode(text.slice(0, 600)))) throw missing(WEB_PAGE(`the ${what}`), cause);
    throw new VarigrainError("pack-damaged", `The ${what} ${url} cannot be read: it is no JSON, or only a part of it.`, { cause });
  }
}

/**
 * Downloads that count bytes as they arrive and never hold more than was announced.
 */
import { NoAnswer, ask, silent } from "./ask.js";
import { BOUNDS } from "./bounds.js";
import { VarigrainError } from "./errors.js";
import { PATIENCE, within } from "./patience.js";
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
  const { body } = await ask(url, cache).catch((cause) => {
    throw missing(url, cause);
  });
  // A manifest is read before anything vouches for its size.
  const limit = bytes ?? BOUNDS.manifestBytes;
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  if (body) {
    const reader = body.getReader();
    for (;;) {
      const reading = reader.read().catch((cause) => {
        throw missing(url, new NoAnswer("the connection broke off", { cause }));
      });
      const { done, value } = await within(PATIENCE.download, reading, () => {
        void reader.cancel().catch(() => {});
        return missing(url, silent());
      });
      if (done) break;
      length += value.byteLength;
      if (length > limit) {
        void reader.cancel().catch(() => {});
        if (isWebPage(pieces[0] ?? value)) throw damaged(url, WEB_PAGE("it"));
        throw damaged(url, `it is longer than the ${limit} bytes expected`);
      }
      pieces.push(value);
      onBytes?.(value.byteLength);
    }
  }
  if (bytes !== undefined && length !== bytes) {
    if (pieces.length && isWebPage(pieces[0])) throw damaged(url, WEB_PAGE("it"));
    throw damaged(url, `it ends after ${length} of ${bytes} bytes`);
  }
  return join(pieces, length);
}

/**
 * @param {Uint8Array[]} pieces
 * @param {number} length
 */
function join(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** @param {string | URL} url @param {NoAnswer} cause */
function missing(url, cause) {
  const message = `A part of the model could not be downloaded from ${url}: ${cause.message}.`;
  return new VarigrainError("pack-missing", message, { cause });
}

/** @param {string | URL} url @param {string} why a part of a sentence */
function damaged(url, why) {
  return new VarigrainError("pack-damaged", `The model file ${url} is damaged: ${why}.`);
}

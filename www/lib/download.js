/**
 * Downloads that count bytes as they arrive and never hold more than was announced.
 */
import { BOUNDS } from "./bounds.js";
import { VarigrainError } from "./errors.js";
import { PATIENCE, within } from "./patience.js";
import { whyForbidden } from "./policy.js";
import { WEB_PAGE, isWebPage } from "./what-came.js";

const NO_ANSWER = "no answer from the network; from another site it must also be allowed (access-control-allow-origin)";
const SILENT = `nothing more came for ${PATIENCE.download} seconds`;

/**
 * @param {string | URL} url
 * @param {object} [options]
 * @param {number} [options.bytes] exact length, when a manifest states it
 * @param {RequestCache} [options.cache]
 * @param {(count: number) => void} [options.onBytes] told of each piece
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(url, { bytes, cache = "default", onBytes } = {}) {
  const body = (await open(url, cache)).body;
  // A manifest is read before anything vouches for its size.
  const limit = bytes ?? BOUNDS.manifestBytes;
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  if (body) {
    const reader = body.getReader();
    for (;;) {
      const reading = reader.read().catch((cause) => {
        throw missing(url, "the connection broke off", cause);
      });
      const { done, value } = await within(PATIENCE.download, reading, () => {
        void reader.cancel().catch(() => {});
        return missing(url, SILENT);
      });
      if (done) break;
      length += value.byteLength;
      if (length > limit) {
        void reader.cancel().catch(() => {});
        if (isWebPage(pieces[0] ?? value)) throw damaged(url, WEB_PAGE("it"), "");
        throw damaged(url, `is longer than the ${limit} bytes expected`);
      }
      pieces.push(value);
      onBytes?.(value.byteLength);
    }
  }
  if (bytes !== undefined && length !== bytes) {
    if (pieces.length && isWebPage(pieces[0])) throw damaged(url, WEB_PAGE("it"), "");
    throw damaged(url, `ends after ${length} of ${bytes} bytes`);
  }
  return join(pieces, length);
}

/**
 * @param {string | URL} url
 * @param {RequestCache} cache
 */
async function open(url, cache) {
  /** @type {Response} */
  let response;
  try {
    response = await within(PATIENCE.download, fetch(url, { cache }), () => new Error(SILENT));
  } catch (cause) {
    if (cause instanceof Error && cause.message === SILENT) throw missing(url, SILENT);
    throw missing(url, (await whyForbidden(url)) || NO_ANSWER, cause);
  }
  if (!response.ok) throw missing(url, `the server answered ${response.status}`);
  return response;
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

/**
 * @param {string | URL} url
 * @param {string} why
 * @param {unknown} [cause]
 */
function missing(url, why, cause) {
  const message = `A part of the model could not be downloaded from ${url}: ${why}.`;
  return new VarigrainError("pack-missing", message, { cause });
}

/**
 * @param {string | URL} url
 * @param {string} why
 * @param {string} [it]
 */
function damaged(url, why, it = "it ") {
  return new VarigrainError("pack-damaged", `The model file ${url} is damaged: ${it}${why}.`);
}

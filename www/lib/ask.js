/**
 * Asks the network for a file, reads no more of it than it may be, and says why it does not come.
 */
import { PATIENCE, within } from "./patience.js";
import { whyForbidden } from "./policy.js";

/** The message is a part of a sentence: why nothing came. */
export class NoAnswer extends Error {}

/** It is longer than it may be. */
export class TooLong extends Error {
  /** @param {Uint8Array} head its beginning */
  constructor(head) {
    super("it is too long");
    this.head = head;
  }
}

/** Browsers do not tell a page which of these it was. */
const UNKNOWN = "no answer from the network; from another site it must also be allowed (access-control-allow-origin)";
const silent = () => new NoAnswer(`nothing more came for ${PATIENCE.download} seconds`);

/**
 * @param {string | URL} url
 * @param {RequestCache} [cache]
 * @returns {Promise<Response>} of which nothing has been read
 * @throws {NoAnswer} also if the server says that it has no such file
 */
export async function ask(url, cache = "default") {
  const asking = fetch(url, { cache }).catch(async (cause) => {
    throw new NoAnswer((await whyForbidden(url)) || UNKNOWN, { cause });
  });
  const response = await within(PATIENCE.download, asking, silent);
  if (!response.ok) throw new NoAnswer(`the server answered ${response.status}`);
  return response;
}

/**
 * @param {Response} response
 * @param {number} limit bytes; no more are ever held
 * @param {(count: number) => void} [onBytes] told of each piece
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {NoAnswer | TooLong}
 */
export async function read({ body }, limit, onBytes) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  const reader = body?.getReader();
  const giveUp = () => void reader?.cancel().catch(() => {});
  while (reader) {
    const reading = reader.read().catch((cause) => {
      throw new NoAnswer("the connection broke off", { cause });
    });
    const { done, value } = await within(PATIENCE.download, reading, () => {
      giveUp();
      return silent();
    });
    if (done) break;
    length += value.byteLength;
    pieces.push(value);
    if (length > limit) {
      giveUp();
      throw new TooLong(pieces[0]);
    }
    onBytes?.(value.byteLength);
  }
  return join(pieces, length);
}

/** @param {Uint8Array[]} pieces @param {number} length */
function join(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

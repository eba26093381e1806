/**
 * Asks the network for a file, and says why it does not come.
 */
import { PATIENCE, within } from "./patience.js";
import { whyForbidden } from "./policy.js";

/** The message is a part of a sentence: why nothing came. */
export class NoAnswer extends Error {}

/** @param {unknown} [cause] */
export const silent = (cause) => new NoAnswer(`nothing more came for ${PATIENCE.download} seconds`, { cause });

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

/** Browsers do not tell a page which of these it was. */
const UNKNOWN = "no answer from the network; from another site it must also be allowed (access-control-allow-origin)";

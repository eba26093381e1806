/**
 * What came instead of a file: hosts answer with a web page where they have nothing, and so do networks that want a
 * visitor to sign in first.
 */

import { whyForbidden } from "./policy.js";

/** More modules than this are not looked through. */
const MOST = 60;
/** As much of a file as it takes to see that it is a web page. */
const HEAD = 512;

/** @param {Uint8Array} bytes the beginning of a file */
export function isWebPage(bytes) {
  const text = new TextDecoder().decode(bytes.subarray(0, HEAD)).replace(/^[\s\uFEFF]+|^(<!--[\s\S]*?-->\s*)+/g, "");
  return /^<(!doctype\s+html|html|head|body|title|meta|script)\b/i.test(text);
}

/** Said of a file in whose place a web page came. @param {string} what it should have been, with its article */
export const WEB_PAGE = (what = "the file") => `a web page came instead of ${what} (a network that wants you to sign in first does that)`;

/**
 * Why a module did not come: the first of it and of what it imports that is not what it should be.
 *
 * @param {string | URL} address
 * @returns {Promise<string>} empty if all of them are there
 */
export async function whatCame(address) {
  const found = new Set();
  const open = [String(address)];
  for (let url = open.shift(); url && found.size < MOST; url = open.shift()) {
    if (found.has(url)) continue;
    found.add(url);
    const name = new URL(url).pathname.split("/").pop();
    /** @type {Response} */
    let response;
    try {
      response = await fetch(url);
    } catch {
      return (await whyForbidden(url)) || `there was no answer for ${name}`;
    }
    if (!response.ok) return `the server answered ${response.status} for ${name}`;
    const bytes = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
    if (isWebPage(bytes)) return WEB_PAGE(`${name}`);
    const type = response.headers.get("content-type") ?? "";
    if (!/(java|ecma)script/.test(type)) return `the server sent ${name} as “${type || "nothing"}” and not as a script`;
    const source = new TextDecoder().decode(bytes).replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, path] of source.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)) open.push(new URL(path, url).href);
  }
  return "";
}

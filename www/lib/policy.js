/**
 * What the page's content security policy has forbidden: browsers tell the page, and to whoever asked only that it failed.
 */

/** @type {{ directive: string, uri: string }[]} */
const forbidden = [];
globalThis.addEventListener?.("securitypolicyviolation", (event) => {
  const { effectiveDirective: directive, blockedURI: uri } = /** @type {SecurityPolicyViolationEvent} */ (event);
  forbidden.push({ directive, uri });
});

/** Milliseconds within which it is told. */
const SOON_MS = 100;

/** What a directive has to allow, for people. @param {string} uri as the browser reports it */
function allowance(uri) {
  if (/^wasm-eval$/.test(uri)) return "'wasm-unsafe-eval'";
  if (/^(blob|data)\b/.test(uri)) return `${uri.match(/^\w+/)?.[0]}:`;
  return URL.canParse(uri) ? new URL(uri).origin : uri;
}

/**
 * Why something failed, if it is that the host page does not allow it.
 *
 * @param {string | URL} address
 * @param {string[]} [also] other things that may have been forbidden instead, such as "blob"
 * @returns {Promise<string>} a part of a sentence; empty if nothing was forbidden
 */
export async function whyForbidden(address, also = []) {
  await new Promise((resolve) => setTimeout(resolve, SOON_MS));
  const url = String(address);
  const origin = URL.canParse(url) ? new URL(url).origin : url;
  const found = forbidden.findLast(({ uri }) => uri === url || uri === origin || also.some((one) => uri.startsWith(one)));
  return found ? `the page's content security policy does not allow it; its ${found.directive} must have ${allowance(found.uri)}` : "";
}

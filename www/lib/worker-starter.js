/**
 * Starts a worker from wherever this program lies. Browsers start workers from a page's own origin only: for a page that
 * embeds us from another site, or that has no origin, a small script of its own imports the real one.
 */
import { VarigrainError } from "./errors.js";

/** The model's worker, where bundlers find it: they look for just this. */
const bundled = () => new Worker(new URL("../worker.js", import.meta.url), { type: "module", name: "varigrain" });

/** As a text: of the address itself bundlers would bring along once more what it names. */
const HERE = String(import.meta.url);
export const workerAddress = () => new URL("../worker.js", HERE);

/**
 * @param {URL} [url] of another worker than the model's
 * @returns {Worker}
 */
export function startWorker(url) {
  const address = url ?? workerAddress();
  try {
    const elsewhere = /^https?:$/.test(address.protocol) && address.origin !== globalThis.origin;
    if (elsewhere) return wrapped(address);
    return url ? new Worker(url, { type: "module", name: "varigrain" }) : bundled();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new VarigrainError("unsupported", `The page does not allow the drawing engine's worker (${what}). In a sandboxed frame it needs “allow-scripts”; a content security policy needs worker-src with ${address.origin === globalThis.origin ? "'self'" : "blob:"}.`, { cause });
  }
}

/** @param {URL} address */
function wrapped(address) {
  const script = `import ${JSON.stringify(address.href)};`;
  const options = /** @type {const} */ ({ type: "module", name: "varigrain" });
  // In a frame without an origin a blob's address is not its own; text has none.
  if (globalThis.origin === "null") return new Worker(`data:text/javascript,${encodeURIComponent(script)}`, options);
  const own = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(own, options);
  // It has been read by then.
  worker.addEventListener("message", () => URL.revokeObjectURL(own), { once: true });
  return worker;
}

/**
 * The worker's end of a conversation with the page, in the protocol of lib/worker-link.js.
 */
import { asVarigrainError, toPlain } from "../errors.js";

/**
 * The checker knows pages, whose postMessage differs; this is the worker's.
 *
 * @type {{ postMessage(message: import("../protocol.js").Reply): void }}
 */
const page = /** @type {any} */ (globalThis);

/**
 * Calls are served one after another.
 *
 * @param {Record<string, (args: any) => unknown>} handlers
 */
export function serve(handlers) {
  let turn = Promise.resolve();
  globalThis.addEventListener("message", (/** @type {MessageEvent} */ { data: { id, type, args } }) => {
    turn = turn.then(async () => {
      try {
        page.postMessage({ type: "ok", id, value: await handlers[type](args) });
      } catch (error) {
        page.postMessage({ type: "error", id, error: toPlain(asVarigrainError(error)) });
      }
    });
  });
}

/**
 * Canvases that are drawn on by a worker. A canvas can be given away once and for good: its worker is remembered, so
 * that it may be named again, and with that worker it is lost.
 */
import { VarigrainError } from "./errors.js";

/** @typedef {import("./worker-link.js").WorkerLink} WorkerLink */
/** @typedef {{ link: WorkerLink, number: number }} Given */

/** @type {WeakMap<object, Given>} */
const given = new WeakMap();
let last = 0;

/** Of canvases that nobody holds any more, the worker lets go too. */
const forgotten = new FinalizationRegistry((/** @type {Given} */ { link, number }) => {
  link.call("canvas", { canvas: number, surface: null }).catch(() => {});
});

/** @param {string} why @param {unknown} [cause] */
const bad = (why, cause) => new VarigrainError("bad-canvas", `The canvas cannot be drawn on: ${why}.`, { cause });

/**
 * @param {unknown} canvas
 * @returns {canvas is HTMLCanvasElement | OffscreenCanvas}
 */
function isCanvas(canvas) {
  return [globalThis.HTMLCanvasElement, globalThis.OffscreenCanvas].some((kind) => kind && canvas instanceof kind);
}

/** Whether it could be one at all, asked before anything is loaded. @param {unknown} canvas */
export function checkCanvas(canvas) {
  if (!isCanvas(canvas)) throw bad("it must be an HTMLCanvasElement or an OffscreenCanvas");
}

/**
 * Gives a canvas to a worker, unless it has it already.
 *
 * @param {WorkerLink} link
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @returns {number} what the worker knows it by
 */
export function giveCanvas(link, canvas) {
  const before = given.get(canvas);
  if (before?.link === link) return before.number;
  if (before?.link.broken) throw bad("the engine that drew on it has ended and has taken it along; a fresh canvas is needed");
  if (before) throw bad("another model draws on it already; a canvas of its own is needed");
  const entry = { link, number: ++last };
  const surface = surfaceOf(canvas);
  try {
    // Its answer says nothing that the next call's does not.
    link.call("canvas", { canvas: entry.number, surface }, [surface]).catch(() => {});
  } catch (cause) {
    throw bad("it has a context, or was given away before; a fresh canvas is needed", cause);
  }
  given.set(canvas, entry);
  forgotten.register(canvas, entry);
  return entry.number;
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @returns {OffscreenCanvas} */
function surfaceOf(canvas) {
  if (!("transferControlToOffscreen" in canvas)) return /** @type {OffscreenCanvas} */ (canvas);
  try {
    return canvas.transferControlToOffscreen();
  } catch (cause) {
    throw bad("it has a context, or was given away before; a fresh canvas is needed", cause);
  }
}

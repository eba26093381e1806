/**
 * A canvas in as many pixels as the screen shows it in. An observer tells how large it is, so that painting never makes
 * the browser lay out the page; what is hidden is not painted. What comes to be shown out of sight, as further down the
 * page, is painted a little later, so that a page with many players opens in short tasks.
 */
import { nextFrame } from "../../lib/dom.js";

/** Those out of sight that are still to be painted, one in each frame. @type {Set<Painted>} */
const waiting = new Set();

async function paintWaiting() {
  for (const one of waiting) {
    await nextFrame();
    waiting.delete(one);
    one.paint();
  }
}

/** @param {Element} element */
function isOutOfSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top > innerHeight || bottom < 0;
}

export class Painted {
  #canvas;
  #paint;
  #fixed;
  /** As the page shows it, in its pixels; nothing as long as it is hidden. */
  #shown = { width: 0, height: 0 };
  #observer = new ResizeObserver(() => this.#measure());

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(context: CanvasRenderingContext2D, width: number, height: number) => void} paint
   * @param {boolean} [fixed] whether it keeps the pixels it has, however large it is shown
   */
  constructor(canvas, paint, fixed = false) {
    this.#canvas = canvas;
    this.#paint = paint;
    this.#fixed = fixed;
    this.#observer.observe(canvas);
  }

  paint() {
    const canvas = this.#canvas;
    const [width, height] = [this.#shown.width, this.#shown.height].map((side) => Math.round(side * devicePixelRatio));
    if (!width || !height) return;
    if (!this.#fixed && canvas.width !== width) canvas.width = width;
    if (!this.#fixed && canvas.height !== height) canvas.height = height;
    this.#paint(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), canvas.width, canvas.height);
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === this.#shown.width && height === this.#shown.height) return;
    const before = this.#shown;
    this.#shown = { width, height };
    if (before.width || !width || !isOutOfSight(this.#canvas)) return this.paint();
    waiting.add(this);
    if (waiting.size === 1) void paintWaiting();
  }

  /** Lets go of what it observes. */
  close() {
    waiting.delete(this);
    this.#observer.disconnect();
  }
}

/**
 * `<vg-gallery>`: what was drawn in this visit, newest first. Lives in the page and not in the
 * worker, so it outlasts a crash of the engine.
 *
 * Fires "revisit" with the entry.
 */
import { el, emit } from "../lib/dom.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../lib/request.js").Request} Request */
/** @typedef {{ request: Request, title: string, style: string, steps: Step[] }} Drawing */

const KEEP = 60;
/** A step takes some 64 KiB, so older drawings keep their last one only. */
const KEEP_STEPS = 12;

export class Gallery extends HTMLElement {
  /** @type {Drawing[]} */
  #drawings = [];
  #heading = el("h2", {}, "Made in this visit");
  #list = el("ul", { class: "prints" });
  #empty = el("p", { class: "hint" }, "Finished pictures are kept here until you leave.");

  connectedCallback() {
    this.replaceChildren(this.#heading, this.#empty, this.#list);
    this.#list.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      const at = [...this.#list.children].indexOf(/** @type {Element} */ (button?.parentElement));
      if (at >= 0) emit(this, "revisit", this.#drawings[at]);
    });
  }

  /** @param {Drawing} drawing */
  add(drawing) {
    this.#empty.hidden = true;
    this.#drawings.unshift(drawing);
    const canvas = el("canvas", { width: 128, height: 128 });
    const last = drawing.steps[drawing.steps.length - 1];
    canvas.getContext("2d")?.putImageData(last.image, 0, 0);
    const seed = String(drawing.request.seed);
    const label = `${drawing.title}, ${drawing.style}, seed ${seed}: show it again`;
    const caption = el("span", { class: "caption" }, drawing.title);
    const small = el("span", { class: "small" }, drawing.style);
    const button = el("button", { type: "button", class: "print", "aria-label": label }, canvas, caption, small);
    this.#list.prepend(el("li", {}, button));
    const older = this.#drawings[KEEP_STEPS];
    if (older) older.steps = older.steps.slice(-1);
    if (this.#drawings.length > KEEP) {
      this.#drawings.pop();
      this.#list.lastElementChild?.remove();
    }
  }
}

customElements.define("vg-gallery", Gallery);

/**
 * `<vg-gallery>`: what was drawn in this visit, newest first. Lives in the page and not in the
 * worker, so it outlasts a crash of the engine.
 *
 * Fires "revisit" with the entry.
 */
import { el, emit } from "../lib/dom.js";
import { METHOD_NAMES } from "../lib/modes.js";

/** @typedef {import("../lib/request.js").Wish} Wish */
/** @typedef {import("./darkroom.js").Run} Run */
/** @typedef {{ request: Wish, title: string, style: string, runs: Run[] }} Drawing one run for each generator */

const KEEP = 60;
/** A step takes some 64 KiB; drawings older than so many steps keep their last one only. */
const KEEP_STEPS = 400;

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
    const canvases = drawing.runs.map(({ steps }) => {
      const canvas = el("canvas", { width: 128, height: 128 });
      canvas.getContext("2d")?.putImageData(steps[steps.length - 1].image, 0, 0);
      return canvas;
    });
    const { mode, seed } = drawing.request;
    const how = mode && mode !== "nar" ? `, ${METHOD_NAMES[mode].toLowerCase()}` : "";
    const label = `${drawing.title}, ${drawing.style}${how}, seed ${seed}: show it again`;
    const caption = el("span", { class: "caption" }, drawing.title);
    const small = el("span", { class: "small" }, `${drawing.style}${how}`);
    const images = el("span", { class: "images" }, ...canvases);
    const button = el("button", { type: "button", class: "print", "aria-label": label }, images, caption, small);
    this.#list.prepend(el("li", { class: canvases.length > 1 ? "pair" : undefined }, button));
    this.#forget();
    if (this.#drawings.length > KEEP) {
      this.#drawings.pop();
      this.#list.lastElementChild?.remove();
    }
  }

  /** The newest keeps all of its steps, however many. */
  #forget() {
    let kept = 0;
    for (const [at, { runs }] of this.#drawings.entries()) {
      kept += runs.reduce((sum, { steps }) => sum + steps.length, 0);
      if (at && kept > KEEP_STEPS) for (const run of runs) run.steps = run.steps.slice(-1);
    }
  }
}

customElements.define("vg-gallery", Gallery);

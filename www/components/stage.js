/**
 * `<vg-stage>`: the picture, large. Two canvases one above the other: the model's 128×128 pixels,
 * and above them, in screen resolution, the dots of what is not yet known and the grain map. The
 * model has a guess for what is not yet known; it is shown faintly on demand.
 */
import { el, freshId } from "../lib/dom.js";
import { coloursOf, drawGrains, drawProgress, drawUnknown, restingGrains } from "../lib/grain-pattern.js";

/** @typedef {import("../varigrain.js").Step} Step */

const NOTHING_KNOWN = new Uint8Array(256);
/** Guesses are seen through the paper: enough to tell what they are, too little to take them for known. */
const GUESS_COVER = 0.45;

export class Stage extends HTMLElement {
  #picture = el("canvas", { width: 128, height: 128, role: "img", "aria-label": "Nothing drawn yet" });
  #marks = el("canvas", { "aria-hidden": "true" });
  #grid = el("input", { type: "checkbox", id: freshId("grid") });
  #guesses = el("input", { type: "checkbox", id: freshId("guesses") });
  #crisp = el("input", { type: "checkbox", id: freshId("crisp") });
  /** @type {Step | null} */
  #step = null;
  /** @type {number | null} share of the download, while there is one */
  #progress = null;

  connectedCallback() {
    this.replaceChildren(
      el("div", { class: "plate" }, this.#picture, this.#marks),
      el(
        "div",
        { class: "toggles" },
        el("label", { class: "check" }, this.#grid, "Grain map"),
        el("label", { class: "check" }, this.#guesses, "Guesses"),
        el("label", { class: "check" }, this.#crisp, "Pixels"),
        el("div", { class: "actions" }),
      ),
    );
    for (const box of [this.#grid, this.#guesses]) box.addEventListener("change", () => this.#paint());
    this.#crisp.addEventListener("change", () => this.#picture.classList.toggle("crisp", this.#crisp.checked));
    new ResizeObserver(() => this.#fit()).observe(this.#marks);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
  }

  /** Where the page puts what can be done with the picture. */
  get actions() {
    return /** @type {HTMLElement} */ (this.querySelector(".actions"));
  }

  /** The step on show. */
  get step() {
    return this.#step;
  }

  /**
   * @param {Step} step
   * @param {string} title what it depicts, for those who do not see it
   */
  show(step, title) {
    this.#step = step;
    this.#progress = null;
    const state = step.done ? "finished" : `step ${step.index + 1} of ${step.total}`;
    this.#picture.setAttribute("aria-label", `${title}, ${state}`);
    this.#context(this.#picture).putImageData(step.image, 0, 0);
    this.#paint();
  }

  /** @param {number | null} share of the download; null: ready and waiting */
  set progress(share) {
    if (this.#step) return;
    this.#progress = share;
    this.#paint();
  }

  /** On a phone the button is pressed far below the picture that it starts. */
  bringIntoView() {
    const { top, bottom } = this.getBoundingClientRect();
    if (top >= -40 && bottom <= innerHeight + 40) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }

  #fit() {
    const size = Math.round(this.#marks.clientWidth * devicePixelRatio);
    if (!size || this.#marks.width === size) return;
    this.#marks.width = size;
    this.#marks.height = size;
    this.#paint();
  }

  #paint() {
    const context = this.#context(this.#marks);
    const size = this.#marks.width;
    const colours = coloursOf(this);
    context.clearRect(0, 0, size, size);
    if (this.#progress !== null) {
      drawProgress(context, size, restingGrains(), this.#progress, colours);
      return;
    }
    const grains = this.#step?.grains ?? restingGrains();
    const cover = this.#guesses.checked && this.#step ? GUESS_COVER : 1;
    drawUnknown(context, size, grains, this.#step?.known ?? NOTHING_KNOWN, colours, { cover });
    if (this.#grid.checked) drawGrains(context, size, grains, colours);
  }

  /** @param {HTMLCanvasElement} canvas */
  #context(canvas) {
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  }
}

customElements.define("vg-stage", Stage);

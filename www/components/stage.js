/**
 * `<vg-stage>`: the picture, large. Two canvases one above the other: the model's 128×128 pixels,
 * and above them, in screen resolution, the dots of what is not yet known, the grain map, and the
 * order in which the codes came. The model has a guess for what is not yet known; it is shown faintly
 * on demand.
 */
import { el } from "../lib/dom.js";
import { coloursOf, drawGrains, drawProgress, drawUnknown, restingGrains } from "../lib/grain-pattern.js";
import { describeOrder, drawOrder } from "../lib/order-trail.js";
import { undecided } from "../lib/streams.js";
import { AS_IT_IS } from "./view-bar.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../varigrain.js").Mode} Mode */
/** @typedef {import("./view-bar.js").View} View */

const NOTHING_KNOWN = new Uint8Array(256);
/** Guesses are seen through the paper: enough to tell what they are, too little to take them for known. */
const GUESS_COVER = 0.45;

export class Stage extends HTMLElement {
  #picture = el("canvas", { width: 128, height: 128, role: "img", "aria-label": "Nothing drawn yet" });
  #marks = el("canvas", { "aria-hidden": "true" });
  #title = "";
  /** @type {Mode} */
  #mode = "nar";
  /** @type {View} */
  #view = AS_IT_IS;
  /** @type {Step | null} */
  #step = null;
  /** @type {number | null} share of the download, while there is one */
  #progress = null;

  connectedCallback() {
    this.replaceChildren(el("div", { class: "plate" }, this.#picture, this.#marks));
    new ResizeObserver(() => this.#fit()).observe(this.#marks);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
  }

  /** The step on show. */
  get step() {
    return this.#step;
  }

  /** @param {View} view what is shown above the picture, and how */
  set view(view) {
    this.#view = view;
    this.#picture.classList.toggle("crisp", view.crisp);
    this.#label();
    this.#paint();
  }

  /**
   * @param {Step} step
   * @param {string} title what it depicts, for those who do not see it
   * @param {Mode} mode
   */
  show(step, title, mode) {
    this.#step = step;
    this.#title = title;
    this.#mode = mode;
    this.#progress = null;
    this.#label();
    this.#context(this.#picture).putImageData(step.image, 0, 0);
    this.#paint();
  }

  /** Back to the empty plate. */
  clear() {
    this.#step = null;
    this.#label();
    this.#context(this.#picture).clearRect(0, 0, 128, 128);
    this.#paint();
  }

  /** @param {number | null} share of the download; null: ready and waiting */
  set progress(share) {
    if (this.#step) return;
    this.#progress = share;
    this.#paint();
  }

  #label() {
    const step = this.#step;
    const state = step?.done ? "finished" : `step ${(step?.index ?? 0) + 1} of ${step?.total}`;
    const order = step && this.#view.order ? `. ${describeOrder(step, this.#mode)}` : "";
    this.#picture.setAttribute("aria-label", step ? `${this.#title}, ${state}${order}` : "Nothing drawn yet");
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
    const [step, view] = [this.#step, this.#view];
    const grains = step?.grains ?? restingGrains();
    const cover = view.guesses && step ? GUESS_COVER : 1;
    const open = step ? undecided(step, this.#mode) : undefined;
    drawUnknown(context, size, grains, step?.known ?? NOTHING_KNOWN, colours, { cover, open });
    if (view.grid) drawGrains(context, size, grains, colours, open);
    if (view.order && step) {
      drawOrder(context, size, step, { mode: this.#mode, paper: colours.paper, scale: devicePixelRatio });
    }
  }

  /** @param {HTMLCanvasElement} canvas */
  #context(canvas) {
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  }
}

customElements.define("vg-stage", Stage);

/**
 * `<vg-darkroom>`: the pictures on show, one or two, and how they are looked at. What else is in it
 * (the status line) stays where the style sheet puts it.
 */
import { el } from "../lib/dom.js";
import { Easel } from "./easel.js";
import { ViewBar } from "./view-bar.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../varigrain.js").Mode} Mode */
/** @typedef {{ mode: Mode, steps: Step[] }} Run what one generator drew */

export class Darkroom extends HTMLElement {
  #easels = [new Easel(), new Easel()];
  bar = new ViewBar();

  connectedCallback() {
    this.#easels[1].hidden = true;
    this.prepend(...this.#easels, this.bar);
    this.bar.addEventListener("view", (event) => {
      for (const easel of this.#easels) easel.view = /** @type {CustomEvent} */ (event).detail;
    });
  }

  /** The steps on show, from left to right. */
  get steps() {
    return this.#shown.flatMap(({ step }) => step ?? []);
  }

  get #shown() {
    return this.#easels.filter(({ hidden }) => !hidden);
  }

  /** @param {number | null} share of the download */
  set progress(share) {
    for (const easel of this.#easels) easel.progress = share;
  }

  /**
   * Clears the place for new pictures, one for each generator.
   *
   * @param {readonly Mode[]} modes
   * @param {string} title
   */
  begin(modes, title) {
    this.toggleAttribute("data-pair", modes.length > 1);
    for (const [at, easel] of this.#easels.entries()) {
      const mode = modes[at];
      easel.hidden = !mode;
      if (mode) easel.begin(mode, title, modes.length > 1);
    }
    this.bar.enabled = false;
  }

  /** @param {Mode} mode @param {Step} step */
  add(mode, step) {
    this.#shown.find((easel) => easel.mode === mode)?.add(step);
    this.bar.enabled = true;
  }

  /** @param {Run[]} runs @param {string} title */
  revisit(runs, title) {
    this.begin(
      runs.map(({ mode }) => mode),
      title,
    );
    for (const { mode, steps } of runs) for (const step of steps) this.add(mode, step);
  }

  /** On a phone the button is pressed far below the picture that it starts. */
  bringIntoView() {
    const { top, bottom } = (this.#easels[0].querySelector("vg-stage") ?? this).getBoundingClientRect();
    if (top >= -40 && bottom <= innerHeight + 40) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }

  /** @returns {HTMLCanvasElement} what is on show, in the model's own pixels */
  print() {
    const images = this.steps.map(({ image }) => image);
    const canvas = el("canvas", { width: images.reduce((sum, { width }) => sum + width, 0), height: images[0].height });
    const context = canvas.getContext("2d");
    for (const [at, image] of images.entries()) context?.putImageData(image, at * image.width, 0);
    return canvas;
  }
}

customElements.define("vg-darkroom", Darkroom);

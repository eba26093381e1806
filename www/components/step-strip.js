/**
 * `<vg-step-strip>`: a contact strip, one frame for each step of the picture, to look back at.
 * A listbox would swallow the arrow keys of a long strip's scrolling; these are plain buttons with
 * one tab stop, and the arrows move along them.
 *
 * Fires "look" with the step.
 */
import { el, emit } from "../lib/dom.js";
import { coloursOf, drawUnknown } from "../lib/grain-pattern.js";

/** @typedef {import("../varigrain.js").Step} Step */

/** Twice the size on screen, for dense displays. */
const FRAME = 128;
/** With more steps than this the frames are small. */
const MANY = 16;

export class StepStrip extends HTMLElement {
  /** @type {Step[]} */
  #steps = [];
  #row = el("div", { class: "frames", role: "toolbar", "aria-label": "Steps of this picture" });
  /** The one that is marked. */
  #at = -1;

  connectedCallback() {
    this.replaceChildren(this.#row);
    this.#row.addEventListener("click", (event) => {
      const frame = /** @type {Element} */ (event.target).closest("button");
      if (frame) this.#look(this.#frames.indexOf(frame));
    });
    this.#row.addEventListener("keydown", (event) => {
      const last = this.#steps.length - 1;
      const at = this.#frames.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
      if (to === undefined || to < 0 || to > last) return;
      event.preventDefault();
      this.#frames[to].focus();
      this.#look(to);
    });
  }

  get #frames() {
    return [...this.#row.querySelectorAll("button")];
  }

  /** @param {string} name what the steps belong to, for those who do not see it */
  begin(name) {
    this.#steps = [];
    this.#at = -1;
    this.#row.replaceChildren();
    this.#row.setAttribute("aria-label", name);
  }

  /** @param {Step} step the newest, which is on show */
  add(step) {
    this.#steps.push(step);
    if (this.#steps.length === 1) this.#row.toggleAttribute("data-many", step.total > MANY);
    const canvas = el("canvas", { width: FRAME, height: FRAME });
    paint(canvas, step);
    const number = el("span", { class: "number" }, String(step.index + 1));
    // Not of how many: that may turn out to be fewer than it seems now.
    const label = `Step ${step.index + 1}, ${step.codes} codes`;
    this.#row.append(el("button", { type: "button", class: "frame", "aria-label": label }, canvas, number));
    this.#mark(this.#steps.length - 1);
  }

  /** @param {number} at */
  #look(at) {
    this.#mark(at);
    emit(this, "look", this.#steps[at]);
  }

  /** @param {number} at */
  #mark(at) {
    const frames = this.#frames;
    for (const index of [this.#at, at]) {
      frames[index]?.setAttribute("aria-pressed", String(index === at));
      if (frames[index]) frames[index].tabIndex = index === at ? 0 : -1;
    }
    this.#at = at;
    // Scrolls the strip alone: scrollIntoView would also move the page under the reader.
    const frame = frames[at];
    const over = frame.offsetLeft + frame.offsetWidth - this.#row.clientWidth;
    if (over > this.#row.scrollLeft) this.#row.scrollLeft = over;
    else if (frame.offsetLeft < this.#row.scrollLeft) this.#row.scrollLeft = frame.offsetLeft;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Step} step
 */
function paint(canvas, step) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.putImageData(step.image, 0, 0);
  drawUnknown(context, FRAME, step.grains, step.known, coloursOf(document.documentElement), { dots: false });
}

customElements.define("vg-step-strip", StepStrip);

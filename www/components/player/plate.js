/**
 * A picture in one of its steps, with a layer over it. Two canvases one above the other: the model's own
 * pixels, and in screen resolution what is drawn over them.
 *
 * A plain class: `element` goes wherever it is wanted, within a player's shadow or any root that has its
 * style sheet.
 */
import { el } from "../../lib/dom.js";
import { describeOrder } from "../../lib/order-trail.js";
import { drawLayer } from "../../lib/view/layers.js";
import { codeAt } from "../../lib/view/step.js";
import { drawResting } from "../resting.js";
import { coloursIn } from "./colours.js";
import { Painted } from "./painted.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/view/step.js").Mode} Mode */
/** @typedef {import("../../lib/view/layers.js").Layer} Layer */

export class Plate {
  #picture = el("canvas", { class: "picture", part: "picture", role: "img" });
  #marks = el("canvas", { class: "marks", "aria-hidden": "true" });
  #tip = el("span", { class: "tip", "aria-hidden": "true", hidden: true });
  #host;
  #title = "";
  /** @type {Mode} */
  #mode = "nar";
  /** @type {Step | null} */
  #step = null;
  /** @type {Step | undefined} */
  #previous;
  /** @type {Layer} */
  #layer = "picture";
  #grid;
  /** Whether a poster is on show. */
  #hung = false;
  /** @type {number | null} */
  #progress = null;
  /** Whether what points is no mouse. */
  #finger = false;
  #painted = new Painted(this.#marks, (context, size) => this.#draw(context, size));

  /**
   * @param {Element} host whose colours are drawn with
   * @param {import("../../lib/grid.js").Grid} grid of what is going to be here
   * @param {boolean} [choosable] a button, one of several plates
   */
  constructor(host, grid, choosable = false) {
    this.#host = host;
    this.#grid = grid;
    const parts = [this.#picture, this.#marks, this.#tip];
    this.element = choosable
      ? el("button", { type: "button", class: "plate", part: "plate", "aria-pressed": "false" }, ...parts)
      : el("div", { class: "plate", part: "plate" }, ...parts);
    this.element.addEventListener("pointermove", (event) => this.#ask(/** @type {PointerEvent} */ (event)));
    this.element.addEventListener("pointerdown", (event) => (this.#finger = /** @type {PointerEvent} */ (event).pointerType !== "mouse"));
    this.element.addEventListener("click", (event) => this.#tap(/** @type {MouseEvent} */ (event)));
    this.element.addEventListener("pointerleave", () => (this.#tip.hidden = true));
    this.#label();
  }

  get step() {
    return this.#step;
  }

  /** Lets go of what it observes. */
  close() {
    this.#painted.close();
  }

  /** @param {boolean} on pixels instead of a smooth picture */
  set pixels(on) {
    this.#picture.classList.toggle("pixels", on);
  }

  /** @param {Layer} layer */
  set layer(layer) {
    this.#layer = layer;
    this.#label();
    this.paint();
  }

  /** @param {number | null} share of a download; null: none is under way */
  set progress(share) {
    this.#progress = share;
    if (!this.#step) this.paint();
  }

  /**
   * @param {Step} step
   * @param {object} scene
   * @param {string} scene.title what it depicts, for those who do not see it
   * @param {Mode} scene.mode
   * @param {Step} [scene.previous]
   */
  show(step, { title, mode, previous }) {
    const context = this.#context(this.#picture);
    if (this.#picture.width !== step.image.width) {
      this.#picture.width = step.image.width;
      this.#picture.height = step.image.height;
    }
    this.#hung = false;
    if (this.#step !== step) context.putImageData(step.image, 0, 0);
    this.#step = step;
    this.#previous = previous;
    this.#title = title;
    this.#mode = mode;
    this.#label();
    this.paint();
  }

  /** @param {string} [title] what is going to be here */
  clear(title = "") {
    // A canvas that nothing was drawn on needs no context for that.
    if (this.#step || this.#hung) this.#context(this.#picture).clearRect(0, 0, this.#picture.width, this.#picture.height);
    this.#step = null;
    this.#hung = false;
    this.#title = title;
    this.#label();
    this.paint();
  }

  /** A picture of what is going to be here, drawn before. @param {ImageBitmap} picture @param {string} title */
  poster(picture, title) {
    const side = Math.max(picture.width, picture.height);
    this.#picture.width = this.#picture.height = side;
    this.#context(this.#picture).drawImage(picture, (side - picture.width) / 2, (side - picture.height) / 2);
    this.#hung = true;
    this.paint();
    this.#picture.setAttribute("aria-label", `${title}, recorded`);
  }

  /** Draws the marks again, as after a change of colours. */
  paint() {
    this.#painted.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size */
  #draw(context, size) {
    const colours = coloursIn(this.#host);
    context.clearRect(0, 0, size, size);
    const step = this.#step;
    if (step) {
      const scene = { step, previous: this.#previous, mode: this.#mode, colours, scale: devicePixelRatio };
      drawLayer(context, size, this.#layer, scene);
    } else if (!this.#hung || this.#progress !== null) drawResting(context, size, this.#grid, colours, this.#progress);
  }

  #label() {
    const step = this.#step;
    const order = step && this.#layer === "order" ? `. ${describeOrder(step, this.#mode)}` : "";
    const state = step?.done ? "finished" : `step ${(step?.index ?? 0) + 1} of ${step?.total}`;
    const empty = this.#title ? `${this.#title}, not drawn yet` : "Nothing drawn yet";
    this.#picture.setAttribute("aria-label", step ? `${this.#title}, ${state}${order}` : empty);
  }

  /** A tap asks as well, and the next one elsewhere takes the answer away. @param {MouseEvent} event */
  #tap(event) {
    if (!this.#finger) return;
    this.#ask(event, true);
    const elsewhere = (/** @type {Event} */ next) => (this.#tip.hidden ||= !next.composedPath().includes(this.element));
    document.addEventListener("pointerdown", elsewhere, { once: true, passive: true });
  }

  /** What stands under the pointer. @param {PointerEvent | MouseEvent} event @param {boolean} [mouse] whether it stays where it points */
  #ask(event, mouse = "pointerType" in event && event.pointerType === "mouse") {
    if (!this.#step || !mouse) return;
    const { left, top, width, height } = this.#marks.getBoundingClientRect();
    const code = codeAt(this.#step, (event.clientX - left) / width, (event.clientY - top) / height);
    this.#tip.hidden = !code || width < 200;
    if (!code) return;
    const { grid } = this.#step;
    const { grain } = code.code;
    const codes = grid.codesOf(grain);
    const kind = [grid.names[grain], codes > 1 ? `1 of ${codes} codes` : "1 code"].filter(Boolean).join(": ");
    // Of a picture that was not drawn here nobody knows when.
    const came = code.order ? ` · ${this.#mode === "ar" ? "place" : "step"} ${code.order}` : "";
    const when = code.known ? came : " · open, a guess";
    const sure = code.confidence === undefined ? "" : ` · ${Math.round(100 * code.confidence)} % sure`;
    this.#tip.textContent = `${kind}${when} · no. ${code.value}${sure}`;
  }

  /** @param {HTMLCanvasElement} canvas */
  #context(canvas) {
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  }
}
